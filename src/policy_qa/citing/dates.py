"""Calendar dates in Chinese and English notations, as precise as they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from policy_qa.citing.numeral_values import HAN_DIGITS, parse_han
from policy_qa.citing.quantity import PartialDate

MONTH_NAMES: Final[tuple[str, ...]] = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
_MONTH_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTH_NAMES, start=1)} | {"sept": 9}

# Four digits from here on may be a year where a text says so or an evidence does.
FIRST_YEAR: Final = 1000
# A bare number is read as a year only inside these bounds.
FIRST_BARE_YEAR: Final = 1900
LAST_BARE_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date at ``start`` to ``end`` of a text; ``unit`` is ``decade`` for 1990年代."""

    start: int
    end: int
    value: PartialDate
    unit: str | None = None


_MONTH_WORD = (
    r"(?P<{}>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![A-Za-z])\.?"
)
_CLOSE = r"(?![A-Za-z0-9]|[,.]\d)"
_YEAR = r"(?:1\d{3}|20\d{2})"
_HAN_YEAR = r"[一二][零一二三四五六七八九]{3}"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"

_CHINESE = re.compile(
    rf"""(?:(?P<year>{_YEAR}|{_HAN_YEAR}|(?:\d\d)(?=年\s?\d{{1,2}}\s?月))\s?(?P<suffix>年代|年)\s?)?
    (?:(?P<month>{_SMALL})\s?月(?![球亮薪饼])(?:份(?!额)|\s?(?P<day>{_SMALL})\s?(?:[日号]|(?=[-至到]\d{{1,2}}[日号])))?)?""",
    re.VERBOSE,
)
_MONTH_OF_RANGE = re.compile(r"(?P<month>\d{1,2})(?=[-至到]\d{1,2}月)")
_CHINESE_DAY = re.compile(rf"(?P<day>{_SMALL})日(?!以?内|以上|以下|之内|本|元|均)")
_CHINESE_DECADE = re.compile(
    r"(?:(?P<century>1\d|2[01]|二十一?|十[一二三四五六七八九]) ?世纪 ?)?"
    r"(?P<decade>[1-9]0|[二三四五六七八九]十) ?年代"
)
_NUMERIC = re.compile(
    rf"(?P<year>{_YEAR})(?P<sep>[-/.])(?P<month>0?[1-9]|1[0-2])"
    rf"(?:(?P=sep)(?P<day>3[01]|[12]\d|0?[1-9]))?(?![0-9A-Za-z/]|[-.]\d)"
)
_SLASHED = re.compile(rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<year>{_YEAR})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH_WORD.format('month')}"
    rf"(?:,?[ -](?P<year>{_YEAR}){_CLOSE})?"
)
_DAY_OF_RANGE = re.compile(r"(?P<day>\d{1,2})(?:-| to | and )(?=\d{1,2} [JFMASOND])")
_MONTH_FIRST = re.compile(
    _MONTH_WORD.format("month")
    + rf"(?:[ ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[.,]\d|[ -]?(?:percent|%)))?"
    rf"(?:,?[ ](?:of )?(?P<year>{_YEAR}){_CLOSE})?"
)
_ENGLISH_DECADE = re.compile(r"(?P<decade>\d{2,3}0|(?<=the )[1-9]0)'?s(?![A-Za-z0-9])")
_BARE_YEAR = re.compile(rf"(?P<year>{_YEAR})(?![\d%]|[,.]\d)")
# "may" and "march" are also verbs: alone they are months only behind one of these words.
_MONTH_LEAD = re.compile(
    r"\b(?:in|since|by|until|of|from|last|early|late|mid|this|next|to|and|between|after|before) \Z"
)


def read_date(text: str, position: int) -> DateSpan | None:
    """Read the date that begins at an offset.

    A bare year (2017) counts only if nothing else is read there; the caller asks for it with
    ``read_bare_year`` after it has looked for a unit.

    Args:
        text: Folded text.
        position: Offset at which the date must begin.

    Returns:
        The date, or ``None`` if none begins there.
    """
    first = text[position : position + 1]
    if first.isascii() and first.isalpha():
        return _read_month_first(text, position)
    if first.isascii():
        for reader in (_read_numeric, _read_day_first, _read_english_decade):
            if found := reader(text, position):
                return found
    return _read_chinese(text, position)


