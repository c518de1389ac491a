"""Ordinals: 第十三批 and 13th batch, 第27条 and Article 27, “十四五” and 14th Five-Year Plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from policy_qa.citing.numeral_values import WORD_VALUES
from policy_qa.citing.numerals import read_numeral

PLAN: Final = "five-year plan"

_COUNTED: Final[dict[str, tuple[str, str]]] = {
    # unit: (Chinese, English behind an ordinal)
    "batch": ("批次 批", "batch"),
    "article": ("条", "article"),
    "paragraph": ("款", "paragraph"),
    "chapter": ("章", "chapter"),
    "section": ("节", "section"),
    "number": ("号", ""),
    "time": ("次", "time"),
    "session": ("届", "session"),
    "congress": ("", "congress"),
    "plenum": ("中全会", "plenum plenary"),
    "issue": ("期", "issue"),
    "quarter": ("季度 季", "quarter"),
    "half": ("", "half"),
    "page": ("页", "page"),
    "edition": ("版", "edition"),
    "volume": ("卷", "volume"),
    "stage": ("阶段", "stage phase"),
    "generation": ("代", "generation"),
    "round": ("轮", "round"),
    "place": ("名 位", "place"),
    "class": ("类", "class category type"),
    "level": ("级", "level tier"),
    "group": ("组", "group"),
    "century": ("世纪", "century"),
    "anniversary": ("周年", "anniversary"),
    "part": ("部分", "part"),
    "item": ("项", "item"),
    "day": ("天", "day"),
    "year": ("年", "year"),
    PLAN: ("个五年规划 个五年计划", "five-year"),
}
CHINESE_UNITS: Final[dict[str, str]] = {
    word: unit for unit, (chinese, _) in _COUNTED.items() for word in chinese.split()
}
_ENGLISH_UNITS = {word: unit for unit, (_, english) in _COUNTED.items() for word in english.split()}
_LABELS: Final[dict[str, str]] = {
    "article": "article",
    "articles": "article",
    "section": "section",
    "sections": "section",
    "chapter": "chapter",
    "chapters": "chapter",
    "paragraph": "paragraph",
    "clause": "paragraph",
    "page": "page",
    "part": "part",
    "volume": "volume",
    "issue": "issue",
    "phase": "stage",
    "stage": "stage",
    "level": "level",
    "tier": "level",
    "no": "number",
    "no.": "number",
    "nos.": "number",
    "number": "number",
    "order": "number",
    "decree": "number",
    "q": "quarter",
}
LABEL_WORDS: Final[frozenset[str]] = frozenset(
    [*(label.rstrip(".") for label in _LABELS), "executive", "presidential"]
)
"""First words, lower case, of a labelled ordinal (Article 27, Executive Order 14110)."""

_SPELLED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINAL_WORDS: Final[dict[str, int]] = {
    **{word: number for number, word in enumerate(_SPELLED.split(), start=1)},
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
}


@dataclass(frozen=True, slots=True)
class OrdinalSpan:
    """An ordinal at ``start`` to ``end`` of a text; ``unit`` says what it counts, if named."""

    start: int
    end: int
    value: Decimal
    unit: str | None


_ZH_UNIT = re.compile(f" ?个?({'|'.join(sorted(CHINESE_UNITS, key=len, reverse=True))})")
_HALF_YEAR = re.compile("(?P<half>[上下])半年")
_NAMED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(十[一二三四五六]|十)五(?=规划|计划|时期|期间|末|以来|[\"”’'」』])"), PLAN),
    (re.compile("([一二]?十[一二三四五六七八九]?)届(?=[一二三四五六七]中|中央|历次|全国)"), "session"),
    (re.compile("([一二三四五六七])中全会"), "plenum"),
    (
        re.compile(
            "(二十|十[六七八九])大(?=报告|以来|和|及|精神|召开|提出|之?后|强调|对|部署|明确|[，。、”》])"
        ),
        "congress",
    ),
    (re.compile("([一二三四1-4])季度"), "quarter"),
)
_NEXT_IN_LIST = re.compile(r" ?(?:、|和|与|及|至|到|-|以及) ?(?=第?[\d一二三四五六七八九十百])(第?)")
_BREAK_BEFORE = re.compile(r"(?:\A|[\s，,。；;：:！!？?、—\-*\"“”(（])\Z")
_ORDINAL_WORD = re.compile(
    r"(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ])?"
    rf"(?P<word>{'|'.join(sorted(ORDINAL_WORDS, key=len, reverse=True))})(?![a-z])",
    re.IGNORECASE,
)
_ORDINAL_DIGITS = re.compile(r"(?P<number>\d{1,6})(?:st|nd|rd|th)(?![A-Za-z0-9])")
_EN_UNIT = re.compile(
    rf"[ -](?:[A-Za-z]+ )?(?P<unit>{'|'.join(_ENGLISH_UNITS)})(?:-plan| plan)?(?![a-z])", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:(?:executive |presidential )?(?P<label>articles?|sections?|chapters?|paragraph|clause|page|part"
    r"|volume|issue|phase|stage|level|tier|nos?\.|number|order|decree|q)[ ]?(?:no\.? ?)?)"
    r"(?:(?P<number>\d{1,6})|(?P<roman>(?-i:[IVX]{1,5})))(?![\dA-Za-z%]|[.,]\d|[ -]?percent)",
    re.IGNORECASE,
)
# Words behind or before an English ordinal that make it part of an idiom.
_IDIOM_AFTER = re.compile(
    r"-(?:mover|hand|class|rate|party|country|order|guess)|,| of all| part(?:y|ies)(?![a-z])| two(?![a-z])"
    r"| and foremost",
    re.IGNORECASE,
)
_IDIOM_BEFORE = re.compile(r"(?<![a-z])(?:at|per|a|every|each|this|split|/) ?\Z", re.IGNORECASE)
_WORLD_WAR = re.compile(r"第[一二]次世界大战|(?:first|second) world war", re.IGNORECASE)
# "First" is mostly an adverb or part of a name; it ranks only behind these words or before a unit.
_RANKS = re.compile(
    r"(?:rank(?:s|ed|ing)?|came|comes?|placed?|finish(?:ed|es)?|put|is|are|was|were) \Z", re.IGNORECASE
)
_ZH_IDIOM_AFTER = re.compile("方(?![面案阵队])|者|手|三产业")


def read_chinese_ordinals(text: str, position: int) -> list[OrdinalSpan]:
    """Read the ordinals that begin with 第 at an offset, list members included (第3、5条).

    Args:
        text: Folded text.
        position: Offset of 第.

    Returns:
        The ordinals in order; empty if there is none, or only one that structures the text
        (第一，…) or is no count (第三方).
    """
    if _WORLD_WAR.match(text, position):
        return []
    spans = _listed(text, position)
    if not spans:
        return []
    unit = _ZH_UNIT.match(text, spans[-1][1])
    if unit is None and any(text[start] != "第" for start, _, _ in spans):
        spans = spans[:1]
    if len(spans) == 1 and unit is None and _is_connective(text, position, spans[0][1]):
        return []
    name = CHINESE_UNITS[unit[1]] if unit else None
    last_end = unit.end() if unit else spans[-1][1]
    ends = [end for _, end, _ in spans[:-1]] + [last_end]
    return [OrdinalSpan(start, end, value, name) for (start, _, value), end in zip(spans, ends, strict=True)]


def _listed(text: str, position: int) -> list[tuple[int, int, Decimal]]:
    """Start, end and value of an ordinal and of those that follow it in a list (第3、5条)."""
    spans: list[tuple[int, int, Decimal]] = []
    start, at = position, position + (2 if text[position + 1 : position + 2] == " " else 1)
    while (numeral := read_numeral(text, at)) is not None and numeral.upper is None:
        spans.append((start, numeral.end, numeral.value))
        unit = _ZH_UNIT.match(text, numeral.end)
        link = _NEXT_IN_LIST.match(text, unit.end() if unit else numeral.end)
        if link is None or (unit is not None and not link[1]):
            break
        start, at = link.end() - len(link[1]), link.end()
    return spans


def _is_connective(text: str, start: int, end: int) -> bool:
    if _ZH_IDIOM_AFTER.match(text, end):
        return True
    broken_off = _BREAK_BEFORE.search(text[max(0, start - 2) : start]) is not None
    return broken_off and text[end : end + 1] in {"，", ",", "：", ":", "、"}


def read_named_ordinal(text: str, position: int) -> OrdinalSpan | None:
    """Read 十四五规划, 二十届, 三中全会, 二十大, 三季度 or 上半年, which carry no 第."""
    if match := _HALF_YEAR.match(text, position):
        return OrdinalSpan(position, match.end(), Decimal("上下".index(match["half"]) + 1), "half")
    for pattern, unit in _NAMED:
        match = pattern.match(text, position)
        numeral = read_numeral(match[1], 0) if match else None
        if match is not None and numeral is not None:
            return OrdinalSpan(position, match.end(), numeral.value, unit)
    return None


def _is_idiom(text: str, start: int, end: int) -> bool:
    if _WORLD_WAR.match(text, start) or _IDIOM_AFTER.match(text, end):
        return True
    return _IDIOM_BEFORE.search(text[max(0, start - 12) : start]) is not None


def read_english_ordinal(text: str, position: int) -> OrdinalSpan | None:
    """Read ``13th batch``, ``twenty-first``, ``Article 27``, ``No. 5`` or ``Q3`` at an offset.

    Args:
        text: Folded text.
        position: Offset of the first letter or digit of a word.

    Returns:
        The ordinal, or ``None`` if none begins there or it is an idiom (first-mover, at first).
    """
    if match := _LABEL.match(text, position):
        label = match["label"].lower()
        if label == "q" and match["number"] not in {"1", "2", "3", "4"}:
            return None
        value = Decimal(match["number"]) if match["number"] else _roman(match["roman"])
        return OrdinalSpan(position, match.end(), value, _LABELS[label])
    if match := _ORDINAL_DIGITS.match(text, position):
        value = Decimal(match["number"])
    elif match := _ORDINAL_WORD.match(text, position):
        value = Decimal(ORDINAL_WORDS[match["word"].lower()])
        if match["tens"]:
            value = value + WORD_VALUES[match["tens"].lower()] if value < 10 else Decimal(0)
        if not value or _is_idiom(text, position, match.end()):
            return None
    else:
        return None
    unit = _EN_UNIT.match(text, match.end())
    if unit is None:
        if match[0].lower() == "first" and not _RANKS.search(text[max(0, position - 12) : position]):
            return None
        return OrdinalSpan(position, match.end(), value, None)
    return OrdinalSpan(position, unit.end(), value, _ENGLISH_UNITS[unit["unit"].lower()])


def _roman(written: str) -> Decimal:
    values = [{"I": 1, "V": 5, "X": 10}[char] for char in written]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return Decimal(sum(-value if value < following else value for value, following in pairs))
