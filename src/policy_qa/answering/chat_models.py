"""Language models that draft: what one must be able to do, and llama-index's ``LLM`` as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from policy_qa.errors import ServiceError

Schema = Mapping[str, object]
"""A JSON Schema."""

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


class StructuredModel(ChatModel, Protocol):
    """A language model whose answers can be held to a JSON Schema."""

    @property
    def structured(self) -> bool:
        """Whether it is worth asking for that."""
        ...

    @property
    def most_characters(self) -> int | None:
        """Characters that its messages may have together, as far as that is known."""
        ...

    def stream(
        self, messages: Sequence[Message], seconds: float, schema: Schema | None = None
    ) -> Iterator[str]:
        """Writes an answer of a given shape; see ``ChatModel``.

        Raises:
            ShapeRefusedError: It cannot write to a schema.
            ContextTooLongError: The messages are too long for it.
            ServiceError: The model failed otherwise.
        """
        ...


class ShapeRefusedError(ServiceError):
    """A model that was asked to keep to a schema cannot."""


class ContextTooLongError(ServiceError):
    """The messages do not fit into a model's context window."""


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
            raise ServiceError(f"{self.name} failed: {shortened(error)}") from error


def shortened(error: Exception) -> str:
    """What an error says, at most ``_LONGEST_ERROR`` characters of it."""
    return (str(error) or type(error).__name__)[:_LONGEST_ERROR]
