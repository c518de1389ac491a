"""The question vector, moved towards the passages found first: pseudo-relevance feedback.

Rocchio's formula without its negative part (Rocchio, in: The SMART Retrieval System, 1971), on
vectors. Done for questions in another language than the articles: the passages speak theirs. In one
language it changed nothing (docs/evaluation.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from policy_qa.index.generation import Floats

BEST: Final = 3
"""Passages taken for relevant."""
GAIN: Final = 0.3
"""Weight of their mean beside the question, which weighs 1."""


def towards_best(vector: Floats, passages: Floats, scores: Floats) -> Floats:
    """A question vector of length 1 between the question and its best passages.

    Args:
        vector: The question, of length 1; shape (d,).
        passages: Vectors of all N passages; shape (N, d).
        scores: One score a passage; shape (N,).
    """
    if not len(scores):
        return vector
    best = np.argsort(-scores, kind="stable")[:BEST]
    moved: Floats = vector + GAIN * passages[best].mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)
