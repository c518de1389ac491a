"""A language model at an OpenAI-compatible endpoint, and what is learnt about it while it is used."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policy_qa.answering.chat_models import (
    ContextTooLongError,
    Message,
    Schema,
    ShapeRefusedError,
    shortened,
)
from policy_qa.errors import ServiceError

MAX_TOKENS: Final = 700
"""Tokens of an answer at most."""

_RETRIES: Final = 1
_LONGEST_WAIT: Final = 5.0
_LONGEST_BODY: Final = 4000
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_REFUSED: Final = frozenset({400, 413, 422})
_TOO_LONG: Final = re.compile(
    r"exceed_context|context[_ ](?:length|size|window)|maximum (?:context|prompt|input)|"
    r"too (?:long|many tokens)",
    re.IGNORECASE,
)
# What an endpoint may not know, and what to send in its place.
_OPTIONAL: Final[Mapping[str, str | None]] = {"max_tokens": "max_completion_tokens", "temperature": None}


class OpenAIEndpoint:
    """An endpoint that speaks OpenAI's chat completions, as vLLM, Ollama, llama.cpp and DeepSeek do.

    It keeps what an endpoint refuses and does not ask for that again.
    """

    def __init__(self, url: str, model: str, key: str | None = None, *, structured: bool = True) -> None:
        """Names an endpoint; nothing is sent yet.

        Args:
            url: Base address, such as ``http://localhost:8080/v1``.
            model: Name of the model there.
            key: Sent as bearer token; never logged.
            structured: Try to have answers held to a JSON Schema.
        """
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._key = key
        self._structured = structured
        self._most_characters: int | None = None
        self._options: dict[str, object] = {"temperature": 0, "max_tokens": MAX_TOKENS}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def structured(self) -> bool:
        """Whether it may know ``response_format``: true until it has refused it."""
        return self._structured

    @property
    def most_characters(self) -> int | None:
        """Length at which messages should fit; ``None`` until some were too long."""
        return self._most_characters

    def stream(
        self, messages: Sequence[Message], seconds: float, schema: Schema | None = None
    ) -> Iterator[str]:
        """Streams server-sent events; retries once when told to come back later.

        Silence is no error before ``seconds`` are over: on a slow machine the first word comes only
        when the whole prompt is read. See :class:`StructuredModel`.
        """
        import httpx

        until = time.monotonic() + seconds
        retries = _RETRIES
        while True:
            timeout = httpx.Timeout(max(0.1, until - time.monotonic()), connect=5.0)
            try:
                with httpx.Client(timeout=timeout, trust_env=False) as client:
                    yield from self._once(client, messages, schema)
                return
            except _OtherOptionsError:
                continue  # each time with one option less
            except _TryAgainError as error:
                wait = min(error.seconds, _LONGEST_WAIT)
                if not retries or time.monotonic() + wait >= until:
                    raise ServiceError(str(error)) from error
                retries -= 1
                time.sleep(wait)
            except httpx.HTTPError as error:
                raise ServiceError(f"the language model's endpoint failed: {shortened(error)}") from error

    def _once(self, client: Any, messages: Sequence[Message], schema: Schema | None) -> Iterator[str]:
        body: dict[str, object] = {
            "model": self._model,
            "messages": [message._asdict() for message in messages],
            "stream": True,
            **self._options,
        }
        if schema is not None:
            shape = {"name": "answer", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        with client.stream("POST", self._url, json=body, headers=headers) as response:
            status = response.status_code
            if status in _BUSY | _REFUSED:
                said = _beginning(response.iter_text())
                if status != 429:  # too many tokens a minute is another matter
                    self._learn_length(said, messages)
                if status in _REFUSED:
                    self._learn_refusal(said, schema)
                    raise ServiceError(f"the language model's endpoint answered {status}")
                raise _TryAgainError(status, response.headers.get("Retry-After"))
            if status != 200:
                raise ServiceError(f"the language model's endpoint answered {status}")
            kind = response.headers.get("Content-Type", "")
            if "text/event-stream" in kind:
                yield from self._events(response.iter_lines(), messages)
            elif "json" in kind:
                yield _content(response.read(), "message")
            else:
                raise ServiceError(
                    f"the language model's endpoint sent {kind or 'something'} instead of JSON"
                )

    def _events(self, lines: Iterator[str], messages: Sequence[Message]) -> Iterator[str]:
        for line in lines:
            if line.startswith("error:"):
                self._learn_length(line, messages)
                raise ServiceError("the language model's endpoint failed while answering")
            if not line.startswith("data:"):
                continue
            data = line[5:].strip()
            if data == "[DONE]":
                return
            if data.startswith('{"error"'):
                self._learn_length(data, messages)
                raise ServiceError("the language model's endpoint failed while answering")
            yield _content(data.encode(), "delta")
        raise ServiceError("the language model's endpoint broke off in the middle of its answer")

    def _learn_length(self, said: str, messages: Sequence[Message]) -> None:
        """Keeps what fits, if messages were too long: by the endpoint's own count, else half as much."""
        if not _TOO_LONG.search(said):
            return
        sent = sum(len(message.content) for message in messages)
        share = 0.5
        counts = [re.search(rf'"{name}"\s*:\s*(\d+)', said) for name in ("n_ctx", "n_prompt_tokens")]
        if counts[0] and counts[1]:
            room = int(counts[0][1]) - MAX_TOKENS
            share = min(0.9, max(0.1, room / max(1, int(counts[1][1]))))
        self._most_characters = int(sent * share)
        raise ContextTooLongError("the passages are too long for the language model's context window")

    def _learn_refusal(self, said: str, schema: Schema | None) -> None:
        """Does without what an endpoint does not know: an option that it names, else the schema."""
        for option, instead in _OPTIONAL.items():
            if option in self._options and re.search(rf"\b{option}\b", said):
                kept = {name: value for name, value in self._options.items() if name != option}
                self._options = {**kept, instead: MAX_TOKENS} if instead else kept
                raise _OtherOptionsError(option)
        if schema is not None:
            self._structured = False
            raise ShapeRefusedError("the language model's endpoint knows no response_format")


class _OtherOptionsError(Exception):
    """The endpoint does not know an option; it is left out from now on."""


class _TryAgainError(Exception):
    """The endpoint is busy or broken for now."""

    def __init__(self, status: int, retry_after: str | None) -> None:
        super().__init__(f"the language model's endpoint answered {status}")
        self.seconds = float(retry_after) if retry_after and retry_after.isdigit() else 0.5


def _beginning(pieces: Iterator[str]) -> str:
    """The first characters of a response: an error page may be long, or never end."""
    said = ""
    for piece in pieces:
        said += piece
        if len(said) >= _LONGEST_BODY:
            break
    return said


def _content(raw: bytes, part: str) -> str:
    try:
        choices = json.loads(raw)["choices"]
        return str((choices[0].get(part) or {}).get("content") or "") if choices else ""
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ServiceError("the language model's endpoint sent broken JSON") from error
