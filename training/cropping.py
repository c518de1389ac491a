"""Long rows → windows around their answers: on a CPU, more questions for the same time.

A row whose span is taught is cut to a window of random width that holds one occurrence of the
answer; an edited question on the same passage gets the window of the question it was made from. A
share of the groups gets windows as long as a sentence, which is how a quote is read on its own.
Other rows, in which the relevant words may stand anywhere, only lose their end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.rows import LabelledRow, RowTable, table

SHORTEST: Final = 90
LONGEST: Final = 210
"""Tokens of text in a window: at least, and fewer than."""

SHORTEST_SENTENCE: Final = 25
LONGEST_SENTENCE: Final = 70
"""The same of windows as long as a sentence."""

_SENTENCES: Final = 0.35
"""Share of the groups with such windows."""
_LONGEST_UNTAUGHT: Final = 200
_FROM_START: Final = 0.5
"""Share of the rows without an answer that are cut at the end alone."""


def crop(rows: RowTable, seed: int, leave_out: Sequence[str] = ()) -> RowTable:
    """Crops all rows.

    Args:
        rows: The rows.
        seed: Seed of the widths and places.
        leave_out: First words of sources to drop (``xquad`` for ``xquad en→zh`` and all others).
    """
    rng = np.random.default_rng(seed)
    edges = np.flatnonzero(np.diff(rows.group)) + 1
    kept: list[LabelledRow] = []
    for group in np.split(np.arange(len(rows)), edges):
        if rows.sources[rows.source[group[0]]].split()[0] not in leave_out:
            kept += _crop_group(rows, group, rng)
    return table(kept, rows.sources)


def _crop_group(rows: RowTable, group: NDArray[np.int64], rng: np.random.Generator) -> list[LabelledRow]:
    cropped = []
    first: tuple[int, int] | None = None  # length of the text asked about, start of its window
    short = rng.random() < _SENTENCES
    width = int(rng.integers(*((SHORTEST_SENTENCE, LONGEST_SENTENCE) if short else (SHORTEST, LONGEST))))
    for number in group:
        row = _row(rows, int(number))
        length = len(row.ids) - 1 - row.text_start
        if row.taught and length > width:
            start = _place(row, length, width, first, rng)
            first = first or (length, start)
            row = _window(row, start, width)
        elif length > _LONGEST_UNTAUGHT:
            row = _window(row, 0, _LONGEST_UNTAUGHT)
        cropped.append(row)
    return cropped


def _row(rows: RowTable, number: int) -> LabelledRow:
    spans = [(int(a), int(b)) for a, b in rows.spans[number] if a >= 0]
    return LabelledRow(
        ids=rows.ids(number),
        text_start=int(rows.text_start[number]),
        relevant=int(rows.relevant[number]),
        taught=bool(rows.taught[number]),
        spans=spans,
        group=int(rows.group[number]),
        kind=int(rows.kind[number]),
        source=int(rows.source[number]),
    )


def _place(
    row: LabelledRow, length: int, width: int, first: tuple[int, int] | None, rng: np.random.Generator
) -> int:
    """Where the window begins, counted from the first token of the text."""
    answers = [span for span in row.spans if span[0] > 0]
    latest = length - width
    if answers:
        begin, end = (at - row.text_start for at in answers[int(rng.integers(len(answers)))])
        low, high = max(0, end + 1 - width), min(begin, latest)
        return int(rng.integers(low, high + 1)) if high >= low else max(0, min(begin, latest))
    if first is not None and length == first[0]:
        return min(first[1], latest)
    return int(rng.integers(0, latest + 1)) if rng.random() < _FROM_START else 0


def _window(row: LabelledRow, start: int, width: int) -> LabelledRow:
    """A part of a row's text; the row as it is if the part would hold none of its answers whole."""
    head, begin = row.text_start, row.text_start + start
    moved = [(a - start, b - start) for a, b in row.spans if a >= begin and b < begin + width]
    answers = any(a > 0 for a, _ in row.spans)
    if answers and not moved:
        return row
    ids = np.concatenate([row.ids[:head], row.ids[begin : begin + width], row.ids[-1:]])
    return replace(row, ids=ids, spans=moved if answers else row.spans)
