"""llama-index takes more than a second to import, so these tests count as slow."""

from __future__ import annotations

import asyncio

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.errors import BadInputError

pytestmark = pytest.mark.slow


def test_queries_and_texts_keep_their_sides() -> None:
    from policy_qa.embedding.llama_index import LlamaIndexEmbedding

    embedder = HashingEmbedder()
    model = LlamaIndexEmbedding(embedder)
    assert model.get_query_embedding("算力") == embedder.embed_queries(["算力"])[0].tolist()
    assert model.get_text_embedding("算力") == embedder.embed_passages(["算力"])[0].tolist()
    assert model.get_text_embedding_batch(["算", "力"]) == embedder.embed_passages(["算", "力"]).tolist()
    assert model.model_name == embedder.model_id


def test_the_asynchronous_methods_agree() -> None:
    from policy_qa.embedding.llama_index import LlamaIndexEmbedding

    model = LlamaIndexEmbedding(HashingEmbedder())
    assert asyncio.run(model.aget_query_embedding("算力")) == model.get_query_embedding("算力")
    assert asyncio.run(model.aget_text_embedding_batch(["算力"])) == [model.get_text_embedding("算力")]


def test_a_vector_store_index_finds_the_nearest_node() -> None:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode

    from policy_qa.embedding.llama_index import LlamaIndexEmbedding

    nodes = [TextNode(text="智能算力规模"), TextNode(text="今天下雨"), TextNode(text="出口许可审查")]
    index = VectorStoreIndex(nodes, embed_model=LlamaIndexEmbedding(HashingEmbedder(dimension=256)))
    (best,) = index.as_retriever(similarity_top_k=1).retrieve("出口许可的审查")
    assert best.node.get_content() == "出口许可审查"


def test_a_node_that_is_too_long_is_refused() -> None:
    from policy_qa.embedding.llama_index import LlamaIndexEmbedding

    with pytest.raises(BadInputError):
        LlamaIndexEmbedding(HashingEmbedder(max_tokens=8)).get_text_embedding("很长的一段文字")
