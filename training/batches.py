"""Rows → padded batches, whole groups together, rows of like length side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.rows import UNKNOWN, RowTable

Ints = NDArray[np.int64]

_CHUNK_BATCHES = 50
"""Groups are sorted by length within runs of about this many batches, which keeps batches random."""


@dataclass(frozen=True)
class Batch:
    """Padded rows, numpy.

    Attributes:
        rows: Numbers of the rows in the table.
        ids: Shape ``(b, t)``, int64.
        mask: Shape ``(b, t)``, true for tokens.
    """

    rows: Ints
    ids: Ints
    mask: NDArray[np.bool_]


def pad(sequences: Sequence[NDArray[np.int32]], padding: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Ids and mask of rows padded on the right to the longest."""
    lengths = np.array([len(ids) for ids in sequences])
    mask = np.arange(int(lengths.max(initial=0))) < lengths[:, None]
    ids = np.full(mask.shape, padding, np.int64)
    ids[mask] = np.concatenate(sequences)
    return ids, mask


class Batcher:
    """Draws batches of whole groups, in another order every epoch.

    Args:
        table: The rows.
        padding: Token id put behind the ends of rows.
        batch_tokens: Tokens of a batch at most, padding counted; a group is never split.
        wrong_pairs: Rows per group kept beside the one that answers, drawn anew every epoch; 0
            for all. Groups of which it is not known which row answers stay whole.
        shares: Sources of which only a share of the groups is drawn each epoch, by name.
        seed: Seed of the order.
    """

    def __init__(
        self,
        table: RowTable,
        padding: int,
        *,
        batch_tokens: int,
        wrong_pairs: int = 0,
        shares: Mapping[str, float] | None = None,
        seed: int = 0,
    ) -> None:
        self._table = table
        self._padding = padding
        self._batch_tokens = batch_tokens
        self._wrong_pairs = wrong_pairs
        self._shares = dict(shares or {})
        self._seed = seed
        edges = np.flatnonzero(np.diff(table.group)) + 1
        self._groups = np.split(np.arange(len(table)), edges)

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of an epoch; the same number gives the same batches."""
        rng = np.random.default_rng([self._seed, number])
        groups = [self._thinned(group, rng) for group in self._groups if self._is_drawn(group, rng)]
        lengths = self._table.lengths
        tokens = np.array([lengths[group].sum() for group in groups])
        longest = np.array([lengths[group].max() for group in groups])
        order = rng.permutation(len(groups))
        per_batch = max(1, self._batch_tokens // max(1, int(tokens.mean()))) if len(groups) else 1
        for start in range(0, len(order), per_batch * _CHUNK_BATCHES):
            chunk = order[start : start + per_batch * _CHUNK_BATCHES]
            ranked = chunk[np.argsort(longest[chunk], kind="stable")]
            packed = list(self._pack([groups[i] for i in ranked]))
            for i in rng.permutation(len(packed)):
                yield self._batch(packed[i])

    def _is_drawn(self, group: Ints, rng: np.random.Generator) -> bool:
        name = self._table.sources[self._table.source[group[0]]]
        return bool(rng.random() < self._shares.get(name, 1.0))

    def _thinned(self, group: Ints, rng: np.random.Generator) -> Ints:
        unknown = (self._table.relevant[group] == UNKNOWN).any()
        if not self._wrong_pairs or unknown or len(group) <= self._wrong_pairs + 1:
            return group
        chosen = rng.choice(group[1:], self._wrong_pairs, replace=False)
        return np.concatenate([group[:1], np.sort(chosen)])

    def _pack(self, groups: Sequence[Ints]) -> Iterator[Ints]:
        rows: list[Ints] = []
        count = width = 0
        for group in groups:
            longest = int(self._table.lengths[group].max())
            if rows and (count + len(group)) * max(width, longest) > self._batch_tokens:
                yield np.concatenate(rows)
                rows, count, width = [], 0, 0
            rows.append(group)
            count, width = count + len(group), max(width, longest)
        if rows:
            yield np.concatenate(rows)

    def _batch(self, rows: Ints) -> Batch:
        ids, mask = pad([self._table.ids(int(row)) for row in rows], self._padding)
        return Batch(rows, ids, mask)
