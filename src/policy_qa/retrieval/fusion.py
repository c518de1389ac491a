"""Evidence → one score a passage, with weights that know the question's language.

BM25 has nothing to say about a question to passages in another language unless the question's
words are translated first, and then it says less than in one language; the weights follow
from that. They were tuned on public sets (docs/evaluation.md), never on the golden test part.
"""

from __future__ import annotations

import numpy as np

from policy_qa.index.generation import Floats
from policy_qa.records import Record
from policy_qa.retrieval.evidence import Evidence, standardise


class Weights(Record):
    """Shares of the kinds of evidence, adding up to 1."""

    dense: float
    sentence: float
    lexical: float


TRANSLATED = Weights(dense=0.375, sentence=0.375, lexical=0.25)
NO_LEXICAL = Weights(dense=0.5, sentence=0.5, lexical=0.0)

LEAST_LEXICAL = 0.15
LEXICAL_GAIN = 0.1
"""Share of BM25 where question and passages are in one language: the least, and what a clear lead adds.

A question whose words single out one passage gets more than one whose words stand everywhere (query
performance prediction; Shtok et al., ACM TOIS 30, 2012, look at the spread of the first scores too).
"""
_LEAD_OVER = 10


def fuse(evidence: Evidence, weights: Weights) -> Floats:
    """Weighted sum of standardised evidence.

    Args:
        evidence: Scores of all passages.
        weights: The share of each kind.

    Returns:
        N scores in row order, in standard deviations.
    """
    fused: Floats = weights.dense * standardise(evidence.dense)
    fused += weights.sentence * standardise(evidence.sentence)
    fused += weights.lexical * standardise(evidence.lexical)
    return fused


def weights_for(evidence: Evidence, translated: bool) -> Weights:
    """The shares for one question.

    Args:
        evidence: Scores of all passages.
        translated: Whether the lexical side looked for translated words.
    """
    if not evidence.lexical_hits:
        return NO_LEXICAL
    if translated:
        return TRANSLATED
    lexical = LEAST_LEXICAL + LEXICAL_GAIN * lead(evidence.lexical)
    return Weights(dense=(1 - lexical) / 2, sentence=(1 - lexical) / 2, lexical=lexical)


def lead(scores: Floats) -> float:
    """How far the best score stands above the tenth, or the last of fewer: 0 to 1 of its own height."""
    first = np.partition(scores, len(scores) - min(_LEAD_OVER, len(scores)))[-_LEAD_OVER:]
    best = float(first.max())
    return (best - float(first.min())) / best if best > 0 else 0.0
