"""Hits → an answer written by a language model, of which only what the passages say gets through."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Final

from policy_qa.answering.bounded import bounded
from policy_qa.answering.chat_models import ChatModel, Message
from policy_qa.answering.marked_text import MarkedSentence, read_marked
from policy_qa.citing.verification import CitedSentence, Verifier, whole_passage
from policy_qa.errors import ServiceError
from policy_qa.records import DraftSentence, Hit, Language

PASSAGES: Final = 6
"""Passages a model is given."""
LONGEST_DRAFT: Final = 6000
"""Characters after which a model is cut off."""
MOST_SENTENCES: Final = 12
"""Sentences of a draft that are looked at."""
_REPAIR_SECONDS: Final = 2.0
"""Time that must be left for a repair to be worth while."""

_LABEL_IN_TEXT: Final = re.compile(r"\[(?=\s*P?\d+\s*\])", re.IGNORECASE)


class GenerativeDrafter:
    """Asks a model for a draft and has every sentence verified before anyone sees it."""

    def __init__(self, model: ChatModel, seconds: float = 30.0) -> None:
        """Sets who writes.

        Args:
            model: The model.
            seconds: Time for draft and repair together.
        """
        self._model = model
        self._seconds = seconds

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
    ) -> None:
        """Lets the model write; what holds ends up in the verifier.

        Sentences that fail are given back to the model once; those that fail again are dropped.

        Args:
            question: A question that stands on its own.
            language: Language to answer in.
            hits: Passages found; the first ``PASSAGES`` are given to the model.
            verifier: Checks the sentences.
            on_sentence: Told of each sentence that holds, as soon as it does.

        Raises:
            ServiceError: The model failed before any sentence held.
        """
        until = time.monotonic() + self._seconds
        shown = hits[:PASSAGES]
        messages = [
            Message("system", prompt("answer", language).replace("{passages}", lay_out(shown))),
            Message("user", question),
        ]
        failed: list[MarkedSentence] = []
        failure: ServiceError | None = None
        try:
            for sentence in _first_new(self._read(messages, until)):
                cited = verifier.add(_drafted(sentence, shown))
                if cited is None:
                    failed.append(sentence)
                else:
                    on_sentence(cited)
        except ServiceError as error:
            failure = error
        if failed and failure is None and until - time.monotonic() >= _REPAIR_SECONDS:
            self._repair(messages, failed, language, shown, verifier, on_sentence, until)
        if failure is not None and not verifier.verified.sentences:
            raise failure

    def _repair(
        self,
        messages: Sequence[Message],
        failed: Sequence[MarkedSentence],
        language: Language,
        shown: Sequence[Hit],
        verifier: Verifier,
        on_sentence: Callable[[CitedSentence], None],
        until: float,
    ) -> None:
        reasons = {c.sentence: c.detail for c in verifier.verified.checks if not c.passed}
        lines = [f"- {s.text} {_labels(s)}\n  ({reasons.get(s.text, '')})" for s in failed]
        answer = "\n".join(f"{s.text} {_labels(s)}" for s in failed)
        again = prompt("repair", language).replace("{problems}", "\n".join(lines))
        before = {s.text for s in failed} | {s.text for s in verifier.verified.sentences}
        try:
            more = [*messages, Message("assistant", answer), Message("user", again)]
            for sentence in _first_new(self._read(more, until)):
                if sentence.text not in before and (cited := verifier.add(_drafted(sentence, shown))):
                    on_sentence(cited)
        except ServiceError:
            return  # what held before the repair still holds

    def _read(self, messages: Sequence[Message], until: float) -> Iterator[MarkedSentence]:
        seconds = max(0.1, until - time.monotonic())
        pieces = bounded(lambda: self._model.stream(messages, seconds), seconds, LONGEST_DRAFT)
        for sentence in read_marked(pieces):
            if time.monotonic() >= until:
                raise ServiceError("the language model took too long")
            yield sentence


def _first_new(sentences: Iterator[MarkedSentence]) -> Iterator[MarkedSentence]:
    """Sentences without repetitions, up to ``MOST_SENTENCES``: some models never stop."""
    seen: set[str] = set()
    for sentence in sentences:
        if sentence.text not in seen:
            seen.add(sentence.text)
            yield sentence
        if len(seen) >= MOST_SENTENCES:
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
    """A sentence with the passages it cites; labels of no passage are kept and fail the check."""
    evidence = tuple(
        whole_passage(number - 1, shown[number - 1])
        for number in sentence.passages
        if 1 <= number <= len(shown)
    )
    if len(evidence) < len(sentence.passages):
        evidence = ()
    return DraftSentence(text=sentence.text, evidence=evidence)


def _labels(sentence: MarkedSentence) -> str:
    return "".join(f"[P{number}]" for number in sentence.passages)
