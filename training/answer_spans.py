"""Answers as spans of a passage: where they stand, and which tokens cover them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from policy_qa.reading.rows import Ints
from policy_qa.reading.spans import Span, tidy

MOST_OCCURRENCES: Final = 4
"""Places kept of an answer that stands in a passage more than once."""

_WORD: Final = re.compile(r"\w+")
_NEIGHBOURHOOD: Final = 40


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
