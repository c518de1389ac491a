"""A question asked about another year, number or unit than the passage gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Final

from policy_qa.citing.quantities import Quantity, find_quantities, missing_quantities

_YEAR: Final = re.compile(r"\d{4}")
_DIGITS: Final = re.compile(r"\d[\d,，]*(?:\.\d+)?")
_CHINESE_DIGITS: Final = "一二三四五六七八九"
_WORDS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_FARTHEST_YEAR: Final = 12

Change = tuple[int, int, str]
"""First character replaced, the one after the last, and the words to put in."""

# Words for units of one dimension each; a question may ask for another dimension instead.
_DIMENSIONS: Final = (
    ("平方公里", "公顷", "平方米", "亩"),
    ("公里", "英里", "米", "公尺", "千米"),
    ("吨", "公斤", "千克"),
    ("美元", "欧元", "英镑", "元"),
    ("个月", "小时", "分钟", "天"),
    ("摄氏度", "华氏度"),
    ("square miles", "acres", "hectares"),
    ("miles", "kilometers", "meters", "feet"),
    ("tons", "pounds", "kilograms"),
    ("dollars", "euros"),
    ("months", "hours", "minutes", "days", "weeks"),
)
_ASKED: Final = re.compile(r"(?:多少|几|how many )(?P<scale>[万亿百千]*)(?P<rest>.*)", re.IGNORECASE)


def another_quantity(question: str, passages: Sequence[str], random: Random) -> Change | None:
    """Changes one quantity that the question shares with the passage.

    Args:
        question: The question.
        passages: The passage it was asked on, if possible in several languages.
        random: Source of the choice.

    Returns:
        What to change; ``None`` if the question shares no quantity with a passage, or none can be
        changed so that no passage supports it any more.
    """
    shared = [quantity for quantity in find_quantities(question) if _supported(question, quantity, passages)]
    random.shuffle(shared)
    for quantity in shared:
        changed = _changed(quantity, random)
        if changed is None or any(_digits(changed) in passage for passage in passages if _digits(changed)):
            continue
        edited = question[: quantity.start] + changed + question[quantity.end :]
        new = range(quantity.start, quantity.start + len(changed))
        if all(any(q.start in new for q in missing_quantities(edited, [text])) for text in passages):
            return quantity.start, quantity.end, changed
    return None


def another_unit(question: str, passages: Sequence[str], random: Random) -> Change | None:
    """Asks for a unit of another dimension: 多少公里 → 多少吨; see ``another_quantity``."""
    match = _ASKED.search(question)
    if match is None:
        return None
    start = match.start("rest")
    for dimension in _DIMENSIONS:
        for unit in dimension:
            if not question[start:].lower().startswith(unit):
                continue
            if not any(unit in passage for passage in passages):
                return None
            latin = unit.isascii()
            others = [
                other
                for options in _DIMENSIONS
                if options is not dimension and options[0].isascii() is latin
                for other in options
                if not any(other in passage for passage in passages)
            ]
            if not others:
                return None
            return start, start + len(unit), random.choice(others)
    return None


def _supported(question: str, quantity: Quantity, passages: Sequence[str]) -> bool:
    return any(
        all(missing.start != quantity.start for missing in missing_quantities(question, [passage]))
        for passage in passages
    )


def _digits(text: str) -> str:
    match = _DIGITS.search(text)
    return match.group() if match else ""


def _changed(quantity: Quantity, random: Random) -> str | None:
    """The words of a quantity with another value, in the same notation."""
    text = quantity.text
    if quantity.kind == "date" and (year := _YEAR.search(text)):
        shift = random.choice([-1, 1]) * random.randint(1, _FARTHEST_YEAR)
        return text[: year.start()] + str(int(year.group()) + shift) + text[year.end() :]
    if number := _DIGITS.search(text):
        return text[: number.start()] + _other_digits(number.group(), random) + text[number.end() :]
    for position in range(len(text) - 1, -1, -1):
        if text[position] in _CHINESE_DIGITS:
            other = random.choice([digit for digit in _CHINESE_DIGITS if digit != text[position]])
            return text[:position] + other + text[position + 1 :]
    for words in (_WORDS, _ENGLISH_ORDINALS):
        for word in words:
            if match := re.search(rf"\b{word}\b", text, re.IGNORECASE):
                other = random.choice([option for option in words if option != word])
                return text[: match.start()] + other + text[match.end() :]
    return None


def _other_digits(number: str, random: Random) -> str:
    """Another number of as many digits, separators where they were, its first digit changed."""
    first = random.choice([digit for digit in "123456789" if digit != number[0]])
    rest = (random.choice("0123456789") if char.isdigit() and char != "0" else char for char in number[1:])
    return first + "".join(rest)
