"""Rows of token ids with their labels, in flat arrays that numpy alone reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.answer_spans import MOST_OCCURRENCES

RELEVANT: Final = 1
IRRELEVANT: Final = 0
UNKNOWN: Final = -1
"""At least one row of the group is relevant, but not known which."""


@dataclass(frozen=True)
class LabelledRow:
    """A row as training reads it.

    Attributes:
        ids: Token ids, markers included.
        text_start: Position of the first token in which an answer may stand.
        relevant: ``RELEVANT``, ``IRRELEVANT`` or ``UNKNOWN``.
        taught: Whether a span is taught.
        spans: First and last positions of the answer's occurrences, inclusive; ``(0, 0)`` alone
            if the passage holds no answer.
        group: Number of its group.
        kind: Position in ``groups.KINDS``.
        source: Position in the list of sources.
    """

    ids: NDArray[np.int32]
    text_start: int
    relevant: int
    taught: bool
    spans: Sequence[tuple[int, int]]
    group: int
    kind: int
    source: int


@dataclass(frozen=True)
class RowTable:
    """Rows one after the other.

    Attributes:
        tokens: Ids of all rows, end to end.
        starts: Where each row begins in ``tokens``, and the end: shape ``(rows + 1,)``.
        text_start: See ``LabelledRow``, as all below; shape ``(rows,)``.
        relevant: Shape ``(rows,)``.
        taught: Shape ``(rows,)``.
        spans: Shape ``(rows, MOST_OCCURRENCES, 2)``, filled up with -1.
        group: Shape ``(rows,)``, ascending.
        kind: Shape ``(rows,)``.
        source: Shape ``(rows,)``.
        sources: Names of the sources.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    text_start: NDArray[np.int32]
    relevant: NDArray[np.int8]
    taught: NDArray[np.bool_]
    spans: NDArray[np.int32]
    group: NDArray[np.int32]
    kind: NDArray[np.int32]
    source: NDArray[np.int32]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def ids(self, row: int) -> NDArray[np.int32]:
        """Token ids of a row."""
        return self.tokens[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row."""
        return np.diff(self.starts)


_ARRAYS: Final = ("tokens", "starts", "text_start", "relevant", "taught", "spans", "group", "kind", "source")


def table(rows: Sequence[LabelledRow], sources: Sequence[str]) -> RowTable:
    """Puts rows into arrays."""
    spans = np.full((len(rows), MOST_OCCURRENCES, 2), -1, np.int32)
    for number, row in enumerate(rows):
        for place, span in enumerate(row.spans):
            spans[number, place] = span
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row.ids) for row in rows], out=starts[1:])
    return RowTable(
        tokens=np.concatenate([np.empty(0, np.int32), *(row.ids for row in rows)]),
        starts=starts,
        text_start=np.array([row.text_start for row in rows], np.int32),
        relevant=np.array([row.relevant for row in rows], np.int8),
        taught=np.array([row.taught for row in rows], np.bool_),
        spans=spans,
        group=np.array([row.group for row in rows], np.int32),
        kind=np.array([row.kind for row in rows], np.int32),
        source=np.array([row.source for row in rows], np.int32),
        sources=tuple(sources),
    )


def write_table(path: Path, rows: RowTable) -> None:
    """Writes rows to a compressed ``.npz`` file."""
    arrays: dict[str, NDArray[Any]] = {name: getattr(rows, name) for name in _ARRAYS}
    arrays["sources"] = np.frombuffer(json.dumps(rows.sources).encode(), np.uint8)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_table(path: Path) -> RowTable:
    """Reads what ``write_table`` wrote.

    Raises:
        FileNotFoundError: The file is missing.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist. Run `python -m training.build_data` first.")
    with np.load(path) as file:
        sources = tuple(json.loads(file["sources"].tobytes()))
        return RowTable(**{name: file[name] for name in _ARRAYS}, sources=sources)
