"""The routes that speak OpenAI's wire format."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException

from policy_qa.records import Answer
from policy_qa.service.openai_api import (
    ChatBody,
    Completion,
    ModelCard,
    ModelList,
    Usage,
    completion,
    completion_stream,
    content_of,
    models_of,
)
from policy_qa.service.routes import log_question
from policy_qa.service.state import Shared
from policy_qa.service.streaming import EVENT_SCHEMA, MEDIA_TYPE, EventStream, opened

_BORN = 1_790_000_000
"""`created` of the model; clients want a number, and nothing depends on it."""

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The completion, or with `stream` its chunks and `[DONE]`.",
        "content": {MEDIA_TYPE: {"schema": EVENT_SCHEMA}},
    }
}


def openai_routes(shared: Shared) -> APIRouter:
    """Chat completions and models."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"])
    models = models_of(shared.engine.settings)

    @router.post(
        "/chat/completions", response_model=Completion, responses=_STREAM, operation_id="chat_completion"
    )
    async def chat(body: ChatBody, request: Request) -> Completion | EventStream:
        """Answers the last message of a conversation, with citations as footnotes and as a field."""
        llm = models.get(body.model)
        if llm is None:
            raise _unknown(body.model)
        question, history = body.question(), body.history()
        log_question(shared, request, question)
        if not body.stream:
            answer = await shared.ask(request, question, history, llm=llm)
            return completion(answer, await count(body, answer), body.model)
        first, news = await opened(shared.stream(question, history, llm=llm))
        language = shared.language_of(question)
        chunks = completion_stream(first, news, body, language, partial(count, body), request.scope)
        return EventStream(chunks)

    async def count(body: ChatBody, answer: Answer) -> Usage:
        # Not among the questions: it takes a moment, and an answer that is there must not be refused.
        return await to_thread.run_sync(_usage, shared, body, answer)

    @router.get("/models", operation_id="list_models")
    async def list_models() -> ModelList:
        """Lists what can be asked: the corpus, in its own words or in those of a language model."""
        return ModelList(data=tuple(ModelCard(id=model, created=_BORN) for model in models))

    @router.get("/models/{model:path}", operation_id="read_model")
    async def read_model(model: str) -> ModelCard:
        """Describes one of them."""
        if model not in models:
            raise _unknown(model)
        return ModelCard(id=model, created=_BORN)

    return router


def _unknown(model: str) -> HTTPException:
    return HTTPException(404, f"There is no model {model[:100]!r} here. GET /v1/models lists all.")


def _usage(shared: Shared, body: ChatBody, answer: Answer) -> Usage:
    texts = [*(message.text for message in body.messages), content_of(answer)]
    *asked, answered = shared.engine.embedder.count_tokens(texts)
    return Usage(prompt_tokens=sum(asked), completion_tokens=answered, total_tokens=sum(asked) + answered)
