"""Amounts given by their size only (数百亿, tens of millions): the size must be that of the quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from policy_qa.citing.notation import fold_notation
from policy_qa.citing.quantities import Interval, find_quantities

_TENS: Final = {"": 0, "十": 1, "百": 2, "千": 3}
_HAN_SCALES: Final = {"": 0, "万": 4, "亿": 8, "万亿": 12}
_LATIN: Final = {
    "dozens": 1,
    "scores": 1,
    "tens": 1,
    "hundreds": 2,
    "thousands": 3,
    "millions": 6,
    "billions": 9,
}
_LATIN_SCALES: Final = {"": 0, "thousands": 3, "millions": 6, "billions": 9, "trillions": 12}
_VAGUE: Final = re.compile(
    r"(?:(?<![0-9一二三四五六七八九十第参指倍人总次度函常系整基分个岁])[数几](?P<ten>[十百千]?)(?P<scale>万亿|[万亿])?(?=[^\d点一二三四五六七八九十百千万亿])"
    r"|\b(?P<size>dozens|scores|tens|hundreds|thousands|millions|billions) of(?: (?P<more>thousands"
    r"|millions|billions|trillions)(?: of)?)?\b)",
    re.IGNORECASE,
)


def wrong_sizes(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Amounts of a sentence given by their size, where no quote has an amount of that size.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
    """
    claimed = _sizes(sentence)
    if not claimed:
        return []
    known = {power for quote in quotes for power, _ in _sizes(quote)}
    known |= {power for quote in quotes for power in _powers(quote)}
    return [words for power, words in claimed if power not in known]


def _sizes(text: str) -> list[tuple[int, str]]:
    found = []
    for match in _VAGUE.finditer(fold_notation(text)):
        if match["size"]:
            power = _LATIN[match["size"].lower()] + _LATIN_SCALES[(match["more"] or "").lower()]
        else:
            power = _TENS[match["ten"]] + _HAN_SCALES[match["scale"] or ""]
        if power:
            found.append((power, match[0]))
    return found


def _powers(text: str) -> set[int]:
    """Powers of ten of the numbers of a text."""
    powers: set[int] = set()
    for quantity in find_quantities(text):
        ends = (
            (quantity.value.low, quantity.value.high)
            if isinstance(quantity.value, Interval)
            else (quantity.value,)
        )
        powers |= {end.adjusted() for end in ends if isinstance(end, Decimal) and end > 0}
    return powers
