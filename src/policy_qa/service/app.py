"""The application: the API at /v1, MCP at /mcp, the chat page at /, and the guards around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Match, Route

from policy_qa.engine import PolicyQA
from policy_qa.service.body import BodyGuard
from policy_qa.service.docs_page import docs_html
from policy_qa.service.guard import LOOPBACK, HostGuard, RateGuard, TokenGuard
from policy_qa.service.mcp_tools import McpEndpoint
from policy_qa.service.observing import REQUEST_ID, Observer
from policy_qa.service.openai_routes import openai_routes
from policy_qa.service.openapi import describe
from policy_qa.service.problems import add_problem_handlers
from policy_qa.service.routes import article_routes, operation_routes, question_routes
from policy_qa.service.state import Shared
from policy_qa.settings import Settings

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_OURS = ("/v1", "/v1/{rest:path}", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
_RATE_WITH_TOKENS = 600
NO_PAGE = (
    "This service has no chat page: a conversation lives in one process, and this one runs several. Run "
    "`policy-qa serve` with one worker beside it, on another port, for the page. The API is at /v1, its "
    "reference at /docs."
)
"""What `/` answers with several workers."""


def create_app(engine: PolicyQA, with_page: bool = True) -> FastAPI:
    """Builds the application around an engine.

    Args:
        engine: Answers the questions; its settings hold tokens and limits.
        with_page: Mount the chat page at ``/``.
    """
    shared = Shared.around(engine)
    mcp = McpEndpoint(shared.asker)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.open():
            yield

    app = FastAPI(
        title="policy_qa",
        version=version("policy-qa"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=_guards(engine.settings, shared),
    )
    add_problem_handlers(app)
    routers = [
        question_routes(shared),
        article_routes(shared),
        openai_routes(shared),
        operation_routes(shared),
    ]
    for router in routers:
        app.include_router(router)
    app.router.routes.append(Route("/mcp", mcp, include_in_schema=False))

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> str:
        return docs_html(app.openapi())

    _end_our_paths(app, [route for router in routers for route in router.routes] + app.router.routes)
    describe(app, with_tokens=bool(engine.settings.tokens))
    if with_page:
        from policy_qa.ui.page import mount_page

        return mount_page(app, engine, shared.library, shared.feedback)
    app.router.routes.append(Route("/", _no_page, include_in_schema=False))
    return app


async def _no_page(_: Request) -> None:
    raise HTTPException(404, NO_PAGE)


def _end_our_paths(app: FastAPI, known: Sequence[BaseRoute]) -> None:
    """Answers for paths of ours that no route takes, before the page, which is mounted on all, does.

    Args:
        app: The application.
        known: Its routes, to tell a wrong method (405) from a wrong path (404).
    """
    ours = [route for route in known if isinstance(route, Route)]

    async def unknown(request: Request) -> None:
        fitting = [route for route in ours if route.matches(request.scope)[0] is Match.PARTIAL]
        if fitting:
            allowed = sorted({method for route in fitting for method in route.methods or ()})
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    for path in _OURS:
        app.router.routes.append(Route(path, unknown, methods=_METHODS, include_in_schema=False))


def _guards(settings: Settings, shared: Shared) -> list[Middleware]:
    """What a request passes on its way in, outermost first."""
    tokens = [token.get_secret_value() for token in settings.tokens]
    hosts = settings.allowed_hosts or (() if tokens else LOOPBACK)
    per_minute = settings.requests_per_minute
    if per_minute is None:
        per_minute = _RATE_WITH_TOKENS if tokens else 0
    guards = [
        Middleware(Observer, shared.metrics),
        Middleware(HostGuard, hosts, settings.cors_origins),
    ]
    if settings.cors_origins:
        guards.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "PUT", "DELETE"],
                allow_headers=["Authorization", "Content-Type", REQUEST_ID],
                expose_headers=[REQUEST_ID, "Retry-After"],
            )
        )
    if tokens:
        guards.append(Middleware(TokenGuard, tokens))
    if per_minute:
        guards.append(Middleware(RateGuard, per_minute))
    guards.append(
        Middleware(BodyGuard, settings.max_body_bytes, settings.max_upload_bytes, settings.body_seconds)
    )
    return guards
