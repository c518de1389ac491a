"""A follow-up with the turns before it → one question that stands on its own, by rules.

“那中国呢？” after a question about the US becomes that question about China; “and by 2030?” moves
its date; a pronoun is replaced by the name it stands for. Where no rule fits, the earlier question
and the follow-up are searched for together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.glossary import TERM_KIND, NamePair

MAX_TURNS: Final = 8
"""Turns looked back at; older ones are forgotten."""

_LEAD_ZH: Final = re.compile(
    r"^(?:那么|那(?![段个些种家份时里位次年天款批])|然后|还有|另外|以及|再问|而|嗯|好的?|明白了|谢谢)"
    r"[，,、 ]*"
)
_LEAD_EN: Final = re.compile(
    r"^(?:(?:ok(?:ay)?|thanks|thank you|i see|right|hm+)[,.! ]+)?(?:(?:and|but|so|then|or|also)\b[, ]*)*"
    r"(?:(?:what|how) about\b|what of\b)?[, ]*",
    re.IGNORECASE,
)
_TAIL_ZH: Final = re.compile(r"呢?[？?。]*$")
_QUESTION_ZH: Final = re.compile(
    "多少|[几谁哪吗]|什么|怎么|怎样|如何|何时|何地|为何|为什么|是否|多[久长大高远]|有没有|能不能|是不是"
)
_QUESTION_EN: Final = re.compile(
    r"^(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|can|could|"
    r"will|would|should|may|must)\b",
    re.IGNORECASE,
)
_PERSON_ZH: Final = re.compile("他们|她们|他(?!国|人|方|的国)|她|二人|两人|此人|这个人|这位\\w{0,4}")
_THING_ZH: Final = re.compile(
    "它们?|其中|(?<![与极尤])其(?![他它实次中余])|[该这那](?:家|份|个|项|部|所|款|篇|座|些)?(?:公司|机构|报告|文件|办法|研究院|企业|论文|"
    "文章|规定|指引|计划|基金|数据|中心|框架|公告|通知|活动|行动)|这(?=[是有要会能]|$)|上述|前者|后者|这些|那些|同一|"
    "(?<![一-龥])这个|(?<![一-龥])那个"
)
_PERSON_EN: Final = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|theirs)\b", re.IGNORECASE)
_THING_EN: Final = re.compile(
    r"\b(?:it|its|that|this|those|these|ones?|there|they|them|their|"
    r"the (?:report|company|firm|rules?|measures?|document|"
    r"law|article|paper|author|agency|guidelines?|notice|same|former|latter|other|others|rest|fund|campaign|plan))\b",
    re.IGNORECASE,
)
_DATE_ZH: Final = re.compile(
    r"(?:截至|到|至|在)?(?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:底|末|初|年中)?|去年|今年|明年)(?:为止|之前|以前|前)?"
)
_DATE_EN: Final = re.compile(
    r"(?:\b(?:by|in|as of|until|at the end of|by the end of|since) )?(?:\b[A-Z][a-z]+ )?\b(?:19|20)\d\d\b"
)
_ORDINAL: Final = re.compile(
    r"第[一二三四五六七八九十\d]+[批条款届号期章版]|\barticle \d+|\b(?:first|second|third|fourth|"
    r"fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|"
    r"\d+(?:st|nd|rd|th)) (?=batch|article|edition|version)",
    re.IGNORECASE,
)
_CONTENT_WORD: Final = re.compile(r"[a-z0-9][\w'’-]{2,}", re.IGNORECASE)
_STANDALONE_HAN, _STANDALONE_WORDS = 14, 8


class Turn(NamedTuple):
    """An earlier message: ``user`` or ``assistant``, and its words."""

    role: str
    content: str


class _Found(NamedTuple):
    start: int
    end: int
    kind: str


def read_turns(history: Sequence[Mapping[str, str]] | None) -> list[Turn]:
    """The last turns of a history; entries without role or words are left out."""
    turns = [Turn(str(t.get("role", "")), str(t.get("content") or "").strip()) for t in history or ()]
    kept = [t for t in turns if t.role in {"user", "assistant"} and t.content]
    return kept[-MAX_TURNS:]


def condense(question: str, turns: Sequence[Turn], names: Sequence[NamePair]) -> str:
    """Makes a follow-up stand on its own.

    Args:
        question: The words as typed.
        turns: Earlier turns, oldest first.
        names: Names in both languages, to tell whom a pronoun stands for.

    Returns:
        The question itself if there is nothing before it or if it needs nothing from there.
    """
    finder = _NameFinder(names)
    earlier: list[Turn] = []
    resolved = ""
    for turn in [*turns, Turn("user", question)]:
        if turn.role == "user":
            resolved = _resolve(turn.content, resolved, earlier, finder)
        earlier.append(turn)
    return resolved


def _resolve(question: str, before: str, earlier: Sequence[Turn], finder: _NameFinder) -> str:
    if not before or not question.strip():
        return question
    chinese = has_han(question) and not _QUESTION_EN.match(question)
    lead = (_LEAD_ZH if chinese else _LEAD_EN).match(question)
    core = question[lead.end() :] if lead else question
    asks = (_QUESTION_ZH if chinese else _QUESTION_EN).search(core) is not None
    if not asks:
        fragment = (_TAIL_ZH.sub("", core) if chinese else core.strip(" ?.!")).removesuffix("'s").strip()
        return _put_in(fragment, before, finder) or _together(before, question)
    named = _replace_pronoun(core, earlier, finder, chinese)
    if named is not None:
        return named if _is_long(named, chinese) else _together(before, named)
    refers = (_PERSON_ZH, _THING_ZH) if chinese else (_PERSON_EN, _THING_EN)
    depends = any(pattern.search(core) for pattern in refers)
    led = bool(lead and lead.end() and question[: lead.end()].strip())
    if not depends and (finder.find(core) or not led) and _is_long(core, chinese):
        return core
    return _together(before, core)


def _is_long(text: str, chinese: bool) -> bool:
    if chinese:
        return sum(has_han(char) or char.isalnum() for char in text) >= _STANDALONE_HAN
    return len(text.split()) >= _STANDALONE_WORDS


def _together(before: str, question: str) -> str:
    return f"{before} {question}" if before != question else question


def _put_in(fragment: str, before: str, finder: _NameFinder) -> str | None:
    """The earlier question with the fragment in place of its counterpart: a date, an ordinal or a name."""
    for pattern in (_DATE_ZH, _DATE_EN, _ORDINAL):
        if (new := pattern.fullmatch(fragment)) and (old := pattern.search(before)):
            return before[: old.start()] + new[0] + before[old.end() :]
    new_names = finder.find(fragment)
    if len(new_names) != 1:
        return None
    name = new_names[0]
    if len(_CONTENT_WORD.findall(fragment)) > 4 or name.end - name.start < len(fragment) * 0.5:
        return None
    same = [found for found in finder.find(before) if found.kind == name.kind]
    if len(same) != 1:
        return None
    old_name = same[0]
    return before[: old_name.start] + fragment + before[old_name.end :]


def _replace_pronoun(
    question: str, earlier: Sequence[Turn], finder: _NameFinder, chinese: bool
) -> str | None:
    """The question with a pronoun for people replaced by the people named last."""
    match = (_PERSON_ZH if chinese else _PERSON_EN).search(question)
    if match is None or any(found.kind == "person" for found in finder.find(question)):
        return None
    for turn in reversed(earlier):
        people = [turn.content[f.start : f.end] for f in finder.find(turn.content) if f.kind == "person"]
        if people:
            several = match[0].lower() in {"他们", "她们", "二人", "两人", "they", "them", "their", "theirs"}
            wanted = list(dict.fromkeys(people))
            who = ("和" if chinese else " and ").join(wanted if several else wanted[-1:])
            if match[0].lower() in {"his", "her", "their"} and not chinese:
                who += "'s"
            return question[: match.start()] + who + question[match.end() :]
    return None


class _NameFinder:
    """Finds listed names in a text, the longest that fits first."""

    def __init__(self, names: Sequence[NamePair]) -> None:
        self._kinds: dict[str, str] = {}
        for pair in names:
            if pair.kind != TERM_KIND:
                for name in (*pair.chinese, *pair.english):
                    if (len(name) > 1 and name not in pair.exact) or name.isupper():
                        self._kinds.setdefault(fold(name), _group(pair.kind))
        self._longest = max(map(len, self._kinds), default=0)

    def find(self, text: str) -> list[_Found]:
        folded = fold(text)
        found: list[_Found] = []
        at = 0
        while at < len(folded):
            for size in range(min(self._longest, len(folded) - at), 1, -1):
                piece = folded[at : at + size]
                if (kind := self._kinds.get(piece)) and _stands_alone(folded, at, at + size):
                    found.append(_Found(at, at + size, kind))
                    at += size
                    break
            else:
                at += 1
        return found


def _group(kind: str) -> str:
    """Countries stand beside countries, bodies and firms beside one another."""
    sort = kind.split("-")[0]
    if sort in {"body", "company", "think", "research", "university", "publication"}:
        return "organisation"
    return sort


def _stands_alone(text: str, start: int, end: int) -> bool:
    if has_han(text[start:end]):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())
