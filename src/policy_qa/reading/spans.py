"""Logits of tokens → the characters that answer."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.reading.rows import Row

LONGEST_ANSWER: Final = 64
"""Tokens of an answer at most."""

_TOP: Final = 12
"""Starts looked into for the best span."""

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

Span = tuple[int, int]
Floats = NDArray[np.float32]


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
        elif first == "《" and "》" not in inside:  # whole titles keep theirs
            start += 1
        elif last == "》" and "《" not in inside:
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


def best_span(starts: Floats, ends: Floats, row: Row) -> tuple[float, tuple[int, int] | None]:
    """The best span of a row's text.

    Args:
        starts: Logits of a row, shape ``(t,)``.
        ends: Likewise.
        row: The row.

    Returns:
        Its score minus the score of no answer, and its first and last token, inclusive, counted
        from the first token of the text in the row; ``None`` for a row without text.
    """
    text = slice(row.text_start, row.text_start + row.text_tokens)
    begin, end = starts[text], ends[text]
    if not len(begin):
        return 0.0, None
    best: tuple[float, tuple[int, int]] = (-np.inf, (0, 0))
    for first in np.argsort(-begin, kind="stable")[:_TOP]:
        reach = end[first : first + LONGEST_ANSWER]
        last = int(first + reach.argmax())
        best = max(best, (float(begin[first] + end[last]), (int(first), last)))
    return best[0] - float(starts[0] + ends[0]), best[1]
