"""A language model whose words are kept, and one that says kept words again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policy_qa.answering.chat_models import ChatModel, Message
from policy_qa.answering.marked_text import read_marked


class Recorder:
    """Keeps what a model says, one text a request."""

    def __init__(self, model: ChatModel) -> None:
        """Wraps a model."""
        self._model = model
        self.said: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Whatever else the model can do."""
        return getattr(self._model, name)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[str]:
        """Writes as the model does."""
        pieces = self._model.stream(*args, **kwargs)
        first = next(pieces, "")  # a request that is refused leaves no text
        self.said.append(first)
        yield first
        for piece in pieces:
            self.said[-1] += piece
            yield piece


class Replayed:
    """Says recorded texts, one a request; nothing when there are no more."""

    name = "replayed"

    def __init__(self, said: Sequence[str]) -> None:
        """Takes the texts in order."""
        self._said = list(said)

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:  # noqa: ARG002
        """The next text."""
        if self._said:
            yield self._said.pop(0)


class AlwaysCiting:
    """A model whose sentences all cite a passage: the first one where it names none itself."""

    def __init__(self, model: ChatModel) -> None:
        """Wraps a model."""
        self._model = model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        """The model's sentences, one a line."""
        for sentence in read_marked(self._model.stream(messages, seconds)):
            yield sentence.text + "".join(f"[P{number}]" for number in sentence.passages or (1,)) + "\n"
