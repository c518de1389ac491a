"""Finds names of bodies, firms, people and documents by their form.

Latin script: capitalised words, acronyms and brands. Chinese: words that end as names of
bodies do (研究院, 委员会), and titles in 《》. Names without such a form (华为, 日本) need a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from policy_qa.citing.notation import fold_notation
from policy_qa.citing.quantity_finding import find_codes
from policy_qa.citing.units import MONEY_PREFIXES, UNITS


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text.

    Attributes:
        text: The exact words.
        start: Offset of the first code point in the text searched.
        end: Offset after the last one.
        kind: Latin script, a Chinese body or a title in 《》.
        certain: ``False`` for a capitalised word that may only begin a sentence.
    """

    text: str
    start: int
    end: int
    kind: Literal["latin", "organisation", "title"]
    certain: bool = True


_FUNCTION_WORDS = (
    "a an the this that these those it its he she they we you i his her their our my in on at by for "
    "from of to with without under over after before since until during between among amid against into "
    "through as than and or but nor so yet if when while where who whom whose which what why how "
    "although though because however moreover furthermore meanwhile also both each every all some any "
    "many most more other another such no not only once one two three four five six seven eight nine "
    "ten first second third finally there here then thus according despite instead unlike like within "
    "across about around nearly almost is are was were be been has have had do does did will would can "
    "could may might should must new old"
)
_COMMON_CAPITALS = (
    "china chinese us u.s united states america american americans prc ai agi gpu gpus cpu cpus api "
    "apis llm llms it ml nlp app apps aigc gdp ceo cto cfo r&d q&a ip ict iot ok pdf url http https www "
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday "
    "article articles section chapter paragraph annex appendix phase stage table figure page volume "
    "part no number level tier class plan five-year mr mrs ms dr prof professor president minister "
    "secretary chairman director mainland world western west east north south bc ad bce ce bp"
)
_BODY_WORDS = (
    "center centre institute institution university corporation company co inc ltd group ministry "
    "department agency commission committee council office bureau administration association foundation "
    "academy college laboratory lab labs school bank fund"
)
BODY_WORDS: Final[frozenset[str]] = frozenset(_BODY_WORDS.split())
"""Words, lower case, that say what sort of body a name names."""

_CONNECTORS: Final = frozenset({"of", "for", "on", "and", "&"})
_FUNCTION: Final = frozenset(_FUNCTION_WORDS.split())
_COMMON: Final = frozenset(_COMMON_CAPITALS.split())
_SYMBOLS: Final = frozenset(word for word in UNITS if word.isascii()) | frozenset(MONEY_PREFIXES)
_WORD = r"(?:[A-Z][A-Za-z&.'’-]*|[a-z]+[A-Z][A-Za-z]*)(?<![.'’-])"
_LATIN: Final = re.compile(
    rf"(?<![A-Za-z0-9.]){_WORD}(?:(?:\.? | (?:of|for|on|the|and|de|von|van|&) (?:the )?){_WORD})*"
    r"(?![A-Za-z0-9])"
)
_TAIL: Final = re.compile(r"(?:['’]s|-[a-z]+)\Z")  # RAND's, US-based
_ROMAN: Final = re.compile(r"[IVXLC]+")
_BREAK_BEFORE: Final = re.compile(r"(?:\A|[.!?:;。！？：；\n“\"(（*•-])\s*\Z")

_SUFFIXES = (
    "委员会|研究院|研究所|科学院|工程院|法院|学院|大学|实验室|中心|学会|协会|基金会|公司|集团|银行"
    "|办公室|管理局|安全局|情报局|调查局|统计局|数据局|能源局|气象局|总局"
)
_MINISTRIES = (
    "商务|国防|外交|教育|科技|科学技术|财政|司法|能源|工信|信息化|公安|国安|国家安全|民政|人社|社会保障"
    "|住建|城乡建设|交通运输|运输|水利|农业|农业农村|文旅|旅游|卫生|内政|劳动|自然资源|生态环境|环境"
    "|宣传|组织|统战|贸易|产业|经济"
)
_ORGANISATION: Final = re.compile(
    rf"(?P<stem>[\u4e00-\u9fff]{{2,14}}?)(?P<suffix>{_SUFFIXES})(?![\u4e00-\u9fff]?化)"
    rf"|(?:{_MINISTRIES})部(?![门分署件])|国务院|众议院|参议院|网信办|发改委"
)
_STEM_BREAKS: Final = re.compile(
    "[的和与在由对向被把是了从为及等将称说据让给于以并或这该各其本两几多家所个名位到至当条]"
    "|有(?!限)|成(?!都)|出自|刊出|发布|要求|根据|按照|通过|位于|来自|包括|此外|因此|同时|目前"
)
_GENERIC_STEMS: Final = re.compile(
    "(?:(?:数据|计算|智算|算力|超算|运算|运营|研发|创新|枢纽|服务|政治|经济|金融|训练|大型|私营|民营|国有|国内|国外|外国"
    "|本国|跨国|中国|美国|欧洲|科技|芯片|半导体|互联网|人工智能|上市|初创|创业|相关|有关|主要|著名|知名|顶尖|重点|高等"
    "|综合|行业|投资|咨询|情报|云计算|安全|汽车|电信|商业|国家|地方|专门|技术|内设|顾问|独立|类|级|新|总|分|子|母|大|小|老))+\\Z"
)
# 领先的海底数据中心 is a kind of centre, 智源人工智能研究院 is one institute.
_KINDS_OF: Final = frozenset({"公司", "中心", "集团", "银行", "大学", "实验室"})
_TITLE: Final = re.compile(r"《([^《》]{2,80})》")


