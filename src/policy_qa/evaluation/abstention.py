"""Does the system know when the corpus does not answer?

Hallucination and wrong-abstention rates are the two error rates of SQuAD 2.0-style sets
(Rajpurkar et al., ACL 2018), named as in NoMIRACL (Thakur et al., EMNLP Findings 2024). The
risk–coverage curve and its area are those of selective classification (El-Yaniv and Wiener,
JMLR 2010; Geifman, Uziel and El-Yaniv, ICLR 2019).
"""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.records import Record


class RiskPoint(Record):
    """What happens if only the questions with this confidence or more are answered.

    Attributes:
        confidence: The lowest confidence answered.
        coverage: Share of all questions answered, 0 to 1.
        risk: Share of those that come out wrong, 0 to 1.
    """

    confidence: float
    coverage: float
    risk: float


class RiskCoverage(Record):
    """A risk–coverage curve.

    Attributes:
        points: By rising coverage; one for each distinct confidence.
        area: Area under the curve, 0 to 1; lower is better.
        excess: Area above that of a perfect order of the same outcomes.
    """

    points: tuple[RiskPoint, ...]
    area: float
    excess: float


def hallucinated(answerable: bool, answered: bool) -> float | None:
    """1 if a question that the corpus does not answer was answered; ``None`` if it does."""
    return None if answerable else float(answered)


def wrongly_abstained(answerable: bool, answered: bool) -> float | None:
    """1 if a question that the corpus answers was not answered; ``None`` if it does not."""
    return float(not answered) if answerable else None


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """The curve over all thresholds.

    The area is the mean of the risks at the coverages 1/n, 2/n, … 1. Questions of equal
    confidence are answered together, each at the risk of their group, so that the result
    does not depend on the order of the input.

    Args:
        confidences: One for each question.
        right: Whether answering that question would have been right.

    Raises:
        ValueError: There are no questions, or the lengths differ.
    """
    if len(confidences) != len(right) or not right:
        raise ValueError(f"{len(confidences)} confidences for {len(right)} outcomes: need as many, not 0")
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    n = len(ranked)
    points: list[RiskPoint] = []
    area = 0.0
    wrong = done = 0
    for i, (confidence, outcome) in enumerate(ranked):
        wrong += not outcome
        if i + 1 < n and ranked[i + 1][0] == confidence:
            continue
        risk = wrong / (i + 1)
        area += risk * (i + 1 - done) / n
        done = i + 1
        points.append(RiskPoint(confidence=confidence, coverage=(i + 1) / n, risk=risk))
    best = _best_area(n, wrong)
    return RiskCoverage(points=tuple(points), area=area, excess=area - best)


def _best_area(n: int, wrong: int) -> float:
    """Area if all right outcomes came first."""
    return sum(max(0, k - (n - wrong)) / k for k in range(1, n + 1)) / n
