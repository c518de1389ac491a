from __future__ import annotations

import pytest

from policy_qa.evaluation.significance import bootstrap_ci, paired_permutation_test


def test_the_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = bootstrap_ci([0.0, 1.0] * 10), bootstrap_ci([0.0, 1.0] * 1000)
    assert few[0] < 0.5 < few[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 5


def test_the_interval_of_a_proportion_is_about_two_standard_errors_wide() -> None:
    low, high = bootstrap_ci([1.0] * 90 + [0.0] * 10)
    error = (0.9 * 0.1 / 100) ** 0.5
    assert (low, high) == pytest.approx((0.9 - 1.96 * error, 0.9 + 1.96 * error), abs=0.015)


def test_no_value_and_one_value_have_an_interval_without_width() -> None:
    assert bootstrap_ci([]) == (0.0, 0.0)
    assert bootstrap_ci([0.7] * 5) == pytest.approx((0.7, 0.7))


def test_a_difference_in_every_question_is_significant_and_in_none_is_not() -> None:
    assert paired_permutation_test([1.0] * 12, [0.0] * 12) < 0.005  # 2 / 2**12 of all arrangements
    assert paired_permutation_test([0.3, 0.7], [0.3, 0.7]) == 1.0


def test_differences_that_cancel_out_are_not_significant() -> None:
    assert paired_permutation_test([1.0, 0.0] * 20, [0.0, 1.0] * 20) > 0.9


def test_two_questions_cannot_be_significant() -> None:
    assert paired_permutation_test([1.0, 1.0], [0.0, 0.0]) == pytest.approx(0.5, abs=0.05)


def test_unpaired_values_are_refused() -> None:
    with pytest.raises(ValueError, match="2 and 1"):
        paired_permutation_test([1.0, 2.0], [1.0])
