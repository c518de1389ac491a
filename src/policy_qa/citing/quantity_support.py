"""Which quantities of a sentence no quote supports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from policy_qa.citing.derived import is_derived
from policy_qa.citing.listings import lengths_of_lists
from policy_qa.citing.notation import fold_notation
from policy_qa.citing.numeral_values import WORD_VALUES
from policy_qa.citing.ordinals import ORDINAL_WORDS
from policy_qa.citing.periods import without_shared_periods
from policy_qa.citing.quantity import Interval, PartialDate, Quantity
from policy_qa.citing.quantity_comparison import same_quantity
from policy_qa.citing.quantity_finding import find_quantities
from policy_qa.citing.units import MEASURE_WORDS

_LARGEST_MENTION: Final = 10
_TWO: Final = 2
_SORTS: Final = frozenset("类种项批点条步款")
"""Measure words of what a quote counts as it lists it; an English sentence has no word for them."""
_NUMERAL: Final = "零一二两三四五六七八九十百千万亿"
_CHINESE_WORDS: Final = {1: "一单独唯", 2: "二两双俩"} | dict(enumerate("三四五六七八九十", start=3))
_ENGLISH_WORDS: Final = {
    1: "one|single|sole|only|an?",
    2: "two|both|pair|couple|dual|twin|bilateral",
    3: "three|triple|trio|trilateral",
} | {value: word for word, value in WORD_VALUES.items() if 4 <= value <= _LARGEST_MENTION}
_FIRST: Final = r"首|率先|最先|最早|头一|初|先发|\b(?:first|initial|earliest|foremost|primary)"
_UNIT_MENTIONS: Final = {
    "year": r"[每当全整一]年|年度|年均|同比|\b(?:annual|yearly|per year|a year|each year|every year)",
    "month": r"[每当全整一]个?月|月度|\b(?:monthly|per month|a month|each month|every month)",
    "week": r"[每当全整本一]个?[周星]|\b(?:weekly|week\b)",
    "day": r"[每当全整一][天日]|\b(?:daily|per day|a day|each day|every day)",
    "hour": r"[每一]个?小时|\b(?:hourly|per hour|an hour|every hour)",
}
_HALF: Final = r"一半|半数|\bhalf\b"
# What may follow a number whose unit was left out, as another one in the sentence gives it.
_NO_NOUN: Final = re.compile(r"\s*(?:[,.;:，。；、！？!?)）]|\Z|(?:to|in|and|or|this|last|for|from|by|on) )")
_DOUBLE: Final = r"[加翻成]倍|倍增|双倍|翻番|\b(?:doubl|twice)"


def missing_quantities(sentence: str, quotes: Sequence[str]) -> list[Quantity]:
    """Quantities of a sentence that no quote supports.

    Beyond ``same_quantity``, the ends of a range may stand apart, a date may be put together from
    a year and a day of one quote, a count up to ten is supported by its mere mention ("both" for
    两家) or by a list of so many things, and a part of a year by another name of it (一季度, January
    to March).

    Args:
        sentence: A sentence of an answer, with or without markers.
        quotes: The exact words it cites.

    Returns:
        The unsupported quantities in order of their offsets; empty if the sentence holds none.
    """
    claims = find_quantities(without_shared_periods(sentence, quotes))
    if not claims:
        return []
    evidence = [(fold_notation(quote), find_quantities(quote)) for quote in quotes]
    return [
        claim
        for claim in claims
        if not any(_supports(claim, claims, folded, found, sentence) for folded, found in evidence)
    ]


def _supports(
    claim: Quantity, claims: Sequence[Quantity], quote: str, found: Sequence[Quantity], sentence: str
) -> bool:
    if any(same_quantity(claim, known) for known in found):
        return True
    if isinstance(claim.value, PartialDate):
        return _assembled(claim, claim.value, found)
    if isinstance(claim.value, Interval):
        ends = all(any(same_quantity(end, known) for known in found) for end in _split(claim))
        return ends or is_derived(claim, sentence, quote, found)
    return (
        _is_end_of_range(claim, claims, found)
        or _mentioned(claim, quote, found)
        or _in_name(claim, quote, sentence)
        or _counts_list(claim, quote, found)
        or _sum_without_currency(claim, found)
        or _unit_left_out(claim, sentence, found)
        or _years_between(claim, found)
        or is_derived(claim, sentence, quote, found)
    )


def _split(quantity: Quantity) -> tuple[Quantity, Quantity]:
    """The two ends of a range as quantities of their own."""
    assert isinstance(quantity.value, Interval)  # noqa: S101
    low, high = quantity.value.low, quantity.value.high
    return replace(quantity, value=low), replace(quantity, value=high)


def _is_end_of_range(claim: Quantity, claims: Sequence[Quantity], found: Sequence[Quantity]) -> bool:
    """One end of a quoted range counts if the sentence gives the other end too."""
    for known in found:
        if isinstance(known.value, Interval):
            low, high = _split(known)
            for end, other in ((low, high), (high, low)):
                if same_quantity(claim, end) and any(
                    not isinstance(c.value, PartialDate) and same_quantity(c, other) for c in claims
                ):
                    return True
    return False


def _assembled(claim: Quantity, date: PartialDate, found: Sequence[Quantity]) -> bool:
    """Whether year and day (or month) of a date stand apart in one quote."""
    if date.year is None or date.month is None:
        return False
    same_unit = (known.value for known in found if known.unit == claim.unit)
    dates = [value for value in same_unit if isinstance(value, PartialDate)]
    if not any(known.year == date.year for known in dates):
        return False
    rest = PartialDate(None, date.month, date.day)
    return any(
        known.year is None and known.month == rest.month and (rest.day is None or known.day == rest.day)
        for known in dates
    )


def _mentioned(claim: Quantity, quote: str, found: Sequence[Quantity]) -> bool:
    """Whether a small count, ordinal or span of time is named without a numeral of its own."""
    if not isinstance(claim.value, Decimal) or claim.bound in {"over", "under"}:
        return False
    value = claim.value
    if claim.unit in {"percent", "fraction"}:
        return value in {Decimal(50), Decimal("0.5")} and re.search(_HALF, quote, re.IGNORECASE) is not None
    if claim.kind == "multiple":
        return value == 2 and re.search(_DOUBLE, quote, re.IGNORECASE) is not None
    if claim.kind == "duration":
        pattern = _UNIT_MENTIONS.get(claim.unit or "") if value == 1 else None
        return pattern is not None and re.search(pattern, quote, re.IGNORECASE) is not None
    if value != value.to_integral_value() or not 1 <= value <= _LARGEST_MENTION:
        return False
    if claim.kind == "ordinal":
        return _ordinal_mentioned(int(value), quote)
    if claim.kind == "number" and (claim.unit is None or claim.unit in MEASURE_WORDS):
        return _count_mentioned(int(value), _without_units(quote, found))
    return False


def _ordinal_mentioned(value: int, quote: str) -> bool:
    char = "零一二三四五六七八九十"[value]
    english = next(word for word, number in ORDINAL_WORDS.items() if number == value)
    pattern = rf"[第其]{char}(?![十百千])|(?<![{_NUMERAL}]){char}[是、则来]|\b{english}\b"
    return re.search(pattern + (f"|{_FIRST}" if value == 1 else ""), quote, re.IGNORECASE) is not None


def _without_units(quote: str, found: Sequence[Quantity]) -> str:
    """The quote with quantities of another kind blanked: 三个月 does not mention three firms."""
    for known in found:
        if known.kind != "number":
            quote = quote[: known.start] + " " * (known.end - known.start) + quote[known.end :]
    return quote


def _count_mentioned(value: int, quote: str) -> bool:
    chinese = rf"(?<![第{_NUMERAL}点])[{_CHINESE_WORDS[value]}](?![{_NUMERAL}分])(?=[\u4e00-\u9fff])"
    english = rf"\b(?:{_ENGLISH_WORDS[value]})\b"
    return re.search(f"{chinese}|{english}", quote, re.IGNORECASE) is not None


def _counts_list(claim: Quantity, quote: str, found: Sequence[Quantity]) -> bool:
    """Whether a count is that of things the quote lists, and the quote counts nothing of the sort itself."""
    if claim.kind != "number" or claim.bound != "exact" or not isinstance(claim.value, Decimal):
        return False
    if claim.unit is not None and claim.unit not in MEASURE_WORDS:
        return False
    counted = any(
        known.kind == "number"
        and known.unit is not None
        and (known.unit == claim.unit or (claim.unit is None and known.unit in _SORTS))
        for known in found
    )
    return not counted and claim.value in lengths_of_lists(quote)


def _sum_without_currency(claim: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether 200万 stands for 200万元: in speech a large sum goes without its unit."""
    if claim.kind != "number" or claim.unit is not None or claim.text[-1] not in "万亿":
        return False
    return any(
        same_quantity(replace(claim, kind="money", unit=known.unit), known)
        for known in found
        if known.kind == "money"
    )


