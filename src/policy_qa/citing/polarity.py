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
    find_denials,
    find_negations,
    find_polar_words,
    without_conditions,
    without_false_denials,
)
from policy_qa.index.terms import has_han
from policy_qa.records import Span

_NEAR_HAN, _NEAR_LATIN = 4, 16
_BESIDE: Final = 8
_ANSWERED: Final = 0.4
"""Share of a negated stretch of the evidence that is found again behind a negation of the claim."""
_RUN: Final = 3
"""Characters in a row that two negated stretches share to be the same."""
_SCOPE_HAN: Final = 5
_SCOPE_LATIN: Final = 28
OMITTED_HAN: Final = 0.88
"""Cosine from which on a Chinese claim counts as repeating what its quote negates."""
OMITTED_LATIN: Final = 0.83
"""The same for an English claim about a Chinese quote."""


_ALIKE: Final = 0.05
"""Gap of cosines up to which two opposites stand for each other wherever they are."""
_UNLIKE: Final = 0.12
"""Gap from which on they have nothing to do with each other."""

_UNLIKE_TELLING: Final = 0.12
"""The same where the subject is a particular one and the evidence speaks of it in one way only."""
_CLEARLY: Final = 0.05
"""Gap of cosines from which on one word answers another better than a third does."""
_LOST: Final = 0.005
"""How far below the usual cosine that of a scope must lie for its place to be uncertain."""
_SHARE: Final = 0.35
"""Share of a scope's tokens that a clause of the evidence must hold to be what the scope speaks of."""

_AS_USUAL: Final = 0.02
"""How far below its usual cosine the words of a negation may lie in a claim that denies nothing."""

# Subjects so particular that one word of the evidence answers one of the claim wherever they stand.
_TELLING: Final = frozenset({"lead", "permission", "width", "openness", "likelihood", "success", "timing"})
# Subjects that a negation farther away can turn round as well.
_DENIABLE: Final = frozenset({"ability", "ease", "likelihood", "duty", "permission"})


# 除西藏之外都有 says the same as 只有西藏没有.
_ALL_BUT: Final = re.compile(r"除[^，。]{1,30}外|\b(?:except|apart from|other than|all but)\b", re.IGNORECASE)
_ALONE: Final = re.compile(
    r"只有|唯|仅|除|独|\b(?:only|sole|alone|except|all but|apart from)\b", re.IGNORECASE
)
# “must not”, 不得: what they forbid stands far from them.
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
        if word.subject in subjects - both
        and _is_turned(word, _untaken(word, ours, theirs, alignment), claim, evidence, alignment)
    ]


def _untaken(
    word: PolarWord, ours: Sequence[PolarWord], theirs: Sequence[PolarWord], alignment: Alignment
) -> list[PolarWord]:
    """The evidence's words of one subject, less opposites that a like word of the claim answers better."""
    rivals = [other for other in theirs if other.subject == word.subject]
    left = []
    for other in rivals:
        likes = [w for w in ours if w.subject == word.subject and w.sign == other.sign != word.sign]
        own = alignment.likeness((word.start, word.end), (other.start, other.end))
        if all(
            alignment.likeness((w.start, w.end), (other.start, other.end)) <= own + _CLEARLY for w in likes
        ):
            left.append(other)
    return left


def _is_turned(
    word: PolarWord,
    rivals: Sequence[PolarWord],
    claim: str,
    evidence: str,
    alignment: Alignment,
) -> bool:
    """Whether what answers a word of the claim is its opposite; ``rivals`` are of the same subject."""
    clause = _same_clause(word, claim, evidence, alignment)
    close = _answers(word, rivals, clause, has_han(evidence), alignment)
    if not close or not all(other.sign == -word.sign for other in close):
        return False
    telling = word.subject in _TELLING and len({other.sign for other in rivals}) == 1
    if _likeness(word, close, alignment) > (_UNLIKE_TELLING if telling else _UNLIKE):
        return False
    own = next(c for c in split_clauses(claim) if c.start <= word.start < c.end)
    denied_here = bool(find_negations(without_conditions(claim[own.start : own.end])))
    if denied_here and not word.turned and all(other.turned for other in close):
        return False
    if word.subject in _DENIABLE:  # 不是……可以 is “cannot”
        denied = find_negations(evidence[clause.start : clause.end])
        return not (denied and (word.sign < 0 or denied_here))
    return True


def _answers(
    word: PolarWord, rivals: Sequence[PolarWord], clause: Span, in_han: bool, alignment: Alignment
) -> Sequence[PolarWord]:
    """The words of the evidence that stand where the claim's word is found again, or in that clause."""
    places = [place for place, _ in alignment.counterparts(word.start, word.end)]
    if not places or not rivals:
        return []

    def distance(other: PolarWord) -> int:
        return min(max(other.start - place, place - other.end + 1, 0) for place in places)

    near = min(map(distance, rivals))
    inside = [other for other in rivals if clause.start <= other.start < clause.end]
    if near <= (_NEAR_HAN if in_han else _NEAR_LATIN):
        close = [other for other in rivals if distance(other) <= near + 1]
    else:
        close = inside
    alone = len({other.sign for other in rivals}) == 1
    if not close and alone and (word.subject in _TELLING or _likeness(word, rivals, alignment) <= _ALIKE):
        return rivals
    return inside if inside and any(other.sign == word.sign for other in close) else close


