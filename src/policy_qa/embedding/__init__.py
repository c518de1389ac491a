"""Text to vectors: the bundled multilingual-e5-small, or any sentence-transformers model."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from policy_qa.embedding.protocol import Embedder, Progress, Vectors

__all__ = ["BUNDLED", "Embedder", "Progress", "Vectors", "load_embedder"]

BUNDLED: Final = "bundled"


def load_embedder(
    model: str = BUNDLED, *, cache_dir: Path | None = None, threads: int | None = None
) -> Embedder:
    """Return an embedder by name; the model itself is loaded at its first use.

    Args:
        model: ``bundled``, or the name or folder of a sentence-transformers model.
        cache_dir: Where the bundled model is built; by default the user's cache folder.
        threads: Threads to compute with; by default as many as the process may use.
    """
    if model == BUNDLED:
        from policy_qa.embedding.bundled import BundledE5

        return BundledE5(cache_dir=cache_dir, threads=threads)
    from policy_qa.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model, threads=threads)
