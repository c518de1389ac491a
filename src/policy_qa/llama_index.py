"""The engine as parts of a llama-index application: a retriever and a query engine.

Importing this module loads llama-index, which takes more than a second.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from policy_qa.records import Answer, Hit

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.index.generation import Filters

_NOT_FOR_THE_MODEL = ["article_id", "start", "end", "scores"]
"""Metadata that would only cost a language model tokens."""


class PolicyRetriever(BaseRetriever):  # type: ignore[misc] # llama_index is not followed
    """Passages of the corpus as llama-index nodes, best first.

    A node's text is ``article.text[start_char_idx:end_char_idx]``; its source node is the article.

    Args:
        engine: The engine to search.
        k: Number of nodes; by the engine's settings if omitted.
        filters: Restrict the search to some articles.
    """

    def __init__(self, engine: PolicyQA, *, k: int | None = None, filters: Filters | None = None) -> None:
        super().__init__()
        self._engine = engine
        self._k = k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._engine.search(query_bundle.query_str, k=self._k, filters=self._filters)
        return [node_of(hit) for hit in found.hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class PolicyQueryEngine(BaseQueryEngine):  # type: ignore[misc] # llama_index is not followed
    """The engine's own cited answers behind llama-index's interface.

    ``str(response)`` is the answer's Markdown, ``response.source_nodes`` are its hits and
    ``response.metadata`` is the whole answer as a dictionary, citations and checks included.

    Args:
        engine: The engine to ask.
        **options: Passed to ``PolicyQA.ask``.
    """

    def __init__(self, engine: PolicyQA, **options: Any) -> None:
        super().__init__(callback_manager=CallbackManager())
        self._engine = engine
        self._options = options

    def _query(self, query_bundle: QueryBundle) -> Response:
        return response_of(self._engine.ask(query_bundle.query_str, **self._options))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def node_of(hit: Hit) -> NodeWithScore:
    """A hit as a node."""
    node = TextNode(
        id_=hit.passage_id,
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata=hit.model_dump(
            mode="json",
            include={"article_id", "title", "publisher", "published", "heading", "start", "end", "scores"},
        ),
        excluded_llm_metadata_keys=_NOT_FOR_THE_MODEL,
        excluded_embed_metadata_keys=_NOT_FOR_THE_MODEL,
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=hit.article_id)
    return NodeWithScore(node=node, score=hit.score)


def response_of(answer: Answer) -> Response:
    """An answer as a llama-index response."""
    return Response(
        response=answer.answer,
        source_nodes=[node_of(hit) for hit in answer.hits],
        metadata=answer.model_dump(mode="json"),
    )
