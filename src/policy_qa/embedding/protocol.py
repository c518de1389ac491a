"""What the rest of policy_qa asks of an embedding model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


@runtime_checkable
class Embedder(Protocol):
    """Turns questions and passages into vectors of one space.

    Retrieval models treat the two sides differently (another prefix, another prompt), so
    they are two methods: a vector of the wrong side cannot be asked for by a wrong flag.
    """

    @property
    def model_id(self) -> str:
        """Name of the model with version and precision; two ids that differ never share an index."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prefix and special tokens included."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 per question, shape ``(len(texts), dimension)``, in order.

        Raises:
            UsageError: A question is longer than ``max_tokens``; nothing is truncated.
        """
        ...

    def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return one vector of length 1 per passage, shape ``(len(texts), dimension)``, in order.

        Args:
            texts: The passages, without any prefix.
            on_progress: Called after each batch with the number of passages it held.

        Raises:
            BadInputError: A passage is longer than ``max_tokens``; nothing is truncated.
        """
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return what each text costs as a passage, prefix and special tokens included."""
        ...
