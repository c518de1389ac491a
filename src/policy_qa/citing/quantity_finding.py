"""Finds the quantities of a text: a scan, then what neighbours tell about each other.

The scan reads left to right and takes the longest reading at each place. Afterwards bare
numerals borrow the unit of what follows (2–4倍, 32和26家), ranges become one quantity, and
days and months take over the year before them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from policy_qa.citing.bounds import bound_after, bound_before
from policy_qa.citing.codes import Code, read_code
from policy_qa.citing.countable import counts_alone, is_vague
from policy_qa.citing.dates import MONTH_NAMES, DateSpan, read_bare_year, read_date
from policy_qa.citing.notation import fold_notation
from policy_qa.citing.numeral_values import WORD_SCALES, WORD_VALUES
from policy_qa.citing.ordinals import (
    LABEL_WORDS,
    ORDINAL_WORDS,
    OrdinalSpan,
    read_chinese_ordinals,
    read_english_ordinal,
    read_named_ordinal,
)
from policy_qa.citing.quantity import Bound, Interval, PartialDate, Quantity
from policy_qa.citing.quantity_neighbours import join_neighbours
from policy_qa.citing.quantity_reading import (
    UNIT_ARTICLES,
    Reading,
    read_amount,
    read_multiple_word,
    read_single_unit,
)
from policy_qa.citing.units import MONEY_PREFIX_PATTERN

# Citation markers, addresses and list numbers are no quantities; they are blanked before the scan.
_BLANKED: Final = re.compile(
    r"\[\d{1,3}(?:[,、-] ?\d{1,3})*\]|36氪|(?:https?://|www\.)[!-~]+"
    r"|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|^\s*(?:[-*•#]+\s*)?(?:\d{1,2}[.)](?=\s|[^\d\s])|\d{1,2}、|[一二三四五六七八九十]{1,3}、)"
    r"|(?<=[。；;：] )[一二三四五六七八九十]{1,3}、",
    re.MULTILINE,
)
_START: Final = re.compile(
    r"[0-9]|[A-Za-z]+|[零一二两三四五六七八九十百千万亿廿第翻半]|[上下]半年|[$€£¥￥₩₹]|人民币"
)
_HAN_RUN: Final = re.compile("[零一二两三四五六七八九十百千万亿廿点]+")
_ORDINAL_NUMERALS: Final = re.compile(r" ?(?:\d+|[零一二两三四五六七八九十百千]+)")
_MINUS: Final = re.compile(r"(?<![\d ])(?:\A|[\s(（:：，,为])-\Z")
_STRETCH: Final = re.compile("(?:不[少低超多足满][于过]?|超过|[满每达近约逾第]|至少|最[多长迟]|连续|提前)\\Z")
_DATE_WORDS: Final = frozenset(name.lower() for name in MONTH_NAMES) | frozenset(
    [*(name[:3].lower() for name in MONTH_NAMES), "sept"]
)
_TENS: Final = frozenset(word for word, value in WORD_VALUES.items() if value >= 20)
_NUMBER_WORDS: Final = frozenset(WORD_VALUES) | frozenset(WORD_SCALES) | {"a", "an", "half"}
_MULTIPLE_STEMS: Final = ("twice", "thrice", "doubl", "tripl", "quadrupl", "quintupl")
_GROWTH: Final = re.compile(
    r"(?:增长|增加|提高|提升|上升|扩大|激增|猛增|增|高出?|多出|上涨|涨|翻|[多大快长强重])(?:了|近|约|超过?|逾|至少|大约|不到)*\Z"
)


def find_quantities(text: str) -> list[Quantity]:
    """Find every number, percentage, amount, date, duration, ordinal, multiple and measure.

    Citation markers (``[1]``), web addresses, list numbers at the head of a line, vague
    amounts (数十, dozens of), idioms (进一步, one of) and codes (GPT-4) are left out.

    Args:
        text: Chinese, English or mixed text.

    Returns:
        The quantities in order of their offsets, without overlaps.
    """
    folded = _BLANKED.sub(lambda match: " " * len(match[0]), fold_notation(text))
    readings, _ = _scan(folded)
    joined = join_neighbours(folded, readings)
    return [_finish(text, folded, reading) for reading in joined if reading.stands_alone]


def find_codes(text: str) -> list[Code]:
    """Find names that hold digits: GPT-4, 910B, H20, FP16, IPv6, 5G, version numbers.

    Args:
        text: Chinese, English or mixed text.

    Returns:
        The codes in order of their offsets.
    """
    folded = _BLANKED.sub(lambda match: " " * len(match[0]), fold_notation(text))
    _, spans = _scan(folded)
    return [Code(text[start:end], start, end) for start, end in spans]


def _scan(text: str) -> tuple[list[Reading], list[tuple[int, int]]]:
    readings: list[Reading] = []
    codes: list[tuple[int, int]] = []
    position = 0
    while match := _START.search(text, position):
        start = match.start()
        found, end = _read_at(text, match)
        if not found and end is None:
            end = match.end()
            if match[0].isascii() and match[0][0].isalnum() and (code := read_code(text, start)):
                codes.append((start, code))
                end = code
        readings += found
        position = max(end or 0, found[-1].end if found else 0, match.end())
    return readings, codes


def _read_at(text: str, match: re.Match[str]) -> tuple[list[Reading], int | None]:
    """Readings at a place; an end without readings says how far there is nothing to find."""
    start, first = match.start(), match[0]
    if first[0].isascii() and first[0].isalpha():
        reading = _read_latin(text, start, first.lower())
        return ([reading] if reading else []), None
    if first == "第":
        numerals = _ORDINAL_NUMERALS.match(text, match.end())
        end = numerals.end() if numerals else None
        return [_from_ordinal(span) for span in read_chinese_ordinals(text, start)], end
    if first in {"翻", "半"}:
        special = read_multiple_word(text, start) if first == "翻" else read_single_unit(text, start)
        return ([special] if special else []), None
    if first.isdigit() and first.isascii():
        return _read_digits(text, start)
    if first in "零一二两三四五六七八九十百千万亿廿":
        return _read_han(text, start)
    named = read_named_ordinal(text, start)
    amount = _from_ordinal(named) if named else read_amount(text, start)
    return ([amount] if amount else []), None


def _read_latin(text: str, start: int, word: str) -> Reading | None:
    if start and text[start - 1].isascii() and text[start - 1].isalnum():
        return None
    if word in _DATE_WORDS and (date := read_date(text, start)):
        return _from_date(date)
    if MONEY_PREFIX_PATTERN.match(text, start):
        return read_amount(text, start)
    if word in LABEL_WORDS or word in ORDINAL_WORDS or word in _TENS:
        ordinal = read_english_ordinal(text, start)
        if ordinal is not None:
            return _from_ordinal(ordinal)
    if word in UNIT_ARTICLES and (single := read_single_unit(text, start)):
        return single
    if word in _NUMBER_WORDS:
        reading = read_amount(text, start)
        return reading and replace(reading, stands_alone=counts_alone(text, reading))
    if word.endswith("fold") or word.startswith(_MULTIPLE_STEMS):
        return read_multiple_word(text, start)
    return None


def _read_digits(text: str, start: int) -> tuple[list[Reading], int | None]:
    if date := _date_at(text, start):
        return [_from_date(date)], None
    if ordinal := read_english_ordinal(text, start):
        return [_from_ordinal(ordinal)], None
    named = read_named_ordinal(text, start)
    if named is not None:
        return [_from_ordinal(named)], None
    reading = read_amount(text, start)
    if reading is None:
        return [], None
    following = text[reading.end : reading.end + 2]
    if reading.unit is None and (_glued(following) or re.match(r"\.\d", following)):
        return [], None
    if is_vague(text, start):
        return [], reading.end
    if reading.kind == "number" and reading.unit == "号":
        reading = replace(reading, kind="ordinal", unit="number")
    if _MINUS.search(text[max(0, start - 3) : start]) and isinstance(reading.value, Decimal):
        reading = replace(reading, start=start - 1, value=-reading.value)
    return [_as_growth(text, reading)], None


def _date_at(text: str, start: int) -> DateSpan | None:
    """The date at an offset, unless it is a stretch of days (不少于7日, 一日)."""
    date = read_date(text, start)
    if date is None or date.unit or date.value.year or date.value.month:
        return date
    stretch = _STRETCH.search(text[max(0, start - 4) : start]) or text[start : date.end] == "一日"
    return None if stretch else date


def _glued(following: str) -> bool:
    """Whether a letter sticks to the numeral, which then is part of a code (910B, 5G)."""
    plural = following[:1] == "s" and not following[1:2].isalnum()
    return following[:1].isascii() and following[:1].isalpha() and not plural


def _read_han(text: str, start: int) -> tuple[list[Reading], int | None]:
    run = _HAN_RUN.match(text, start)
    end = run.end() if run else start + 1
    if named := read_named_ordinal(text, start):
        return [_from_ordinal(named)], None
    if date := _date_at(text, start):
        return [_from_date(date)], None
    reading = read_amount(text, start)
    if reading is None:
        return [], end
    if is_vague(text, start):
        return [], reading.end
    if reading.kind == "number" and reading.unit == "号":
        return [replace(reading, kind="ordinal", unit="number")], None
    return [_as_growth(text, replace(reading, stands_alone=counts_alone(text, reading)))], None


def _as_growth(text: str, reading: Reading) -> Reading:
    """增长三倍 adds three times the old value; 增长到三倍 and 三倍 do not."""
    if reading.kind == "multiple" and _GROWTH.search(text[max(0, reading.start - 8) : reading.start]):
        return replace(reading, unit="times more")
    return reading


def _from_date(date: DateSpan) -> Reading:
    return Reading(date.start, date.end, "date", date.value, date.unit)


def _from_ordinal(ordinal: OrdinalSpan) -> Reading:
    return Reading(ordinal.start, ordinal.end, "ordinal", ordinal.value, ordinal.unit)


def _finish(text: str, folded: str, reading: Reading) -> Quantity:
    bare_year = reading.kind == "number" and reading.unit is None and reading.upper is None
    if bare_year and (year := read_bare_year(folded, reading.start)) and year.end == reading.end:
        reading = _from_date(year)
    start, end, bound = reading.start, reading.end, _inner_bound(reading)
    if reading.kind not in {"date", "ordinal"}:
        if after := bound_after(folded, end):
            bound, end = after
        small = reading.kind == "number" and isinstance(reading.value, Decimal) and reading.value < 10
        before = bound_before(folded, start, duration=reading.kind == "duration", small_count=small)
        if before:
            bound, start = before
    value: Decimal | Interval | PartialDate = reading.value
    if reading.upper is not None and isinstance(value, Decimal):
        value = Interval(value, reading.upper)
    return Quantity(text[start:end], start, end, reading.kind, value, reading.unit, bound)


def _inner_bound(reading: Reading) -> Bound:
    return "over" if reading.more else "exact"
