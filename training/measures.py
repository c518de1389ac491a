"""Measures of reading, abstaining and ranking, each on one case, and their intervals."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HAN: Final = r"㐀-䶿一-鿿豈-﫿"
_UNIT: Final = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")
_ARTICLES: Final = frozenset({"a", "an", "the"})
_RESAMPLES: Final = 1000


def answer_units(text: str) -> list[str]:
    """An answer in the units by which it is compared: Chinese characters, other words.

    Width and case do not count, nor do punctuation and English articles; the mixed
    segmentation is that of MLQA (Lewis et al., ACL 2020, https://aclanthology.org/2020.acl-main.653).
    """
    units = _UNIT.findall(unicodedata.normalize("NFKC", text).lower())
    return [unit for unit in units if unit not in _ARTICLES]


def exact_match(predicted: str, answers: Sequence[str]) -> float:
    """1 if the prediction equals one of the answers in all units, else 0."""
    return float(any(answer_units(predicted) == answer_units(answer) for answer in answers))


def overlap_f1(predicted: str, answers: Sequence[str]) -> float:
    """The highest F1 of shared units with one of the answers (SQuAD's measure)."""
    return max((_f1(answer_units(predicted), answer_units(answer)) for answer in answers), default=0.0)


def _f1(predicted: Sequence[str], answer: Sequence[str]) -> float:
    shared = sum((Counter(predicted) & Counter(answer)).values())
    return 2 * shared / (len(predicted) + len(answer)) if shared else 0.0


def ndcg(relevant: Sequence[bool], known: int, depth: int = 10) -> float:
    """Normalised discounted cumulative gain (nDCG) with binary gains.

    Args:
        relevant: Whether each passage of the list is relevant, best first.
        known: How many passages are relevant in all, in the list or not.
        depth: Ranks counted.
    """
    gain = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(relevant[:depth]) if hit)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(known, depth)))
    return gain / ideal if ideal else 0.0


def area_under_curve(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Probability that a positive case scores above a negative one; ties count half."""
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    mid = upper - (counts - 1) / 2  # mean rank of equal scores, from 1
    n, m = int(positive.sum()), int((~positive).sum())
    return float((mid[ranks][positive].sum() - n * (n + 1) / 2) / (n * m)) if n and m else math.nan


def balanced_threshold(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The score from which on calling a case positive gives the highest balanced accuracy."""
    if not positive.any() or positive.all():
        return 0.0
    best = (-1.0, 0.0)
    for threshold in np.unique(scores):
        called = scores >= threshold
        accuracy = float(called[positive].mean() + (~called[~positive]).mean()) / 2
        best = max(best, (accuracy, float(threshold)))
    return best[1]


def abstention_f1(called: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """F1 of "unanswerable", where ``called`` says which cases were called answerable."""
    hits = int((~called & ~answerable).sum())
    total = int((~called).sum() + (~answerable).sum())
    return 2 * hits / total if total else 0.0


def interval(size: int, measure: Callable[[NDArray[np.int64]], float], seed: int = 0) -> tuple[float, float]:
    """95 % interval of a measure by resampling cases (percentile bootstrap, 1,000 resamples).

    Args:
        size: Number of cases.
        measure: The measure on cases given by number.
        seed: Seed of the resampling.
    """
    rng = np.random.default_rng(seed)
    values = [measure(rng.integers(0, size, size)) for _ in range(_RESAMPLES)] if size else [math.nan]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
