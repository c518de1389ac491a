"""Text → sentence spans, for Chinese and English, offsets exact.

A sentence ends at ``。！？；`` or their half-width forms, together with the closing quotes
and brackets behind them, at an English full stop that ends a sentence, or at a line break.
A semicolon counts as an end because Chinese policy prose strings whole provisions together
with it, and a quote should hold one provision.
"""

from __future__ import annotations

import re

from policy_qa.records import Span

MAX_SENTENCE_CHARACTERS = 240
"""Longer sentences are cut at a clause boundary: a quote must stay readable, and a
sentence must fit the model's window."""

_MIN_LETTERS = 4
"""A piece with fewer letters, such as ``（一）``, belongs to what follows it."""

_CLOSERS = "”’」』）)】》〉\"'］]"
_BOUNDARY = re.compile(
    rf"[。！？!?；;]+[{re.escape(_CLOSERS)}]*|\.[{re.escape(_CLOSERS)}]*(?=\s|$)|\.(?=[一-鿿])"
)
_ABBREVIATION = re.compile(
    r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|Prof|Inc|Ltd|Co|Corp|No|Fig|vs|etc|al|St|Jr|Sr|Gen|Rep))$"
)
_NUMBERING = re.compile(r"^\s*[（(]?(?:\d{1,3}|[ivxIVX]{1,4})$")
_BETWEEN_HAN = re.compile(r"(?<=[一-鿿])\.(?=[一-鿿])")
_CLAUSE = re.compile(r"[，,、：:]|\s")
_LETTER = re.compile(r"\w")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Finds the sentences of a range of text.

    Args:
        text: The whole text; offsets refer to it.
        start: Start of the range.
        end: End of the range; the end of the text if omitted.

    Returns:
        Spans in order, without surrounding white space, none empty. Every character of the
        range that is not white space lies in exactly one span.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    position = start
    for line in text[start:stop].splitlines(keepends=True):
        spans.extend(_split_line(text, position, position + len(line)))
        position += len(line)
    return spans


def _split_line(text: str, start: int, end: int) -> list[Span]:
    cuts: list[int] = []
    for match in _BOUNDARY.finditer(text, start, end):
        if match.group().startswith(".") and _is_inner_stop(text, start, match.start(), end):
            continue
        cuts.append(match.end())
    if not cuts or cuts[-1] != end:
        cuts.append(end)
    spans: list[Span] = []
    begin = start
    for cut in cuts:
        if cut != end and _letters(text, begin, cut) < _MIN_LETTERS:
            continue
        spans.extend(_shorten(text, begin, cut))
        begin = cut
    if len(spans) > 1 and _letters(text, spans[-1].start, spans[-1].end) == 0:
        last = spans.pop()
        spans[-1] = Span(start=spans[-1].start, end=last.end)
    return spans


def _is_inner_stop(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the full stop at ``stop`` belongs to a number, an initial, an abbreviation or a name.

    Names in Chinese letters are often written 埃尔哈姆.塔巴西: where a line ends its sentences
    with ``。``, a point between two Chinese characters ends none.
    """
    if _BETWEEN_HAN.match(text, stop) and "。" in text[start:end]:
        return True
    before = text[max(start, stop - 12) : stop]
    return bool(_ABBREVIATION.search(before) or _NUMBERING.match(text[start:stop]))


def _letters(text: str, start: int, end: int) -> int:
    count = 0
    for _ in _LETTER.finditer(text, start, end):
        count += 1
        if count >= _MIN_LETTERS:
            break
    return count


def _shorten(text: str, start: int, end: int) -> list[Span]:
    """Trims white space and cuts what is longer than the limit at clause boundaries."""
    spans: list[Span] = []
    while end - start > MAX_SENTENCE_CHARACTERS:
        limit = start + MAX_SENTENCE_CHARACTERS
        cut = limit
        for match in _CLAUSE.finditer(text, start + MAX_SENTENCE_CHARACTERS // 2, limit):
            cut = match.end()
        spans.extend(_trim(text, start, cut))
        start = cut
    spans.extend(_trim(text, start, end))
    return spans


def _trim(text: str, start: int, end: int) -> list[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [Span(start=start, end=end)] if end > start else []
