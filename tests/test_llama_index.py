from __future__ import annotations

import asyncio

import pytest

from policy_qa.engine import PolicyQA
from policy_qa.index.generation import Filters

pytest.importorskip("llama_index.core")

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from policy_qa.llama_index import PolicyQueryEngine, PolicyRetriever

QUESTION = "算力券每年发放总额是多少？"


def test_nodes_are_the_hits_with_exact_offsets_and_the_article_as_source(engine: PolicyQA) -> None:
    nodes = PolicyRetriever(engine, k=2).retrieve(QUESTION)
    hits = engine.search(QUESTION, k=2).hits
    assert [node.node_id for node in nodes] == [hit.passage_id for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    for found in nodes:
        article = engine.article(found.node.ref_doc_id)
        assert article.text[found.node.start_char_idx : found.node.end_char_idx] == found.node.text


def test_the_retriever_keeps_to_its_filters(engine: PolicyQA) -> None:
    only = Filters(article_ids=("chip-report",))
    nodes = PolicyRetriever(engine, filters=only).retrieve(QUESTION)
    assert {node.node.metadata["article_id"] for node in nodes} == {"chip-report"}


def test_a_language_model_reads_title_and_publisher_but_no_scores(engine: PolicyQA) -> None:
    node = PolicyRetriever(engine, k=1).retrieve(QUESTION)[0].node
    read = node.get_content(metadata_mode="llm")
    assert "东湖市科技局" in read
    assert "scores" not in read


def test_the_retriever_feeds_a_llama_index_query_engine(engine: PolicyQA) -> None:
    query_engine = RetrieverQueryEngine.from_args(PolicyRetriever(engine, k=3), llm=MockLLM())
    response = query_engine.query(QUESTION)
    assert len(response.source_nodes) == 3
    assert "8.2亿元" in str(response)  # the mock model repeats its prompt, passages included


def test_our_answer_comes_through_llama_indexs_interface(engine: PolicyQA) -> None:
    response = PolicyQueryEngine(engine).query(QUESTION)
    answer = engine.ask(QUESTION)
    assert str(response) == answer.answer
    assert response.metadata["citations"][0]["quote"] == answer.citations[0].quote
    assert len(response.source_nodes) == len(answer.hits)


def test_both_work_from_an_event_loop(engine: PolicyQA) -> None:
    async def ask() -> tuple[int, str]:
        nodes = await PolicyRetriever(engine, k=1).aretrieve(QUESTION)
        return len(nodes), str(await PolicyQueryEngine(engine).aquery(QUESTION))

    assert asyncio.run(ask()) == (1, engine.ask(QUESTION).answer)
