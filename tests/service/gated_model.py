"""A language model's endpoint that says one thing, then waits until it is let go on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LONGEST_WAIT = 20.0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GatedModel

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.n_requests += 1
        self.close_connection = True
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self._say(self.server.first)
            while not self.server.gate.wait(0.05):
                self._say("")  # a client that has gone shows when something is written
            self._say(self.server.then)
            self.wfile.write(b"data: [DONE]\n\n")
            self.server.finished.set()
        except OSError:
            self.server.left.set()

    def _say(self, words: str) -> None:
        data = json.dumps({"choices": [{"delta": {"content": words}}]})
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


class GatedModel(ThreadingHTTPServer):
    """The endpoint.

    ``gate`` lets it go on; ``finished`` says that it came to its end, ``left`` that its client went
    away before.
    """

    daemon_threads = True

    def __init__(self, first: str, then: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.first = first
        self.then = then
        self.gate = threading.Event()
        self.finished = threading.Event()
        self.left = threading.Event()
        self.n_requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def gated_model(first: str, then: str) -> Iterator[GatedModel]:
    """A running endpoint that says ``first``, waits, and says ``then``."""
    model = GatedModel(first, then)
    thread = threading.Thread(target=model.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.gate.set()
        model.shutdown()
        model.server_close()
