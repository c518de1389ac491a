from __future__ import annotations

import pytest

from policy_qa.evaluation.abstention import hallucinated, risk_coverage, wrongly_abstained


def test_each_error_rate_is_about_its_own_kind_of_question() -> None:
    assert hallucinated(answerable=False, answered=True) == 1
    assert hallucinated(answerable=False, answered=False) == 0
    assert hallucinated(answerable=True, answered=True) is None
    assert wrongly_abstained(answerable=True, answered=False) == 1
    assert wrongly_abstained(answerable=True, answered=True) == 0
    assert wrongly_abstained(answerable=False, answered=False) is None


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    # By falling confidence: right, wrong, right, wrong → risks 0, 1/2, 1/3, 2/4.
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert [(p.coverage, p.risk) for p in curve.points] == [
        (0.25, 0),
        (0.5, 0.5),
        (0.75, pytest.approx(1 / 3)),
        (1.0, 0.5),
    ]


def test_the_excess_is_what_a_perfect_order_would_save() -> None:
    # Best order: right, right, wrong, wrong → risks 0, 0, 1/3, 2/4.
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.excess == pytest.approx((1 / 2 + 1 / 3 + 2 / 4) / 4 - (1 / 3 + 2 / 4) / 4)
    assert risk_coverage([0.9, 0.1], [True, False]).excess == pytest.approx(0)


def test_equal_confidences_are_answered_together_in_any_order() -> None:
    one = risk_coverage([0.5, 0.5], [True, False])
    other = risk_coverage([0.5, 0.5], [False, True])
    assert one == other
    assert [(p.coverage, p.risk) for p in one.points] == [(1.0, 0.5)]
    assert one.area == pytest.approx((1 / 2 + 1 / 2) / 2)


@pytest.mark.parametrize(("right", "area"), [([True] * 3, 0.0), ([False] * 3, 1.0)])
def test_all_right_has_no_area_and_all_wrong_the_whole(right: list[bool], area: float) -> None:
    assert risk_coverage([0.1, 0.2, 0.3], right).area == pytest.approx(area)


def test_no_questions_or_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="0 confidences"):
        risk_coverage([], [])
    with pytest.raises(ValueError, match="2 confidences for 1"):
        risk_coverage([0.1, 0.2], [True])
