"""A question in several parts → its parts, each of which wants sentences of its own."""

from __future__ import annotations

import re

from policy_qa.index.terms import has_han

MAX_ASPECTS = 4

_BREAK = re.compile(
    r"[？?；;。！!]|(?<=\D)[，,：:](?=\D)|\s+and (?=how|what|when|who|which|where|why|by)", re.IGNORECASE
)
_MIN_HAN = 6
_MIN_WORDS = 4


def split_aspects(question: str) -> list[str]:
    """The parts of a question that has more than one.

    Returns:
        Parts in order, at most ``MAX_ASPECTS``; empty if the question is of one piece.
    """
    parts = [part.strip() for part in _BREAK.split(question)]
    long_enough = [
        part
        for part in parts
        if (len(part) >= _MIN_HAN if has_han(part) else len(part.split()) >= _MIN_WORDS)
    ]
    return long_enough[:MAX_ASPECTS] if len(long_enough) > 1 else []
