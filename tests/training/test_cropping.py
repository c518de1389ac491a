"""Cropped rows keep what they teach."""

from __future__ import annotations

import numpy as np
import pytest

from training.cropping import LONGEST, LONGEST_SENTENCE, SHORTEST, SHORTEST_SENTENCE, crop
from training.rows import IRRELEVANT, RELEVANT, LabelledRow, RowTable, table

START, TEXT = 7, 400


def row(group: int, number: int, *, span: tuple[int, int] = (0, 0), taught: bool = True) -> LabelledRow:
    """A row whose text counts upwards, so that every token tells where it stood."""
    ids = np.concatenate([[0, 11, 12, 13, 14, 2, 2], np.arange(1000, 1000 + TEXT), [2]]).astype(np.int32)
    relevant = IRRELEVANT if number else RELEVANT
    return LabelledRow(ids, START, relevant, taught, [span], group, number, group % 2)


@pytest.fixture
def rows() -> RowTable:
    rng = np.random.default_rng(1)
    made = []
    for group in range(40):
        at = START + int(rng.integers(TEXT - 5))
        made += [row(group, 0, span=(at, at + 4)), row(group, 1), row(group, 2, taught=False)]
    return table(made, ["xquad zh→zh", "drcd"])


def test_an_answer_stays_whole_at_its_new_place(rows: RowTable) -> None:
    cropped = crop(rows, 0)
    for number in range(0, len(rows), 3):
        (before, after) = (
            t.ids(number)[t.spans[number, 0, 0] : t.spans[number, 0, 1] + 1] for t in (rows, cropped)
        )
        assert after.tolist() == before.tolist()


def test_windows_have_the_widths_they_may_have_and_keep_question_and_markers(rows: RowTable) -> None:
    cropped = crop(rows, 0)
    widths = cropped.lengths - START - 1
    short = widths[widths < SHORTEST]
    assert short.min() >= SHORTEST_SENTENCE
    assert short.max() < LONGEST_SENTENCE
    assert widths.max() < LONGEST
    assert 0.2 < len(short) / len(widths[widths != 200]) < 0.5
    assert len(set(widths.tolist())) > 20
    for number in range(len(cropped)):
        ids = cropped.ids(number)
        assert ids[:START].tolist() == rows.ids(number)[:START].tolist()
        assert ids[-1] == 2
        assert (np.diff(ids[START:-1]) == 1).all()


def test_a_question_edited_on_the_same_passage_sees_the_same_window(rows: RowTable) -> None:
    cropped = crop(rows, 0)
    for first in range(0, len(rows), 3):
        assert cropped.ids(first)[START:].tolist() == cropped.ids(first + 1)[START:].tolist()


def test_rows_without_a_taught_span_lose_their_end_only(rows: RowTable) -> None:
    cropped = crop(rows, 0)
    assert {int(cropped.ids(number)[START]) for number in range(2, len(rows), 3)} == {1000}


def test_short_rows_stay_as_they_are() -> None:
    short = row(0, 0, span=(START, START + 1))
    short = LabelledRow(**vars(short) | {"ids": np.concatenate([short.ids[:60], [2]]).astype(np.int32)})
    assert crop(table([short], ["a", "b"]), 0).ids(0).tolist() == short.ids.tolist()


def test_sources_are_left_out_by_their_first_word_and_seeds_repeat(rows: RowTable) -> None:
    left = crop(rows, 0, ["xquad"])
    assert set(left.source.tolist()) == {1}
    assert np.array_equal(crop(rows, 3).tokens, crop(rows, 3).tokens)
    assert not np.array_equal(crop(rows, 3).tokens, crop(rows, 4).tokens)
