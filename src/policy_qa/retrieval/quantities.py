"""Numbers, dates and measures of an English question, as Chinese texts write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from policy_qa.retrieval.term_groups import MAX_TERMS, Located, TermGroup
from policy_qa.retrieval.word_lists import listed_mapping, listed_rows


@cache
def months() -> tuple[str, ...]:
    """The English months in order."""
    return tuple(month for row in listed_rows("month") for month in row)


@cache
def number_words() -> dict[str, int]:
    """English number words up to ninety."""
    return {word: int(value) for word, value in listed_rows("number")}


@cache
def ordinal_words() -> dict[str, int]:
    """English ordinals from second to twentieth."""
    return {word: int(value) for word, value in listed_rows("ordinal")}


@cache
def _scales() -> dict[str, int]:
    return {word: int(value) for word, value in listed_rows("scale")}


@cache
def _currencies() -> dict[str, str]:
    return {row[0]: row[1] for row in listed_rows("currency")}


@cache
def _units() -> dict[str, tuple[str, ...]]:
    return listed_mapping("unit-zh")


_DIGITS = "零一二三四五六七八九"


def chinese_numeral(value: int) -> str:
    """A whole number from 0 to 9999 in Chinese characters: 17 → 十七, 205 → 二百零五."""
    if value < 10:
        return _DIGITS[value]
    text, skipped = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + name
            skipped = False
        else:
            skipped = True
    return text.removeprefix("一") if text.startswith("一十") else text


def plain(value: Decimal) -> str:
    """Digits without exponent and without zeros at the end of a fraction."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese_amounts(value: Decimal) -> list[str]:
    """The ways a Chinese text may write an amount, likeliest first: 8.2 billion → 82亿."""
    found = []
    for size, name in ((Decimal(10**12), "万亿"), (Decimal(10**8), "亿"), (Decimal(10**4), "万")):
        share = value / size
        if share >= 1 and share == share.quantize(Decimal("0.001")) and share < 10**5:
            found.append(plain(share.normalize()) + name)
            if (share == int(share) and share <= 10) or share in {100, 1000}:
                found.append({100: "百", 1000: "千"}.get(int(share), chinese_numeral(int(share))) + name)
    if value < 10**8:
        found.append(plain(value))
    if (value == int(value) and value <= 20) or value in {100, 1000}:
        found.append(chinese_numeral(int(value)))
    return found


def _group(source: str, terms: list[str], weight: float = 1.0) -> TermGroup:
    return TermGroup(source=source, terms=tuple(dict.fromkeys(terms))[:MAX_TERMS], weight=weight)


def _value(match: re.Match[str]) -> Decimal:
    parts = match.groupdict()
    number = parts.get("number")
    value = Decimal(number.replace(",", "")) if number else Decimal(number_words()[parts["word"].lower()])
    scale = parts.get("scale")
    return value * _scales()[scale.lower()] if scale else value


def _date(match: re.Match[str]) -> Iterator[TermGroup]:
    parts = match.groupdict()
    month = next(i for i, name in enumerate(months(), 1) if name.startswith(parts["month"].lower()[:3]))
    day, year = parts.get("day"), parts.get("year")
    text = f"{month}月{day}日" if day else f"{month}月"
    full = [f"{year}年{text}"] if year else []
    yield _group(match.group(), [*full, text])
    if year:
        yield from _year_of(year)


def _year_of(year: str) -> Iterator[TermGroup]:
    yield _group(year, [f"{year}年", year])


def _year(match: re.Match[str]) -> Iterator[TermGroup]:
    yield from _year_of(match["year"])


def _decade(match: re.Match[str]) -> Iterator[TermGroup]:
    century, tens = int(match["century"]), int(match["tens"])
    spelled = chinese_numeral(tens * 10) if tens else ""
    short = [f"{tens}0年代", f"{spelled}年代"] if tens else []
    yield _group(match.group(), [f"{century}{tens}0年代", *short, f"{century}{tens}0年"])


def _century(match: re.Match[str]) -> Iterator[TermGroup]:
    value = int(match["rank"]) if match["rank"] else ordinal_words()[match["spelled"].lower()]
    yield _group(match.group(), [f"{value}世纪", f"{chinese_numeral(value)}世纪"])


def _ordinal(match: re.Match[str]) -> Iterator[TermGroup]:
    value = int(match["rank"])
    yield _group(match.group(), [f"第{chinese_numeral(value)}", f"第{value}"])


def _provision(match: re.Match[str]) -> Iterator[TermGroup]:
    value, name = int(match["rank"]), {"article": "条", "chapter": "章"}[match["part"].lower()]
    yield _group(match.group(), [f"第{chinese_numeral(value)}{name}", f"第{value}{name}"])


def _percent(match: re.Match[str]) -> Iterator[TermGroup]:
    value = _value(match)
    spelled = [f"百分之{chinese_numeral(int(value))}"] if value == int(value) and value < 1000 else []
    yield _group(match.group(), [f"{plain(value)}%", f"百分之{plain(value)}", *spelled])


def _amount(match: re.Match[str]) -> Iterator[TermGroup]:
    parts = match.groupdict()
    coin = (parts.get("sign") or parts.get("coin") or "").lower().removeprefix("us ").strip()
    amounts = chinese_amounts(_value(match))
    money = _currencies().get(coin)
    yield _group(match.group(), [amounts[0] + money, *amounts] if money else amounts)


