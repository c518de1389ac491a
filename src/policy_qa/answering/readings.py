"""What the reader says of a passage, as features of one of its sentences."""

from __future__ import annotations

from policy_qa.records import Span
from policy_qa.retrieval.retriever import Retrieval

_LIMIT = 8.0


def reading_features(retrieval: Retrieval, number: int, sentence: Span) -> dict[str, float]:
    """Features of a sentence; all 0 where its hit was not read.

    Args:
        retrieval: What was found.
        number: Index of the hit.
        sentence: Where the sentence stands in the article.

    Returns:
        ``reading_relevance``, the logit that the passage answers; ``reading_margin``, that of its
        best span against none; ``reading_here``, the latter if the span overlaps the sentence,
        else 0, and never negative.
    """
    if number >= len(retrieval.readings):
        return {"reading_relevance": 0.0, "reading_margin": 0.0, "reading_here": 0.0}
    reading, offset = retrieval.readings[number], retrieval.hits[number].start
    start, end = offset + reading.start, offset + reading.end
    here = end > start and start < sentence.end and end > sentence.start
    return {
        "reading_relevance": clipped(reading.relevance),
        "reading_margin": clipped(reading.margin),
        "reading_here": clipped(max(0.0, reading.margin + _LIMIT)) if here else 0.0,
    }


def clipped(value: float) -> float:
    """A logit kept within bounds, so that one reading cannot outweigh all else."""
    return max(-_LIMIT, min(_LIMIT, value))