def read_bare_year(text: str, position: int) -> DateSpan | None:
    """Read four digits between 1900 and 2099 as a year."""
    match = _BARE_YEAR.match(text, position)
    if match and FIRST_BARE_YEAR <= int(match["year"]) <= LAST_BARE_YEAR:
        return DateSpan(position, match.end(), PartialDate(int(match["year"])))
    return None


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isascii():
        return int(written)
    if len(written) == 4:
        return int("".join(str(HAN_DIGITS[char]) for char in written))
    value = parse_han(written)
    return None if value is None else int(value)


def _span(match: re.Match[str], year: int | None, month: int | None, day: int | None) -> DateSpan | None:
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    return DateSpan(match.start(), match.end(), PartialDate(year, month, day))


def _read_chinese(text: str, position: int) -> DateSpan | None:
    if (decade := _CHINESE_DECADE.match(text, position)) is not None:
        century = _number(decade["century"] or "20") or 20
        tens = _number(decade["decade"]) or 0
        value = PartialDate((century - 1) * 100 + tens)
        return DateSpan(position, decade.end(), value, "decade")
    match = _CHINESE.match(text, position)
    if match is None or match.end() == position:
        match = _MONTH_OF_RANGE.match(text, position) or _CHINESE_DAY.match(text, position)
        if match is None:
            return None
        parts = match.groupdict()
        return _span(match, None, _number(parts.get("month")), _number(parts.get("day")))
    year = _number(match["year"])
    if match["suffix"] == "年代":
        return DateSpan(position, match.end("suffix"), PartialDate(year), "decade") if year else None
    if year is not None and year < 100:
        year += 2000
    found = _span(match, year, _number(match["month"]), _number(match["day"]))
    if found is None or not match[0][-1].isspace():
        return found
    return DateSpan(found.start, position + len(match[0].rstrip()), found.value)


def _read_numeric(text: str, position: int) -> DateSpan | None:
    if match := _NUMERIC.match(text, position):
        if match["sep"] == "." and match["day"] is None:  # 2024.7 is a decimal
            return None
        return _span(match, int(match["year"]), int(match["month"]), _number(match["day"]))
    if match := _SLASHED.match(text, position):
        first, second = int(match["a"]), int(match["b"])
        month, day = (second, first) if first > 12 else (first, second)
        return _span(match, int(match["year"]), month, day)
    return None


def _read_day_first(text: str, position: int) -> DateSpan | None:
    if match := _DAY_FIRST.match(text, position):
        return _span(match, _number(match["year"]), _MONTH_NUMBERS[match["month"].lower()], int(match["day"]))
    match = _DAY_OF_RANGE.match(text, position)
    last = _read_day_first(text, match.end()) if match else None
    if match is None or last is None or not 1 <= int(match["day"]) <= 31:
        return None
    first_day = PartialDate(last.value.year, last.value.month, int(match["day"]))
    return DateSpan(position, match.end("day"), first_day)


def _read_english_decade(text: str, position: int) -> DateSpan | None:
    match = _ENGLISH_DECADE.match(text, position)
    if match is None:
        return None
    year = int(match["decade"])
    return DateSpan(position, match.end(), PartialDate(year if year > 99 else 1900 + year), "decade")


def _read_month_first(text: str, position: int) -> DateSpan | None:
    match = _MONTH_FIRST.match(text, position)
    if match is None:
        return None
    name, day, year = match["month"], _number(match["day"]), _number(match["year"])
    alone = day is None and year is None
    verb_or_name = name == "March" or len(name) < 4
    if alone and verb_or_name and not _MONTH_LEAD.search(text[max(0, position - 12) : position]):
        return None
    end = match.end() - 1 if match[0].endswith(".") and alone else match.end()
    found = _span(match, year, _MONTH_NUMBERS[name.lower()], day)
    return found and DateSpan(found.start, end, found.value)
