"""What the lexical side looks for in place of a question's words."""

from __future__ import annotations

from typing import NamedTuple

from policy_qa.records import Record

MAX_TERMS = 12
"""Terms in a group at most."""


class TermGroup(Record):
    """Words that may each stand for one word of the question.

    Attributes:
        source: The word or words of the question.
        terms: Words to look for, best first.
        weight: How much the group counts beside others.
    """

    source: str
    terms: tuple[str, ...]
    weight: float = 1.0


class Located(NamedTuple):
    """A group and the characters of the question it stands for, half-open."""

    start: int
    end: int
    group: TermGroup
