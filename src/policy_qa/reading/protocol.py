"""What the rest of policy_qa asks of a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class ReadPassage:
    """A passage to be read.

    Attributes:
        text: Its text.
        title: Title and headings it stands under, as one line; empty if there are none.
        instead: What is asked of this passage in place of the question; empty for the question.
    """

    text: str
    title: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Reading:
    """What a reader says about one passage.

    Attributes:
        relevance: Logit that the passage answers the question.
        margin: Score of the best span minus that of no answer, each the sum of two logits.
        start: First character of that span in the passage's text.
        end: Character after it; equal to ``start`` where the passage holds no words.
    """

    relevance: float
    margin: float
    start: int
    end: int

    @property
    def answerability(self) -> float:
        """Both heads as one logit; the margin is a sum of two, hence the half."""
        return self.relevance + self.margin / 2


@runtime_checkable
class Reader(Protocol):
    """Reads passages with a question in mind."""

    @property
    def identity(self) -> str:
        """Name of the model with the beginning of its checksum."""
        ...

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        """Returns one reading per passage, in order.

        Args:
            question: The question, or a sentence to be judged; its end is cut off beyond 96 tokens.
            passages: Passages of any length: long ones are read in windows that overlap.
        """
        ...
