"""What neighbouring readings tell about each other: shared units, ranges, shared years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from policy_qa.citing.dates import FIRST_BARE_YEAR, FIRST_YEAR, LAST_BARE_YEAR
from policy_qa.citing.quantity import PartialDate
from policy_qa.citing.quantity_reading import Reading, lend_unit, share_scale

_RANGE: Final = re.compile(r" ?(?:[-~]|至|到) ?|-?to-| to (?:about |around |more than )?")
_EITHER: Final = re.compile(r" or |或者?")
_LIST: Final = re.compile(r" ?[、/] ?|[和与及或]|以及|,? and |,? or ")
_AND: Final = re.compile(" and |[和与]")
_IN_YEAR: Final = re.compile(r"\b(?:in|since|by) \Z", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(?:between |介于|[在处]于?)\Z", re.IGNORECASE)
_DATE_LINK: Final = re.compile(r" ?(?:-|至|到|、|和|与|,) ?| to | and |, and |")


def join_neighbours(text: str, readings: Sequence[Reading]) -> list[Reading]:
    """Lend units, build ranges and complete dates.

    Args:
        text: Folded text.
        readings: Readings in order of their offsets.

    Returns:
        Readings in order; the two ends of a range have become one.
    """
    expanded = _expand_years(text, list(readings))
    return _complete_dates(text, _build_ranges(text, _lend_units(text, expanded)))


def _gap(text: str, left: Reading, right: Reading) -> str:
    # A gap longer than any link is no link.
    return text[left.end : right.start] if right.start - left.end <= 16 else "…"


def _is_bare(reading: Reading) -> bool:
    return reading.kind == "number" and reading.unit is None and reading.notation is not None


def _expand_years(text: str, readings: list[Reading]) -> list[Reading]:
    """1740-42 names the years 1740 and 1742."""
    for index in range(1, len(readings)):
        left, right = readings[index - 1], readings[index]
        if not _is_bare(left) or not _plain_year(text, left) or _gap(text, left, right).strip() != "-":
            continue
        short = text[right.start : right.end].removesuffix("年")
        if not (short.isdigit() and len(short) == 2 and (_is_bare(right) or right.unit == "year")):
            continue
        year = int(text[left.start : left.end])
        last = year // 100 * 100 + int(short)
        if last > year:
            readings[index - 1] = Reading(left.start, left.end, "date", PartialDate(year))
            readings[index] = Reading(right.start, right.end, "date", PartialDate(last))
    return readings


def _plain_year(text: str, reading: Reading) -> bool:
    """Whether a reading is four digits that may be a year since 1000."""
    written = text[reading.start : reading.end]
    return len(written) == 4 and written.isdigit() and FIRST_YEAR <= int(written) <= LAST_BARE_YEAR


def _lend_units(text: str, readings: list[Reading]) -> list[Reading]:
    for index in range(len(readings) - 2, -1, -1):
        left, right = readings[index], readings[index + 1]
        if not _is_bare(left) or right.notation is None or right.leading:
            continue
        gap = _gap(text, left, right)
        if _is_bare(right):
            if _RANGE.fullmatch(gap):
                readings[index] = share_scale(left, right)
            continue
        linked = _RANGE.fullmatch(gap) or _LIST.fullmatch(gap)
        if linked and right.stands_alone and not _year_beside_count(left, right):
            readings[index] = lend_unit(left, right)
    for index in range(1, len(readings)):
        left, right = readings[index - 1], readings[index]
        gap = _gap(text, left, right)
        if left.kind == "ordinal" and _is_bare(right) and right.notation == "digits":
            labelled = text[left.start].isascii() and text[left.start].isalpha()  # Articles 9 and 10
            if labelled and (_LIST.fullmatch(gap) or _RANGE.fullmatch(gap)):
                readings[index] = replace(right, kind="ordinal", unit=left.unit)
        elif left.leading and _is_bare(right) and _RANGE.fullmatch(gap):
            readings[index] = replace(right, kind=left.kind, unit=left.unit, stands_alone=True)
            readings[index - 1] = share_scale(left, right)
    return readings


def _year_beside_count(left: Reading, right: Reading) -> bool:
    """2024和5家: a year does not borrow the unit of a small count."""
    if not isinstance(left.value, Decimal) or not isinstance(right.value, Decimal):
        return True
    return FIRST_BARE_YEAR <= left.value <= LAST_BARE_YEAR and right.value < 1000


def _build_ranges(text: str, readings: list[Reading]) -> list[Reading]:
    built: list[Reading] = []
    for reading in readings:
        if built and _forms_range(text, built[-1], reading):
            low = built.pop()
            assert isinstance(reading.value, Decimal)  # noqa: S101
            reading = replace(low, end=reading.end, upper=reading.value, stands_alone=True, more=False)
        built.append(reading)
    return built


def _forms_range(text: str, left: Reading, right: Reading) -> bool:
    if left.kind in {"date", "ordinal"} or (left.kind, left.unit) != (right.kind, right.unit):
        return False
    if left.upper is not None or right.upper is not None or not (left.stands_alone or right.stands_alone):
        return False
    if not isinstance(left.value, Decimal) or not isinstance(right.value, Decimal):
        return False
    if left.value >= right.value or (left.notation, right.notation) == ("han", "digits"):
        return False  # 一到10万 is “as soon as 100,000”
    if _is_bare(left) and _plain_year(text, left) and _plain_year(text, right):
        return False
    if (
        _is_bare(left)
        and _plain_year(text, left)
        and _IN_YEAR.search(text[max(0, left.start - 6) : left.start])
    ):
        return False  # "rose in 2024 to 35,000"
    gap = _gap(text, left, right)
    if _RANGE.fullmatch(gap):
        return True
    if _EITHER.fullmatch(gap):
        return right.value - left.value == 1
    return bool(_AND.fullmatch(gap) and _BETWEEN.search(text[max(0, left.start - 8) : left.start]))


def _complete_dates(text: str, readings: list[Reading]) -> list[Reading]:
    for index in range(1, len(readings)):
        left, right = readings[index - 1], readings[index]
        if not isinstance(left.value, PartialDate) or not isinstance(right.value, PartialDate):
            continue
        if left.unit or right.unit or not _DATE_LINK.fullmatch(_gap(text, left, right)):
            continue
        earlier, later = left.value, right.value
        if later.year is None and earlier.year is not None:
            month = later.month or (earlier.month if later.day else None)
            readings[index] = replace(right, value=PartialDate(earlier.year, month, later.day))
        elif later.month is None and later.day and earlier.month:
            readings[index] = replace(right, value=PartialDate(None, earlier.month, later.day))
        elif earlier.year is None and later.year is not None and text[left.start].isascii() and earlier.month:
            completed = PartialDate(later.year, earlier.month, earlier.day)
            readings[index - 1] = replace(left, value=completed)
    return readings
