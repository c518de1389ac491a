"""Whether a claim says the opposite of its evidence: directions turned round, negations put in or left out.

Each polar word of the claim is looked up where the alignment finds it again in the evidence; only
what stands there counts, so that a rise and a fall in one passage are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policy_qa.citing.alignment import Alignment
from policy_qa.citing.clauses import split_clauses
from policy_qa.citing.opposites import (
    Negation,
    PolarWord,
    denies,
    denies_or_restricts,
    find_negations,
    find_polar_words,
)
from policy_qa.index.terms import has_han
from policy_qa.records import Span

_NEAR_HAN, _NEAR_LATIN = 6, 24
_BESIDE: Final = 8
_SCOPE_HAN: Final = 5
_SCOPE_LATIN: Final = 28
OMITTED_HAN: Final = 0.86
"""Cosine from which on a Chinese claim counts as repeating what its quote negates."""
OMITTED_LATIN: Final = 0.80
"""The same for an English claim about a Chinese quote."""


# Subjects so particular that one word of the evidence answers one of the claim wherever they stand.
_TELLING: Final = frozenset({"lead", "permission", "width", "openness", "likelihood", "success", "timing"})
# Subjects that a negation farther away can turn round as well.
_DENIABLE: Final = frozenset({"ability", "ease", "likelihood", "duty", "permission"})
# “must not”, 不得: whether something is permitted is a matter of opposites.
_MODAL: Final = re.compile(r"不[得许准能可]|no (?=organi|one|person|individ)|cannot", re.IGNORECASE)


def turned_words(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Words of a claim whose opposite stands at the same place of the evidence.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        alignment: The two, token by token.

    Returns:
        The claim's words, in order.
    """
    ours, theirs = find_polar_words(claim), find_polar_words(evidence)
    subjects = {word.subject for word in theirs}
    # “ahead in chips, behind in models”: where both texts say both, there is nothing to turn round.
    both = {
        subject
        for subject in subjects
        if all({w.sign for w in words if w.subject == subject} == {1, -1} for words in (ours, theirs))
    }
    return [
        claim[word.start : word.end]
        for word in ours
        if word.subject in subjects - both and _is_turned(word, theirs, claim, evidence, alignment)
    ]


def _is_turned(
    word: PolarWord,
    theirs: Sequence[PolarWord],
    claim: str,
    evidence: str,
    alignment: Alignment,
) -> bool:
    rivals = [other for other in theirs if other.subject == word.subject]
    places = [place for place, _ in alignment.counterparts(word.start, word.end)]
    if not places:
        return False
    reach = _NEAR_HAN if has_han(evidence) else _NEAR_LATIN

    def distance(other: PolarWord) -> int:
        return min(max(other.start - place, place - other.end + 1, 0) for place in places)

    near = min(map(distance, rivals))
    if near <= reach:
        close = [other for other in rivals if distance(other) <= near + 1]
    else:
        clause = _same_clause(word, claim, evidence, alignment)
        close = [other for other in rivals if clause.start <= other.start < clause.end]
        if not close and word.subject in _TELLING and len(rivals) == 1:
            close = rivals
    if not close or not all(other.sign == -word.sign for other in close):
        return False
    if word.subject in _DENIABLE:  # 不是……可以 is “cannot”
        clause = _same_clause(word, claim, evidence, alignment)
        own = next(c for c in split_clauses(claim) if c.start <= word.start < c.end)
        denied = find_negations(evidence[clause.start : clause.end])
        return not (denied and (word.sign < 0 or find_negations(claim[own.start : own.end])))
    return True


def _same_clause(word: PolarWord, claim: str, evidence: str, alignment: Alignment) -> Span:
    """The clause of the evidence in which most words of the polar word's clause are found again."""
    own = next(c for c in split_clauses(claim) if c.start <= word.start < c.end)
    places = [place for place, _ in alignment.counterparts(own.start, own.end)]
    clauses = split_clauses(evidence)
    return max(clauses, key=lambda c: sum(c.start <= place < c.end for place in places))


def changed_negations(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Negations that the claim puts in, and negated words of the evidence that it states as so.

    Returns:
        For each, the words concerned.
    """
    clauses = split_clauses(evidence)
    changed = []
    for negation in find_negations(claim):
        if _MODAL.match(claim, negation.start):
            continue
        start, end = _scope(claim, negation)
        places = [place for place, _ in alignment.counterparts(start, end)]
        around = [c for c in clauses if any(c.start <= place < c.end for place in places)]
        denied = any(find_negations(evidence[c.start : c.end]) for c in around) or any(
            denies(evidence[max(0, place - _BESIDE) : place + _BESIDE]) for place in places
        )
        if around and not denied:
            changed.append(claim[negation.start : end])
    least = OMITTED_HAN if has_han(claim) else OMITTED_LATIN
    own = split_clauses(claim)
    for negation in find_negations(evidence):
        start, end = _scope(evidence, negation)
        rest = evidence[: negation.start] + " " + evidence[negation.end :]
        found = alignment.origins(start, end)
        if not found or sum(cosine for _, cosine in found) / len(found) < least:
            continue
        around = [c for c in own if any(c.start <= place < c.end for place, _ in found)]
        if around and not any(denies_or_restricts(claim[c.start : c.end], rest) for c in around):
            changed.append(evidence[negation.start : end])
    return changed


def _scope(text: str, negation: Negation) -> tuple[int, int]:
    """The words right behind a negation, up to the end of the clause."""
    start = negation.end
    reach = _SCOPE_HAN if has_han(text[start : start + 3]) else _SCOPE_LATIN
    end = start
    while end < len(text) and end - start < reach and text[end] not in "，。；：！？,.;:!?\n":
        end += 1
    return start, max(end, start + 1)
