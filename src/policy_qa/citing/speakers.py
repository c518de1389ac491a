"""Whether a view is credited to whom the quotes credit it: “experts say” must not become “firms say”."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from policy_qa.citing.attribution import reports_speech
from policy_qa.citing.names import missing_names
from policy_qa.index.terms import fold, has_han

_ENGLISH_VERBS: Final = (
    r"(?:say|said|add(?:ed)?|argue[ds]?|claim(?:ed)?|note[ds]?|point(?:ed)? out|believe[ds]?|think|thought|"
    r"estimate[ds]?|predict(?:ed)?|conclude[ds]?|stress(?:ed)?|emphasi[sz]e[ds]?|warn(?:ed)?|caution(?:ed)?|"
    r"concede[ds]?|admit(?:ted)?|acknowledge[ds]?|explain(?:ed)?|suggest(?:ed)?|insist(?:ed)?|assert(?:ed)?|"
    r"contend(?:ed)?|maintain(?:ed)?|propose[ds]?|recommend(?:ed)?|hold|expect(?:ed)?|reckon(?:ed)?|"
    r"observe[ds]?|complain(?:ed)?|urge[ds]?|tell|told|held|felt|feel|saw|see)(?:s|es)?"
)
_ENGLISH_WHO: Final = re.compile(
    r"^(?:(?:[Ii]n|[Oo]n|[Aa]t|[Aa]s|[Ff]or|[Aa]fter|[Ww]hile)\b[^,]{1,60}, )?"
    r"(?P<who>(?:(?!\b(?:that|which|who|whose|if|when|is|are|was|were"
    r"|must|may|can|will|should|has|have|had)\b)"
    rf"[^,;:.“”\"]){{2,70}}?)(?:, [^,]{{3,80}},)? "
    rf"(?:\w+ly |also |further |has |have |had )?\b{_ENGLISH_VERBS}\b"
)
_ACCORDING: Final = re.compile(
    r"(?:^|, )(?:[Aa]ccording to|[Ii]n the (?:view|words|eyes|opinion) of) (?P<who>[^,.;]{2,60})"
)
_CHINESE_VERBS: Final = (
    "认为|指出|表示|宣称|声称|写道|强调|建议|预测|预计|估计|警告|提醒|呼吁|主张|坦言|承认|断言|透露|解释说?|提到|介绍说"
    "|(?<![名自统简俗号职堪下对])称(?![为号之呼])|说(?![明法服到])"
)
_CHINESE_WHO: Final = re.compile(
    r"^(?:[^，。：；]{1,12}，)?(?P<who>[^，。：；“”]{2,30}?)(?:则|还|也|曾|并|又|均|都|同时|进一步)*"
    rf"(?:{_CHINESE_VERBS})"
)
_SAYING: Final = re.compile(_CHINESE_VERBS)
_ENGLISH_SAYING: Final = re.compile(rf"\b{_ENGLISH_VERBS}\b|according to", re.IGNORECASE)
# A speaker who may be anyone named before.
_ANYONE: Final = re.compile(
    r"(?:^|[，；。])[^，；。]{0,4}(?:他|她|他们|其|作者|报告|文章|论文|研究|文件|通知|负责人|前者|后者)\Z"
    r"|\b(?:he|she|they|report|paper|study|article|author|authors)\b",
    re.IGNORECASE,
)
# Sorts of speakers, in both languages; a sort that no speaker of the quotes is of says who does not speak.
_SORTS: Final = (
    (
        "协会|学会|商会|联合会|联盟|行业组织",
        r"associations?|trade groups?|industry (?:bodies|groups?)|chambers?",
    ),
    (
        "企业|公司|厂商|平台|业界|厂家|集团|商家|服务商",
        r"compan(?:y|ies)|firms?|enterprises?|businesses|vendors?|platforms?"
        r"",
    ),
    (
        "专家|学者|研究|教授|院士|分析|博士|科学家|智库|研究院|所长",
        r"experts?|scholars?|researchers?|academics?|analysts?|professors?"
        r"|scientists?|think[- ]tanks?",
    ),
    ("批评|反对|质疑", r"critics?|opponents?|detractors?|sceptics?|skeptics?"),
    ("用户|消费者|网民|公众|居民|市民", r"users?|consumers?|netizens|residents|the public"),
    ("投资|基金|券商|银行", r"investors?|banks?|brokers?|funds?"),
    ("记者|媒体|报道", r"journalists?|reporters?|the media|newspapers?"),
    ("律师|法官|法院|检察", r"lawyers?|judges?|courts?|prosecutors?"),
    ("议员|国会|参议|众议", r"lawmakers?|senators?|congress\w*|legislators?"),
    ("学生|教师|老师|家长", r"students?|teachers?|parents"),
    ("工会|工人|员工|职工", r"unions?|workers?|employees?"),
    (
        "官员|负责人|负责同志|部门|部长|局长|司长|主任|发言人|官方|当局|政府|部|局|办|委",
        r"officials?|ministers?|regulators?|authorit(?:y|ies)|the government",
    ),
)
_COMPILED: Final = tuple(
    (re.compile(han), re.compile(rf"\b(?:{latin})\b", re.IGNORECASE)) for han, latin in _SORTS
)
_SHORTEST: Final = 2


def other_speakers(
    sentence: str,
    quotes: Sequence[str],
    aliases: Mapping[str, Collection[str]],
    known_names: Collection[str] = (),
) -> list[str]:
    """The speaker of a sentence, if the quotes report what others say and not what this one says.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
        aliases: Folded name to its equivalents in any language.
        known_names: Further names, folded.
    """
    who = _speaker(sentence)
    if who is None:
        return []
    places = [place for quote in quotes for place in _speaking(quote)]
    if not places or any(_ANYONE.search(place) for place in places):
        return []
    for han, latin in _COMPILED:
        here = han.search(who) if has_han(who) else _ends_in(latin, who)
        if here and not any(han.search(place) or latin.search(place) for place in places):
            return [who]
    if has_han(who):
        moved = len(who) >= _SHORTEST and any(_stands(who, quote) for quote in quotes)
        return [who] if moved and not any(_stands(who, place) for place in places) else []
    absent = missing_names(who, places, aliases, known_names)
    return [who] if absent and not missing_names(who, quotes, aliases, known_names) else []


def _ends_in(sort: re.Pattern[str], who: str) -> bool:
    """Whether an English speaker is of a sort: by its head, the last word before “of”, “at” and the like."""
    head = re.split(r" (?:of|at|from|in|for|with|on|behind) ", who)[0]
    head = re.sub(r"(?: \w+(?:ed|ly))+$", "", head)
    return any(match.end() == len(head) for match in sort.finditer(head))


def _speaker(sentence: str) -> str | None:
    patterns = (_CHINESE_WHO,) if has_han(sentence) else (_ACCORDING, _ENGLISH_WHO)
    match = next((found for pattern in patterns if (found := pattern.search(sentence))), None)
    return match["who"].strip() if match else None


def _speaking(quote: str) -> list[str]:
    """What stands before each verb of saying of a quote, up to the beginning of its sentence."""
    saying = _SAYING if has_han(quote) else _ENGLISH_SAYING
    found = []
    for piece in re.split(r"(?<=[。！？\n])|(?<=[.!?])\s", quote):
        last = 0
        for match in saying.finditer(piece):
            before = piece[last : match.start()]
            found.append(before if last == 0 else re.split("[，；。：]", before)[-1])
            last = match.end()
    if not any(reports_speech(piece) for piece in re.split(r"(?<=[。！？\n])", quote)):
        return []
    return [place for place in found if place.strip()]


def _stands(who: str, text: str) -> bool:
    return fold(who) in fold(text)
