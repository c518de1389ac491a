"""Reads one numeral with what stands around it, its unit above all, at a given offset."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from policy_qa.citing.numerals import Notation, Numeral, read_numeral
from policy_qa.citing.quantity import Kind, PartialDate
from policy_qa.citing.units import (
    MEASURE_WORD_PATTERN,
    MONEY_PREFIX_PATTERN,
    MONEY_PREFIXES,
    UNIT_PATTERN,
    UNITS,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity as read at one place, before its neighbours are looked at.

    Attributes:
        start: Offset of the first code point, qualifiers not included.
        end: Offset after the last one.
        kind: Kind of quantity.
        value: Its value; the smaller one of a range.
        unit: Canonical unit, or ``None``.
        upper: The larger value of a range, else ``None``.
        scale: Power behind the last digits (10,000 in 2.5万), else 1.
        notation: What the numeral is written in; ``None`` for dates and ordinals.
        more: Whether 多, 余 or 几 stands inside.
        leading: Whether the unit stands before the numeral ($8, 百分之三).
        stands_alone: Whether it counts as a quantity without a unit lent by a neighbour.
    """

    start: int
    end: int
    kind: Kind
    value: Decimal | PartialDate
    unit: str | None = None
    upper: Decimal | None = None
    scale: Decimal = Decimal(1)
    notation: Notation | None = None
    more: bool = False
    leading: bool = False
    stands_alone: bool = True


_SHARE = re.compile(r" ?分之 ?")
# "3 x 4" multiplies, and 300m is as often millions as metres.
_NO_UNITS: Final = frozenset({" x", "-x", "m", "-m"})
_TENTHS = re.compile(r"成(?P<half>[一二三四五六七八九半])?(?![为员果功立本熟都交就分型长品绩效份群千百])")
_MORE = re.compile("(?: ?[多余几])?")
_COUNTED_UNIT = re.compile(" ?[多余几]? ?个[多余半]?(?= ?[月季周星礼世百基工小词t])")
_HALF_MORE = re.compile(r"半(?![\u4e00-\u9fff])|半(?=[的后前多以内左之就时来期才过])")
_ADJECTIVE = re.compile(
    r" (?:more|additional|consecutive|full|extra|further|calendar|straight|long|short|whole)(?= [a-z])"
)
_ENGLISH_PARTS: Final = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "hundredth": 100,
}  # fmt: skip
_PARTS = re.compile(
    rf"[ -](?P<part>{'|'.join(_ENGLISH_PARTS)})(?P<plural>s?)(?![a-z])(?! part| countr| quarter|-party)",
    re.IGNORECASE,
)
_ONE_IN = re.compile(r" (?:in|out of)(?: every)? (?=[a-z\d])", re.IGNORECASE)
_SLASH_FRACTION = re.compile(r"(?P<part>[1-9])/(?P<whole>[2-9]|10)(?![\d/]|\.\d)")
# As an adjective "double" counts nothing (a double membrane); as a verb or before "the" it does.
_MULTIPLE_WORDS: Final = re.compile(
    r"(?P<two>twice|doubl(?:ed|ing)(?! down)|twofold|double(?= (?:the|that|those|its|their|what)(?![a-z])))"
    r"|(?P<three>thrice|tripled|tripling|threefold|triple(?= (?:the|that|its|their)(?![a-z])))"
    r"|(?P<four>quadrupl(?:e|es|ed|ing)|fourfold)|(?P<five>quintupl(?:e|es|ed|ing)|fivefold)"
    r"|(?P<ten>tenfold)|(?P<hundred>hundredfold)(?![a-z])",
    re.IGNORECASE,
)
_WILL_MULTIPLY: Final = re.compile(
    r"(?:to|will|would|can|could|may|might|should|nearly|almost|roughly|than) \Z", re.IGNORECASE
)
_BASE_FORMS: Final = re.compile(r"(?:(?P<two>double)|(?P<three>triple))(?![a-z]| down)", re.IGNORECASE)
_WORD_MULTIPLES: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "hundred": 100}
_DOUBLINGS = re.compile("翻了?(?:(?P<count>[一两二三四1234])番|番|倍)")
_HALF_A_UNIT = re.compile(
    r"半个?(?P<zh>年|月|世纪|小时)|half(?:-| an? )(?P<en>year|month|decade|century|hour)(?![a-z])",
    re.IGNORECASE,
)
_WHOLE_UNIT = re.compile(
    r"(?:an?|past|last|first|next|coming|previous|following|per)"
    r"(?: (?:full|whole|entire))? (?P<unit>decade|century)(?![a-z])",
    re.IGNORECASE,
)
_A_PART = re.compile(rf"an? (?P<part>{'|'.join(_ENGLISH_PARTS)}) of(?![a-z])", re.IGNORECASE)
_ARTICLES = "a an half past last first next coming previous following per"
UNIT_ARTICLES: Final = frozenset(_ARTICLES.split())
"""First words, lower case, of what ``read_single_unit`` reads in English."""


