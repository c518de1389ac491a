from __future__ import annotations

import pytest

from policy_qa.evaluation.calibration import calibration


def test_the_error_weighs_each_bin_by_its_size() -> None:
    # Bin .9–1: two of three true at a mean of .95; bin .1–.2: none of one at .15.
    found = calibration([0.95, 0.95, 0.95, 0.15], [True, True, False, False])
    assert found.error == pytest.approx(3 / 4 * abs(2 / 3 - 0.95) + 1 / 4 * abs(0 - 0.15))
    assert [(b.low, b.high, b.count) for b in found.bins] == [(0.1, 0.2, 1), (0.9, 1.0, 3)]


def test_a_confidence_of_one_belongs_to_the_last_bin() -> None:
    (only,) = calibration([1.0], [True]).bins
    assert (only.low, only.high, only.accuracy) == (0.9, 1.0, 1.0)


def test_confidence_that_comes_true_has_no_error() -> None:
    assert calibration([0.5, 0.5], [True, False]).error == pytest.approx(0)


def test_no_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        calibration([], [])
