from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from policy_qa.index.lexical import LexicalIndex


def test_scores_are_bm25() -> None:
    index = LexicalIndex.build([Counter(a=2, b=1), Counter(b=1), Counter(c=3)])
    # N = 3, df(a) = 1, tf = 2, lengths 3, 1, 3, mean 7/3; k1 = 0.4, b = 0.75.
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    norm = 0.4 * (1 - 0.75 + 0.75 * 3 / (7 / 3))
    assert index.scores({"a": 1.0}) == pytest.approx([idf * 2 * 1.4 / (2 + norm), 0, 0])


def test_a_term_no_passage_holds_scores_nothing() -> None:
    index = LexicalIndex.build([Counter(a=1)])
    assert index.scores({"z": 1.0}).tolist() == [0.0]
    assert index.document_frequency("z") == 0


def test_rows_taken_over_from_an_earlier_index_score_as_if_counted_again() -> None:
    rows = [Counter(a=1, b=2), Counter(b=1, c=1), Counter(c=4), Counter(a=3, d=1)]
    old = LexicalIndex.build(rows[:3])
    grown = LexicalIndex.build([2, rows[3], 0], old)
    fresh = LexicalIndex.build([rows[2], rows[3], rows[0]])
    query = {"a": 1.0, "b": 1.0, "c": 2.0, "d": 1.0}
    assert grown.scores(query) == pytest.approx(fresh.scores(query))


def test_a_saved_index_scores_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build([Counter({"算力": 2, "券": 1}), Counter(), Counter({"券": 3})])
    index.save(tmp_path / "lexical.npz")
    loaded = LexicalIndex.load(tmp_path / "lexical.npz")
    assert np.array_equal(loaded.scores({"券": 1.0}), index.scores({"券": 1.0}))
    assert loaded.size == 3


def test_a_row_number_without_an_earlier_index_is_refused() -> None:
    with pytest.raises(ValueError, match="earlier index"):
        LexicalIndex.build([0])
