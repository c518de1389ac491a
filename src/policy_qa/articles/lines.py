"""Numbered lines: what the steps of cleaning take and give."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from policy_qa.records import RemovedSpan

_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_SENTENCE_MARK: Final = re.compile("[，。！？；,!?;]|\\.(?:\\s|$)")
_DECORATION: Final = " \t\u3000\xa0*＊※▲△▼▽↑↓→←☞➤►■□●◆★☆|｜-—–=~～_👇👆✦◎"

PROSE_HAN: Final = 30
"""Least number of Han characters of a line taken for prose."""

PROSE_WORDS: Final = 12
"""Least number of words of a line of Latin script taken for prose."""


class Line(NamedTuple):
    """A line of text with the 1-based number it had in the decoded file."""

    number: int
    text: str


class Cleaned(NamedTuple):
    """What a step of cleaning gives: the lines that stay and the pieces that went."""

    lines: list[Line]
    removed: list[RemovedSpan]


def split_lines(text: str, *, first: int = 1) -> list[Line]:
    """Splits a text at its line feeds and numbers the lines from ``first``."""
    return [Line(number, line) for number, line in enumerate(text.split("\n"), start=first)]


def is_blank(line: Line) -> bool:
    """Says whether a line holds white space only."""
    return not line.text or line.text.isspace()


def count_han(text: str) -> int:
    """Counts the Han characters of a text."""
    return len(_HAN.findall(text))


def is_prose(text: str) -> bool:
    """Says whether a line reads like running text: long enough, and with sentence marks."""
    if not _SENTENCE_MARK.search(text):
        return False
    return count_han(text) >= PROSE_HAN or len(text.split()) >= PROSE_WORDS


def bare(text: str) -> str:
    """Takes white space, emphasis marks and ornaments off both ends of a line."""
    return text.strip(_DECORATION)


def compact(text: str) -> str:
    """Reduces a text to its letters and digits, brackets unified, to compare two wordings."""
    return re.sub(r"[\W_]+", "", text).casefold()


MIDDLE: Final = frozenset({"anywhere"})
"""Parts of a page that a line between its first and last prose lies in."""
HEAD: Final = MIDDLE | {"head", "edges"}
"""Parts that a line before the first prose lies in."""
TAIL: Final = MIDDLE | {"tail", "edges"}
"""Parts that a line after the last prose lies in."""
HEAD_AND_TAIL: Final = HEAD | TAIL
"""Parts that a line of a page without prose lies in."""


class Zones(NamedTuple):
    """Where the running text of a page lies.

    Attributes:
        head: Index of the first line of prose; lines before it are the page's head.
        tail: Index after the last line of prose; lines from it on are the page's tail.
    """

    head: int
    tail: int

    def place(self, index: int) -> frozenset[str]:
        """Gives the parts of the page that a line lies in, under the names rules use."""
        if index < self.head:
            return HEAD_AND_TAIL if index >= self.tail else HEAD
        return TAIL if index >= self.tail else MIDDLE


def zones(lines: list[Line]) -> Zones:
    """Finds head and tail; a page without prose is all head and all tail."""
    prose = [index for index, line in enumerate(lines) if is_prose(line.text)]
    if not prose:
        return Zones(head=len(lines), tail=0)
    return Zones(head=prose[0], tail=prose[-1] + 1)
