"""llama-index as it comes, with our embedding model: the baseline of its users.

SentenceSplitter and VectorStoreIndex with their defaults, but for the chunk size: the default
of 1,024 tokens is more than the bundled model reads. Its BM25 retriever is a package of its
own and is not part of this baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_qa.embedding.protocol import Embedder
from policy_qa.errors import UsageError
from policy_qa.evaluation.datasets import DatasetQuery, Document

_MOST_TOKENS = 1024
_OVERLAP = 200
_MARGIN = 64
"""Tokens kept free for the prefix, and because the splitter counts pieces apart."""


def rank_with_llama_index(
    documents: Sequence[Document], queries: Sequence[DatasetQuery], embedder: Embedder, depth: int
) -> Iterator[list[tuple[str, float]]]:
    """Ranks documents by their best node.

    Args:
        documents: What is searched.
        queries: The questions.
        embedder: Model for both.
        depth: Documents wanted.

    Yields:
        For each question the documents with scores, best first.

    Raises:
        UsageError: llama-index is not installed.
    """
    try:
        from llama_index.core import Document as LlamaDocument
        from llama_index.core import VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
    except ImportError as error:
        raise UsageError("llama-index-core is not installed. Run `pip install llama-index-core`.") from error
    from policy_qa.embedding.llama_index import LlamaIndexEmbedding

    def tokens(text: str) -> list[int]:
        return list(range(embedder.count_tokens([text])[0]))

    size = min(_MOST_TOKENS, embedder.max_tokens - _MARGIN)
    splitter = SentenceSplitter(chunk_size=size, chunk_overlap=min(_OVERLAP, size // 2), tokenizer=tokens)
    texts = [
        LlamaDocument(text=d.text, metadata={"title": d.title} if d.title else {}, id_=d.document_id)
        for d in documents
    ]
    index = VectorStoreIndex.from_documents(
        texts, embed_model=LlamaIndexEmbedding(embedder), transformations=[splitter]
    )
    # A document may have several nodes among the first, so more are taken than documents wanted.
    retriever = index.as_retriever(similarity_top_k=3 * depth)
    for query in queries:
        best: dict[str, float] = {}
        for found in retriever.retrieve(query.text):
            best.setdefault(found.node.ref_doc_id, float(found.score or 0.0))
        yield list(best.items())[:depth]
