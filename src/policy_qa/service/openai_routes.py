"""The routes that speak OpenAI's wire format."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from policy_qa.records import Answer
from policy_qa.service.openai_api import (
    MODEL,
    ChatBody,
    Completion,
    ModelCard,
    ModelList,
    Usage,
    completion,
    completion_stream,
    content_of,
)
from policy_qa.service.routes import log_question
from policy_qa.service.state import Shared
from policy_qa.service.streaming import EVENT_SCHEMA, HEADERS, MEDIA_TYPE

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

    @router.post(
        "/chat/completions", response_model=Completion, responses=_STREAM, operation_id="chat_completion"
    )
    async def chat(body: ChatBody, request: Request) -> Completion | StreamingResponse:
        """Answers the last message of a conversation, with citations as footnotes and as a field."""
        if body.model != MODEL:
            raise _unknown(body.model)
        question = body.question()
        log_question(shared, request, question)
        answer = await shared.ask(question, body.history())
        usage = await shared.asker.call(_usage, shared, body, answer)
        if not body.stream:
            return completion(answer, usage)
        wanted = body.stream_options is not None and body.stream_options.include_usage
        chunks = completion_stream(answer, usage if wanted else None)
        return StreamingResponse(chunks, media_type=MEDIA_TYPE, headers=HEADERS)

    @router.get("/models", operation_id="list_models")
    async def models() -> ModelList:
        """Lists what can be asked: the corpus."""
        return ModelList(data=(ModelCard(id=MODEL, created=_BORN),))

    @router.get("/models/{model}", operation_id="read_model")
    async def model(model: str) -> ModelCard:
        """Describes one of them."""
        if model != MODEL:
            raise _unknown(model)
        return ModelCard(id=MODEL, created=_BORN)

    return router


def _unknown(model: str) -> HTTPException:
    return HTTPException(404, f"There is no model {model[:100]!r}. The one here is {MODEL!r}.")


def _usage(shared: Shared, body: ChatBody, answer: Answer) -> Usage:
    texts = [*(message.text for message in body.messages), content_of(answer)]
    *asked, answered = shared.engine.embedder.count_tokens(texts)
    return Usage(prompt_tokens=sum(asked), completion_tokens=answered, total_tokens=sum(asked) + answered)
