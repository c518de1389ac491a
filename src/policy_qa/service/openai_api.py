"""OpenAI's chat-completions wire format, so that its clients can ask the corpus."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.types import Scope

from policy_qa.aio import News
from policy_qa.answering.extractive import MODEL_NAME
from policy_qa.citing.verification import CitedSentence
from policy_qa.records import Answer, Citation, Language, Record
from policy_qa.service.streaming import GrowingText, all_of, failure
from policy_qa.settings import Settings

MODEL: Final = "policy-qa"
"""Answers in the articles' own sentences; with ``+`` and its name, a language model writes."""
_MOST_CHARACTERS: Final = 100_000
_MARKUP: Final = re.compile(r"[<\[\]]")


class ContentPart(BaseModel):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(max_length=50)
    text: str = Field("", max_length=_MOST_CHARACTERS)


class Message(BaseModel):
    """A message of the conversation."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream carries besides the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: StrictBool | None = False


class ChatBody(BaseModel):
    """A conversation; the question is the user's last message.

    Sampling options of OpenAI's API are accepted and have no effect; system messages are not
    read, because no instruction changes what the corpus says.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "中国2025年的算力目标是多少？"}]}
            ]
        },
    )

    model: str = Field(max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None

    def question(self) -> str:
        """The user's last message; empty if there is none, which is answered as unclear."""
        return self.messages[self._asked].text if self._asked >= 0 else ""

    def history(self) -> list[dict[str, str]]:
        """What was said before the question, oldest first."""
        return [
            {"role": message.role, "content": message.text}
            for message in self.messages[: max(self._asked, 0)]
            if message.role in ("user", "assistant")
        ]

    @property
    def _asked(self) -> int:
        """Where the question stands, or -1."""
        places = [place for place, message in enumerate(self.messages) if message.role == "user"]
        return places[-1] if places else -1


def models_of(settings: Settings) -> dict[str, str]:
    """The models that can be asked, each with the drafter that it stands for."""
    models = {MODEL: MODEL_NAME}
    if settings.llm_url is not None and settings.llm_model is not None:
        models[f"{MODEL}+{settings.llm_model}"] = settings.llm_model
    return models


class ModelCard(Record):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "policy_qa"


class ModelList(Record):
    """The models that can be asked."""

    object: Literal["list"] = "list"
    data: tuple[ModelCard, ...]


class Usage(Record):
    """Lengths in tokens of the embedding model, which is the only tokenizer at hand."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionMessage(Record):
    """The answer with its footnotes."""

    role: Literal["assistant"] = "assistant"
    content: str


class Choice(Record):
    """The one answer."""

    index: int = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"


class Completion(Record):
    """A chat completion; ``citations`` and ``policy_qa`` are ours."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage
    citations: tuple[Citation, ...] = Field(description="Exact words behind each marker of the answer.")
    policy_qa: dict[str, Any] = Field(description="Status, confidence, short answer and checks.")


def content_of(answer: Answer) -> str:
    """The answer's Markdown with its citations as footnotes below."""
    return "".join([answer.answer, *footnotes(answer)])


def footnotes(answer: Answer) -> list[str]:
    """One paragraph for each citation: who published what, the exact words, the address."""
    return [f"\n\n[{citation.marker}] {_source(citation)}" for citation in answer.citations]


def completion(answer: Answer, usage: Usage, model: str = MODEL) -> Completion:
    """A whole answer.

    Args:
        answer: The answer.
        usage: Its length.
        model: The model as it was asked for.
    """
    return Completion(
        id=_new_id(),
        created=int(time.time()),
        model=model,
        choices=(Choice(message=CompletionMessage(content=content_of(answer))),),
        usage=usage,
        citations=answer.citations,
        policy_qa=_extras(answer),
    )


class _Chunks:
    """Makes the chunks of one completion."""

    def __init__(self, model: str) -> None:
        self._head = {
            "id": _new_id(),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }

    def chunk(self, delta: dict[str, str], finish: str | None = None, **extra: Any) -> str:
        """A piece of the answer."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**self._head, "choices": [choice], **extra})

    def usage(self, usage: Usage) -> str:
        """What the answer took."""
        return _data({**self._head, "choices": [], "usage": usage.model_dump()})


async def completion_stream(
    first: News,
    news: AsyncGenerator[News],
    body: ChatBody,
    language: Language,
    count: Callable[[Answer], Awaitable[Usage]],
    scope: Scope,
) -> AsyncGenerator[str]:
    """An answer in chunks, each sent as soon as there is something to send.

    The chunk that ends it carries ``citations`` and ``policy_qa``; one with the usage follows if
    it was asked for. An answer that fails ends with an ``error`` object instead.

    Args:
        first: The first of the news.
        news: The others; closed when this ends.
        body: The request.
        language: Language of the answer.
        count: Tells the length of the answer.
        scope: The ASGI scope of the request.
    """
    made, text = _Chunks(body.model), GrowingText(language)
    try:
        yield made.chunk({"role": "assistant", "content": ""})
        async for one in all_of(first, news):
            if isinstance(one, CitedSentence):
                yield made.chunk({"content": text.add(one)})
            elif isinstance(one, Answer):
                async for chunk in _ending(one, text, made, body, count):
                    yield chunk
    except Exception as error:
        yield _data({"error": failure(error, scope)["error"]})
    finally:
        await news.aclose()
    yield "data: [DONE]\n\n"


async def _ending(
    answer: Answer,
    text: GrowingText,
    made: _Chunks,
    body: ChatBody,
    count: Callable[[Answer], Awaitable[Usage]],
) -> AsyncIterator[str]:
    for piece in [*text.rest(answer), *footnotes(answer)]:
        yield made.chunk({"content": piece})
    cited = [citation.model_dump(mode="json") for citation in answer.citations]
    yield made.chunk({}, "stop", citations=cited, policy_qa=_extras(answer))
    if body.stream_options is not None and body.stream_options.include_usage:
        yield made.usage(await count(answer))


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _extras(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(
        mode="json", include={"status", "language", "short_answer", "confidence", "checks", "generation"}
    )


def _source(citation: Citation) -> str:
    facts = [
        citation.publisher,
        f"《{citation.title}》",
        citation.published.isoformat() if citation.published else None,
    ]
    quote = citation.quote.replace("\n", " ")
    linked = citation.url and urlsplit(citation.url).scheme in {"http", "https"}
    link = f" {citation.url}" if linked else ""
    return f"{_inert(', '.join(fact for fact in facts if fact))}: “{_inert(quote)}”{link}"


def _inert(words: str) -> str:
    """Words of an article that a client may render as Markdown: they must not fetch or link."""
    return _MARKUP.sub(r"\\\g<0>", words)
