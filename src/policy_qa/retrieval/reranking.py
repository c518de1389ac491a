"""The first hits put in order once more, by a model that reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.index.terms import has_han
from policy_qa.passages import context_line
from policy_qa.reading.protocol import Reader, Reading, ReadPassage
from policy_qa.records import Hit

READ = 16
READ_IN_CHINESE = 12
"""Hits read; those behind them stay where they are.

Fewer for questions with Chinese characters, whose passage is hardly ever further down: reading
four more takes a quarter of the time more and changes nothing on the golden set; docs/reader.md.
"""

WEIGHT = 0.15
"""Standard deviations of fused evidence that one unit of relevance (a logit) is worth; docs/reader.md."""


def depth(question: str) -> int:
    """How many hits are read for a question."""
    return READ_IN_CHINESE if has_han(question) else READ


@dataclass(frozen=True)
class Reranked:
    """A new order of hits.

    Attributes:
        order: Positions of the hits in the old order, best first.
        scores: Combined score of each, best first, in standard deviations; never rising.
        readings: Reading of each of the hits that were read, in the new order.
    """

    order: tuple[int, ...]
    scores: tuple[float, ...]
    readings: tuple[Reading, ...]


def rerank(reader: Reader, question: str, hits: Sequence[Hit], fused: Sequence[float]) -> Reranked:
    """Reads the first hits and orders them by fused evidence plus weighted relevance.

    Args:
        reader: The reader.
        question: The question.
        hits: Best first.
        fused: Their fused scores, in standard deviations.

    Raises:
        ModelUnavailableError: The reader's files are damaged.
    """
    head = hits[: depth(question)]
    readings = reader.read(
        question, [ReadPassage(hit.text, context_line(hit.title, hit.heading)) for hit in head]
    )
    combined = [score + WEIGHT * r.relevance for score, r in zip(fused, readings, strict=False)]
    order = sorted(range(len(head)), key=lambda i: (-combined[i], i))
    scores = [combined[i] for i in order]
    for score in fused[len(head) :]:  # unread hits stay behind read ones, in score too
        scores.append(min(score, scores[-1]))
    return Reranked(
        order=(*order, *range(len(head), len(hits))),
        scores=tuple(scores),
        readings=tuple(readings[i] for i in order),
    )
