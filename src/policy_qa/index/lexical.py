"""A BM25 index over lexical terms, built row by row and saved as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

K1 = 0.4
B = 0.75
"""BM25 constants (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009).

K1 is below their 1.2 to 2: in a passage of a few sentences a word said twice tells little more than
one said once. Tuned on public sets; docs/evaluation.md.
"""

Floats = NDArray[np.float32]


class LexicalIndex:
    """Term counts of N passages, kept both by passage (to grow) and by term (to search).

    Rows are passages in the order in which they were added.
    """

    def __init__(
        self, vocabulary: Sequence[str], row_starts: NDArray[np.int64], ids: NDArray[np.int32], counts: Floats
    ) -> None:
        """Wraps counts by passage.

        Args:
            vocabulary: Terms; their position is their id.
            row_starts: N+1 offsets into ``ids`` and ``counts``.
            ids: Term ids, passage after passage.
            counts: How often the term of the same position stands in the passage.
        """
        self._vocabulary = list(vocabulary)
        self._row_starts = row_starts
        self._ids = ids
        self._counts = counts
        self._term_ids = {term: i for i, term in enumerate(self._vocabulary)}
        self._lengths = np.add.reduceat(np.append(counts, 0), row_starts[:-1]).astype(np.float32)
        self._lengths[row_starts[:-1] == row_starts[1:]] = 0
        order = np.argsort(ids, kind="stable")
        rows = np.repeat(np.arange(len(row_starts) - 1, dtype=np.int32), np.diff(row_starts))
        self._postings_rows = rows[order]
        self._postings_counts = counts[order]
        self._term_starts = np.searchsorted(ids[order], np.arange(len(self._vocabulary) + 1))

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self._row_starts) - 1

    @classmethod
    def build(
        cls, rows: Sequence[Mapping[str, int] | int], previous: LexicalIndex | None = None
    ) -> LexicalIndex:
        """Builds an index, taking over rows of an earlier one without counting again.

        Args:
            rows: For each passage its term counts, or the row number it has in ``previous``.
            previous: The earlier index.
        """
        vocabulary: dict[str, int] = dict(previous._term_ids) if previous else {}
        id_parts: list[NDArray[np.int32]] = []
        count_parts: list[Floats] = []
        for row in rows:
            if isinstance(row, int):
                if previous is None:
                    raise ValueError(f"row {row} refers to an earlier index, but none was given")
                part = slice(previous._row_starts[row], previous._row_starts[row + 1])
                id_parts.append(previous._ids[part])
                count_parts.append(previous._counts[part])
            else:
                ids = [vocabulary.setdefault(term, len(vocabulary)) for term in row]
                id_parts.append(np.array(ids, dtype=np.int32))
                count_parts.append(np.fromiter(row.values(), dtype=np.float32, count=len(row)))
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in id_parts], out=starts[1:])
        flat = np.concatenate([np.empty(0, np.int32), *id_parts])
        counts = np.concatenate([np.empty(0, np.float32), *count_parts])
        # Terms of rows that were left behind go, or the vocabulary would grow with every change.
        used = np.bincount(flat, minlength=len(vocabulary)) > 0
        new_ids = np.cumsum(used, dtype=np.int32) - 1
        return cls([term for term, i in vocabulary.items() if used[i]], starts, new_ids[flat], counts)

    def save(self, path: Path) -> None:
        """Writes the index to a file ending in ``.npz``."""
        np.savez(
            path,
            vocabulary=np.frombuffer("\n".join(self._vocabulary).encode(), dtype=np.uint8),
            row_starts=self._row_starts,
            ids=self._ids,
            counts=self._counts.astype(np.uint16),
        )

    @classmethod
    def load(cls, path: Path) -> LexicalIndex:
        """Reads what ``save`` wrote."""
        with np.load(path) as data:
            text = data["vocabulary"].tobytes().decode()
            counts = data["counts"].astype(np.float32)
            return cls(text.split("\n") if text else [], data["row_starts"], data["ids"], counts)

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        term_id = self._term_ids.get(term)
        return 0 if term_id is None else int(self._term_starts[term_id + 1] - self._term_starts[term_id])

    def postings(self, term: str) -> tuple[NDArray[np.int32], Floats]:
        """Rows in which a term stands, ascending, and how often."""
        term_id = self._term_ids.get(term)
        if term_id is None:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        part = slice(self._term_starts[term_id], self._term_starts[term_id + 1])
        return self._postings_rows[part], self._postings_counts[part]

    def idf(self, frequency: float) -> float:
        """Inverse document frequency, never negative (as in Lucene's BM25)."""
        return float(np.log1p((self.size - frequency + 0.5) / (frequency + 0.5)))

    def saturate(self, rows: NDArray[np.int32], counts: Floats) -> Floats:
        """BM25's term-frequency factor for counts in the given rows."""
        mean = float(self._lengths.mean()) or 1.0
        norm = K1 * (1 - B + B * self._lengths[rows] / mean)
        return (counts * (K1 + 1) / (counts + norm)).astype(np.float32)

    def scores(self, query_terms: Mapping[str, float]) -> Floats:
        """BM25 scores of all passages.

        Args:
            query_terms: Weight of each term, usually how often it stands in the question.

        Returns:
            N scores in row order; 0 where no term stands.
        """
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in query_terms.items():
            rows, counts = self.postings(term)
            if len(rows):
                total[rows] += weight * self.idf(len(rows)) * self.saturate(rows, counts)
        return total
