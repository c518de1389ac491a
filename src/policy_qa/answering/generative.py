"""Hits → an answer written by a language model, of which only what the passages say gets through."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final, NamedTuple

from policy_qa.answering.bounded import bounded
from policy_qa.answering.chat_models import ChatModel, ContextTooLongError, Message, ShapeRefusedError
from policy_qa.answering.circles import until_circles
from policy_qa.answering.form_checks import STATES_NOTHING, malformed
from policy_qa.answering.json_draft import schema_for
from policy_qa.answering.marked_text import MarkedSentence, read_marked
from policy_qa.citing.verification import CitedSentence, Verifier, whole_passage
from policy_qa.errors import ServiceError
from policy_qa.records import Check, DraftSentence, Hit, Language

LONGEST_DRAFT: Final = 6000
"""Characters after which a model is cut off."""
MOST_SENTENCES: Final = 12
"""Sentences of a draft that are looked at."""
MOST_REPETITIONS: Final = 3
"""Repeated sentences after which a model is taken to run in circles."""
MOST_FAILURES: Final = 3
"""Sentences that fail, if more than hold, after which no more is taken from a model."""
_REPAIR_SECONDS: Final = 2.0
"""Time that must be left for a repair to be worth while."""
_TRIES: Final = 4
"""Requests for one draft at most, each with less in it."""

_LABEL_IN_TEXT: Final = re.compile(r"\[(?=\s*P?\d+\s*\])", re.IGNORECASE)


class Written(NamedTuple):
    """How the writing went; the sentences that hold are with the verifier.

    Attributes:
        malformed: Sentences that were not even verified, and why.
        failure: What went wrong with the model, if anything.
    """

    malformed: tuple[Check, ...]
    failure: str | None


class GenerativeDrafter:
    """Asks a model for a draft and has every sentence verified before anyone sees it."""

    def __init__(
        self,
        model: ChatModel,
        seconds: float = 30.0,
        narrow: Callable[[DraftSentence], DraftSentence] = lambda sentence: sentence,
    ) -> None:
        """Sets who writes.

        Args:
            model: The model.
            seconds: Time for draft and repair together.
            narrow: Cuts the evidence of a sentence down before it is verified.
        """
        self._model = model
        self._seconds = seconds
        self._narrow = narrow

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def write(
        self,
        question: str,
        language: Language,
        hits: Sequence[Hit],
        verifier: Verifier,
        on_sentence: Callable[[CitedSentence], None] = lambda _: None,
    ) -> Written:
        """Lets the model write; what holds ends up in the verifier.

        Sentences that fail are given back to the model once; those that fail again are dropped.

        Args:
            question: A question that stands on its own.
            language: Language to answer in.
            hits: Passages for the model, best first.
            verifier: Checks the sentences.
            on_sentence: Told of each sentence that holds, as soon as it does.
        """
        request = _Request(question, language, tuple(hits), bool(getattr(self._model, "structured", False)))
        writing = _Writing(request, verifier, on_sentence, self._narrow)
        until = time.monotonic() + self._seconds
        failure: ServiceError | None = None
        try:
            request = self._draft(request, writing, until)
        except ServiceError as error:
            failure = error
        if (
            writing.failed
            and failure is None
            and not writing.hopeless
            and until - time.monotonic() >= _REPAIR_SECONDS
        ):
            # What held before the repair still holds if the repair fails.
            with suppress(ServiceError):
                self._take(request.repair(writing), request, until, writing)
        return Written(tuple(writing.malformed), str(failure) if failure else None)

    def _draft(self, request: _Request, writing: _Writing, until: float) -> _Request:
        """Has the model write, with as many passages as it can read and in a shape that it knows."""
        for _ in range(_TRIES):
            request = request.shortened(getattr(self._model, "most_characters", None))
            try:
                self._take(request.messages(), request, until, writing)
                return request
            except ShapeRefusedError:
                request = replace(request, structured=False)
            except ContextTooLongError:
                if len(request.hits) == 1:
                    raise
        raise ServiceError("the language model took none of the requests")

    def _take(self, messages: Sequence[Message], request: _Request, until: float, writing: _Writing) -> None:
        """Reads what the model writes and keeps what holds."""
        seconds = max(0.1, until - time.monotonic())
        schema = {"schema": schema_for(len(request.hits))} if request.structured else {}
        pieces = bounded(lambda: self._model.stream(messages, seconds, **schema), seconds, LONGEST_DRAFT)
        for sentence in _first_new(read_marked(until_circles(pieces))):
            if time.monotonic() >= until:
                raise ServiceError("the language model took too long")
            writing.add(sentence)
            if writing.hopeless:
                return


@dataclass(frozen=True)
class _Request:
    """What a model is asked.

    Attributes:
        question: A question that stands on its own.
        language: Language to answer in.
        hits: Passages it is given.
        structured: Whether it is to keep to a schema.
    """

    question: str
    language: Language
    hits: tuple[Hit, ...]
    structured: bool

    def messages(self) -> list[Message]:
        """Rules and passages, then the question."""
        rules = self._filled(prompt("answer", self.language))
        return [
            Message("system", rules.replace("{passages}", lay_out(self.hits))),
            Message("user", self.question),
        ]

    def length(self) -> int:
        """Characters of all messages."""
        return sum(len(message.content) for message in self.messages())

    def shortened(self, most: int | None) -> _Request:
        """The request with the first passages only, so that it has ``most`` characters if it can be."""
        request = self
        while most is not None and len(request.hits) > 1 and request.length() > most:
            request = replace(request, hits=request.hits[:-1])
        return request

    def repair(self, writing: _Writing) -> list[Message]:
        """The request once more, with the sentences that failed and why."""
        reasons = writing.reasons()
        lines = [f"- {s.text} {_labels(s)}\n  ({reasons.get(s.text, '')})" for s in writing.failed]
        again = self._filled(prompt("repair", self.language)).replace("{problems}", "\n".join(lines))
        answer = "\n".join(f"{s.text} {_labels(s)}" for s in writing.failed)
        return [*self.messages(), Message("assistant", answer), Message("user", again)]

    def _filled(self, text: str) -> str:
        form = prompt("form.json" if self.structured else "form.text", self.language)
        return text.replace("{form}", form.strip())


class _Writing:
    """The sentences of one answer as they come: those that held are with the verifier."""

    def __init__(
        self,
        request: _Request,
        verifier: Verifier,
        on_sentence: Callable[[CitedSentence], None],
        narrow: Callable[[DraftSentence], DraftSentence],
    ) -> None:
        self._narrow = narrow
        self._request = request
        self._verifier = verifier
        self._on_sentence = on_sentence
        self._seen: set[str] = set()
        self.failed: list[MarkedSentence] = []
        self.malformed: list[Check] = []

    def add(self, sentence: MarkedSentence) -> None:
        """Has a sentence checked, unless it was there before."""
        if sentence.text in self._seen:
            return
        self._seen.add(sentence.text)
        asked = self._request
        wrong = malformed(sentence, asked.question, asked.language, [hit.text for hit in asked.hits])
        if wrong is not None:
            self.malformed.append(wrong)
        cited = None if wrong else self._verifier.add(self._narrow(_drafted(sentence, asked.hits)))
        if cited is not None:
            self._on_sentence(cited)
        elif wrong is None or wrong.detail != STATES_NOTHING:
            self.failed.append(sentence)

    @property
    def hopeless(self) -> bool:
        """Whether the model mostly makes things up: then what holds may hold by chance."""
        n_held = len(self._verifier.verified.sentences)
        n_failed = len(self._seen) - n_held
        return n_failed >= MOST_FAILURES and n_failed > n_held

    def reasons(self) -> dict[str, str]:
        """Why sentences failed."""
        made = (*self._verifier.verified.checks, *self.malformed)
        return {check.sentence: check.detail for check in made if not check.passed}


def _first_new(sentences: Iterator[MarkedSentence]) -> Iterator[MarkedSentence]:
    """Sentences without repetitions, up to ``MOST_SENTENCES``: some models never stop."""
    seen: set[str] = set()
    repeated = 0
    for sentence in sentences:
        if sentence.text in seen:
            repeated += 1
        else:
            seen.add(sentence.text)
            yield sentence
        if len(seen) >= MOST_SENTENCES or repeated >= MOST_REPETITIONS:
            return


def prompt(name: str, language: Language) -> str:
    """A prompt that ships with the package."""
    return files("policy_qa.answering.prompts").joinpath(f"{name}.{language}.md").read_text("utf-8")


def lay_out(hits: Sequence[Hit]) -> str:
    """Passages as data, each between marks of its own with a short label.

    Nothing inside an article can close its passage or pass for a label.
    """
    return "\n\n".join(
        f"[P{number}] {_line(hit.title)}{f' ({_line(hit.publisher)})' if hit.publisher else ''}"
        f"{f', {hit.published}' if hit.published else ''}\n<passage>\n{_harmless(hit.text)}\n</passage>"
        for number, hit in enumerate(hits, 1)
    )


def _line(text: str) -> str:
    return _harmless(text).replace("\n", " ")


def _harmless(text: str) -> str:
    return _LABEL_IN_TEXT.sub("(", text).replace("<", "‹").replace(">", "›")


def _drafted(sentence: MarkedSentence, shown: Sequence[Hit]) -> DraftSentence:
    """A sentence with the passages it cites."""
    evidence = tuple(whole_passage(number - 1, shown[number - 1]) for number in sentence.passages)
    return DraftSentence(text=sentence.text, evidence=evidence)


def _labels(sentence: MarkedSentence) -> str:
    return "".join(f"[P{number}]" for number in sentence.passages)
