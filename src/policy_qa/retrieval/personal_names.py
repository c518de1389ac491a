"""Chinese people named in an article, with the pinyin by which an English question calls them.

Articles seldom spell Chinese names in Latin letters, but readers do: "Cui Chuangang" has to
find 崔传刚. Names are found by what stands around them (a role before, a verb of saying
after). A string taken for a name by mistake does no harm: nobody asks for its pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from policy_qa.index.terms import has_han
from policy_qa.retrieval.glossary import NamePair
from policy_qa.retrieval.word_lists import listed

if TYPE_CHECKING:
    from policy_qa.retrieval.dictionary import BilingualDictionary

KIND: Final = "person"

_SAYS = (
    "说|表示|认为|指出|称|写道|强调|介绍|透露|解释|回应|判断|主张|建议|警告|预测|补充|提到|坦言|谈到|提醒|希望|承认|担心|"
    "呼吁|分析|举例|总结|告诉|则|还|也|曾|在"
)
_ROLES = (
    "作者|主任|教授|研究员|院士|首席执行官|总裁|部长|主席|院长|所长|局长|司长|处长|创始人|负责人|发言人|分析师|专家|学者|"
    "科学家|记者|顾问|工程师|总监|董事长|总经理|校长|博士|先生|女士|总理|书记|撰文|编译|编辑|来源"
)
_HAN = "[一-鿿]"
_MAX_SPELLINGS: Final = 4


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surname = f"[{''.join(sorted(listed('zh-surname')))}]"
    name, opening = f"({surname}{_HAN}{{1,2}}?)", r"(?:^|[，。；：、（(“\s])"
    then = rf"(?:和|与|、){surname}{_HAN}{{1,2}}(?:{_SAYS}|等|[，。])"
    return (
        re.compile(rf"(?:{_ROLES})[:： ]?{name}(?={_SAYS}|[，。、；（(“《\s]|$)"),
        re.compile(rf"{opening}{name}(?={_SAYS})", re.MULTILINE),
        re.compile(rf"{opening}({surname}{_HAN}{{1,2}})(?={then})", re.MULTILINE),
    )


def _is_name(text: str) -> bool:
    return 2 <= len(text) <= 3 and text[0] in listed("zh-surname") and has_han(text[1]) and has_han(text[-1])


def find_personal_names(
    text: str, dictionary: BilingualDictionary, named: Iterable[str] = ()
) -> list[NamePair]:
    """Finds Chinese personal names and spells them.

    Args:
        text: An article.
        dictionary: Knows how characters are read.
        named: Strings known to be names, such as the article's authors.

    Returns:
        Pairs in the order of first appearance; their English names give the surname first,
        then last, with the given name in one piece and syllable by syllable.
    """
    names = dict.fromkeys(name for name in named if _is_name(name))
    for _, name in sorted(
        (match.start(1), match[1]) for pattern in _patterns() for match in pattern.finditer(text)
    ):
        names[name] = None
    readings = dictionary.readings("".join(names))
    return [
        NamePair(english=_spellings(name, readings), chinese=(name,), kind=KIND)
        for name in names
        if all(char in readings for char in name)
    ]


def _spellings(name: str, readings: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    spelled: list[str] = []
    options = [readings[name[0]][:1], *(readings[char][:2] for char in name[1:])]
    for surname, *given in islice(product(*options), _MAX_SPELLINGS):
        family = surname.capitalize()
        whole, parts = "".join(given).capitalize(), "-".join(given).title()
        spelled += [f"{family} {whole}", f"{whole} {family}"]
        if whole != parts:
            spelled += [f"{family} {parts}", f"{parts} {family}"]
    return tuple(dict.fromkeys(spelled))
