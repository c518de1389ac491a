"""Variants of a group: the other script, words of the other language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Final

from training.chinese_scripts import to_simplified, to_traditional
from training.code_switching import CodeSwitcher
from training.groups import Group, Pair
from training.seeding import seeded

Convert = Callable[[str], str]

_QUESTION_ONLY: Final = 0.25
_TRADITIONAL: Final = 0.15
_MIXED, _ENGLISH = 0.4, 0.2


def vary(group: Group, language: str, switcher: CodeSwitcher, random: Random) -> Iterator[Group]:
    """Further groups made from one, of other names of source.

    Traditional questions are also given in Simplified characters, with the passage or (one
    time in four) without it; few Simplified ones in Traditional characters; six in ten Chinese
    ones with words in English.

    Args:
        group: A group whose answers are given as words.
        language: Language of its question.
        switcher: The dictionary.
        random: Source of all choices.
    """
    if language == "en":
        return
    simplified = group
    if language == "zh-Hant":
        passages_too = random.random() >= _QUESTION_ONLY
        simplified = _converted(group, to_simplified, passages_too)
        yield simplified
    elif random.random() < _TRADITIONAL:
        yield _converted(group, to_traditional, random.random() >= _QUESTION_ONLY)
    draw = random.random()
    if draw < _MIXED + _ENGLISH:
        change = switcher.mixed if draw < _MIXED else switcher.english
        if switched := _switched(simplified, change, random):
            yield switched


def _converted(group: Group, convert: Convert, passages_too: bool) -> Group:
    def pair(one: Pair) -> Pair:
        if not passages_too:
            return replace(one, question=convert(one.question))
        passage = replace(one.passage, title=convert(one.passage.title), text=convert(one.passage.text))
        answers = None if one.answers is None else tuple(convert(answer) for answer in one.answers)
        # Phrase rules may change lengths: a known place is no longer known.
        return replace(one, question=convert(one.question), passage=passage, answers=answers, span=None)

    return Group(f"{group.source} script", tuple(pair(one) for one in group.pairs))


def _switched(group: Group, change: Callable[[str, Random], str | None], random: Random) -> Group | None:
    """The group with every question changed alike; ``None`` if the first cannot be."""
    seed = random.random()
    changed = [change(one.question, seeded(seed)) for one in group.pairs]
    if changed[0] is None:
        return None
    pairs = [replace(one, question=text) for one, text in zip(group.pairs, changed, strict=True) if text]
    kept = [pair for pair in pairs if pair.kind != "edited" or pair.question != changed[0]]
    return Group(f"{group.source} switched", tuple(kept))