def read_amount(text: str, position: int) -> Reading | None:
    """Read a numeral with its currency sign, fraction bar or unit.

    Args:
        text: Folded text.
        position: Offset of the numeral or of the currency sign before it.

    Returns:
        The reading, or ``None`` if nothing can be read there.
    """
    sign = MONEY_PREFIX_PATTERN.match(text, position)
    numeral = read_numeral(text, sign.end() if sign else position, currency=sign is not None)
    if numeral is None:
        return None
    if sign is not None:
        return _money(text, numeral, position, MONEY_PREFIXES[sign[0].strip().lower()])
    return _fraction(text, numeral) or _with_unit(text, numeral)


def _plain(numeral: Numeral, end: int, kind: Kind = "number", unit: str | None = None) -> Reading:
    return Reading(
        start=numeral.start,
        end=end,
        kind=kind,
        value=numeral.value,
        unit=unit,
        upper=numeral.upper,
        scale=numeral.scale,
        notation=numeral.notation,
        more=numeral.more,
    )


def _money(text: str, numeral: Numeral, start: int, currency: str) -> Reading:
    after_more, more = _skip_more(text, numeral)
    reading = replace(_plain(numeral, numeral.end, "money", currency), start=start, leading=True)
    word = UNIT_PATTERN.match(text, after_more)
    if word is None or _unit(word).kind != "money":
        return reading
    return replace(reading, end=word.end(), more=more)


def _skip_more(text: str, numeral: Numeral) -> tuple[int, bool]:
    """Offset behind a 多, 余 or 几 that follows a numeral, and whether the quantity is "and some"."""
    match = _MORE.match(text, numeral.end)
    end = match.end() if match else numeral.end
    return end, numeral.more or end > numeral.end


def _unit(match: re.Match[str]) -> Unit:
    return UNITS[(match["han"] or match["latin"]).lower().replace("-", " ")]


def _fraction(text: str, numeral: Numeral) -> Reading | None:
    if share := _SHARE.match(text, numeral.end):
        part = read_numeral(text, share.end())
        if part is None or part.upper is not None or not numeral.value:
            return None
        whole = text[numeral.start : numeral.end]
        if whole in {"百", "千", "万"}:
            percent = part.value * 100 / numeral.value
            reading = _plain(part, part.end, "percent", "percent")
            return replace(reading, start=numeral.start, value=percent, leading=True)
        reading = _plain(part, part.end, "number", "fraction")
        return replace(reading, start=numeral.start, value=part.value / numeral.value)
    if match := _PARTS.match(text, numeral.end):
        singular = numeral.value == 1
        if numeral.notation == "words" and singular is not bool(match["plural"]) and numeral.value <= 100:
            value = numeral.value / _ENGLISH_PARTS[match["part"].lower()]
            return replace(_plain(numeral, match.end(), "number", "fraction"), value=value)
    if numeral.notation == "words" and numeral.value == 1 and (match := _ONE_IN.match(text, numeral.end)):
        whole_number = read_numeral(text, match.end())
        if whole_number is not None and 2 <= whole_number.value <= 100:
            value = numeral.value / whole_number.value
            return replace(_plain(numeral, whole_number.end, "number", "fraction"), value=value)
    if (match := _SLASH_FRACTION.match(text, numeral.start)) and int(match["part"]) < int(match["whole"]):
        value = Decimal(match["part"]) / Decimal(match["whole"])
        return replace(_plain(numeral, match.end(), "number", "fraction"), value=value)
    return None


