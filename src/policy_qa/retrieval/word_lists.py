"""The word lists of this package, read from one text file when first needed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

FILE_NAME: Final = "word_lists.txt"


@cache
def _by_kind() -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in files("policy_qa.retrieval").joinpath(FILE_NAME).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *fields = (field.replace("_", " ") for field in line.split())
            found.setdefault(kind, []).append(tuple(fields))
    return found


def listed_rows(kind: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a kind, in the order of the file."""
    return tuple(_by_kind()[kind])


@cache
def listed(kind: str) -> frozenset[str]:
    """All words in the rows of a kind."""
    return frozenset(word for row in _by_kind()[kind] for word in row)


def listed_mapping(kind: str) -> dict[str, tuple[str, ...]]:
    """The first word of each row with the words after it."""
    return {first: tuple(rest) for first, *rest in _by_kind()[kind]}
