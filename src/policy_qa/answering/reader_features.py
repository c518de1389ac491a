"""What the reader says of a hit and of one of its sentences, as numbers for the fitted models."""

from __future__ import annotations

import math
from collections.abc import Mapping

from policy_qa.reading.protocol import Reading
from policy_qa.records import Span
from policy_qa.retrieval.retriever import Retrieval

READER_FEATURES = ("read_hit", "read_best", "read_here", "alone_here", "alone_best", "claim_best")
"""Relevance of the hit (a quarter of the logit); the highest answerability of all hits (likewise);
for the sentence that holds the words marked in its hit, how likely they answer; how likely the
sentence answers when it is read on its own, if it was; the highest relevance of any sentence read
so, and of one as a statement (likewise quarters of a logit)."""

_SCALE = 4.0
_LIMIT = 12.0


class ReaderFeatures:
    """The reader's view of one retrieval; all zero where nothing was read."""

    def __init__(self, retrieval: Retrieval) -> None:
        self._readings: tuple[Reading, ...] = retrieval.readings
        self._starts = [hit.start for hit in retrieval.hits]
        self._best = max((_bounded(r.answerability) for r in self._readings), default=0.0) / _SCALE
        looks = retrieval.second_looks
        self._alone = {(look.hit, look.start): look.alone for look in looks}
        self._alone_best = max((_bounded(look.alone) for look in looks), default=0.0) / _SCALE
        claims = [_bounded(look.claim) for look in looks if look.claim is not None]
        self._claim_best = max(claims, default=0.0) / _SCALE

    def of(self, hit: int, sentence: Span) -> Mapping[str, float]:
        """Values of ``READER_FEATURES``.

        Args:
            hit: Place of the hit, counted from 0.
            sentence: Where the sentence stands in its article.
        """
        if hit >= len(self._readings):
            return dict.fromkeys(READER_FEATURES, 0.0)
        reading = self._readings[hit]
        start, end = self._starts[hit] + reading.start, self._starts[hit] + reading.end
        here = start < sentence.end and end > sentence.start
        alone = self._alone.get((hit, sentence.start))
        return {
            "read_hit": _bounded(reading.relevance) / _SCALE,
            "read_best": self._best,
            "read_here": _likely(reading.answerability) if here else 0.0,
            "alone_here": 0.0 if alone is None else _likely(alone),
            "alone_best": self._alone_best,
            "claim_best": self._claim_best,
        }


def _likely(logit: float) -> float:
    return 1 / (1 + math.exp(-_bounded(logit)))


def _bounded(logit: float) -> float:
    return max(-_LIMIT, min(_LIMIT, logit))
