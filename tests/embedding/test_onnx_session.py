"""Rows are put in batches that hold every row once and leave no worker idle for long."""

from __future__ import annotations

from random import Random

import pytest

from policy_qa.embedding.onnx_session import BATCH_TOKENS, batches, even_batches


def test_batches_hold_every_row_once_and_stay_within_their_size() -> None:
    lengths = [Random(3).randint(5, 300) for _ in range(50)]
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(50))
    assert all(len(batch) * max(lengths[row] for row in batch) <= BATCH_TOKENS for batch in made)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("rows", [1, 5, 16, 60])
def test_even_batches_hold_every_row_once(workers: int, rows: int) -> None:
    lengths = [Random(rows).randint(20, 260) for _ in range(rows)]
    made = even_batches(lengths, workers)
    assert sorted(row for batch in made for row in batch) == list(range(rows))
    assert all(made)


def test_even_batches_give_two_workers_about_the_same_to_do() -> None:
    lengths = [150] * 12 + [220] * 4
    loads = [0, 0]
    for batch in even_batches(lengths, 2)[::-1]:  # as a pool of two takes them
        loads[loads.index(min(loads))] += len(batch) * max(lengths[row] for row in batch)
    assert max(loads) <= 1.15 * sum(lengths) / 2


def test_no_rows_make_no_batches() -> None:
    assert list(batches([])) == []
    assert even_batches([], 2) == []
