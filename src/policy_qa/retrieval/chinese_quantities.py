"""Numbers and dates of a Chinese question, as English texts write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from policy_qa.retrieval.quantities import TOO_LONG, months, number_words, ordinal_words, plain
from policy_qa.retrieval.term_groups import MAX_TERMS, Located, TermGroup
from policy_qa.retrieval.word_lists import listed_mapping

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_BASES = {"": 1, "百": 10**2, "千": 10**3}
_SCALES = _BASES | {base + "万": size * 10**4 for base, size in _BASES.items()}
_SCALES |= {"亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_NUMERALS = "零〇一二两三四五六七八九十百千"


@cache
def _spelled() -> dict[int, str]:
    return {value: word for word, value in number_words().items()}


@cache
def _ranks() -> dict[int, str]:
    return {value: word for word, value in ordinal_words().items()} | {1: "first"}


def chinese_value(numeral: str) -> int | None:
    """The value of a numeral below 10,000: 三百二十六 → 326, 二〇二五 → 2025; ``None`` if it is none."""
    if not any(char in _STEPS for char in numeral):
        digits = [str(_DIGITS[char]) for char in numeral if char in _DIGITS]
        return int("".join(digits)) if digits and len(digits) == len(numeral) else None
    total, digit = 0, 0
    for char in numeral:
        if char in _STEPS:
            total += (digit or 1) * _STEPS[char]
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            return None
    return total + digit


def _value(text: str) -> Decimal | None:
    if text[0].isdigit() and text.isascii():
        return Decimal(text.replace(",", ""))
    value = chinese_value(text)
    return None if value is None else Decimal(value)


def english_amounts(value: Decimal) -> list[str]:
    """The ways an English text may write an amount, likeliest first: 82亿 → 8.2 billion."""
    found = []
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        share = value / size
        if share >= 1 and share == share.quantize(Decimal("0.001")) and share < 1000:
            found.append(f"{plain(share.normalize())} {name}")
    if value < 10**8:
        found.append(plain(value))
    if value == int(value) and int(value) in _spelled():
        found.append(_spelled()[int(value)])
    return found


def _date(match: re.Match[str]) -> Iterator[list[str]]:
    month = _value(match["month"])
    if month is not None and 1 <= month <= 12:
        name = months()[int(month) - 1]
        day = _value(match["day"]) if match["day"] else None
        yield [f"{name} {day}", f"{day} {name}"] if day is not None else [name]


def _year(match: re.Match[str]) -> Iterator[list[str]]:
    year = _value(match["year"])
    if year is not None:
        yield [str(year)]


def _decade(match: re.Match[str]) -> Iterator[list[str]]:
    value = _value(match["decade"])
    if value is not None:
        yield [f"{value if value > 100 else 1900 + value}s"]


def _ranked(noun: str) -> Callable[[re.Match[str]], Iterator[list[str]]]:
    def build(match: re.Match[str]) -> Iterator[list[str]]:
        value = _value(match["rank"])
        if value is not None:
            last = int(value) % 10 if not 10 < int(value) % 100 < 14 else 0
            ending = {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
            names = [f"{value}{ending}", *([_ranks()[int(value)]] if int(value) in _ranks() else [])]
            yield [f"{name} {noun}".strip() for name in names]

    return build


def _provision(match: re.Match[str]) -> Iterator[list[str]]:
    value = _value(match["rank"])
    if value is not None:
        yield [f"{'article' if match['part'] == '条' else 'chapter'} {value}"]


def _percent(match: re.Match[str]) -> Iterator[list[str]]:
    value = _value(match["number"])
    if value is not None:
        yield [f"{plain(value)}%", f"{plain(value)} percent"]


def _amount(match: re.Match[str]) -> Iterator[list[str]]:
    value = _value(match["number"])
    if value is not None:
        yield english_amounts(value * _SCALES[match.groupdict().get("scale") or ""])


def _measure(match: re.Match[str]) -> Iterator[list[str]]:
    value = _value(match["number"])
    if value is not None:
        value *= _SCALES[match["scale"] or ""]
        yield [
            f"{amount} {name}"
            for amount in english_amounts(value)
            for name in listed_mapping("unit-en")[match["unit"]]
        ]


Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[list[str]]]]


@cache
def _rules() -> tuple[Rule, ...]:
    """Patterns from the most telling reading to the least, with what makes terms of a match."""
    numeral = f"[{_NUMERALS}]+"
    counted = f"[{_NUMERALS[2:]}]+"
    number = rf"(?P<number>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{numeral})"
    scale = r"(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|万|千|百)"
    year = r"(?P<year>[12]\d{3}|[一二][零〇一二三四五六七八九]{3})"
    # A lone 一 is an article more often than a number.
    several = f"[{_NUMERALS[3:]}]|[{_NUMERALS[2:]}]{{2,}}"
    patterns: tuple[tuple[str, Callable[[re.Match[str]], Iterator[list[str]]]], ...] = (
        (rf"(?P<month>1[0-2]|[1-9]|{counted})月(?:份|(?P<day>\d{{1,2}}|{counted})[日号])?", _date),
        (rf"(?:20世纪|二十世纪|上世纪)?(?P<decade>\d{{4}}|\d0|{counted}十)年代", _decade),
        (rf"{year}年?", _year),
        (rf"(?P<rank>\d{{1,2}}|{counted})世纪", _ranked("century")),
        (rf"第(?P<rank>\d{{1,3}}|{numeral})(?P<part>[条章])", _provision),
        (rf"第(?P<rank>\d{{1,4}}|{numeral})", _ranked("")),
        (rf"百分之{number}", _percent),
        (rf"{number}[%％]", _percent),
        (rf"{number}{scale}?(?P<unit>{'|'.join(listed_mapping('unit-en'))})", _measure),
        (rf"{number}{scale}", _amount),
        (r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)", _amount),
        (rf"(?P<number>{several})(?=[个种项条家座名次步类])", _amount),
    )
    # Digits end where the number ends, and never inside a code such as 910B.
    before, after = r"(?<![A-Za-z0-9.])(?<![A-Za-z]-)", r"(?:(?<!\d)|(?![A-Za-z0-9]))"
    return tuple((re.compile(f"{before}(?:{pattern}){after}"), build) for pattern, build in patterns)


def find_chinese_quantities(text: str) -> list[Located]:
    """Finds what counts or dates in a Chinese question; readings do not overlap.

    Returns:
        Groups of English terms in the order of their place.
    """
    taken: list[tuple[int, int]] = []
    found: list[Located] = []
    for pattern, build in _rules():
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= a or start >= b for a, b in taken) and not TOO_LONG.search(match.group()):
                for terms in build(match):
                    taken.append((start, end))
                    group = TermGroup(source=match.group(), terms=tuple(dict.fromkeys(terms))[:MAX_TERMS])
                    found.append(Located(start, end, group))
    return sorted(found, key=lambda item: item.start)
