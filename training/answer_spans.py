"""Answers as spans of a passage: where they stand, and which tokens cover them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from training.row_layout import Ints

Span = tuple[int, int]

MOST_OCCURRENCES: Final = 4
"""Places kept of an answer that stands in a passage more than once."""

_EDGE: Final = " \t\n\r\u3000，。、；：？！,;:?!·—"
_PAIRS: Final = {
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    "“": "”",
    "「": "」",
    "『": "』",
    '"': '"',
    "‘": "’",
}
_CLOSING: Final = {closing: opening for opening, closing in _PAIRS.items()}
# Words of one character that the tokenizer joins to an answer: 的美利坚, 美利坚的, 5月1日起, 30日内.
_LOOSE_START: Final = re.compile(r"的(?![士确確]).")
_LOOSE_END: Final = re.compile(r"(?:.(?<![目标標])的|[日天月年时時][起内內在])$")
_WORD: Final = re.compile(r"\w+")
_NEIGHBOURHOOD: Final = 40


def tidy(text: str, start: int, end: int) -> Span:
    """Shrinks a span to what would be shown as an answer.

    Tokens are not cut at the edges of answers: one may carry the blank before it, a comma, a
    bracket, or a particle. Edge punctuation goes, and so do brackets and quotation marks
    that enclose the whole span or lack their counterpart in it.

    Returns:
        The shrunk span; an empty one if nothing is left.
    """
    while start < end:
        first, last, inside = text[start], text[end - 1], text[start:end]
        if first in _EDGE or (first in _CLOSING and first not in _PAIRS):
            start += 1
        elif last in _EDGE or (last in _PAIRS and last not in _CLOSING):
            end -= 1
        elif first in _PAIRS and _PAIRS[first] not in inside[1:]:
            start += 1
        elif last in _CLOSING and _CLOSING[last] not in inside[:-1]:
            end -= 1
        elif first in _PAIRS and last == _PAIRS[first] and inside.count(last) == 1 + (first == last):
            start, end = start + 1, end - 1
        elif _LOOSE_START.match(inside):
            start += 1
        elif _LOOSE_END.search(inside):
            end -= 1
        else:
            break
    return start, end


def occurrences(text: str, answers: Sequence[str], question: str = "") -> list[Span]:
    """Where answers stand in a passage.

    The sets give answers as words, not places. Of more than four places those are kept whose
    neighbourhood shares most characters and words with the question; training then adds up
    the probability of all that are left.

    Returns:
        Spans in order of their start, at most ``MOST_OCCURRENCES``.
    """
    spans: set[Span] = set()
    for answer in answers:
        at = text.find(answer) if answer else -1
        while at >= 0:
            if _whole_words(text, at, at + len(answer)):
                spans.add((at, at + len(answer)))
            at = text.find(answer, at + 1)
    wanted = _units(question)

    def shared(span: Span) -> int:
        return len(wanted & _units(text[max(0, span[0] - _NEIGHBOURHOOD) : span[1] + _NEIGHBOURHOOD]))

    best = sorted(spans, key=lambda span: (-shared(span), span))[:MOST_OCCURRENCES]
    return sorted(best)


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether a span cuts no Latin word or number: "four" is no answer inside "fourth"."""

    def joined(left: int) -> bool:
        pair = text[left : left + 2]
        both_letters = pair.isascii() and pair[0].isalpha() and pair[-1].isalpha()
        return len(pair) == 2 and (both_letters or pair.isdigit())

    return not (start and joined(start - 1)) and not joined(end - 1)


def _units(text: str) -> set[str]:
    found: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        found.update([word] if word.isascii() else word)
    return found


def touching_tokens(span: Span, starts: Ints, ends: Ints) -> Span:
    """First and last token, inclusive, that touch a span of characters; see ``covering_tokens``."""
    first = max(0, int(np.searchsorted(starts, span[0], side="right")) - 1)
    last = min(len(ends) - 1, int(np.searchsorted(ends, span[1], side="left")))
    return first, max(first, last)


def covering_tokens(text: str, span: Span, starts: Ints, ends: Ints) -> Span | None:
    """The tokens that cover a span, if they show the same answer once tidied.

    Args:
        text: The passage.
        span: Characters of the answer.
        starts: First character of each token, ascending.
        ends: Character after each token.

    Returns:
        First and last token, inclusive; ``None`` if the tokens begin or end inside a word of the
        answer's surroundings, so that the model could not give the answer exactly.
    """
    first, last = touching_tokens(span, starts, ends)
    wanted = tidy(text, *span)
    if wanted[0] >= wanted[1] or tidy(text, int(starts[first]), int(ends[last])) != wanted:
        return None
    return first, last