def _unit_left_out(claim: Quantity, sentence: str, found: Sequence[Quantity]) -> bool:
    """Whether “51 minutes, down from 74” leaves out the unit that the quote gives (74分钟)."""
    if claim.kind != "number" or claim.unit is not None or not _NO_NOUN.match(sentence, claim.end):
        return False
    given = {known.unit for known in find_quantities(sentence) if known.unit is not None}
    return any(
        known.unit in given and same_quantity(replace(claim, kind=known.kind, unit=known.unit), known)
        for known in found
        if not isinstance(known.value, PartialDate)
    )


def _years_between(claim: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether a number of years is the distance of the only two years that a quote names."""
    if claim.kind != "duration" or claim.unit != "year" or claim.bound != "exact":
        return False
    dates = (known.value for known in found if isinstance(known.value, PartialDate))
    years = {date.year for date in dates if date.year is not None}
    return len(years) == _TWO and claim.value == max(years) - min(years)


def _in_name(claim: Quantity, quote: str, sentence: str) -> bool:
    """Whether the number belongs to a name that stands in the quote, hyphenated or not (Llama 3)."""
    if claim.kind != "number" or claim.unit is not None:
        return False
    word = re.search(r"[A-Za-z]{2,}[ -]?\Z", fold_notation(sentence[: claim.start]))
    if word is None:
        return False
    name = re.escape(word[0].rstrip(" -"))
    pattern = rf"(?<![A-Za-z]){name}[ -]?{re.escape(claim.text)}(?![0-9])"
    return re.search(pattern, quote, re.IGNORECASE) is not None