def _measure(match: re.Match[str]) -> Iterator[TermGroup]:
    value, unit = _value(match), match["unit"].lower()
    names = next(_units()[form] for form in (unit, unit[:-1], unit[:-2]) if form in _units())
    amounts = chinese_amounts(value)
    if value == 2:
        amounts.append("两")
    pairs = ((amount, name) for name in names for amount in amounts)
    yield _group(match.group(), [a + n for a, n in pairs if a[0] in "0123456789" or not n.isascii()])


def _vague(match: re.Match[str]) -> Iterator[TermGroup]:
    head, scale = match["head"].lower(), match["scale"].lower()
    # tens of billions = 10^10s = 数百亿; the Chinese scale counts in powers of 10^4.
    power = {"tens": 1, "dozens": 1, "hundreds": 2, "thousands": 3}[head] + len(str(_scales()[scale])) - 1
    unit, rest = next((name, power - size) for size, name in ((8, "亿"), (4, "万"), (0, "")) if power >= size)
    lead = ("", "十", "百", "千")[rest] if rest < 4 else "万"
    yield _group(match.group(), [f"{few}{lead}{unit}" for few in "数几上"])


def _number(match: re.Match[str]) -> Iterator[TermGroup]:
    value = _value(match)
    yield _group(match.group(), chinese_amounts(value), 0.5 if value <= 10 else 1.0)


TOO_LONG = re.compile(r"(?:\d,?){16}")
"""What has more digits is an identifier, not an amount."""

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[TermGroup]]]


@cache
def _rules() -> tuple[Rule, ...]:
    """Patterns from the most telling reading to the least, with what makes groups of a match."""
    names, late = "|".join(months()), "|".join(name for name in months() if name not in {"may", "march"})
    month = rf"(?P<month>{names}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
    day, year = r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?", r"(?P<year>1[0-9]\d\d|20\d\d)"
    number = r"(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    spelled = rf"(?P<word>{'|'.join(number_words())})"
    scale = r"(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|k|m)"
    coin = r"(?P<coin>(?:us )?dollars?|euros?|pounds|yuan|yen|rmb)"
    unit = "|".join(sorted(_units(), key=len, reverse=True))
    rank = rf"(?:(?P<rank>\d\d?)(?:st|nd|rd|th)|(?P<spelled>{'|'.join(ordinal_words())}))"
    signed: tuple[tuple[str, Callable[[re.Match[str]], Iterator[TermGroup]]], ...] = (
        (rf"(?<![\w.]){number} ?[%％]", _percent),
        (rf"(?P<sign>us\$|[$€£¥]|\brmb|\busd) ?{number}(?:[ -]?{scale}\b)?", _amount),
    )
    worded: tuple[tuple[str, Callable[[re.Match[str]], Iterator[TermGroup]]], ...] = (
        (rf"{day}(?: of)? {month}(?:,? {year})?", _date),
        (rf"{month} {day}(?!,\d|\d)(?:,? {year})?", _date),
        (rf"{month},?(?: of)? {year}", _date),
        (r"(?<=\bin )(?P<month>march|may)", _date),
        (rf"(?P<month>{late})", _date),
        (r"(?P<century>1\d|20)(?P<tens>\d)0['’]?s", _decade),
        (rf"{rank}[ -]century", _century),
        (rf"{number} ?(?:percentage points?|percent|per cent)", _percent),
        (rf"(?P<head>tens|dozens|hundreds|thousands) of {scale}s?", _vague),
        (rf"{number}[ -]?{scale}(?: {coin})?", _amount),
        (rf"{spelled}[ -]{scale}(?: {coin})?", _amount),
        (rf"(?:{number}|{spelled})[ -]?(?P<unit>(?:{unit})(?:e?s)?)", _measure),
        (r"(?P<part>article|chapter) (?P<rank>\d{1,3})", _provision),
        (r"(?P<rank>\d{1,4})(?:st|nd|rd|th)", _ordinal),
        (year, _year),
        (rf"{number} {coin}", _amount),
        (number, _number),
    )
    bounded = ((rf"(?<![\w.])(?<![a-z]-){pattern}(?![\w%])", build) for pattern, build in worded)
    return tuple((re.compile(pattern, re.IGNORECASE), build) for pattern, build in (*signed, *bounded))


def find_quantities(text: str) -> list[Located]:
    """Finds what counts or dates, the most telling reading first; readings do not overlap.

    Args:
        text: The English question.

    Returns:
        Groups in order of their place in the text.
    """
    taken: list[tuple[int, int]] = []
    found: list[Located] = []
    for pattern, build in _rules():
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= a or start >= b for a, b in taken) and not TOO_LONG.search(match.group()):
                taken.append((start, end))
                found.extend(Located(start, end, group) for group in build(match))
    return sorted(found, key=lambda item: item.start)


def number_word_terms(key: str) -> tuple[str, ...]:
    """Chinese for a number or rank spelled out in English; nothing for other words."""
    if (value := number_words().get(key)) is not None:
        return (*(("两",) if value == 2 else ()), chinese_numeral(value), str(value))
    if (rank := ordinal_words().get(key)) is not None:
        return (f"第{chinese_numeral(rank)}", f"第{rank}")
    return ()
