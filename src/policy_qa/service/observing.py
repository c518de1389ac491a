"""What can be seen from outside: request ids, metrics, one log line a request.

No question, answer, token or address of a reader is written down, unless questions are asked
for by a setting.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_qa.records import Answer
from policy_qa.service.problems import BROKEN, problem_response

LOGGER: Final = "policy_qa.service"
REQUEST_ID: Final = "X-Request-ID"

_log = logging.getLogger(LOGGER)
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
SHARED_METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which several workers add up their metrics."""
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # The page's scripts and styles are its own, partly inline. Nothing is loaded from elsewhere and
    # nothing is sent there, whatever an article or a language model smuggles in.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' "
        "'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; "
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
}


class Metrics:
    """Prometheus metrics of one application.

    With several workers their counts are added up in the folder that ``PROMETHEUS_MULTIPROC_DIR``
    names, which ``policy-qa serve --workers`` sets.
    """

    def __init__(self) -> None:
        self._shared = SHARED_METRICS in os.environ
        self._registry = CollectorRegistry()
        registry = None if self._shared else self._registry
        self.requests = Counter(
            "policy_qa_requests_total", "HTTP requests.", ("method", "route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "policy_qa_request_seconds",
            "Time to the end of the response.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.answers = Counter(
            "policy_qa_answers_total", "Answers by outcome.", ("status", "language"), registry=registry
        )
        self.dropped = Counter(
            "policy_qa_failed_checks_total",
            "Checks that failed, so that a sentence was not shown.",
            ("kind",),
            registry=registry,
        )
        self.changes = Counter(
            "policy_qa_library_changes_total", "Articles put in or taken out.", ("action",), registry=registry
        )
        self.feedback = Counter("policy_qa_feedback_total", "Judgements.", ("thumb",), registry=registry)
        self.in_hand = Gauge(
            "policy_qa_questions_in_hand",
            "Questions worked on or waiting.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.passages = Gauge(
            "policy_qa_index_passages",
            "Passages of the index generation in use.",
            registry=registry,
            multiprocess_mode="max",
        )

    def count(self, answer: Answer) -> None:
        """Counts an answer."""
        self.answers.labels(answer.status, answer.language).inc()
        for check in answer.checks:
            if not check.passed:
                self.dropped.labels(check.kind).inc()

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        if not self._shared:
            return generate_latest(self._registry)
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


class Observer:
    """Gives each request an id, counts and times it, logs its end, and answers a crash with 500.

    Args:
        app: What is observed.
        metrics: Where it is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = time.perf_counter()
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, observed)
        except Exception:
            _log.exception("request failed", extra={"fields": {"request_id": request_id}})
            if status:  # too late to say so; the broken connection tells the client
                raise
            await problem_response(500, BROKEN, scope=scope)(scope, receive, observed)
        finally:
            self._finish(scope, status, time.perf_counter() - started)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self._metrics.requests.labels(scope["method"], route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        fields = {
            "request_id": scope["state"]["request_id"],
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        _log.info("request", extra={"fields": fields | scope["state"].get("logged", {})})


class JsonLines(logging.Formatter):
    """Log records as JSON, one a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: time, level, logger, message and the fields that came with it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def route_of(scope: Scope) -> str:
    """The route's template, such as ``/v1/articles/{article_id}``: ids and names stay out of the log."""
    path = getattr(scope.get("route"), "path", None)
    return str(path) if path is not None else "other"


def _request_id(headers: Headers) -> str:
    """The caller's id if it is harmless, so that a request can be followed through proxies."""
    given = headers.get(REQUEST_ID, "")
    return given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex[:16]
