from __future__ import annotations

import pytest

from policy_qa.evaluation.language_gap import language_gap


def test_the_gap_is_a_ratio_of_means_over_the_pairs_asked_in_both() -> None:
    gap = language_gap({"a": 1, "b": 0, "only_en": 1}, {"a": 1, "b": 0.5, "only_zh": 0})
    assert gap is not None
    assert gap.pairs == 2
    assert gap.ratio == pytest.approx(((1 + 0) / 2) / ((1 + 0.5) / 2))


def test_the_interval_holds_the_ratio_and_is_the_same_every_time() -> None:
    english = {str(i): float(i % 3 > 0) for i in range(60)}
    chinese = {str(i): float(i % 5 > 0) for i in range(60)}
    gap = language_gap(english, chinese)
    assert gap is not None
    assert gap.ratio is not None
    assert gap.low is not None
    assert gap.high is not None
    assert gap.low < gap.ratio < gap.high
    assert gap == language_gap(english, chinese)


def test_the_interval_is_of_english_by_chinese_and_not_the_other_way_round() -> None:
    gap = language_gap({str(i): i % 2 for i in range(100)}, {str(i): 1.0 for i in range(100)})
    assert gap is not None
    assert gap.high is not None
    # Half of the English questions are right, all of the Chinese: 1 ÷ 2, never 2 ÷ 1.
    assert gap.high < 1


def test_equal_scores_leave_no_doubt() -> None:
    scores = {"a": 1.0, "b": 0.5}
    gap = language_gap(scores, scores)
    assert gap is not None
    assert (gap.low, gap.ratio, gap.high) == (1, 1, 1)


def test_nothing_right_in_chinese_gives_no_ratio() -> None:
    gap = language_gap({"a": 1.0}, {"a": 0.0})
    assert gap is not None
    assert (gap.ratio, gap.low, gap.high) == (None, None, None)


def test_no_shared_pair_gives_no_gap() -> None:
    assert language_gap({"a": 1.0}, {"b": 1.0}) is None
