"""What a numeral is worth: Chinese characters, digits mixed with them, English words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

HAN_DIGITS: Final[dict[str, int]] = {
    char: value for value, char in enumerate("零一二三四五六七八九")
} | {"两": 2}  # fmt: skip
HAN_SCALES: Final[dict[str, Decimal]] = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}
_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORD_VALUES: Final[dict[str, int]] = {word: value for value, word in enumerate(_SMALL_WORDS.split())} | {
    word: 10 * value for value, word in enumerate(_TENS_WORDS.split(), start=2)
}
WORD_SCALES: Final[dict[str, Decimal]] = {
    "hundred": Decimal(100),
    "dozen": Decimal(12),
    "thousand": Decimal(10**3),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}


def parse_han(written: str) -> Decimal | None:
    """Value of a Chinese numeral, which may mix digits and characters (3.26万亿, 二〇三〇).

    Args:
        written: The whole numeral, folded.

    Returns:
        Its value, or ``None`` if the characters form no numeral (万千, 五四).
    """
    if "点" in written:
        return _parse_han_decimal(written)
    written = written.replace("廿", "二十")
    parts = re.findall(r"\d+(?:\.\d+)?|.", written)
    if len(parts) > 2 and all(part in HAN_DIGITS for part in parts):
        digits = "".join(str(HAN_DIGITS[part]) for part in parts)
        return Decimal(digits) if len(parts) == 4 or "零" in written else None
    return _parse_sections(parts)


def _parse_han_decimal(written: str) -> Decimal | None:
    whole, _, rest = written.partition("点")
    value = parse_han(whole)
    digits = rest.rstrip("百千万亿")
    if value is None or not digits or any(char not in HAN_DIGITS for char in digits):
        return None
    decimal = value + Decimal("0." + "".join(str(HAN_DIGITS[char]) for char in digits))
    for char in rest[len(digits) :]:
        decimal *= HAN_SCALES[char]
    return decimal


def _parse_sections(parts: list[str]) -> Decimal | None:
    """Add up 十百千 inside a section, sections before 万, and 万 before 亿."""
    if parts[0] in "百千万亿" and any(part not in HAN_SCALES for part in parts):
        return None
    hundreds_millions = ten_thousands = section = Decimal(0)
    number: Decimal | None = None
    last_scale, zero_before = Decimal(10) ** 20, False
    for index, part in enumerate(parts):
        if part not in HAN_SCALES:
            if number is not None:
                return None
            zero_before = part == "零"
            number = None if zero_before else Decimal(HAN_DIGITS.get(part, part))
            continue
        scale = HAN_SCALES[part]
        bare = number is None and section == 0
        if part in "十百千":
            if (number is None and index and part != "十") or (section and scale >= last_scale):
                return None
            section += (number if number is not None else Decimal(1)) * scale
        elif part == "万":
            if ten_thousands or (bare and index):
                return None
            ten_thousands, section = (section + (number or 0) or Decimal(1)) * scale, Decimal(0)
        else:
            pending = ten_thousands + section + (number or 0)
            if not pending and index and parts[index - 1] != "亿":
                return None
            pending_value = pending * scale or (scale if not index else hundreds_millions * (scale - 1))
            hundreds_millions += pending_value
            ten_thousands = section = Decimal(0)
        number, last_scale, zero_before = None, scale, False
    if number is not None and not zero_before and parts[-1] in HAN_DIGITS and len(parts) > 1:
        number = _spoken_tail(parts, number, last_scale)
    return hundreds_millions + ten_thousands + section + (number or 0)


def _spoken_tail(parts: list[str], number: Decimal, last_scale: Decimal) -> Decimal:
    """A last digit right behind 百 or more counts the next lower power: 两万五 is 25,000."""
    if parts[-2] in HAN_SCALES and last_scale >= 100:
        return number * last_scale / 10
    return number


def parse_words(words: list[str]) -> Decimal | None:
    """Value of English number words.

    Args:
        words: Lower-case words without hyphens; ``half a`` or ``a`` may lead.

    Returns:
        The value, or ``None`` if they form no single number (two and three).
    """
    factor = Decimal(1)
    if words[0] == "half":
        factor, words = Decimal("0.5"), words[2:]
    elif words[0] in {"a", "an"}:
        words = words[1:]
    elif words[0] in WORD_SCALES:
        return None
    if not words or words[-1] == "and":
        return None
    total, section, last_scale, room = Decimal(0), Decimal(0), Decimal(10) ** 20, 1000
    for index, word in enumerate(words):
        if word == "and":
            if words[index - 1] not in WORD_SCALES:
                return None
        elif word in WORD_VALUES:
            value = WORD_VALUES[word]
            if value >= room or (value == 0 and len(words) > 1):
                return None
            section += value
            room = 10 if value >= 20 else 0
        elif word in {"hundred", "dozen"}:
            section = (section or Decimal(1)) * WORD_SCALES[word]
            room = 100 if word == "hundred" else 0
        else:
            if WORD_SCALES[word] >= last_scale or (not section and index):
                return None
            last_scale, room = WORD_SCALES[word], 1000
            total += (section or Decimal(1)) * last_scale
            section = Decimal(0)
    return (total + section) * factor
