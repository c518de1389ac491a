"""The FastAPI application: the API at /v1, the chat page at /."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from policy_qa.engine import PolicyQA
from policy_qa.errors import (
    ArticleNotFoundError,
    BadInputError,
    IndexUnusableError,
    PolicyQAError,
    ServiceError,
    UsageError,
)
from policy_qa.index.generation import Filters
from policy_qa.records import Answer, SearchResult

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_STATUS: tuple[tuple[type[PolicyQAError], int], ...] = (
    (ArticleNotFoundError, 404),
    (BadInputError, 422),
    (UsageError, 422),
    (IndexUnusableError, 503),
    (ServiceError, 502),
)


class FilterFields(BaseModel):
    """Which articles may be searched."""

    model_config = ConfigDict(extra="forbid")

    publishers: list[str] = Field(default_factory=list, max_length=50)
    since: date | None = None
    until: date | None = None
    articles: list[str] = Field(default_factory=list, max_length=200)


class QuestionBody(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=20_000, examples=["中国2025年的算力目标是多少？"])
    filters: FilterFields | None = None
    k: int | None = Field(None, ge=1, le=100)


def create_app(engine: PolicyQA, with_page: bool = True) -> FastAPI:
    """Builds the application around an engine.

    Args:
        engine: Answers the questions.
        with_page: Mount the chat page at ``/``.
    """
    app = FastAPI(title="policy_qa", version="1")

    @app.exception_handler(PolicyQAError)
    async def _problem(_: Request, error: Exception) -> JSONResponse:
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
        body = {"type": "about:blank", "title": type(error).__name__, "status": status, "detail": str(error)}
        return JSONResponse(body, status, media_type="application/problem+json")

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready", "generation": engine.generation.name}

    @app.post("/v1/answer")
    def answer(body: QuestionBody) -> Answer:
        return engine.ask(body.question, k=body.k, filters=_filters(body.filters))

    @app.post("/v1/search")
    def search(body: QuestionBody) -> SearchResult:
        return engine.search(body.question, k=body.k, filters=_filters(body.filters))

    @app.get("/v1/articles")
    def articles() -> list[dict[str, Any]]:
        return [a.model_dump(mode="json", exclude={"text", "removed"}) for a in engine.articles()]

    @app.get("/v1/articles/{article_id}")
    def article(article_id: str) -> dict[str, Any]:
        return engine.article(article_id).model_dump(mode="json", exclude={"removed"})

    if with_page:
        from policy_qa.ui.page import mount_page

        return mount_page(app, engine)
    return app


def _filters(fields: FilterFields | None) -> Filters | None:
    if fields is None:
        return None
    filters = Filters(
        publishers=tuple(fields.publishers),
        since=fields.since,
        until=fields.until,
        article_ids=tuple(fields.articles),
    )
    return filters if filters else None


def run_server(engine: PolicyQA, host: str, port: int) -> None:
    """Serves until interrupted.

    Raises:
        UsageError: The address is not a loopback address; access control comes first.
        IndexUnusableError: There is no usable index.
    """
    if host not in _LOOPBACK:
        raise UsageError(
            f"{host} is reachable from outside, and there is no access control yet. Use 127.0.0.1."
        )
    import uvicorn

    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    engine.ask("准备 warm-up")  # loads model and index before the first reader comes
    uvicorn.run(create_app(engine), host=host, port=port, log_level="warning")
