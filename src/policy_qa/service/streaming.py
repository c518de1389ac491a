"""An answer as a stream of server-sent events, each sent when there is something to send."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, Final

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from policy_qa.aio import Found, News
from policy_qa.citing.verification import CitedSentence
from policy_qa.errors import PolicyQAError
from policy_qa.records import Answer, Language
from policy_qa.service.problems import problem_of

MEDIA_TYPE = "text/event-stream"

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

_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Neither a cache nor a proxy may hold events back."""
_PIECE = re.compile(r".+?(?:(?:\[\d+\])+\s*|\n\n|\Z)", re.DOTALL)
_MARKER = re.compile(r"\[(\d+)\]")
_log = logging.getLogger(__name__)


class EventStream(StreamingResponse):
    """A stream whose source is closed when it ends, and at once when its reader goes away."""

    def __init__(self, chunks: AsyncGenerator[str]) -> None:
        super().__init__(chunks, media_type=MEDIA_TYPE, headers=_HEADERS)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._chunks.aclose()


def pieces(text: str) -> list[str]:
    """Cuts an answer behind its markers and paragraphs; joined again they are the answer."""
    return _PIECE.findall(text)


class GrowingText:
    """The text of an answer as it grows: what each piece of news adds to what was sent before.

    Args:
        language: Language of the answer; English sentences are set apart by a blank.
    """

    def __init__(self, language: Language) -> None:
        self._blank = "" if language == "zh" else " "
        self._sent = ""

    def add(self, sentence: CitedSentence) -> str:
        """What a sentence adds."""
        blank = self._blank if self._sent else ""
        more = blank + sentence.text + "".join(f"[{marker}]" for marker in sentence.markers)
        self._sent += more
        return more

    def rest(self, answer: Answer) -> list[str]:
        """What the whole answer adds, in pieces."""
        if answer.answer.startswith(self._sent):
            return pieces(answer.answer[len(self._sent) :])
        # Cannot be, as an answer is made of its sentences; if it happens, a reader gets all of it.
        _log.warning("an answer does not begin with the sentences that were sent")
        return ["\n\n", *pieces(answer.answer)]


async def opened(news: AsyncGenerator[News]) -> tuple[News, AsyncGenerator[News]]:
    """Waits for the first of the news, so that what fails before it is an error and not a stream."""
    try:
        return await anext(news), news
    except BaseException:
        await news.aclose()
        raise


async def answer_events(
    first: News, news: AsyncGenerator[News], language: Language, scope: Scope
) -> AsyncGenerator[str]:
    """An answer in the order in which a reader wants it.

    Args:
        first: The first of the news.
        news: The others; closed when this ends.
        language: Language of the answer.
        scope: The ASGI scope of the request.

    Yields:
        ``hits`` once; a ``delta`` for each piece of the text, followed by a ``citation`` for each
        citation that it is the first to name; ``done`` with the whole answer. ``error``, a problem
        document, ends the stream of an answer that failed.
    """
    text = GrowingText(language)
    cited: set[int] = set()
    found = False
    try:
        async for one in all_of(first, news):
            if isinstance(one, Found):
                found = True
                yield sse("hits", one.model_dump(mode="json"))
            elif isinstance(one, CitedSentence):
                yield sse("delta", {"text": text.add(one)})
                for citation in one.citations:
                    if citation.marker not in cited:
                        cited.add(citation.marker)
                        yield sse("citation", citation.model_dump(mode="json"))
            else:
                if not found:
                    yield sse("hits", {"hits": []})
                for event in _ending(one, text, cited):
                    yield event
    except Exception as error:
        yield sse("error", failure(error, scope))
    finally:
        await news.aclose()


def _ending(answer: Answer, text: GrowingText, cited: set[int]) -> Iterator[str]:
    whole = answer.model_dump(mode="json")
    waiting = {c["marker"]: c for c in whole["citations"] if c["marker"] not in cited}
    for piece in text.rest(answer):
        yield sse("delta", {"text": piece})
        for marker in map(int, _MARKER.findall(piece)):
            if citation := waiting.pop(marker, None):
                yield sse("citation", citation)
    yield sse("done", whole)


async def all_of(first: News, rest: AsyncIterator[News]) -> AsyncIterator[News]:
    """The first of the news and the others."""
    yield first
    async for one in rest:
        yield one


def failure(error: Exception, scope: Scope) -> dict[str, Any]:
    """The problem document of an answer that failed after its stream had begun; logged with the request."""
    if not isinstance(error, PolicyQAError):
        _log.exception("an answer broke off", exc_info=error)
    scope.setdefault("state", {}).setdefault("logged", {})["broke_off"] = type(error).__name__
    return problem_of(error, scope)


def sse(event: str, data: dict[str, Any]) -> str:
    """One event on the wire. JSON holds no raw line break, so the data is one line."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
