"""Who may call: host names, origins, tokens, and how often.

Each guard is an ASGI application around the whole service, so that it covers the page, its
uploads and the MCP endpoint as well as the API.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from policy_qa.service.problems import problem_response

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
"""Names under which only this machine is reached."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMITED: Final = ("/v1/", "/mcp")
_MOST_CALLERS: Final = 10_000
_MINUTE: Final = 60.0
_POLICY_VIOLATION: Final = 1008


class HostGuard:
    """Answers only to its own host names and to pages of its own origin.

    A page elsewhere can point a name of its own at this machine and then read what the service
    answers (DNS rebinding); it cannot choose the Host header. It can also send forms blindly;
    browsers name the page's origin with them.

    Args:
        app: What is guarded.
        hosts: Names answered to; any if empty.
        origins: Origins of other sites that may call.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], origins: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on or answers 421 or 403."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name_of(f"//{host}") not in self._hosts:
            detail = (
                f"This service does not answer to the host name {host[:100]!r}."
                " Add it to POLICY_QA_ALLOWED_HOSTS."
            )
            return await _refuse(421, detail, scope, receive, send)
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if foreign and origin not in self._origins and scope.get("method") not in _READING:
            detail = "Pages of other sites may not call this service. See POLICY_QA_CORS_ORIGINS."
            return await _refuse(403, detail, scope, receive, send)
        return await self._app(scope, receive, send)


class TokenGuard:
    """Lets in who brings a token: ``Authorization: Bearer TOKEN``.

    A browser, which cannot be told to send that, asks for a password instead (HTTP Basic): the
    token is the password, any user name will do.

    Args:
        app: What is guarded.
        tokens: The tokens.
    """

    def __init__(self, app: ASGIApp, tokens: Sequence[str]) -> None:
        self._app = app
        self._digests = [_digest(token) for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with its caller named in the scope, or answers 401."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        digest = _digest(_token_of(Headers(scope=scope).get("authorization", "")))
        # Every token is compared, in constant time: timing must not tell which one is close.
        if not any([hmac.compare_digest(digest, known) for known in self._digests]):  # noqa: C419
            challenge = {"WWW-Authenticate": 'Bearer realm="policy_qa", Basic realm="policy_qa"'}
            detail = "A token is needed: send `Authorization: Bearer TOKEN`."
            return await _refuse(401, detail, scope, receive, send, challenge)
        scope.setdefault("state", {})["caller"] = digest
        return await self._app(scope, receive, send)


class RateGuard:
    """Bounds the calls of one token, or of one address where no tokens are used.

    Each caller has a bucket of tokens that refills steadily (token bucket); the page's own files
    are not counted.

    Args:
        app: What is guarded.
        per_minute: Calls a minute, and at once.
        clock: Seconds from any start.
    """

    def __init__(self, app: ASGIApp, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._capacity = float(per_minute)
        self._per_second = per_minute / _MINUTE
        self._clock = clock
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on or answers 429 with the seconds to wait."""
        if scope["type"] != "http" or not str(scope["path"]).startswith(_LIMITED):
            return await self._app(scope, receive, send)
        caller = scope.get("state", {}).get("caller") or (scope.get("client") or ("",))[0]
        wait = self._take(caller)
        if wait > 0:
            detail = f"That is more than {self._capacity:.0f} calls a minute. Wait {wait} seconds."
            return await _refuse(429, detail, scope, receive, send, {"Retry-After": str(wait)})
        return await self._app(scope, receive, send)

    def _take(self, caller: object) -> int:
        """Takes one call from a caller's bucket; the seconds to wait if it is empty, else 0."""
        now = self._clock()
        left, since = self._buckets.pop(caller, (self._capacity, now))
        left = min(self._capacity, left + (now - since) * self._per_second)
        granted = left >= 1
        self._buckets[caller] = (left - 1 if granted else left, now)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        return 0 if granted else math.ceil((1 - left) / self._per_second)


def _name_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _token_of(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return decoded.partition(":")[2]
    return ""


async def _refuse(
    status: int,
    detail: str,
    scope: Scope,
    receive: Receive,
    send: Send,
    headers: dict[str, str] | None = None,
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    response = problem_response(status, detail, scope=scope, headers=headers)
    await response(scope, receive, send)
