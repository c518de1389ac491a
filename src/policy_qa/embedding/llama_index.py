"""Our embedders as llama-index embedding models.

Importing this module loads llama-index, which takes more than a second.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from policy_qa.embedding.protocol import Embedder


class LlamaIndexEmbedding(BaseEmbedding):  # type: ignore[misc] # llama_index is not followed
    """A llama-index embedding model that asks one of our embedders.

    Queries and texts keep their sides. A node longer than the model reads raises
    :class:`~policy_qa.errors.BadInputError`; choose the chunk size accordingly.

    Args:
        embedder: The embedder to ask.
        embed_batch_size: Texts handed over at once; the embedder sorts them by length.
    """

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, *, embed_batch_size: int = 256, **fields: Any) -> None:
        super().__init__(model_name=embedder.model_id, embed_batch_size=embed_batch_size, **fields)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """Return the name llama-index writes into its own files."""
        return "PolicyQAEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([query])[0].tolist()
        return vector

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
