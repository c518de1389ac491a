"""Late interaction: every word of a question looks for its closest word in a passage.

MaxSim of Khattab and Zaharia, ColBERT (SIGIR 2020), with the token states of the embedding model
as they are: nothing is trained. Only the first passages are compared, since the states of a
passage are two hundred times as large as its vector.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Vectors
from policy_qa.index.generation import Floats, Generation
from policy_qa.passages import embedding_text

COMPARED = 16
"""Passages compared; those behind them stay where they are."""

WEIGHT = 10.0
"""Standard deviations of fused evidence that one unit of MaxSim (a mean cosine) is worth; 5 to 15
measure alike (docs/evaluation.md)."""

_KEPT_TOKENS = 4_000_000
"""Token states kept in memory at most: 3 GB with 384 dimensions."""


@runtime_checkable
class TokenEmbedder(Protocol):
    """An embedding model that tells the states of single tokens."""

    def token_states(self, texts: Sequence[str], side: Literal["query", "passage"]) -> list[Vectors]:
        """Returns an array of shape (tokens, dimension) for each text, in order."""
        ...


class LateInteraction:
    """Compares questions with passages of one generation, token by token."""

    def __init__(self, embedder: TokenEmbedder, generation: Generation) -> None:
        """Wires model and index; states of passages are made when first needed and kept."""
        self._embedder = embedder
        self._generation = generation
        self._states: OrderedDict[int, NDArray[np.float16]] = OrderedDict()
        self._tokens = 0

    def __call__(self, question: str, fused: Floats) -> Floats:
        """Fused scores with MaxSim added to those of the first passages.

        Args:
            question: The question.
            fused: One score a passage, in row order.
        """
        rows = [int(row) for row in np.argsort(-fused, kind="stable")[:COMPARED]]
        similar = self.similarities(question, rows)
        scores = fused.copy()
        # The last of them keeps its place before all that were not compared.
        scores[rows] = fused[rows] + WEIGHT * (similar - similar.min(initial=1.0))
        return scores

    def similarities(self, question: str, rows: Sequence[int]) -> Floats:
        """Mean over the question's tokens of the best cosine to any token of each passage."""
        words = _normalised(self._embedder.token_states([question], "query")[0])
        if not len(words):
            return np.zeros(len(rows), dtype=np.float32)
        return np.array([_max_sim(words, states) for states in self._of(rows)], dtype=np.float32)

    def _of(self, rows: Sequence[int]) -> list[Vectors]:
        missing = [row for row in rows if row not in self._states]
        if missing:
            metadata = self._generation.metadata
            texts = [
                embedding_text(metadata[p.article_id].title, p.heading, p.text)
                for p in self._generation.store.passages(missing)
            ]
            for row, states in zip(missing, self._embedder.token_states(texts, "passage"), strict=True):
                self._states[row] = _normalised(states).astype(np.float16)
                self._tokens += len(states)
        found = [self._states[row].astype(np.float32) for row in rows]
        while self._tokens > _KEPT_TOKENS and len(self._states) > 1:
            _, oldest = self._states.popitem(last=False)
            self._tokens -= len(oldest)
        return found


def _max_sim(words: Vectors, states: Vectors) -> float:
    return float((words @ states.T).max(axis=1).mean()) if len(states) else 0.0


def _normalised(states: Vectors) -> Vectors:
    norms = np.linalg.norm(states, axis=1, keepdims=True)
    return np.asarray(states / np.maximum(norms, 1e-9), dtype=np.float32)