def find_names(text: str) -> list[Name]:
    """Find Latin names and acronyms, Chinese names of bodies and titles in 《》.

    Codes that hold digits are left to ``find_codes``; China, the United States and everyday
    acronyms (AI, GPU, CEO) are left out, since a sentence may bring them in as context.

    Args:
        text: Chinese, English or mixed text.

    Returns:
        The names in order of their offsets. The left edge of a Chinese name is a guess.
    """
    folded = list(fold_notation(text))
    for code in find_codes(text):
        folded[code.start : code.end] = " " * (code.end - code.start)
    plain = "".join(folded)
    titles = [_name(text, match.start(1), match.end(1), "title") for match in _TITLE.finditer(plain)]
    found = [*titles, *_latin_names(text, plain), *_organisations(text, plain)]
    inside = [(title.start, title.end) for title in titles]
    kept = [
        name
        for name in found
        if name.kind == "title" or not any(start <= name.start < end for start, end in inside)
    ]
    return sorted(kept, key=lambda name: name.start)


def _name(
    text: str, start: int, end: int, kind: Literal["latin", "organisation", "title"], certain: bool = True
) -> Name:
    return Name(text[start:end], start, end, kind, certain)


def _latin_names(text: str, plain: str) -> Iterator[Name]:
    for match in _LATIN.finditer(plain):
        opens = _BREAK_BEFORE.search(plain[max(0, match.start() - 4) : match.start()]) is not None
        words = [(m.start() + match.start(), m[0]) for m in re.finditer(r"\S+", match[0])]
        for group in _parts(words):
            kept = _trim(group)
            if not kept:
                continue
            start, end = kept[0][0], kept[-1][0] + len(kept[-1][1].rstrip("."))
            if tail := _TAIL.search(plain, start, end):
                end = tail.start()
            if end - start < 2 or _ROMAN.fullmatch(plain, start, end):
                continue
            alone = len(kept) == 1 and kept[0][1][1:].islower()
            yield _name(text, start, end, "latin", not (opens and alone and start == match.start()))


def _parts(words: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Parts a run at "of", "and" … unless a word such as Ministry holds it together."""
    part: list[tuple[int, str]] = []
    for position, word in words:
        if word in _CONNECTORS and not any(known.lower() in BODY_WORDS for _, known in part):
            yield part
            part = []
        else:
            part.append((position, word))
    yield part


def _trim(words: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Words without function words, common capitals and symbols at either end."""
    while words and _is_common(words[0][1]):
        words = words[1:]
    while words and _is_common(words[-1][1]):
        words = words[:-1]
    return words


def _is_common(word: str) -> bool:
    lowered = word.lower().rstrip(".").removesuffix("'s").removesuffix("’s")
    first, hyphen, rest = lowered.partition("-")
    if lowered in _FUNCTION or lowered in _COMMON or lowered in _SYMBOLS or len(lowered) < 2:
        return True
    return bool(hyphen) and first in _COMMON and (rest in _COMMON or word.endswith(rest))  # US-based


def _organisations(text: str, plain: str) -> Iterator[Name]:
    for match in _ORGANISATION.finditer(plain):
        stem = match["stem"]
        if stem is None:  # a ministry
            yield _name(text, match.start(), match.end(), "organisation")
            continue
        left = max((m.end() for m in _STEM_BREAKS.finditer(stem)), default=0)
        core = stem[left:]
        generic = _GENERIC_STEMS.search(core)
        if len(core) < 2 or (generic and (generic.start() == 0 or match["suffix"] in _KINDS_OF)):
            continue
        yield _name(text, match.start() + left, match.end(), "organisation")
