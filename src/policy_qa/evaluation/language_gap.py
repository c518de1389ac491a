"""How much is lost by asking in English: English ÷ Chinese over the same needs.

A ratio of means over pairs, not a mean of ratios: a pair that fails in Chinese would make the
latter infinite. The interval resamples whole pairs, so that a hard need stays hard in both
languages (percentile bootstrap, Efron and Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from policy_qa.records import Record


class LanguageGap(Record):
    """A measure in two languages.

    Attributes:
        english: Mean over the pairs asked in English.
        chinese: Mean over the same pairs asked in Chinese.
        ratio: English ÷ Chinese; ``None`` if Chinese is 0.
        low: Lower end of the ratio's 95 % interval.
        high: Upper end.
        pairs: How many pairs have a score in both languages.
    """

    english: float
    chinese: float
    ratio: float | None
    low: float | None
    high: float | None
    pairs: int


def language_gap(
    english: Mapping[str, float], chinese: Mapping[str, float], *, seed: int = 7, samples: int = 2000
) -> LanguageGap | None:
    """Compares the two languages.

    Args:
        english: Score of the English question by pair.
        chinese: Score of the Chinese question by pair.
        seed: Seed of the resampling.
        samples: How many times pairs are drawn.

    Returns:
        ``None`` if no pair has both.
    """
    shared = sorted(english.keys() & chinese.keys())
    if not shared:
        return None
    scores = np.array([[english[pair], chinese[pair]] for pair in shared])
    means = scores.mean(axis=0)
    drawn = np.random.default_rng(seed).integers(0, len(shared), size=(samples, len(shared)))
    sums = scores[drawn].sum(axis=1)
    ratios = sums[sums[:, 1] > 0, 0] / sums[sums[:, 1] > 0, 1]
    low, high = np.percentile(ratios, [2.5, 97.5]) if len(ratios) else (None, None)
    return LanguageGap(
        english=float(means[0]),
        chinese=float(means[1]),
        ratio=float(means[0] / means[1]) if means[1] > 0 else None,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        pairs=len(shared),
    )
