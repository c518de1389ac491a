"""Language models that draft: any llama-index ``LLM``, or any OpenAI-compatible endpoint by its address."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, Protocol

from policy_qa.errors import ServiceError

_RETRIES: Final = 1
_LONGEST_WAIT: Final = 5.0
_LONGEST_ERROR: Final = 200


class Message(NamedTuple):
    """A message to a model: ``system``, ``user`` or ``assistant``, and its words."""

    role: str
    content: str


class ChatModel(Protocol):
    """A language model that writes piece by piece."""

    @property
    def name(self) -> str:
        """Name for the reader."""
        ...

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        """Writes an answer.

        Args:
            messages: The conversation.
            seconds: Time it may take in all.

        Raises:
            ServiceError: The model failed.
        """
        ...


class LlamaIndexModel:
    """A llama-index ``LLM``."""

    def __init__(self, llm: Any) -> None:
        """Wraps a model.

        Args:
            llm: An object of a subclass of ``llama_index.core.llms.LLM``.
        """
        self._llm = llm

    @property
    def name(self) -> str:
        """The model's own name, else that of its class."""
        metadata = getattr(self._llm, "metadata", None)
        return str(getattr(metadata, "model_name", None) or type(self._llm).__name__)

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:  # noqa: ARG002
        """Streams where the model can; see :class:`ChatModel`. The caller watches the time."""
        from llama_index.core.llms import ChatMessage

        chat = [ChatMessage(role=m.role, content=m.content) for m in messages]
        try:
            for part in self._llm.stream_chat(chat):
                yield part.delta or ""
        except NotImplementedError:
            yield str(self._llm.chat(chat).message.content or "")
        except Exception as error:  # llama-index's integrations share no base for their errors
            raise ServiceError(f"{self.name} failed: {_short(error)}") from error


class OpenAIEndpoint:
    """An endpoint that speaks OpenAI's chat completions, as vLLM, Ollama, llama.cpp and DeepSeek do."""

    def __init__(self, url: str, model: str, key: str | None = None, stall_seconds: float = 15.0) -> None:
        """Names an endpoint; nothing is sent yet.

        Args:
            url: Base address, such as ``http://localhost:8080/v1``.
            model: Name of the model there.
            key: Sent as bearer token; never logged.
            stall_seconds: Longest silence between two pieces.
        """
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._key = key
        self._stall = stall_seconds

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        """Streams server-sent events; retries once when told to come back later. See :class:`ChatModel`."""
        import httpx

        until = time.monotonic() + seconds
        for attempt in range(_RETRIES + 1):
            timeout = httpx.Timeout(min(self._stall, max(0.1, until - time.monotonic())), connect=5.0)
            try:
                with httpx.Client(timeout=timeout, trust_env=False) as client:
                    yield from self._once(client, messages)
                return
            except _TryAgainError as error:
                wait = min(error.seconds, _LONGEST_WAIT)
                if attempt == _RETRIES or time.monotonic() + wait >= until:
                    raise ServiceError(str(error)) from error
                time.sleep(wait)
            except httpx.HTTPError as error:
                raise ServiceError(f"the language model's endpoint failed: {_short(error)}") from error

    def _once(self, client: Any, messages: Sequence[Message]) -> Iterator[str]:
        body = {
            "model": self._model,
            "messages": [message._asdict() for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": 700,
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        with client.stream("POST", self._url, json=body, headers=headers) as response:
            if response.status_code in {429, 500, 502, 503, 504}:
                raise _TryAgainError(response.status_code, response.headers.get("Retry-After"))
            if response.status_code != 200:
                raise ServiceError(f"the language model's endpoint answered {response.status_code}")
            kind = response.headers.get("Content-Type", "")
            if "text/event-stream" in kind:
                yield from _events(response.iter_lines())
            elif "json" in kind:
                yield _content(response.read(), "message")
            else:
                raise ServiceError(
                    f"the language model's endpoint sent {kind or 'something'} instead of JSON"
                )


class _TryAgainError(Exception):
    """The endpoint is busy or broken for now."""

    def __init__(self, status: int, retry_after: str | None) -> None:
        super().__init__(f"the language model's endpoint answered {status}")
        self.seconds = float(retry_after) if retry_after and retry_after.isdigit() else 0.5


def _events(lines: Iterator[str]) -> Iterator[str]:
    ended = False
    for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            ended = True
            break
        yield _content(data.encode(), "delta")
    if not ended:
        raise ServiceError("the language model's endpoint broke off in the middle of its answer")


def _content(raw: bytes, part: str) -> str:
    try:
        choices = json.loads(raw)["choices"]
        return str((choices[0].get(part) or {}).get("content") or "") if choices else ""
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ServiceError("the language model's endpoint sent broken JSON") from error


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_LONGEST_ERROR]