def _likeness(word: PolarWord, others: Sequence[PolarWord], alignment: Alignment) -> float:
    """How much farther a word is from the closest of some others than from any word of the evidence."""
    return alignment.gap((word.start, word.end), [(other.start, other.end) for other in others])


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
    plain = without_false_denials(evidence)
    alone = _ALL_BUT.search(evidence) and _ALONE.search(claim)
    for negation in find_denials(claim):
        start, end = _scope(claim, negation)
        if alone or _answered((start, end), evidence, alignment):
            continue
        places = [place for place, _ in alignment.counterparts(start, end)]
        votes = [sum(c.start <= place < c.end for place in places) for c in clauses]
        around = [
            c
            for c, n in zip(clauses, votes, strict=True)
            if n and (n == max(votes) or n >= _SHARE * len(places))
        ]
        if _is_lost(alignment, start, end):
            around = _with_neighbours(around, clauses)
        modal = _MODAL.match(claim, negation.start) and denies(plain)
        denied = (
            modal
            or any(denies(plain[c.start : c.end]) for c in around)
            or any(denies(plain[max(0, place - _BESIDE) : place + _BESIDE]) for place in places)
        )
        if around and not denied:
            changed.append(claim[negation.start : end])
    return changed + _omitted_negations(claim, evidence, alignment)


def _answered(scope: tuple[int, int], evidence: str, alignment: Alignment) -> bool:
    """Whether what the evidence negates somewhere is what a claim negates here."""
    for negation in find_negations(evidence):
        start, end = _scope(evidence, negation)
        found = [place for place, _ in alignment.origins(start, end)]
        if found and sum(scope[0] <= place < scope[1] for place in found) >= _ANSWERED * len(found):
            return True
    return False


def _negated_alike(words: str, claim: str) -> bool:
    """Whether a claim negates the same words, the verb aside: 不带明文身份信息 for 不含明文身份信息."""
    runs = {words[at : at + _RUN] for at in range(len(words) - _RUN + 1)} if has_han(words) else set()
    return any(run in claim[n.end : n.end + _BESIDE] for n in find_negations(claim) for run in runs)


def _is_lost(alignment: Alignment, start: int, end: int) -> bool:
    """Whether the words of a scope are found again nowhere in particular (不另起炉灶 for 不再自建)."""
    found = [cosine for _, cosine in alignment.counterparts(start, end)]
    if not found:
        return False
    return sum(found) / len(found) < float(alignment.best().mean()) - _LOST


def _with_neighbours(around: Sequence[Span], clauses: Sequence[Span]) -> list[Span]:
    """Some clauses with the one before and the one behind each."""
    near = {at for at, c in enumerate(clauses) if c in around}
    return [c for at, c in enumerate(clauses) if {at - 1, at, at + 1} & near]


def _omitted_negations(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Negated words of the evidence that the claim repeats and denies nowhere."""
    least = OMITTED_HAN if has_han(claim) else OMITTED_LATIN
    usual = float(alignment.best().mean()) if alignment.cosines.size else 0.0
    own = split_clauses(claim)
    outright = not denies_or_restricts(claim)
    omitted = []
    for negation in find_negations(evidence):
        start, end = _scope(evidence, negation)
        rest = evidence[: negation.start] + " " + evidence[negation.end :]
        found = alignment.origins(start, end)
        likeness = sum(cosine for _, cosine in found) / len(found) if found else 0.0
        if likeness < least and not (
            outright and likeness >= usual - _AS_USUAL and _mutual(found, negation, evidence, alignment)
        ):
            continue
        around = [c for c in own if any(c.start <= place < c.end for place, _ in found)]
        if _negated_alike(evidence[start:end], claim):
            continue
        if around and not any(denies_or_restricts(claim[c.start : c.end], rest) for c in around):
            omitted.append(evidence[negation.start : end])
    return omitted


def _mutual(
    found: Sequence[tuple[int, float]], negation: Negation, evidence: str, alignment: Alignment
) -> bool:
    """Whether the words of the claim that a negated stretch is like are themselves most like its clause."""
    clause = next(c for c in split_clauses(evidence) if c.start <= negation.start < c.end)
    back = [place for at, _ in found for place, _ in alignment.counterparts(at, at + 1)]
    return sum(clause.start <= place < clause.end for place in back) * 2 > len(back)


def _scope(text: str, negation: Negation) -> tuple[int, int]:
    """The words right behind a negation, up to the end of the clause."""
    start = negation.end
    reach = _SCOPE_HAN if has_han(text[start : start + 3]) else _SCOPE_LATIN
    end = start
    while end < len(text) and end - start < reach and text[end] not in "，。；：！？,.;:!?\n":
        end += 1
    return start, max(end, start + 1)
