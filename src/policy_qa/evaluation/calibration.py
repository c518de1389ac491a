"""Does a confidence of 0.8 come true in eight cases of ten?

Reliability diagram and expected calibration error with bins of equal width (Naeini, Cooper and
Hauskrecht, AAAI 2015; Guo et al., ICML 2017).
"""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.records import Record

BINS = 10


class ReliabilityBin(Record):
    """Questions whose confidence lies in one interval.

    Attributes:
        low: Lower end, included.
        high: Upper end; included only in the last bin.
        count: How many questions.
        confidence: Their mean confidence.
        accuracy: Share of them that came true.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


class Calibration(Record):
    """How well confidence fits outcomes.

    Attributes:
        bins: Bins with at least one question, by rising confidence.
        error: Expected calibration error, 0 to 1: mean distance of accuracy and confidence,
            weighted by the bins' sizes.
    """

    bins: tuple[ReliabilityBin, ...]
    error: float


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> Calibration:
    """Sorts questions into bins and compares.

    Args:
        confidences: Between 0 and 1, one for each question.
        right: Whether the question could be answered from what was found.
        bins: How many of equal width.

    Raises:
        ValueError: There are no questions, or the lengths differ.
    """
    if len(confidences) != len(right) or not right:
        raise ValueError(f"{len(confidences)} confidences for {len(right)} outcomes: need as many, not 0")
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, outcome in zip(confidences, right, strict=True):
        members.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, outcome))
    made = tuple(
        ReliabilityBin(
            low=index / bins,
            high=(index + 1) / bins,
            count=len(inside),
            confidence=sum(c for c, _ in inside) / len(inside),
            accuracy=sum(o for _, o in inside) / len(inside),
        )
        for index, inside in sorted(members.items())
    )
    error = sum(b.count / len(right) * abs(b.accuracy - b.confidence) for b in made)
    return Calibration(bins=made, error=error)
