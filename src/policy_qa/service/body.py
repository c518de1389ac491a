"""How much a client may send, and for how long it may take."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_qa.service.problems import problem_response

_UPLOADS: Final = frozenset({("PUT", "/v1/articles"), ("POST", "/gradio_api/upload")})
_FORM_OVERHEAD: Final = 100_000
"""Bytes that a form adds around the file it carries."""


class _TooLargeError(Exception):
    """The body went over its limit while it was being read."""


class _TooSlowError(Exception):
    """The body did not arrive in time."""


class BodyGuard:
    """Ends requests whose body is too large (413) or comes too slowly (408).

    Bytes are counted as they arrive: a client may leave its Content-Length out, or lie.

    Args:
        app: What is guarded.
        most: Bytes of a body at most.
        most_upload: Bytes of an uploaded file at most.
        seconds: Time in which a whole body must arrive; an upload gets four times as much.
    """

    def __init__(self, app: ASGIApp, most: int, most_upload: int, seconds: float) -> None:
        self._app = app
        self._most = most
        self._most_upload = most_upload + _FORM_OVERHEAD
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on while it keeps to the limits."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        upload = (scope["method"], str(scope["path"]).rstrip("/")) in _UPLOADS
        limit = self._most_upload if upload else self._most
        deadline = time.monotonic() + self._seconds * (4 if upload else 1)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > limit:
            return await self._too_large(limit, scope, receive, send)
        body = _Body(receive, limit, deadline)
        reply = _Reply(send, body)
        try:
            await self._app(scope, body.receive, reply.send)
        except Exception:
            if reply.started or body.failure is None:
                raise
        if body.failure is None or reply.started:
            return None
        if isinstance(body.failure, _TooLargeError):
            return await self._too_large(limit, scope, receive, send)
        detail = f"The body did not arrive within {deadline - body.started:.0f} seconds."
        response = problem_response(408, detail, scope=scope, headers={"Connection": "close"})
        return await response(scope, receive, send)

    @staticmethod
    async def _too_large(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"The body is larger than {limit:,} bytes. Send less, or raise the limit in the settings."
        response = problem_response(413, detail, scope=scope, headers={"Connection": "close"})
        await response(scope, receive, send)


class _Body:
    """Counts what arrives and watches the clock until the body is complete."""

    def __init__(self, receive: Receive, limit: int, deadline: float) -> None:
        self._receive = receive
        self._left = limit
        self._deadline = deadline
        self._complete = False
        self.started = time.monotonic()
        self.failure: Exception | None = None

    async def receive(self) -> Message:
        """The next message; raises once a limit is crossed, and again whenever it is asked."""
        if self._complete:
            return await self._receive()
        if self.failure is not None:
            raise self.failure
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            self.failure = _TooSlowError()
            raise self.failure from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                self.failure = _TooLargeError()
                raise self.failure
        return message


class _Reply:
    """Passes the application's reply on, unless it is only what it made of our exception."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self.started = False

    async def send(self, message: Message) -> None:
        """Passes a message on, or drops it."""
        if self._body.failure is not None and not self.started:
            return
        self.started = True
        await self._send(message)
