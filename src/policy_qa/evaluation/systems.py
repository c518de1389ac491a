"""Named systems to compare: one pass over the evidence serves all but llama-index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from policy_qa.errors import UsageError
from policy_qa.evaluation.dataset_index import DatasetIndex
from policy_qa.evaluation.measures import DEPTH
from policy_qa.index.generation import Floats
from policy_qa.retrieval.evidence import standardise
from policy_qa.retrieval.scoring import Scored

Combination = Callable[[Scored], Floats]
"""What one question found → one score a passage."""

PRODUCT: Final = "hybrid"
LLAMA_INDEX: Final = "llama-index"


def _dense(scored: Scored) -> Floats:
    return scored.evidence.dense


def _sentence(scored: Scored) -> Floats:
    return scored.evidence.sentence


def _lexical(scored: Scored) -> Floats:
    return scored.evidence.lexical


def _dense_and_sentence(scored: Scored) -> Floats:
    both: Floats = standardise(scored.evidence.dense) + standardise(scored.evidence.sentence)
    return both


def _dense_and_lexical(scored: Scored) -> Floats:
    both: Floats = 0.7 * standardise(scored.evidence.dense) + 0.3 * standardise(scored.evidence.lexical)
    return both


def _hybrid(scored: Scored) -> Floats:
    return scored.fused


COMBINATIONS: Final[Mapping[str, Combination]] = {
    "dense": _dense,
    "sentence": _sentence,
    "lexical": _lexical,
    "dense+sentence": _dense_and_sentence,
    "dense+lexical": _dense_and_lexical,
    PRODUCT: _hybrid,
}
"""Name → system. ``hybrid`` is what the product ranks by."""

NAMES: Final = (*COMBINATIONS, LLAMA_INDEX)
DEFAULT: Final = ("dense", "lexical", "sentence", "dense+sentence", PRODUCT)


def parse_names(text: str | None) -> tuple[str, ...]:
    """Names separated by commas → systems, each once.

    Raises:
        UsageError: A name is not known.
    """
    if text is None:
        return DEFAULT
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        called = ", ".join(unknown) or repr(text)
        raise UsageError(f"No system is called {called}. Known: {', '.join(NAMES)}.")
    return names


def rank_documents(index: DatasetIndex, scores: Floats, depth: int = DEPTH) -> list[tuple[str, float]]:
    """The best documents by their best passages, best first.

    A document that shares nothing with the question (score 0 in a search by words) still
    has a place in the order of the set, after all others: it is not a hit. Callers that need
    hits only cut them off.

    Args:
        index: The index.
        scores: One score a passage, in row order.
        depth: How many documents.
    """
    best = index.best_of_documents(scores)
    n = min(depth, len(best))
    top = np.argpartition(-best, n - 1)[:n] if n < len(best) else np.arange(n)
    # Equal scores come in the order of the set, whatever the partition made of them.
    edge = best[top].min()
    sure = np.flatnonzero(best > edge)
    tied = np.flatnonzero(best == edge)[: n - len(sure)]
    chosen = np.concatenate([sure, tied])
    order = chosen[np.lexsort((chosen, -best[chosen]))]
    return [(index.document_ids[i], float(best[i])) for i in order if np.isfinite(best[i])]
