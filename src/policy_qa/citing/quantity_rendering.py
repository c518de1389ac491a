"""English notation of quantities, for readers of English beside a Chinese quote."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from policy_qa.citing.dates import MONTH_NAMES
from policy_qa.citing.notation import fold_notation
from policy_qa.citing.numeral_values import WORD_SCALES, WORD_VALUES
from policy_qa.citing.ordinals import PLAN
from policy_qa.citing.quantity import Bound, Interval, PartialDate, Quantity
from policy_qa.citing.quantity_finding import find_quantities

_BOUNDS: Final[dict[Bound, str]] = {
    "exact": "",
    "about": "about ",
    "over": "more than ",
    "at_least": "at least ",
    "under": "less than ",
    "at_most": "at most ",
}
_CURRENCY_SIGNS: Final = {
    "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "INR": "₹", "KRW": "₩", "AUD": "A$",
    "CAD": "C$", "SGD": "S$",
}  # fmt: skip
_CURRENCY_WORDS: Final = {"CNY": "yuan", "JPY": "yen", "RUB": "roubles"}
_PLURALS: Final = {
    "century": "centuries",
    "working_day": "working days",
    "year_of_age": "years old",
    "percentage_point": "percentage points",
    "basis_point": "basis points",
    "times": "times",
    "times more": "times",
    "m": "metres",
    "g": "grams",
    "t": "tonnes",
    "token": "tokens",
    "mile": "miles",
    "inch": "inches",
    "foot": "feet",
    "hectare": "hectares",
    "B": "bytes",
    "Gt": "gigatonnes",
}
_SINGULARS: Final = {
    "working_day": "working day", "year_of_age": "year old", "percentage_point": "percentage point",
    "basis_point": "basis point", "m": "metre", "g": "gram", "t": "tonne", "B": "byte", "times": "times",
    "Gt": "gigatonne",
}  # fmt: skip
_LABELLED: Final = {
    "article": "Article",
    "paragraph": "Paragraph",
    "chapter": "Chapter",
    "section": "Section",
    "page": "page",
    "volume": "Volume",
    "number": "No.",
}
_SPELLED: Final = tuple(WORD_VALUES)[:10]
_PARTS: Final = dict(
    enumerate(("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), start=2)
)
# From here on powers of ten read better than words.
_POWERS_FROM: Final = Decimal(10) ** 15
_HAN: Final = re.compile("[\u3400-\u9fff]")


def render_english(quantity: Quantity) -> str | None:
    """Write a quantity as an English text would.

    Args:
        quantity: A quantity found in a text of either language.

    Returns:
        Its English notation (82亿美元 → ``US$8.2 billion``, 三个月 → ``3 months``), qualifier
        included, or ``None`` if English has none that stands alone (29日 without a month).
    """
    value = quantity.value
    if isinstance(value, PartialDate):
        return _date(value, quantity.unit)
    if quantity.kind == "ordinal":
        return _ordinal(value, quantity.unit) if isinstance(value, Decimal) else None
    if isinstance(value, Interval):
        words = f"{_amount(quantity, value.low, leading=True)} to {_amount(quantity, value.high)}"
    else:
        words = _amount(quantity, value)
    return _BOUNDS[quantity.bound] + words


def english_glossary_of(text: str) -> list[tuple[str, str]]:
    """Pair the quantities of a Chinese text with their English notation.

    Only those that a reader of English could not read off the digits: 82亿美元 and 三个月 are
    listed, 2017年 and 49个 are not.

    Args:
        text: Chinese text.

    Returns:
        Pairs (words of the text, English notation) in order of appearance, each once.
    """
    pairs: dict[str, str] = {}
    for quantity in find_quantities(text):
        english = render_english(quantity) if _HAN.search(quantity.text) else None
        if english is not None and not _is_plain(quantity.text, english):
            pairs.setdefault(quantity.text, english)
    return list(pairs.items())


def _is_plain(words: str, english: str) -> bool:
    digits = english.replace(",", "")
    return re.fullmatch(r"-?[\d.]+%?", digits) is not None and digits in fold_notation(words).replace(",", "")


def _amount(quantity: Quantity, value: Decimal, *, leading: bool = False) -> str:
    """A value with its unit; the first end of a range leaves out what the second repeats."""
    unit, number = quantity.unit, _number(value)
    if quantity.kind == "money":
        sign = _CURRENCY_SIGNS.get(unit or "")
        return f"{sign}{number}" if sign else number if leading else f"{number} {_CURRENCY_WORDS[unit or '']}"
    if unit == "percent":
        return f"{number}%"
    if unit == "fraction":
        return _fraction(value)
    if unit == "次" and not leading:
        return f"{number} time{'' if value == 1 else 's'}"
    if leading or quantity.kind == "number" or unit is None:
        return number
    if value == Decimal("0.5") and unit in {"year", "month", "century", "decade", "hour"}:
        return f"half a{'n' if unit == 'hour' else ''} {unit}"
    if value == 1:
        return f"{number} {_SINGULARS.get(unit, unit)}"
    plural = unit + "s" if quantity.kind == "duration" else unit
    return f"{number} {_PLURALS.get(unit, plural)}"


def _number(value: Decimal) -> str:
    size = abs(value)
    if size >= _POWERS_FROM:
        return _power(value)
    for word in ("trillion", "billion", "million"):
        scaled = value / WORD_SCALES[word]
        if abs(scaled) >= 1:
            short = format(scaled.normalize(), "f")
            return f"{short} {word}" if len(short) <= 7 else format(value.normalize(), ",f")
    return format(value.normalize(), ",f")


def _power(value: Decimal) -> str:
    mantissa = value.normalize()
    exponent = mantissa.adjusted()
    digits = format(mantissa.scaleb(-exponent), "f")
    return f"10^{exponent}" if digits == "1" else f"{digits}×10^{exponent}"


def _fraction(value: Decimal) -> str:
    ratio = Fraction(value).limit_denominator(100)
    part = _PARTS.get(ratio.denominator)
    if part is None or not 0 < ratio.numerator < len(_SPELLED):
        return f"{ratio.numerator}/{ratio.denominator}"
    return f"{_SPELLED[ratio.numerator]} {part}{'' if ratio.numerator == 1 else 's'}"


def _date(value: PartialDate, unit: str | None) -> str | None:
    if unit == "decade":
        return f"{value.year}s"
    if value.month is None:
        return str(value.year) if value.year is not None and value.day is None else None
    parts = [value.day, MONTH_NAMES[value.month - 1], value.year]
    return " ".join(str(part) for part in parts if part is not None)


def _ordinal(value: Decimal, unit: str | None) -> str:
    if unit in _LABELLED:
        return f"{_LABELLED[unit]} {value}"
    number = int(value)
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    if unit == PLAN:
        return f"{number}{suffix} Five-Year Plan"
    return f"{number}{suffix} {unit}" if unit else f"{number}{suffix}"
