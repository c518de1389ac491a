"""Evidence → one score a passage, with weights that know the question's language.

BM25 has nothing to say about a question to passages in another language unless the question's
words are translated first, and then it says less than in one language; the weights follow
from that. They were tuned on public sets (docs/evaluation.md), never on the golden test part.
"""

from __future__ import annotations

from policy_qa.index.generation import Floats
from policy_qa.records import Record
from policy_qa.retrieval.evidence import Evidence, standardise


class Weights(Record):
    """Shares of the kinds of evidence, adding up to 1."""

    dense: float
    sentence: float
    lexical: float


SAME_LANGUAGE = Weights(dense=0.325, sentence=0.325, lexical=0.35)
TRANSLATED = Weights(dense=0.4, sentence=0.4, lexical=0.2)
NO_LEXICAL = Weights(dense=0.5, sentence=0.5, lexical=0.0)


def fuse(evidence: Evidence, translated: bool) -> Floats:
    """Weighted sum of standardised evidence.

    Args:
        evidence: Scores of all passages.
        translated: Whether the lexical side looked for translated words.

    Returns:
        N scores in row order, in standard deviations.
    """
    weights = NO_LEXICAL if not evidence.lexical_hits else TRANSLATED if translated else SAME_LANGUAGE
    fused: Floats = weights.dense * standardise(evidence.dense)
    fused += weights.sentence * standardise(evidence.sentence)
    fused += weights.lexical * standardise(evidence.lexical)
    return fused