def _with_unit(text: str, numeral: Numeral) -> Reading:
    if (tenths := _TENTHS.match(text, numeral.end)) and numeral.value <= 10:
        return _tenths(numeral, tenths)
    after_more, more = _skip_more(text, numeral)
    counted = _COUNTED_UNIT.match(text, numeral.end)
    for end in (counted.end() if counted else None, after_more):
        word = None if end is None else UNIT_PATTERN.match(text, end) or _adjective_unit(text, end)
        if word is not None and word[0].lower() not in _NO_UNITS:
            return _unit_reading(text, numeral, text[numeral.end : end], word)
    if word := MEASURE_WORD_PATTERN.match(text, after_more):
        return replace(_plain(numeral, word.end(), unit=word["word"]), more=more)
    return _plain(numeral, numeral.end)


def _tenths(numeral: Numeral, match: re.Match[str]) -> Reading:
    """三成五 is 35 percent."""
    half = match["half"]
    ones = Decimal(0) if half is None else Decimal("一二三四五六七八九".find(half) + 1 or 5)
    reading = _plain(numeral, match.end(), "percent", "percent")
    upper = None if numeral.upper is None else numeral.upper * 10
    return replace(reading, value=numeral.value * 10 + ones, upper=upper, scale=Decimal(10))


def _adjective_unit(text: str, end: int) -> re.Match[str] | None:
    adjective = _ADJECTIVE.match(text, end)
    word = UNIT_PATTERN.match(text, adjective.end()) if adjective else None
    return word if word is not None and _unit(word).kind == "duration" else None


def _unit_reading(text: str, numeral: Numeral, prefix: str, word: re.Match[str]) -> Reading:
    unit = _unit(word)
    reading = _plain(numeral, word.end(), unit.kind, unit.name)
    half = Decimal("0.5") if prefix.endswith("半") else Decimal(0)
    if unit.kind == "duration" and not half and (after := _HALF_MORE.match(text, word.end())):
        half = Decimal("0.5")
        reading = replace(reading, end=after.end())
    more = numeral.more or any(char in prefix for char in "多余几")
    if unit.name == "century" and word["han"] and "个" not in prefix:  # 21世纪 is the 21st
        reading = replace(reading, kind="ordinal")
    return replace(reading, value=numeral.value + half, more=more)


def read_multiple_word(text: str, position: int) -> Reading | None:
    """Read ``twice``, ``tripled``, ``tenfold``, 翻番 or 翻两番 at an offset.

    翻 n 番 is doubling n times over: 2 to the power of n.
    """
    match = _MULTIPLE_WORDS.match(text, position)
    if match is None and _WILL_MULTIPLY.search(text[max(0, position - 8) : position]):
        match = _BASE_FORMS.match(text, position)
    if match is not None:
        value = Decimal(_WORD_MULTIPLES[match.lastgroup or "two"])
        return Reading(position, match.end(), "multiple", value, "times")
    if match := _DOUBLINGS.match(text, position):
        numeral = read_numeral(match["count"], 0) if match["count"] else None
        value = Decimal(2) ** int(numeral.value) if numeral else Decimal(2)
        return Reading(position, match.end(), "multiple", value, "times")
    return None


def read_single_unit(text: str, position: int) -> Reading | None:
    """Read 半年, ``half a year``, ``a decade``, ``the next decade`` or ``a third of`` at an offset."""
    if match := _HALF_A_UNIT.match(text, position):
        unit = UNITS[(match["zh"] or match["en"]).lower()]
        return Reading(position, match.end(), unit.kind, Decimal("0.5"), unit.name)
    if match := _WHOLE_UNIT.match(text, position):
        return Reading(match.start("unit"), match.end(), "duration", Decimal(1), match["unit"].lower())
    if match := _A_PART.match(text, position):
        value = Decimal(1) / _ENGLISH_PARTS[match["part"].lower()]
        return Reading(position, match.end("part"), "number", value, "fraction")
    return None


def lend_unit(borrower: Reading, lender: Reading) -> Reading:
    """Give a bare numeral the unit of the one behind it (2–4倍), and its scale (2–3万)."""
    shared = share_scale(borrower, lender)
    return replace(shared, kind=lender.kind, unit=lender.unit, stands_alone=lender.stands_alone)


def share_scale(borrower: Reading, lender: Reading) -> Reading:
    """Give a numeral the scale of the one behind it: the 2 of 2–3万 counts ten thousands.

    Only if it is smaller than the digits in front of that scale: in 5000至1万 it is not.
    """
    value = borrower.value
    if not isinstance(value, Decimal) or not isinstance(lender.value, Decimal):
        return borrower
    if borrower.scale > 1 or lender.scale == 1 or value >= lender.value / lender.scale:
        return borrower
    return replace(borrower, value=value * lender.scale, scale=lender.scale)
