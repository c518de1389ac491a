"""A conversation as the page keeps it: turns that are replaced, never edited."""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.feedback import Thumb
from policy_qa.index.terms import has_han
from policy_qa.records import Answer, Citation, Record


class Scope(Record):
    """The filters a question was asked with, as the reader set them.

    Attributes:
        publishers: Any of these publishers.
        articles: Only these article ids.
        since: ISO date; published then or later.
        until: ISO date; published then or earlier.
    """

    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.publishers or self.articles or self.since or self.until)


class Turn(Record):
    """One question and what came of it.

    Attributes:
        number: From 1, in the order of the conversation.
        question: As asked.
        scope: The filters it was asked with.
        answer: The answer; ``None`` before it is there, after a stop and after an error.
        stopped: The reader stopped it.
        error: Why there is no answer.
        thumb: How the reader judged it.
        reading: Titles of the articles being read while the answer is pending, best first.
        so_far: What a language model has said so far, verified, while the answer is pending.
        cited: The citations of that.
    """

    number: int
    question: str
    scope: Scope = Scope()
    answer: Answer | None = None
    stopped: bool = False
    error: str | None = None
    thumb: Thumb | None = None
    reading: tuple[str, ...] = ()
    so_far: str = ""
    cited: tuple[Citation, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return self.answer is None and not self.stopped and self.error is None


Conversation = tuple[Turn, ...]


def begin(conversation: Conversation, question: str, scope: Scope, at: int | None = None) -> Conversation:
    """The conversation with a new question.

    Args:
        conversation: What was said so far.
        question: The new question.
        scope: Its filters.
        at: Number of the turn it takes the place of; that one and all after it are dropped.
    """
    kept = tuple(turn for turn in conversation if at is None or turn.number < at)
    return (*kept, Turn(number=len(kept) + 1, question=question, scope=scope))


def found(conversation: Conversation, titles: tuple[str, ...]) -> Conversation:
    """The conversation whose last question is being looked up in these articles."""
    return (*conversation[:-1], conversation[-1].model_copy(update={"reading": titles}))


def say_on(conversation: Conversation, sentence: str, citations: Sequence[Citation] = ()) -> Conversation:
    """The conversation whose last answer has grown by a sentence with its citations."""
    turn = conversation[-1]
    blank = "" if has_han(sentence) or not turn.so_far else " "
    known = {citation.marker: citation for citation in (*turn.cited, *citations)}
    grown = {"so_far": f"{turn.so_far}{blank}{sentence}", "cited": tuple(known.values())}
    return (*conversation[:-1], turn.model_copy(update=grown))


def finish(conversation: Conversation, answer: Answer) -> Conversation:
    """The conversation with the answer to its last question."""
    return (*conversation[:-1], conversation[-1].model_copy(update={"answer": answer}))


def fail(conversation: Conversation, error: str) -> Conversation:
    """The conversation whose last question could not be answered."""
    return (*conversation[:-1], conversation[-1].model_copy(update={"error": error}))


def stop(conversation: Conversation) -> Conversation:
    """The conversation whose last question was stopped; unchanged if nothing was pending."""
    if not conversation or not conversation[-1].pending:
        return conversation
    return (*conversation[:-1], conversation[-1].model_copy(update={"stopped": True}))


def judge(conversation: Conversation, number: int, thumb: Thumb) -> Conversation:
    """The conversation with a judgement on one of its answers."""
    return tuple(
        turn.model_copy(update={"thumb": thumb}) if turn.number == number else turn for turn in conversation
    )


def find(conversation: Conversation, number: int) -> Turn | None:
    """The turn of that number."""
    return next((turn for turn in conversation if turn.number == number), None)


def history(conversation: Conversation) -> list[dict[str, str]]:
    """Earlier turns as messages, oldest first: what a follow-up refers to."""
    messages: list[dict[str, str]] = []
    for turn in conversation:
        if turn.answer is not None:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer.answer})
    return messages
