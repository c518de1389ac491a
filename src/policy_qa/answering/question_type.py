"""What a question asks for: a number, a date, a person, a list, or anything."""

from __future__ import annotations

import re
from typing import Literal

AskedFor = Literal["number", "date", "who", "list", "other"]

_PATTERNS: tuple[tuple[AskedFor, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"何时|什么时候|什么时间|哪一?[年天日月]|哪年|几月|日期|多久之前|何年|截止|when\b"
            r"|what (?:date|year|day|month)|which (?:year|month|day)|(?:as of|by) what date|deadline",
            re.IGNORECASE,
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|几[个家条项款批种类倍成年月天]|多大|多高|多长|多久|占比|比例|百分之几|数量|数字|规模|总数|"
            r"how (?:many|much|long|large|big|high|often)|what (?:share|percentage|proportion|number|amount)"
            r"|number of|percentage|第几",
            re.IGNORECASE,
        ),
    ),
    (
        "who",
        re.compile(
            r"谁|哪位|何人|哪[家个]?(?:机构|公司|智库|部门|单位|企业)|\bwho\b|\bwhom\b|\bwhose\b",
            re.IGNORECASE,
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|有何|分别|包括什么|列出|列举"
            r"|which (?:\w+ ){0,3}\w+s\b|what (?:are|were) |\blist\b|name the"
            r"|what (?:\w+ ){0,2}(?:kinds|types|measures|steps|conditions|requirements|areas|categories)",
            re.IGNORECASE,
        ),
    ),
)


def asked_for(question: str) -> AskedFor:
    """The kind of answer a question wants, by its interrogative words."""
    for kind, pattern in _PATTERNS:
        if pattern.search(question):
            return kind
    return "other"
