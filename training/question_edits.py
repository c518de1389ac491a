"""Edited questions: a passage answers the question, and no longer does once a word is swapped.

These are the pairs that teach when to abstain: passage and question share almost all words,
so neither topic nor word overlap gives the label away. Every edit is made to something that
the passage states (a year, a number, a name, a direction), and what is put in its place
stands nowhere in the passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from policy_qa.index.terms import fold
from training.chinese_scripts import in_script_of
from training.names_inventory import NameInventory
from training.quantity_edits import Change, another_quantity, another_unit

_CONTRASTS: Final = (
    "最大/最小 最高/最低 最多/最少 最长/最短 最早/最晚 最快/最慢 最强/最弱 首次/末次 "
    "增加/减少 增长/下降 上升/下降 提高/降低 进口/出口 以上/以下 之前/之后 以前/以后 "
    "国内/国外 成立/解散 支持/反对 禁止/允许 扩大/缩小 购买/出售 东部/西部 北部/南部 "
    "北方/南方 军用/民用 父亲/母亲 儿子/女儿 妻子/丈夫 上游/下游 优点/缺点 硬件/软件 "
    "短期/长期 公立/私立 国有/民营 胜利/失败 开始/结束 左侧/右侧 男性/女性 白天/夜间 "
    "上午/下午 线上/线下 直接/间接 收入/支出 发送/接收 内部/外部"
)
_ENGLISH_CONTRASTS: Final = (
    "largest/smallest biggest/smallest highest/lowest most/fewest longest/shortest first/last "
    "oldest/youngest earliest/latest increase/decrease increased/decreased before/after "
    "northern/southern eastern/western north/south east/west male/female father/mother son/daughter "
    "husband/wife import/export imports/exports support/oppose supported/opposed maximum/minimum "
    "upper/lower left/right public/private above/below won/lost joined/left hottest/coldest "
    "strongest/weakest best/worst direct/indirect internal/external"
)


@dataclass(frozen=True)
class Edit:
    """An edited question.

    Attributes:
        text: The question as it is now.
        kind: ``quantity``, ``unit``, ``name`` or ``contrast``.
        before: The words that were replaced.
        after: The words in their place.
    """

    text: str
    kind: str
    before: str
    after: str


class QuestionEditor:
    """Edits questions so that the passage they were asked on does not answer them.

    Args:
        names: Names to put in the place of others.
    """

    def __init__(self, names: NameInventory) -> None:
        self._names = names
        self._makers: dict[str, Callable[[str, Sequence[str], Random], Change | None]] = {
            "quantity": another_quantity,
            "unit": another_unit,
            "name": self._another_name,
            "contrast": _contrast,
        }

    def edit(self, question: str, language: str, passages: Sequence[str], random: Random) -> Edit | None:
        """One edited question.

        Args:
            question: A question that the passage answers.
            language: ``zh``, ``zh-Hant`` or ``en``: the script of what is put in.
            passages: The passage, if possible in several languages: what is swapped must stand
                in one of them, what is put in its place in none.
            random: Source of all choices.

        Returns:
            An edit, its kind chosen evenly among those possible; ``None`` if none is.
        """
        kinds = sorted(self._makers)
        random.shuffle(kinds)
        for kind in kinds:
            if change := self._makers[kind](question, passages, random):
                start, end, words = change
                after = in_script_of(language, words)
                text = question[:start] + after + question[end:]
                return Edit(text, kind, question[start:end], after)
        return None

    def _another_name(self, question: str, passages: Sequence[str], random: Random) -> Change | None:
        folded = [fold(passage) for passage in passages]
        shared = [
            name for name in self._names.find(question) if any(fold(name.text) in text for text in folded)
        ]
        random.shuffle(shared)
        for name in shared:
            other = self._names.another(name, [*folded, fold(question)], random)
            if other is not None:
                return name.start, name.end, other
        return None


def _contrast(question: str, passages: Sequence[str], random: Random) -> Change | None:
    folded = fold(question)
    texts = [fold(passage) for passage in passages]
    options = []
    for word, opposite in _contrasts():
        pattern = _pattern(word)
        match = pattern.search(folded)
        if match is None or not any(pattern.search(text) for text in texts):
            continue
        if not any(_pattern(opposite).search(text) for text in texts):
            options.append((match.start(), match.end(), opposite))
    if not options:
        return None
    return random.choice(options)


@cache
def _contrasts() -> tuple[tuple[str, str], ...]:
    pairs = [tuple(pair.split("/")) for pair in (_CONTRASTS + " " + _ENGLISH_CONTRASTS).split()]
    return tuple((a, b) for one, other in pairs for a, b in ((one, other), (other, one)))


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{word}\b" if word.isascii() else word)
