"""Whether a numeral counts something: 一 in 进一步 and "one" in "one of" do not."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from policy_qa.citing.quantity_reading import Reading
from policy_qa.citing.units import MEASURE_WORDS

_RESTRICTED: Final = re.compile(r"(?:仅有?|只有?|只剩|至少有?|最少|最多|至多|不到|不足|不止|唯有)\Z")
_ENGLISH_RESTRICTED: Final = re.compile(
    r"(?:only|just|at least|at most|exactly|than|a single) \Z", re.IGNORECASE
)
_MORE_THAN_ONCE: Final = re.compile("不止一[次个回]")
_POINTING: Final = re.compile(r"[这那该此]\Z|上述\Z|前述\Z")
_ENGLISH_POINTING: Final = re.compile(
    r"\b(?:the|these|those|both|other|its|their|our|between|of) (?:other )?\Z", re.IGNORECASE
)
_EACH: Final = re.compile(r"[每同这那某有新上下另哪]\Z")
_VAGUE: Final = re.compile(r"(?<![参指倍人总次度函常系整基分个岁])[数几]\Z|若干\Z|成[千百]上\Z")
_BOUNDED: Final = re.compile(r"(?:超过?|逾|近|约|上|过|破|达)\Z")
_SENTENCE_START: Final = re.compile(r"(?:\A|[.!?:;。！？：；\n\"“”'(（—-])\s*\Z")
_HOLIDAY: Final = re.compile("(?:国庆|黄金周|长假|假期|期间)")
_NUMERALS: Final = "零一二两三四五六七八九十百千万亿"
# Chinese names that begin with a numeral and a character that can also be a measure word.
_NAMES: Final = re.compile(
    r"[一三四五六七八九十]+(?:带一路|位一体|星|维码|角大楼|国演义|国杀)|四[处面周]|两国|两会|千问|百度|百川"
)


def _head(text: str, start: int) -> str:
    return text[max(0, start - 16) : start]


def is_vague(text: str, start: int) -> bool:
    """Whether a scale word at ``start`` only says "some": 数百, 几十, 成千上万."""
    return text[start] in "十百千万亿" and _VAGUE.search(_head(text, start)) is not None


def counts_alone(text: str, reading: Reading) -> bool:
    """Whether a reading is a quantity even if no neighbour lends it a unit.

    Args:
        text: Folded text.
        reading: A number read in it.
    """
    if reading.notation == "han":
        return _han_counts(text, reading)
    if reading.notation == "words":
        return _words_count(text, reading)
    return True


def _han_counts(text: str, reading: Reading) -> bool:
    start = reading.start
    if _MORE_THAN_ONCE.match(text, max(0, start - 2)):
        return False
    if reading.leading or reading.unit == "fraction" or reading.kind == "percent":
        return True
    if _NAMES.match(text, start):
        return False
    words = text[start : reading.end]
    bare_scale = words[0] in "百千万亿"
    if reading.unit is None:
        return _numeral_alone(text, reading, words, bare_scale)
    if bare_scale and words[1] not in _NUMERALS:
        if reading.kind in {"multiple", "measure"} or reading.unit == "卡" or reading.more:
            return True
        return _BOUNDED.search(_head(text, start)) is not None
    if words[0] == "一" and reading.value == 1:
        return _single_counts(text, reading)
    if words[0] == "两" and reading.value == 2 and reading.unit in MEASURE_WORDS:
        return _POINTING.search(_head(text, start)) is None
    return words not in {"十分", "二元"} and words[0] != "零"


def _single_counts(text: str, reading: Reading) -> bool:
    """一 before a measure word is an article; before a unit it counts, but not in 每一年."""
    if reading.kind == "number":
        return _RESTRICTED.search(_head(text, reading.start)) is not None
    if text[reading.start : reading.end] in {"一元", "一日", "一天", "一代", "一时"}:
        return _RESTRICTED.search(_head(text, reading.start)) is not None
    return _EACH.search(_head(text, reading.start)) is None


def _numeral_alone(text: str, reading: Reading, words: str, bare_scale: bool) -> bool:
    if len(words) < 2 or not any(char in "十百千万亿" for char in words):
        return False
    if bare_scale or _HOLIDAY.match(text, reading.end):
        return len(words) > 1 and _BOUNDED.search(_head(text, reading.start)) is not None
    return isinstance(reading.value, Decimal) and reading.value >= 10


def _words_count(text: str, reading: Reading) -> bool:
    words = text[reading.start : reading.end]
    if _is_name(text, reading):
        return False
    has_unit = reading.unit is not None
    if reading.value == 1:
        if not has_unit or words.lower() in {"one day", "one time", "one-time", "one times"}:
            return _ENGLISH_RESTRICTED.search(_head(text, reading.start)) is not None
        return True
    if has_unit:
        return True
    if reading.value == 0:
        return False
    return reading.value != 2 or _ENGLISH_POINTING.search(_head(text, reading.start)) is None


def _is_name(text: str, reading: Reading) -> bool:
    """A capitalised number word before another capital is a name (Five Eyes), as is Group of Seven."""
    if not text[reading.start].isupper():
        return False
    before_capital = re.match(r" [A-Z]", text[reading.end : reading.end + 2]) is not None
    at_start = _SENTENCE_START.search(_head(text, reading.start)) is not None
    return before_capital if at_start else reading.unit is None
