"""An answer as a stream of server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from policy_qa.records import Answer

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Neither a cache nor a proxy may hold events back."""

EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "One event of the stream.",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["data"],
}
"""JSON Schema of one event, for the OpenAPI description."""

_PIECE = re.compile(r".+?(?:(?:\[\d+\])+\s*|\n\n|\Z)", re.DOTALL)
_MARKER = re.compile(r"\[(\d+)\]")


def pieces(text: str) -> list[str]:
    """Cuts an answer behind its markers and paragraphs; joined again they are the answer."""
    return _PIECE.findall(text)


def answer_events(answer: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    """An answer in the order in which a reader wants it.

    Returns:
        ``hits`` once; a ``delta`` for each piece of the text, followed by a ``citation`` for each
        citation that it is the first to name; ``done`` with the whole answer.
    """
    whole = answer.model_dump(mode="json")
    waiting = {citation["marker"]: citation for citation in whole["citations"]}
    yield "hits", {"hits": whole["hits"]}
    for piece in pieces(answer.answer):
        yield "delta", {"text": piece}
        for marker in map(int, _MARKER.findall(piece)):
            if citation := waiting.pop(marker, None):
                yield "citation", citation
    yield "done", whole


def sse(event: str, data: dict[str, Any]) -> str:
    """One event on the wire. JSON holds no raw line break, so the data is one line."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
