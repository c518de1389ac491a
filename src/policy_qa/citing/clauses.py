"""A sentence → its clauses, as spans: the pieces in which a claim is compared with its quotes."""

from __future__ import annotations

import re
from typing import Final

from policy_qa.index.terms import has_han
from policy_qa.records import Span

_BREAK: Final = re.compile(
    r"[，；：。！？、](?![”’」』])|[,;:](?=\s)|[.!?](?=\s|$)|——?"
    r"|\s(?=(?:and|but|while|whereas|although|though|because|since|so that|which|who|unless|until)\s)"
)
_FEWEST_HAN: Final = 5
_FEWEST_WORDS: Final = 4


def split_clauses(text: str) -> list[Span]:
    """Finds the clauses of a text.

    A piece that is too short to mean something on its own (a name in a list) belongs to the
    piece before it, or to the one behind it if it comes first.

    Args:
        text: One or more sentences, Chinese or English.

    Returns:
        Spans in order; together they cover the text.
    """
    cuts = [match.end() for match in _BREAK.finditer(text) if 0 < match.end() < len(text)]
    spans: list[Span] = []
    start = 0
    for end in [*cuts, len(text)]:
        if not _is_long(text[start:end]) and end != len(text):
            continue
        spans.append(Span(start=start, end=end))
        start = end
    if len(spans) > 1 and not _is_long(text[spans[-1].start : spans[-1].end]):
        last = spans.pop()
        spans[-1] = Span(start=spans[-1].start, end=last.end)
    return spans


def _is_long(piece: str) -> bool:
    if has_han(piece):
        return sum(char.isalnum() for char in piece) >= _FEWEST_HAN
    return len(piece.split()) >= _FEWEST_WORDS
