"""The routes of the API that speak our own records."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from policy_qa.aio import Turn
from policy_qa.errors import BadInputError, PolicyQAError
from policy_qa.feedback import Feedback, StoredFeedback
from policy_qa.library import LibraryReport
from policy_qa.records import Answer, SearchResult
from policy_qa.service.schemas import (
    AnswerBody,
    ArticleSummary,
    ArticleText,
    Health,
    Readiness,
    SearchBody,
)
from policy_qa.service.state import Shared
from policy_qa.service.streaming import EVENT_SCHEMA, MEDIA_TYPE, EventStream, answer_events, opened

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream` the events `hits`, `delta`, `citation`, `done`, `error`.",
        "content": {MEDIA_TYPE: {"schema": EVENT_SCHEMA}},
    }
}


def question_routes(shared: Shared) -> APIRouter:
    """Asking and searching."""
    router = APIRouter(prefix="/v1", tags=["Questions"])

    @router.post("/answer", response_model=Answer, responses=_STREAM, operation_id="answer")
    async def answer(body: AnswerBody, request: Request) -> Answer | StreamingResponse:
        """Answers a question with cited sentences, or says that the corpus does not."""
        log_question(shared, request, body.question)
        history: list[Turn] = [turn.model_dump() for turn in body.history]
        options = {
            "k": body.k,
            "filters": body.filters.read() if body.filters else None,
            "language": body.language,
            "llm": body.llm,
        }
        if not body.stream:
            return await shared.ask(request, body.question, history, **options)
        first, news = await opened(shared.stream(body.question, history, **options))
        language = body.language or shared.language_of(body.question)
        return EventStream(answer_events(first, news, language, request.scope))

    @router.post("/search", operation_id="search")
    async def search(body: SearchBody, request: Request) -> SearchResult:
        """Finds passages without answering."""
        log_question(shared, request, body.question)
        filters = body.filters.read() if body.filters else None
        return await shared.asker.search(body.question, k=body.k, filters=filters, language=body.language)

    @router.post("/feedback", status_code=201, operation_id="give_feedback")
    async def feedback(body: Feedback) -> StoredFeedback:
        """Keeps a judgement of an answer."""
        stored = await shared.asker.call(shared.feedback.add, body)
        shared.metrics.feedback.labels(body.thumb).inc()
        return stored

    return router


def article_routes(shared: Shared) -> APIRouter:
    """Reading, adding and removing articles."""
    router = APIRouter(prefix="/v1/articles", tags=["Articles"])

    @router.get("", operation_id="list_articles")
    def articles() -> list[ArticleSummary]:
        """Lists the articles."""
        return [
            ArticleSummary.model_validate(article.model_dump(include=set(ArticleSummary.model_fields)))
            for article in shared.engine.articles()
        ]

    @router.get("/{article_id}", response_model_exclude_none=False, operation_id="read_article")
    def article(
        article_id: str,
        removed: Annotated[bool, Query(description="Also what cleaning took away.")] = False,
    ) -> ArticleText:
        """Reads an article: its metadata and the cleaned text that offsets refer to."""
        found = shared.engine.article(article_id).model_dump()
        if not removed:
            found["removed"] = None
        return ArticleText.model_validate(found)

    @router.put(
        "",
        operation_id="add_article",
        responses={201: {"model": LibraryReport, "description": "The article is new."}},
    )
    async def add(
        file: UploadFile,
        response: Response,
        replace: Annotated[bool, Query(description="Take the place of a file of that name.")] = False,
    ) -> LibraryReport:
        """Adds an article; it can be asked about when the call returns."""
        if file.filename is None:
            raise BadInputError("The file has no name. Send it as a form's file with a filename.")
        data = await file.read()
        report = await shared.changes.call(shared.library.add, file.filename, data, replace=replace)
        shared.metrics.changes.labels(report.action).inc()
        response.status_code = 201 if report.action == "added" else 200
        return report

    @router.delete("/{article_id}", operation_id="remove_article")
    async def remove(article_id: str) -> LibraryReport:
        """Removes an article, its file included."""
        report = await shared.changes.call(shared.library.remove, article_id)
        shared.metrics.changes.labels(report.action).inc()
        return report

    return router


def operation_routes(shared: Shared) -> APIRouter:
    """What those who run the service ask."""
    router = APIRouter(tags=["Operation"])

    @router.get("/healthz", operation_id="health")
    async def health() -> Health:
        """Says that the process runs and its event loop turns."""
        return Health()

    @router.get("/readyz", operation_id="readiness")
    def ready() -> Readiness:
        """Says that questions can be answered: model loaded, index open and made for that model."""
        generation = shared.engine.generation
        return Readiness(
            generation=generation.name, passages=generation.size, model=shared.engine.embedder.model_id
        )

    @router.get("/metrics", response_class=Response, operation_id="metrics", responses=_PLAIN)
    def metrics() -> Response:
        """Gives the metrics in Prometheus' text format."""
        shared.metrics.in_hand.set(shared.asker.in_hand)
        with suppress(PolicyQAError):  # metrics are wanted most when the index is not usable
            shared.metrics.passages.set(shared.engine.generation.size)
        return Response(shared.metrics.exposition(), media_type=_EXPOSITION)

    return router


_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_PLAIN: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


def log_question(shared: Shared, request: Request, question: str) -> None:
    """Adds the question to the request's log line if the settings ask for it."""
    if shared.engine.settings.log_questions:
        request.scope["state"].setdefault("logged", {})["question"] = question[:500]
