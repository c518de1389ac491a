"""Stretches and rhythms of time without a number (多年, 每月, half a day): the unit must be the quotes'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_HAN: Final = {
    "decade": "十年",
    "year": "年(?!代|级|轻|度|份)",
    "half-year": "(?:半年|[六6]个月)",
    "quarter": "(?:个?季度|[三3]个月)",
    "month": "个?月(?!份)",
    "week": "个?(?:周|星期|礼拜)",
    "day": "[天日](?!本)",
    "hour": "个?(?:小时|钟头)",
    "minute": "个?分钟",
}
_RHYTHMS: Final = {
    "year": "annual(?:ly)?|yearly",
    "half-year": "semi-?annual(?:ly)?|half-?yearly|biannual(?:ly)?|twice a year|every (?:six|6) months",
    "quarter": "quarterly|every (?:three|3) months",
    "month": "monthly",
    "week": "weekly",
    "day": "daily",
    "hour": "hourly",
}
_FEW: Final = "(?:好?多|数|好?几|若干|上百)"
_SPAN: Final = (
    r"\b(?:for|after|over|of|several|many|some|few|within|takes?|took|past|last|recent) "
    r"(?:the |last |past |many |several |few |some )*"
)
_UNSAID: Final = "(?!)"


def _sorts() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Sort, unit and pattern; only stretches of one sort are compared."""
    for unit, han in _HAN.items():
        patterns = {
            "several": rf"{_FEW}{han}|{_SPAN}{unit}s\b",
            "half": rf"半{han}|\bhalf (?:a |an )?{unit}\b",
            "each": rf"每一?{han}|\b(?:(?:every|each|per) {unit}|{_RHYTHMS.get(unit, _UNSAID)})\b",
            "one": rf"(?<![十百千万\d第])一{han}|\b(?:an? (?:single|whole|full)|one) {unit}\b",
        }
        for sort, pattern in patterns.items():
            yield sort, unit, re.compile(pattern, re.IGNORECASE)


_SORTS: Final = tuple(_sorts())


def wrong_durations(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Stretches of time of a sentence where the quotes have one of the same sort, in other units only.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
    """
    wrong = []
    for sort, unit, pattern in _SORTS:
        match = pattern.search(sentence)
        if match is None or any(pattern.search(quote) for quote in quotes):
            continue
        others = (other for kind, name, other in _SORTS if kind == sort and name != unit)
        if any(other.search(quote) for other in others for quote in quotes):
            wrong.append(match[0])
    return wrong
