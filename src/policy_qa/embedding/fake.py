"""A small embedder without a model, for tests."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from policy_qa.embedding.inputs import Side, require_within_limit
from policy_qa.embedding.protocol import Progress, Vectors

_BOTH_ENDS: Final = 2
_SIDE_WEIGHT: Final = 0.25


class HashingEmbedder:
    """Counts characters and character bigrams in hashed bins, with signs (feature hashing).

    Texts that share words are close; nothing else is understood. A character counts as a
    token. The side leaves a small mark, so that mixed-up sides show in a test.

    Args:
        dimension: Length of the vectors.
        max_tokens: Longest text: characters and two ends.
    """

    def __init__(self, dimension: int = 64, max_tokens: int = 512) -> None:
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.model_id = f"hashing-{dimension}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per question; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._embed(texts, "query")

    def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return one vector per passage; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        vectors = self._embed(texts, "passage")
        if on_progress is not None and texts:
            on_progress(len(texts))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the characters of each text, and two."""
        return [len(text) + _BOTH_ENDS for text in texts]

    def _embed(self, texts: Sequence[str], side: Side) -> Vectors:
        require_within_limit(
            texts, self.count_tokens(texts), side, max_tokens=self.max_tokens, model_id=self.model_id
        )
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            lowered = text.lower()
            for feature in [*lowered, *map("".join, pairwise(lowered))]:
                self._add(vectors[row], feature, 1.0)
            # Never cancelled to zero: its weight is no multiple of a feature's.
            self._add(vectors[row], f"side:{side}", _SIDE_WEIGHT)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _add(self, vector: Vectors, feature: str, weight: float) -> None:
        digest = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
        vector[(digest >> 1) % self.dimension] += weight if digest & 1 else -weight
