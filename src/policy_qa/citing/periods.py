"""Parts of a year under different names: 一季度, 头三个月, January to March; 上半年, the first six months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MONTHS: Final = [
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
]
_HAN: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_DASH: Final = r"(?:月(?:份)?)? ?(?:[-–—~～]|至|到) ?"
_TO: Final = r" ?(?:to|through|till|until|and|[-–—]) ?"


def _months(first: int, last: int, *names: str) -> re.Pattern[str]:
    """Matches a stretch of months, counted from 1, and its other names."""
    han = rf"(?<![\d十])(?:{first}|{_HAN[first - 1]}){_DASH}(?:{last}|{_HAN[last - 1]})月(?:份)?(?!\d)"
    latin = rf"\b{_MONTHS[first - 1]}{_TO}{_MONTHS[last - 1]}\b"
    return re.compile("|".join((han, latin, *names)), re.IGNORECASE)


_PERIODS: Final = (
    _months(
        1,
        3,
        r"第?[一1]季度|首季度?|[头前](?:三|3)个月",
        r"\b(?:first|opening) quarter\b|\bQ1\b|\bfirst (?:three|3) months\b",
    ),
    _months(4, 6, r"第?[二2]季度", r"\bsecond quarter\b|\bQ2\b"),
    _months(7, 9, r"第?[三3]季度", r"\bthird quarter\b|\bQ3\b"),
    _months(
        10,
        12,
        r"第?[四4]季度|末季度?|(?:最后|末尾)(?:三|3)个月",
        r"\b(?:fourth|final|last) quarter\b|\bQ4\b|\b(?:last|final) (?:three|3) months\b",
    ),
    _months(
        1,
        6,
        r"上半年|[头前](?:六|6)个月|前半年|[头前]两个?季度",
        r"\bfirst half\b|\bH1\b|\bfirst (?:six|6) months\b",
    ),
    _months(
        7, 12, r"下半年|后(?:六|6)个月|后半年", r"\bsecond half\b|\bH2\b|\b(?:last|second|final) six months\b"
    ),
    _months(1, 9, r"[头前]三个?季度|[头前](?:九|9)个月", r"\bfirst (?:three quarters|(?:nine|9) months)\b"),
)

# Ends of quarters: 一季度末, 3月底, 31 March.
_ENDS: Final = tuple(
    re.compile(
        rf"{han}(?:的?(?:末|底|最后一[天日])|结束)|{month}月(?:份)?(?:末|底|{day}日)|"
        rf"\b(?:end|close) of (?:the )?(?:{latin}|{name})\b|\b{name} {day}(?:st|th)?\b|"
        rf"\b{day}(?:st|th)? (?:of )?{name}\b",
        re.IGNORECASE,
    )
    for month, day, han, latin, name in (
        (3, 31, "(?:第?[一1]|首)季度?", "first quarter", "march"),
        (6, 30, "(?:第?[二2]季度|上半年)", "second quarter|first half(?: of the year)?", "june"),
        (9, 30, "(?:第?[三3]|[前头]三个?)季度", "third quarter", "september"),
        (12, 31, "(?:第?[四4]季度|(?<!半)年度?|下半年)", "fourth quarter|year", "december"),
    )
)


def without_shared_periods(sentence: str, quotes: Sequence[str]) -> str:
    """A sentence with blanks for each part of a year that a quote names in some way; as long as before.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
    """
    for period in (*_ENDS, *_PERIODS):
        if any(period.search(quote) for quote in quotes):
            sentence = period.sub(lambda match: " " * len(match[0]), sentence)
    return sentence


def other_ends(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Ends of quarters or of the year that a sentence names where its quotes name another end only."""
    named = [any(end.search(quote) for quote in quotes) for end in _ENDS]
    if not any(named):
        return []
    return [
        match[0]
        for end, there in zip(_ENDS, named, strict=True)
        if not there and (match := end.search(sentence))
    ]
