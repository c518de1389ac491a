"""Runs the application: one process or several, access checked before the port is opened."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_qa.engine import PolicyQA
from policy_qa.errors import UsageError
from policy_qa.service.guard import LOOPBACK
from policy_qa.service.observing import LOGGER, SHARED_METRICS

if TYPE_CHECKING:
    from fastapi import FastAPI

    from policy_qa.settings import Settings

_HANDED_DOWN = "_POLICY_QA_WORKER_SETTINGS"
_MOST_CONNECTIONS = 2000
_WARM_UP = "准备 warm-up"


def run_server(engine: PolicyQA, host: str, port: int, workers: int = 1) -> None:
    """Serves until interrupted.

    Args:
        engine: Answers the questions.
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes. With more than one the chat page is left out: a conversation lives in
            one process, and nothing ties a browser to one of several.

    Raises:
        UsageError: The address can be reached from outside and there is no token.
        IndexUnusableError: There is no usable index.
    """
    check_address(host, has_tokens=bool(engine.settings.tokens))
    import uvicorn

    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    engine.ask(_WARM_UP)  # loads model and index before the first reader comes, or says what is missing
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "log_config": log_config(),
        "access_log": False,
        "server_header": False,
        "limit_concurrency": _MOST_CONNECTIONS,
        "timeout_graceful_shutdown": 10,
    }
    shown = f"[{host}]" if ":" in host else host
    if workers == 1:
        from policy_qa.service.app import create_app

        application = create_app(engine)
        print(
            f"policy_qa serves http://{shown}:{port} (API reference at /docs, MCP at /mcp)", file=sys.stderr
        )
        uvicorn.run(application, **options)
        return
    print(
        f"policy_qa serves http://{shown}:{port} with {workers} workers: API at /v1, MCP at /mcp, no chat "
        "page. A conversation lives in one process; for the page run `policy-qa serve --port ...` with one "
        "worker beside this one.",
        file=sys.stderr,
    )
    engine.close()
    counts = tempfile.mkdtemp(prefix="policy-qa-metrics-")
    os.environ[SHARED_METRICS] = counts
    os.environ[_HANDED_DOWN] = _handed_down(engine.settings)
    try:
        uvicorn.run("policy_qa.service.server:worker", factory=True, workers=workers, **options)
    finally:
        shutil.rmtree(counts, ignore_errors=True)


def worker() -> FastAPI:
    """The application of one of several workers."""
    from policy_qa.service.app import create_app

    engine = PolicyQA(**json.loads(os.environ[_HANDED_DOWN]))
    engine.ask(_WARM_UP)
    return create_app(engine, with_page=False)


def check_address(host: str, *, has_tokens: bool) -> None:
    """Keeps a service without tokens on this machine.

    Raises:
        UsageError: The address can be reached from outside and there is no token.
    """
    if host not in LOOPBACK and not has_tokens:
        raise UsageError(
            f"{host} can be reached from outside. Set POLICY_QA_TOKENS to one or more secret tokens, or "
            "listen on 127.0.0.1."
        )


def log_config() -> dict[str, Any]:
    """Logging of the service: one JSON object a line on standard error."""
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "policy_qa.service.observing.JsonLines"}},
        "handlers": {"stderr": handler},
        "loggers": {
            LOGGER: {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "policy_qa": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "mcp": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }


def _handed_down(settings: Settings) -> str:
    """All settings, paths made absolute: a worker must not be more open than its parent was set to be."""
    known = settings.model_dump(mode="json", exclude_none=True)
    known["tokens"] = [token.get_secret_value() for token in settings.tokens]
    for name in ("corpus", "index", "feedback"):
        known[name] = str(Path(known[name]).absolute())
    return json.dumps(known)
