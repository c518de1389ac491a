"""Errors as RFC 9457 problem details: one shape for every error the service answers with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from policy_qa.errors import (
    ArticleExistsError,
    ArticleNotFoundError,
    BadInputError,
    IndexLockedError,
    IndexUnusableError,
    ModelUnavailableError,
    OverloadedError,
    PolicyQAError,
    ServiceError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[PolicyQAError], int], ...] = (
    (ArticleNotFoundError, 404),
    (ArticleExistsError, 409),
    (BadInputError, 422),
    (UsageError, 422),
    (IndexUnusableError, 503),
    (ModelUnavailableError, 503),
    (OverloadedError, 503),
    (ServiceError, 502),
)
"""Status of each error, the first fitting class winning."""

CLIENT_GONE = 499
"""Stands in log and metrics for a client that went away before its answer; nobody receives it."""

BROKEN = "Something went wrong here. The service's log names it under the request id."

_RETRY_AFTER: tuple[tuple[type[PolicyQAError], int], ...] = ((OverloadedError, 1), (IndexLockedError, 5))
_WORD_STARTS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    where: str = Field(description="Path of the field.", examples=["body.question"])
    problem: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:policy-qa:article-not-found",
                    "title": "Article not found",
                    "status": 404,
                    "detail": "No article has the id 'x'. `policy-qa articles` lists all.",
                    "request_id": "5f0c6a1e9b7d4c62",
                }
            ]
        }
    )

    type: str = Field(description="Names the kind of error; `about:blank` if the status says it all.")
    title: str = Field(description="The kind of error in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong here, and what to do.")
    request_id: str | None = Field(None, description="Finds the request in the service's log.")
    errors: list[FieldProblem] | None = Field(None, description="Each field that is wrong.")
    error: dict[str, Any] | None = Field(
        None, description="The same for clients of OpenAI's API; only on its routes."
    )


def problem_response(
    status: int,
    detail: str,
    *,
    scope: Mapping[str, Any],
    kind: str | None = None,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Builds the response for an error.

    Args:
        status: HTTP status.
        detail: What was wrong, and what to do.
        scope: The ASGI scope of the request; its request id is named.
        kind: Class of the error, in CamelCase; the status alone if omitted.
        errors: Each field that is wrong.
        headers: Further headers.
    """
    body = _problem(status, detail, scope, kind, errors)
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _problem(
    status: int, detail: str, scope: Mapping[str, Any], kind: str | None, errors: list[FieldProblem] | None
) -> dict[str, Any]:
    words = _WORD_STARTS.sub(" ", (kind or "").removesuffix("Error")).lower()
    body = Problem(
        type=f"urn:policy-qa:{words.replace(' ', '-')}" if words else "about:blank",
        title=words.capitalize() or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        request_id=scope.get("state", {}).get("request_id"),
        errors=errors,
    )
    if str(scope.get("path", "")).startswith(("/v1/chat/", "/v1/models")):
        body.error = {"message": detail, "type": words.replace(" ", "_") or "error", "code": status}
    return body.model_dump(exclude_none=True)


def problem_of(error: Exception, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The problem document for an error that comes too late for a status of its own.

    Args:
        error: The error; what one that is not ours says stays in the log.
        scope: The ASGI scope of the request.
    """
    if isinstance(error, PolicyQAError):
        return _problem(status_of(error), str(error), scope, type(error).__name__, None)
    return _problem(500, BROKEN, scope, None, None)


def status_of(error: PolicyQAError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def response_to(error: PolicyQAError, scope: Mapping[str, Any]) -> JSONResponse:
    """The response for an error of ours."""
    seconds = next((wait for kind, wait in _RETRY_AFTER if isinstance(error, kind)), None)
    headers = {"Retry-After": str(seconds)} if seconds else None
    return problem_response(
        status_of(error), str(error), scope=scope, kind=type(error).__name__, headers=headers
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Makes an application answer every error with problem details."""

    @app.exception_handler(PolicyQAError)
    async def _ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, PolicyQAError)  # noqa: S101 - narrows for the type checker
        return response_to(error, request.scope)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101
        detail = _DETAILS.get(error.status_code) or str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"There is nothing at {request.url.path}. The routes are listed at /docs."
        return problem_response(error.status_code, detail, scope=request.scope, headers=error.headers)

    @app.exception_handler(ClientDisconnect)
    async def _gone(_: Request, __: Exception) -> Response:
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        # The offending values are not repeated: they may be long, or not meant for a log.
        found = [
            FieldProblem(where=".".join(map(str, one["loc"])), problem=str(one["msg"]))
            for one in error.errors()
        ]
        broken = any(one["type"] == "json_invalid" for one in error.errors())
        detail = "The body is no JSON." if broken else _summary(found)
        return problem_response(
            400 if broken else 422, detail, scope=request.scope, kind="InvalidRequestError", errors=found
        )


_DETAILS = {405: "This address does not take that method; the Allow header lists those it takes."}
_SHOWN = 3


def _summary(found: list[FieldProblem]) -> str:
    shown = "; ".join(f"{one.where}: {one.problem}" for one in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"The request cannot be used: {shown}{more}."
