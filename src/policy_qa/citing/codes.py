"""Codes: names that hold digits (GPT-4, 910B, H20, FP16), which are compared verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a text.

    Attributes:
        text: The exact words.
        start: Offset of the first code point in the text searched.
        end: Offset after the last one.
    """

    text: str
    start: int
    end: int


_TOKEN: Final = re.compile(r"[A-Za-z0-9]++(?:[-.][A-Za-z0-9]++){0,7}+")
_VERSION: Final = re.compile(r"\d++(?:\.\d++){2,}")
# A prefix that says something about the number behind it, which so stays a number.
_SPEAKING_PREFIX: Final = re.compile(
    r"(?:mid|pre|post|early|late|end|since|non|sub|top|under|over|by|no|q|quarter|the|in|of|rmb|usd|cny|eur|gbp|us"
    r"|hkd|jpy|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar"
    r"|apr|jun|jul|aug|sept|sep|oct|nov|dec|cop|phase|tier|level|article|section|chapter)-?(?=\d)",
    re.IGNORECASE,
)
_ISOTOPE: Final = re.compile(r"[a-z]{3,}-\d+\Z")  # oxygen-16, article-5: a word and a number
_PLAIN_TAIL: Final = re.compile(r"(?:-[A-Za-z]{3,})+\Z")
_PLURAL: Final = re.compile(r"(?<=\d)s\Z")


def read_code(text: str, position: int) -> int | None:
    """Offset after the code that begins at ``position``, or ``None`` if none begins there.

    Args:
        text: Folded text.
        position: Offset of a letter or digit that no letter or digit precedes.
    """
    match = _VERSION.match(text, position) or _TOKEN.match(text, position)
    if match is None:
        return None
    if match.re is _VERSION:
        return match.end()
    token = match[0]
    has_letter = any(char.isalpha() for char in token)
    if not has_letter or not any(char.isdigit() for char in token) or _SPEAKING_PREFIX.match(token):
        return None
    if _ISOTOPE.match(token):
        return None
    if tail := _PLAIN_TAIL.search(token):  # GPT-4-based is about GPT-4
        token = token[: tail.start()]
    token = token.rstrip(".-")
    if not any(char.isdigit() for char in token):
        return None
    return position + len(token)


def fold_code(code: str) -> str:
    """Form in which codes are compared: no case, no hyphen or space, no plural s."""
    return _PLURAL.sub("", re.sub(r"[-\s]", "", code).casefold())


def stands_in(code: str, text: str) -> bool:
    """Whether a code stands in a text, in any case and with or without hyphen or space.

    Args:
        code: A code, such as ``GPT-4``.
        text: Folded text.
    """
    parts = re.findall(r"[a-z]+|[\d.]+", _PLURAL.sub("", code).casefold())
    pattern = r"[- ]?".join(re.escape(part) for part in parts)
    return re.search(rf"(?<![A-Za-z0-9]){pattern}s?(?![A-Za-z0-9])", text, re.IGNORECASE) is not None


def unsupported(codes: Sequence[Code], quotes: Sequence[str]) -> list[Code]:
    """Codes that stand in none of the quotes.

    Args:
        codes: Codes of a sentence.
        quotes: Folded quotes.
    """
    return [code for code in codes if not any(stands_in(code.text, quote) for quote in quotes)]
