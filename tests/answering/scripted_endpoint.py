"""An OpenAI-compatible endpoint that behaves as badly as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Runs the script of its server for every request."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        self.server.requests.append(
            {"body": body, "authorization": self.headers.get("Authorization"), "path": self.path}
        )
        with suppress(OSError):  # the client has gone, as it should after a deadline
            self.server.script(self)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, content: str) -> None:
        data = json.dumps({"choices": [{"delta": {"content": content}}]})
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def done(self) -> None:
        self.wfile.write(b"data: [DONE]\n\n")
        self.wfile.flush()


class Endpoint(ThreadingHTTPServer):
    """The server, with all requests it got."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(script: Script) -> Iterator[Endpoint]:
    """A running endpoint."""
    endpoint = Endpoint(script)
    thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.shutdown()
        endpoint.server_close()


def saying(*pieces: str) -> Script:
    """Streams some words and ends properly."""

    def script(handler: Handler) -> None:
        handler.begin()
        for piece in pieces:
            handler.event(piece)
        handler.done()

    return script


def stall(handler: Handler) -> None:
    """Accepts and says nothing."""
    handler.begin()
    time.sleep(30)


def drip(handler: Handler) -> None:
    """A character a fifth of a second, for ever."""
    handler.begin()
    for _ in range(100):
        handler.event("字")
        time.sleep(0.2)


def disconnect(handler: Handler) -> None:
    """Breaks off in the middle."""
    handler.begin()
    handler.event("每年发放总额")


def too_many(handler: Handler) -> None:
    """Always busy."""
    handler.begin(429, "application/json", Retry_After="1")


def broken(handler: Handler) -> None:
    """Always an error."""
    handler.begin(500, "text/plain")


def web_page(handler: Handler) -> None:
    """A page where an answer should be."""
    handler.begin(200, "text/html")
    handler.wfile.write(b"<html><body>Sign in</body></html>")


def broken_json(handler: Handler) -> None:
    """Half an object."""
    handler.begin()
    handler.wfile.write(b'data: {"choices": [{"delta"\n\n')


def odd_json(handler: Handler) -> None:
    """JSON of another shape."""
    handler.begin(200, "application/json")
    handler.wfile.write(b'["no", "choices"]')


def endless(handler: Handler) -> None:
    """Never stops."""
    handler.begin()
    while True:
        handler.event("一直写一直写。" * 50)
