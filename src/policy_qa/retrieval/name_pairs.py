"""Pairs of names that an article gives itself: 兰德公司（RAND）, Eurasia Group（欧亚集团）.

The bracket shows where one name ends; the work is to find where the other begins. Chinese
writes no blanks, so the beginning has to be certain for other reasons: quotation or title
marks, a known name, the characters that transliterations use, a surname after a role, or a
clause boundary before words that end like a name. Everything else is left out: a wrong
pair would send every later question astray, a missing one costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_qa.retrieval.english import stop_words, word_key
from policy_qa.retrieval.glossary import Glossary, NamePair
from policy_qa.retrieval.word_lists import listed

if TYPE_CHECKING:
    from policy_qa.retrieval.dictionary import BilingualDictionary

_HAN = "㐀-䶿一-鿿"
_BRACKET = re.compile(r"[（(]([^（）()\n]{1,120})[）)]")
_CUE = re.compile(
    r"(?:英文|英语)?(?:名称|名|全称|简称|缩写|原名|译名|别名|又称|又译|亦称|中文名|中文|下称|以下简称|即)?(?:为|是|作|叫)?[:：]?"
)
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 .'’&\-·–]*[A-Za-z0-9.]|[A-Za-z]{2,}")
_LATIN_BEFORE = re.compile(
    r"[A-Z][A-Za-z0-9.&'’\-]*(?: (?:(?:of|for|and|the|on|in) )*[A-Z0-9][A-Za-z0-9.&'’\-]*){0,7}\s?$"
)
_QUOTED = re.compile(
    r"(?:“([^“”\n]{2,40})”|《([^《》\n]{2,60})》|「([^「」\n]{2,40})」|\"([^\"\n]{2,40})\")\s?$"
)
_CLAUSE = re.compile(r"[^，。；：！？、,;:!?（）()\[\]【】“”《》「」\"\n\t|　]*$")
_DOTTED = re.compile(rf"[{_HAN}]{{1,12}}(?:\s?[·•‧．.]\s?(?:[A-Z](?![a-z])|[{_HAN}]{{1,8}}))+$")
_DOT = re.compile(r"\s?[·•‧．.]\s?")
_ALL_HAN = re.compile(rf"[{_HAN}]{{2,}}")

_JOINERS: Final = ("和", "与", "及", "同", "跟", "暨", "或")
# What a remark in brackets after a Latin name starts or ends with, when it is no translation.
_REMARKS: Final = re.compile(
    r"^(?:一[种家个款项]|位于|靠近|总部|原|前|包括|如|见|注|图|表|约|含|由|即将|以|其|该|全球|美国|中国|国产|指)|[的了是在等]|"
    r"(?:公司|框架|系统|平台|软件|芯片|模型|企业|机构|技术|工具|产品|版|版本|年|月|日|元|人)$"
)


@cache
def _opener() -> re.Pattern[str]:
    """Words after which a name may begin; single characters only where no longer word holds them."""
    single = "(?<!目)的|(?<!自)由|(?<![数证根依占])据|(?<!存)在|(?<!转)让|(?<!合)并|(?<!维)也|(?<!耳)其"
    counted = "[一二两三多几各这那](?:家|个|名|位|款|项|份|座|所|种)|(?:前|原)(?![沿瞻子油则料线])"
    return re.compile("|".join([*sorted(listed("zh-opener"), key=len, reverse=True), single, counted]))


@cache
def _endings() -> tuple[str, ...]:
    return tuple(listed("zh-ending"))


class _Reading(NamedTuple):
    """English names of one bracket, and what kind of thing they can be."""

    names: tuple[str, ...]
    person: bool
    acronym: bool
    title: bool


def find_name_pairs(
    text: str, known: Glossary, dictionary: BilingualDictionary | None = None
) -> list[NamePair]:
    """Finds the pairs of a text.

    Args:
        text: An article.
        known: Names that are known already; their boundaries are certain.
        dictionary: Recognises ordinary words by their translation, if given.

    Returns:
        Pairs of kind ``mined`` in the order of the text, without repeats.
    """
    found: dict[NamePair, None] = {}
    for match in _BRACKET.finditer(text):
        left = text[max(0, match.start() - 80) : match.start()].rsplit("\n", 1)[-1]
        reading = _read_english(match[1])
        chinese = _chinese_before(left, reading, known, dictionary) if reading else None
        if reading and chinese:
            found[_pair(reading.names, chinese)] = None
        elif not reading and (pair := _english_before(left, match[1], known, dictionary)):
            found[pair] = None
    return list(found)


def _pair(english: tuple[str, ...], chinese: str) -> NamePair:
    """A pair; a person called 威廉·汉纳斯 once is 汉纳斯 from then on."""
    *_, family = chinese.split("·")
    surname = english[0].split()[-1]
    if family != chinese and len(family) > 1 and len(surname) > 3:
        return NamePair(english=(*english, surname), chinese=(chinese, family))
    return NamePair(english=english, chinese=(chinese,))


def _read_english(inside: str) -> _Reading | None:
    """The English names in a bracket, or nothing if it holds anything else."""
    names = []
    for part in re.split(r"[,，、;；]", inside):
        name = _CUE.sub("", part.strip(), count=1).strip(" “”\"'")
        if re.fullmatch(rf"简称[“\"]?[{_HAN}]+[”\"]?", part.strip()):
            continue
        if not _LATIN_NAME.fullmatch(name):
            return None
        names.append(name)
    if not names or any(name.lower() in listed("file") or re.search(r"\d{3}|www", name) for name in names):
        return None
    words = names[0].replace("·", " ").split()
    capitals = [word for word in words if word[0].isupper()]
    body = any(word.lower().strip(".") in listed("body") for word in words)
    return _Reading(
        names=tuple(dict.fromkeys(names)),
        person=2 <= len(words) <= 4 and len(capitals) == len(words) and not body and not names[0].isupper(),
        acronym=len(words) == 1 and sum(char.isupper() for char in names[0]) >= 2,
        title=body or len(capitals) >= 3,
    )


def _chinese_before(
    left: str, reading: _Reading, known: Glossary, dictionary: BilingualDictionary | None
) -> str | None:
    """The Chinese name that ends where the bracket opens, if its beginning is certain."""
    left = left.rstrip()
    if quoted := _QUOTED.search(left):
        name = next(group for group in quoted.groups() if group)
        return name if _ALL_HAN.search(name) else None
    clause_match = _CLAUSE.search(left)
    clause = clause_match.group() if clause_match else ""
    at_clause_start = len(clause) < len(left) or len(left) < 40
    if reading.person and (dotted := _dotted_name(clause)):
        return dotted
    for name in reading.names:
        for chinese in sorted(known.chinese_names(name), key=len, reverse=True):
            if clause.endswith(chinese) and len(chinese) > 1:
                return chinese
    if reading.person:
        return _personal_name(clause, at_clause_start)
    if reading.title or reading.acronym:
        return _body_name(clause, reading, at_clause_start)
    if dictionary is not None:
        return _translated(clause, reading.names[0], dictionary)
    return None


def _dotted_name(clause: str) -> str | None:
    """A transliteration with dots; its first part reaches left as far as spelling characters do."""
    match = _DOTTED.search(clause)
    if match is None:
        return None
    parts = _DOT.split(match.group())
    if any(_ALL_HAN.match(part) and not set(part) <= listed("zh-spelling") for part in parts[1:]):
        return None
    first = parts[0]
    start = _after_opener(first)
    while start < len(first) and not set(first[start:]) <= listed("zh-spelling"):
        start += 1
    # Without an opener the first spelling character may still belong to the word before.
    if not 1 <= len(first) - start <= 6:
        return None
    return "·".join([first[start:], *parts[1:]])


def _personal_name(clause: str, at_clause_start: bool) -> str | None:
    """A Chinese name of two to four characters after a role, a verb or a boundary."""
    start = _after_opener(clause)
    rest = clause[start:]
    certain = start > 0 or at_clause_start
    if rest[:1] in _JOINERS and 2 <= len(rest) - 1 <= 3:
        rest = rest[1:]
    if certain and 2 <= len(rest) <= 3 and rest[0] in listed("zh-surname") and _ALL_HAN.fullmatch(rest):
        return rest
    if certain and 2 <= len(rest) <= 8 and set(rest) <= listed("zh-spelling"):
        return rest
    return None


def _body_name(clause: str, reading: _Reading, at_clause_start: bool) -> str | None:
    """The name of a body or a document: from a certain beginning to an ending such as 委员会."""
    start = _after_opener(clause)
    if start and clause[start : start + 1] in _JOINERS:
        start += 1
    name = clause[start:]
    if not (start > 0 or at_clause_start) or not _ALL_HAN.fullmatch(name):
        return None
    spelled_out = max(reading.names, key=len).lower()
    if any(joiner in name for joiner in _JOINERS) and not (" and " in spelled_out or "&" in spelled_out):
        return None
    size_fits = 4 <= len(name) <= (24 if " " in spelled_out else 14)
    return name if size_fits and name.endswith(_endings()) and not name.startswith(_endings()) else None


def _after_opener(clause: str) -> int:
    """Where the words after the last opener begin; 0 if there is none."""
    # The last character must be left over: 兰德公司 does not end in an opener.
    return max((match.end() for match in _opener().finditer(clause, 0, len(clause) - 1)), default=0)


def _translated(chinese: str, english: str, dictionary: BilingualDictionary) -> str | None:
    """The end of a clause whose every character translates some word of an English phrase."""
    words = [word for word in english.split() if word_key(word) not in stop_words()]
    choices = [set(_translations(word, dictionary)) for word in words]
    if not words:
        return None
    whole = set(_translations(english.lower(), dictionary)) if len(words) > 1 else choices[0]
    for size in range(min(8, len(chinese)), 1, -1):
        if chinese[-size:] in whole:
            return chinese[-size:]
    at, used = len(chinese), set[int]()
    while found := _ending_in(chinese[:at], choices, used):
        at -= found[0]
        used.add(found[1])
    return chinese[at:] if len(used) == len(choices) > 1 else None


def _translations(english: str, dictionary: BilingualDictionary) -> Iterator[str]:
    for group in dictionary.translate(english):
        if group.source.count(" ") == english.count(" "):
            yield from group.terms


def _ending_in(text: str, choices: list[set[str]], used: set[int]) -> tuple[int, int] | None:
    """Length and number of the longest unused choice that the text ends in."""
    options = [
        (len(term), number)
        for number, terms in enumerate(choices)
        if number not in used
        for term in terms
        if len(term) > 1 and text.endswith(term)
    ]
    return max(options, default=None)


def _english_before(
    left: str, inside: str, known: Glossary, dictionary: BilingualDictionary | None
) -> NamePair | None:
    """A Latin name with its Chinese name in brackets."""
    match = _LATIN_BEFORE.search(left.rstrip())
    raw = inside.strip()
    quoted = re.fullmatch(r"[^“”《》]{0,6}[“《]([^“”《》]{2,30})[”》]", raw)
    chinese = quoted[1] if quoted else _CUE.sub("", raw, count=1)
    plain = chinese.replace("·", "")
    if match is None or not _ALL_HAN.fullmatch(plain) or len(plain) > 24:
        return None
    english = match.group().strip()
    pair = NamePair(english=(english,), chinese=(chinese,))
    if keys := known.english_keys(chinese):
        # MindSpore（华为）: the bracket names somebody else.
        return pair if known.chinese_names(english) & {chinese} or not keys else None
    if quoted:
        return pair
    if _REMARKS.search(chinese):
        return None
    spelled = set(plain) <= listed("zh-spelling") and not english.isupper()
    if spelled or (chinese.endswith(_endings()) and len(chinese) >= 4):
        return pair
    if dictionary is not None and _translated(chinese, english, dictionary) == chinese:
        return pair
    return None
