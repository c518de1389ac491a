"""Named systems to compare: one pass over the evidence serves all but llama-index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policy_qa.errors import UsageError
from policy_qa.index.generation import Floats
from policy_qa.retrieval.evidence import standardise
from policy_qa.retrieval.scoring import Scored

Combination = Callable[[Scored], Floats]
"""What one question found → one score a passage."""

HYBRID: Final = "hybrid"
LATE: Final = "hybrid+late"
READER: Final = "hybrid+reader"
RERANKED: Final = (LATE, READER)
LLAMA_INDEX: Final = "llama-index"
LLAMA_BM25: Final = "llama-index+bm25"
LLAMA: Final = (LLAMA_INDEX, LLAMA_BM25)


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
    "lexical": _lexical,
    "sentence": _sentence,
    "dense+sentence": _dense_and_sentence,
    "dense+lexical": _dense_and_lexical,
    HYBRID: _hybrid,
}
"""Name → system that needs nothing but the evidence."""

NAMES: Final = (*COMBINATIONS, *RERANKED, *LLAMA)
_DEFAULT: Final = ("dense", "lexical", "sentence", "dense+sentence", HYBRID)


def default_systems(with_reader: bool) -> tuple[str, ...]:
    """The systems measured if none are named; the product's own is among them."""
    return (*_DEFAULT, READER) if with_reader else _DEFAULT


def parse_names(text: str) -> tuple[str, ...]:
    """Names separated by commas → systems, each once.

    Raises:
        UsageError: A name is not known.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        called = ", ".join(unknown) or repr(text)
        raise UsageError(f"No system is called {called}. Known: {', '.join(NAMES)}.")
    return names


def main_system(names: Mapping[str, object]) -> str:
    """Of the systems that ran, the one closest to what the product ranks by."""
    return next((name for name in (READER, HYBRID) if name in names), next(iter(names)))
