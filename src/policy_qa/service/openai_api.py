"""OpenAI's chat-completions wire format, so that its clients can ask the corpus."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from policy_qa.records import Answer, Citation, Record
from policy_qa.service.streaming import pieces

MODEL: Final = "policy-qa"
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


def completion(answer: Answer, usage: Usage) -> Completion:
    """A whole answer."""
    return Completion(
        id=_new_id(),
        created=int(time.time()),
        model=MODEL,
        choices=(Choice(message=CompletionMessage(content=content_of(answer))),),
        usage=usage,
        citations=answer.citations,
        policy_qa=_extras(answer),
    )


def completion_stream(answer: Answer, usage: Usage | None) -> Iterator[str]:
    """An answer in chunks.

    The chunk that ends it carries ``citations`` and ``policy_qa``; one with the usage follows if
    it was asked for.
    """
    head = {
        "id": _new_id(),
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
    }

    def chunk(delta: dict[str, str], finish: str | None = None, **extra: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**head, "choices": [choice], **extra})

    yield chunk({"role": "assistant", "content": ""})
    for text in [*pieces(answer.answer), *footnotes(answer)]:
        yield chunk({"content": text})
    cited = [citation.model_dump(mode="json") for citation in answer.citations]
    yield chunk({}, "stop", citations=cited, policy_qa=_extras(answer))
    if usage is not None:
        yield _data({**head, "choices": [], "usage": usage.model_dump()})
    yield "data: [DONE]\n\n"


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
