"""Numerals as digits, Chinese characters or English words, read at a given offset.

All functions expect text that went through ``fold_notation``. A numeral ends before its unit;
whether it is a quantity at all is for the caller to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from policy_qa.citing.numeral_values import (
    HAN_DIGITS,
    HAN_SCALES,
    WORD_SCALES,
    WORD_VALUES,
    parse_han,
    parse_words,
)

Notation = Literal["digits", "han", "words"]
_SHORT_SCALES: Final[dict[str, Decimal]] = {
    "k": Decimal(10**3),
    "m": Decimal(10**6),
    "mn": Decimal(10**6),
    "b": Decimal(10**9),
    "bn": Decimal(10**9),
    "t": Decimal(10**12),
    "tn": Decimal(10**12),
    "trn": Decimal(10**12),
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# Longer runs of Chinese numerals are no numerals, and their values would overflow.
_LONGEST_HAN = 24


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a text.

    Attributes:
        start: Offset of its first code point.
        end: Offset after its last one.
        value: Its value; the smaller one if it names two (两三).
        scale: The power that stands behind its last digits (10,000 in 2.5万), else 1.
        notation: What it is written in.
        upper: The larger value of a numeral that names two neighbours (两三), else ``None``.
        more: Whether it says "and some" inside (20多万).
    """

    start: int
    end: int
    value: Decimal
    scale: Decimal
    notation: Notation
    upper: Decimal | None = None
    more: bool = False


# 千 belongs to the unit in 千瓦, 千米, 千克 and the like.
_QIAN = "千(?!瓦|米|克|赫|字节)"
_SCALE_RUN = f"(?:[十万亿]|百(?!分点)|{_QIAN})"
"""百 of 百分点 is no scale: 5百分点 is five percentage points."""
_DIGITS = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?"
_DIGIT_NUMERAL = re.compile(
    rf"""(?P<digits>{_DIGITS})
    (?: \ ?[×xX*·]\ ?10(?:\^|的|\*\*)?(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}|(?<=[\^的*])\d{{1,3}}(?:次方|次幂)?)
      | (?P<own>\^\d{{1,3}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}|的\d{{1,3}}次(?:方|幂))
      | [eE]\+?(?P<e>\d{{1,3}})(?![A-Za-z0-9.])
      | (?P<han>\ ?(?:[多余几]?{_SCALE_RUN}{{1,6}}+(?:\d++(?:\.\d++)?(?=[十百万亿]|{_QIAN}))?){{1,6}}+)
      | [ -]?(?P<word>hundred|thousand|million|billion|trillion)(?![A-Za-z])
      | \ ?(?P<short>bn|mn|tn|trn)(?![A-Za-z0-9])
      | (?P<kilo>[kK])(?![A-Za-z0-9])
      | (?P<parameters>[BMT])(?=[ -]?(?:parameter|param|参数))
    )?""",
    re.VERBOSE,
)
_CURRENCY_SCALE = re.compile(r" ?([kmbt])(?![A-Za-z0-9])", re.IGNORECASE)
_HAN_NUMERAL = re.compile(
    rf"(?:[零一二两三四五六七八九十万亿廿]|百(?!分点)|{_QIAN})++(?:[多余几][百千万亿]++)?"
    r"(?:点[零一二三四五六七八九]++[百千万亿]*+)?"
)
_NEIGHBOURS = re.compile(r"([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)\Z")
_ONE_WORD = "|".join(sorted([*WORD_VALUES, *WORD_SCALES], key=len, reverse=True))
_WORD_NUMERAL = re.compile(
    rf"(?:(?:half an? |an? )(?=(?:{'|'.join(WORD_SCALES)})(?![a-z]))|(?={_ONE_WORD}))"
    rf"(?:{_ONE_WORD})(?![a-z])(?:(?: |-| and )(?:{_ONE_WORD})(?![a-z])){{0,9}}",
    re.IGNORECASE,
)


def read_numeral(text: str, position: int, *, currency: bool = False) -> Numeral | None:
    """Read the numeral that begins at an offset.

    Args:
        text: Folded text.
        position: Offset at which the numeral must begin.
        currency: Whether a currency sign stands before it, so that ``8b`` is 8 billion.

    Returns:
        The numeral, or ``None`` if none begins there.
    """
    first = text[position : position + 1]
    if first.isascii() and first.isdigit():
        return _read_digits(text, position, currency)
    if first in HAN_DIGITS or first in HAN_SCALES or first == "廿":
        return _read_han(text, position)
    if first.isalpha() and first.isascii():
        return _read_words(text, position)
    return None


def _read_digits(text: str, position: int, currency: bool) -> Numeral | None:
    match = _DIGIT_NUMERAL.match(text, position)
    if match is None:
        return None
    value, scale, end, more = Decimal(match["digits"].replace(",", "")), Decimal(1), match.end(), False
    if exponent := match["power"] or match["e"]:
        value = value.scaleb(_exponent(exponent))
    elif own := match["own"]:
        value = value ** _exponent(own) if value == 10 else value
        end = end if value != Decimal(match["digits"].replace(",", "")) else match.end("digits")
    elif han := match["han"]:
        more = any(char in han for char in "多余几")
        whole = match["digits"].replace(",", "") + re.sub("[ 多余几]", "", han)
        parsed = None if len(han) > _LONGEST_HAN else parse_han(whole)
        if parsed is None:
            return Numeral(position, match.end("digits"), value, Decimal(1), "digits")
        value, scale = parsed, _trailing_scale(han)
    elif word := match["word"] or match["short"] or match["kilo"] or match["parameters"]:
        scale = WORD_SCALES.get(word.lower()) or _SHORT_SCALES[word.lower()]
        value *= scale
    elif currency and (short := _CURRENCY_SCALE.match(text, end)):
        scale, end = _SHORT_SCALES[short[1].lower()], short.end()
        value *= scale
    return Numeral(position, end, value, scale, "digits", more=more)


def _exponent(written: str) -> int:
    return int(re.sub(r"\D", "", written.translate(_SUPERSCRIPTS)))


def _trailing_scale(han: str) -> Decimal:
    scale = Decimal(1)
    for char in reversed(han):
        if char not in "百千万亿":
            break
        scale *= HAN_SCALES[char]
    return scale


def _read_han(text: str, position: int) -> Numeral | None:
    match = _HAN_NUMERAL.match(text, position)
    if match is None or len(match[0]) > _LONGEST_HAN:
        return None
    written = re.sub("[多余几]", "", match[0])
    more = written != match[0]
    scale = _trailing_scale(written)
    if pair := _NEIGHBOURS.match(written):
        low, high = HAN_DIGITS[pair[1]], HAN_DIGITS[pair[2]]
        if high != low + 1:
            return None
        factor = Decimal(1)
        for char in pair[3]:
            factor *= HAN_SCALES[char]
        return Numeral(position, match.end(), low * factor, factor, "han", high * factor, more)
    value = parse_han(written)
    return None if value is None else Numeral(position, match.end(), value, scale, "han", more=more)


def _read_words(text: str, position: int) -> Numeral | None:
    match = _WORD_NUMERAL.match(text, position)
    if match is None:
        return None
    words = list(re.finditer("[a-z]+", match[0].lower()))
    for count in range(len(words), 0, -1):
        value = parse_words([word[0] for word in words[:count]])
        if value is not None:
            last = words[count - 1]
            scale = WORD_SCALES.get(last[0], Decimal(1))
            return Numeral(position, position + last.end(), value, scale, "words")
    return None
