"""Which questions went wrong, and how: the reading list after a run."""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.evaluation.golden_result import Outcome

REASONS: dict[str, str] = {
    "crashed": "Ended in an error",
    "hallucinated": "Answered though the corpus does not say",
    "abstained": "Not answered though the corpus does say",
    "not_found": "No expected evidence in the first five hits",
    "not_quoted": "Evidence found but not quoted",
    "partly_found": "Only a part of the evidence in the first five hits",
    "partly_quoted": "All evidence found, only a part of it quoted",
    "unsupported": "A sentence that its quotes do not support",
    "answer_missing": "Evidence quoted, but no accepted answer in it",
}
"""By severity; a question is listed under the first that applies."""


def failure(outcome: Outcome) -> str | None:
    """Why a question counts as failed: a key of ``REASONS``, or ``None`` if it does not."""
    scores = outcome.scores
    found, quoted = scores.get("evidence_top5", 1.0), scores.get("evidence_quoted", 1.0)
    holds = {
        "crashed": outcome.error is not None,
        "hallucinated": scores.get("hallucination", 0.0) > 0,
        "abstained": scores.get("wrong_abstention", 0.0) > 0,
        "not_found": found == 0,
        "not_quoted": quoted == 0,
        "partly_found": found < 1,
        "partly_quoted": quoted < 1,
        "unsupported": scores.get("citation_recall", 1.0) < 1,
        "answer_missing": scores.get("answer_contained", 1.0) < 1,
    }
    return next((reason for reason in REASONS if holds[reason]), None)


def failures(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Failed questions by reason, in the order of ``REASONS``; reasons without any left out."""
    found: dict[str, list[Outcome]] = {reason: [] for reason in REASONS}
    for outcome in outcomes:
        if (reason := failure(outcome)) is not None:
            found[reason].append(outcome)
    return {reason: members for reason, members in found.items() if members}
