"""llama-index as it comes, with our embedding model: the baseline of its users.

SentenceSplitter and VectorStoreIndex with their defaults, but for the chunk size: the default
of 1,024 tokens is more than the bundled model reads. With BM25, llama-index's own retriever
(package ``llama-index-retrievers-bm25``) is fused with it by QueryFusionRetriever's reciprocal
ranks, as its documentation shows. Both are asked once, with the question as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from policy_qa.embedding.protocol import Embedder
from policy_qa.errors import UsageError
from policy_qa.evaluation.datasets import DatasetQuery, Document
from policy_qa.index.vector_cache import VectorCache, content_key

_MOST_TOKENS = 1024
_OVERLAP = 200
_MARGIN = 64
"""Tokens kept free for the prefix, and because the splitter counts pieces apart."""
_NODES_A_DOCUMENT = 3
"""A document may have several nodes among the first, so more are taken than documents wanted."""
_BATCH = 256


class LlamaIndexBaseline:
    """A llama-index pipeline over the documents of a retrieval set."""

    def __init__(self, documents: Sequence[Document], embedder: Embedder, cache: Path) -> None:
        """Splits and embeds the documents.

        Args:
            documents: What is searched.
            embedder: Model for documents and questions.
            cache: Folder in which the vectors of nodes are kept.

        Raises:
            UsageError: llama-index is not installed.
        """
        try:
            from llama_index.core import Document as LlamaDocument
            from llama_index.core import VectorStoreIndex
            from llama_index.core.node_parser import SentenceSplitter
        except ImportError as error:
            raise UsageError(
                "llama-index-core is not installed. Run `pip install llama-index-core`."
            ) from error
        from policy_qa.embedding.llama_index import LlamaIndexEmbedding

        def tokens(text: str) -> list[int]:
            return list(range(embedder.count_tokens([text])[0]))

        size = min(_MOST_TOKENS, embedder.max_tokens - _MARGIN)
        overlap = min(_OVERLAP, size // 2)
        splitter = SentenceSplitter(chunk_size=size, chunk_overlap=overlap, tokenizer=tokens)
        self._nodes = splitter.get_nodes_from_documents(
            [
                LlamaDocument(text=d.text, metadata={"title": d.title} if d.title else {}, id_=d.document_id)
                for d in documents
            ]
        )
        _embed(self._nodes, embedder, cache / "llama-index.sqlite")
        self._index = VectorStoreIndex(self._nodes, embed_model=LlamaIndexEmbedding(embedder))

    def rank(
        self, queries: Sequence[DatasetQuery], depth: int, *, with_bm25: bool
    ) -> list[list[tuple[str, float]]]:
        """Ranks documents by their best node.

        Args:
            queries: The questions.
            depth: Documents wanted.
            with_bm25: Fuse with llama-index's BM25.

        Returns:
            For each question the documents with scores, best first.

        Raises:
            UsageError: llama-index's BM25 is not installed.
        """
        n = min(_NODES_A_DOCUMENT * depth, len(self._nodes))
        retriever = self._fused(n) if with_bm25 else self._index.as_retriever(similarity_top_k=n)
        ranked = []
        for query in queries:
            best: dict[str, float] = {}
            for found in retriever.retrieve(query.text):
                best.setdefault(found.node.ref_doc_id, float(found.score or 0.0))
            ranked.append(list(best.items())[:depth])
        return ranked

    def _fused(self, n: int) -> Any:
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.retrievers.fusion_retriever import FUSION_MODES

        return QueryFusionRetriever(
            [self._index.as_retriever(similarity_top_k=n), self._bm25],
            llm=MockLLM(),  # never asked: one query means no rewriting
            similarity_top_k=n,
            num_queries=1,
            mode=FUSION_MODES.RECIPROCAL_RANK,
            use_async=False,
        )

    @cached_property
    def _bm25(self) -> Any:
        try:
            from llama_index.retrievers.bm25 import BM25Retriever
        except ImportError as error:
            raise UsageError(
                "llama-index-retrievers-bm25 is not installed. Run `pip install 'policy-qa[eval]'`."
            ) from error
        return BM25Retriever.from_defaults(nodes=self._nodes, similarity_top_k=len(self._nodes))


def _embed(nodes: Sequence[Any], embedder: Embedder, path: Path) -> None:
    """Gives every node its vector, from the cache where it is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [node.get_content(metadata_mode="embed") for node in nodes]
    keys = [content_key(text) for text in texts]
    cache = VectorCache(path, embedder.model_id, embedder.dimension)
    try:
        known = cache.get(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        order = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            fresh = embedder.embed_passages([missing[key] for key in batch]).astype(np.float16)
            cache.put(zip(batch, fresh, strict=True))
            known.update(zip(batch, fresh, strict=True))
    finally:
        cache.close()
    for node, key in zip(nodes, keys, strict=True):
        node.embedding = known[key].astype(np.float32).tolist()
