"""How sure a mean is, and whether two runs differ: resampling, no assumption of a distribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_LEVEL = 0.95
_CHUNK = 2**22
"""Numbers drawn at a time at most."""


def bootstrap_ci(values: Sequence[float], *, seed: int = 7, samples: int = 2000) -> tuple[float, float]:
    """95 % interval of a mean by the percentile bootstrap (Efron & Tibshirani 1993, chapter 13).

    Args:
        values: One value a question.
        seed: Seed of the draws.
        samples: How many samples are drawn.

    Returns:
        Lower and upper end; both 0 without values.
    """
    if not values:
        return 0.0, 0.0
    data = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(seed)
    step = max(1, _CHUNK // len(data))
    drawn = [
        data[rng.integers(len(data), size=(min(step, samples - start), len(data)))].mean(axis=1)
        for start in range(0, samples, step)
    ]
    tail = (1 - _LEVEL) / 2
    low, high = np.quantile(np.concatenate(drawn), [tail, 1 - tail])
    return float(low), float(high)


def paired_permutation_test(
    a: Sequence[float], b: Sequence[float], *, seed: int = 7, samples: int = 10_000
) -> float:
    """Two-sided p-value of the difference of two means over the same questions.

    Fisher's randomisation test: were the two runs alike, each question's values could as well
    be swapped (Smucker, Allan and Carterette, CIKM 2007). The observed arrangement counts as
    one of the samples, so that p is never 0.

    Args:
        a: Values of one run.
        b: Values of the other, in the same order.
        seed: Seed of the draws.
        samples: How many arrangements are drawn.

    Raises:
        ValueError: The two are not of one length.
    """
    if len(a) != len(b):
        raise ValueError(f"paired values needed, but there are {len(a)} and {len(b)}")
    differences = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    if not differences.any():
        return 1.0
    observed = abs(differences.sum())
    rng = np.random.default_rng(seed)
    step = max(1, _CHUNK // len(differences))
    as_far = 0
    for start in range(0, samples, step):
        signs = rng.integers(2, size=(min(step, samples - start), len(differences))) * 2 - 1
        as_far += int((np.abs(signs @ differences) >= observed - 1e-12).sum())
    return (as_far + 1) / (samples + 1)
