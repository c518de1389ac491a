"""Which words of a claim its evidence holds, across languages by dictionary."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from policy_qa.citing.name_finding import find_names
from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.english import base_forms, split_words, stop_words
from policy_qa.retrieval.term_groups import Located

Translate = Callable[[str], Sequence[Located]]
"""An English sentence → its words with the Chinese ones they may stand for."""

_PAIR: Final = 2


class ClaimWord(NamedTuple):
    """A word of a claim, or two Chinese characters in a row.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last one.
        there: Whether the evidence holds it, or a translation of it.
    """

    start: int
    end: int
    there: bool


def find_words(claim: str, evidence: str, translate: Translate | None = None) -> list[ClaimWord]:
    """Looks up the content words of a claim in its evidence.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        translate: The dictionary, for an English claim about a Chinese text.

    Returns:
        The words in order. Function words, numbers and names are left out: others look after those.
        None at all if only a dictionary could tell and there is none.
    """
    text = fold(evidence)
    pairs = _pairs(claim, text)
    if pairs and len(pairs) * 3 > sum(char.isascii() and char.isalpha() for char in claim):
        return pairs
    if has_han(evidence) and translate is None:
        return []
    located = translate(claim) if translate is not None and has_han(evidence) else ()
    own = {word.key for word in split_words(text)}
    bases = own | {base for key in own for base in base_forms(key)}
    named = [(name.start, name.end) for name in find_names(claim) if name.kind == "latin" and name.certain]
    found = []
    for word in split_words(claim):
        in_name = any(start <= word.start < end for start, end in named)
        if word.key in stop_words() or word.text[0].isdigit() or in_name:
            continue
        translated = any(
            term in text
            for item in located
            if item.start <= word.start and word.end <= item.end
            for term in item.group.terms
        )
        there = translated or word.key in own or any(base in bases for base in base_forms(word.key))
        found.append(ClaimWord(word.start, word.end, there))
    return found


def _pairs(claim: str, text: str) -> list[ClaimWord]:
    """Every two Chinese characters in a row."""
    folded = fold(claim)
    if len(folded) != len(claim):
        folded = claim
    return [
        ClaimWord(at, at + _PAIR, folded[at : at + _PAIR] in text)
        for at in range(len(folded) - 1)
        if all(has_han(char) for char in folded[at : at + _PAIR])
    ]


def word_places(
    claim: str, evidence: str, translate: Translate | None = None
) -> list[tuple[tuple[int, int], tuple[int, ...]]]:
    """Where the words of a claim stand in its evidence, by dictionary where the languages differ.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        translate: The dictionary, for an English claim about a Chinese text.

    Returns:
        For each content word that is found: its start and end, and the offsets in the evidence.
    """
    text = fold(evidence)
    if len(text) != len(evidence):
        text = evidence
    found = []
    located = translate(claim) if translate is not None and has_han(evidence) else ()
    for word in find_words(claim, evidence, translate):
        if not word.there:
            continue
        own = fold(claim[word.start : word.end])
        forms = {own} | {
            term
            for item in located
            if item.start <= word.start and word.end <= item.end
            for term in item.group.terms
        }
        places = {match.start() for form in forms for match in re.finditer(re.escape(form), text)}
        if places:
            found.append(((word.start, word.end), tuple(sorted(places))))
    return found
