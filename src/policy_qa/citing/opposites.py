"""Words that turn a statement round: opposites (上升, 下降; allow, ban) and negations (没有, not)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

FILE_NAME: Final = "opposites.tsv"
NEGATION: Final = "negation"


@dataclass(frozen=True)
class PolarWord:
    """A word that has an opposite.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last one.
        subject: What it speaks of, as the list names it.
        sign: 1 one way, -1 the other; turned round if the word is negated.
        turned: Whether it is.
    """

    start: int
    end: int
    subject: str
    sign: int
    turned: bool = False


@dataclass(frozen=True)
class Negation:
    """A negation.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last one: what it negates begins there.
    """

    start: int
    end: int


# Words that hold a character of negation and negate nothing.
_NO_NEGATION: Final = re.compile(
    "不仅|不只|不单|不但|不断|不同|不一|不过|不少|不久|不管|不论|无论|不得不|不可避免|未来|非常|无疑|不足|不到|不超过"
    "|不止|不低于|不少于|不[得能可许应宜准会]?(?:超过|多于|少于|低于|高于|大于|小于|晚于|早于)|不多于|不高于|不大于|未成年|无人|无形|不确定|不良|不利|不安全|不平衡|不完善|不当|不便|不满|未满|未达"
    "|不外乎|不妨|无线|非洲|非营利|不动产|不等|除非|非但|无不|不透明|不可或缺|不可分割|不定期|不己|非法|不计|不外|不限于"
    "|不合理|不正当|不公平|南非|不远|不易|不及|不如|无关|不一定|非手|不满|无障碍|不时|莫非|不得已|非人脸|非明文|不力|不够"
    "|不多|未经|未审|无法|不定|前所未有|史无前例|有没有|是不是|能不能|会不会|要不要|拒不"
)
# 不应只有竞争 asks for more than competition and denies none of it.
_NOT_ONLY: Final = re.compile(
    "(?:不应该?|不能|不该|不要|不可|不宜|不会|不是|并非|不必|别)(?:只|仅|光|单)[是有靠看盯顾讲谈在用]?|不光|不单单|不唯"
)
_ENGLISH_NOT_ONLY: Final = re.compile(
    r"\bnot (?:be |to )?(?:\w+ )?(?:only|just|merely|simply|solely|alone|confined|limited)\b", re.IGNORECASE
)
_ALONE: Final = re.compile(
    r"[只仅光单](?:能|应|需|须|可|许|要|限于|有|靠|看|凭|谈|顾)|"
    r"\b(?:only|solely|exclusively|nothing but|settle for|"
    r"(?:confin|limit|restrict)(?:e|es|ed|ing)? (?:themselves|itself|oneself|to)|stick(?:s)? to)\b",
    re.IGNORECASE,
)
_CLAUSE_REST: Final = re.compile("[^，。；,;.]*")
# Words that hold a character of denial and deny nothing.
_NO_DENIAL: Final = re.compile(
    "[是能可与]否|非法|不法分子|不良|不当|不正当|不合理|非营利|不动产|未成年|不满[一二三四五六七八九十\\d]|截止|停车|人才|期限|权限|年限|上限|下限|界限|时限|限期|限于|未来|时尚|高尚|崇尚|难民|非洲|南非|非常|并非洲|才能|天才"
    "|阻力|限度|无线|无形|无人|无障碍|除非|不断|不仅|不同|不久|不论|无论|无疑|不动产|未成年|拒不"
)
_CHINESE_NEGATION: Final = re.compile(
    "并非|而非|绝非|并不是|并不|毫不|不再|不是|并没有|没有|从未|尚未|并未|未曾|未能|无须|无需|没|未|不|(?<=[^\u4e00-\u9fff])非"
)
_ENGLISH_NEGATION: Final = re.compile(
    r"\b(?:not|never|no|none|neither|nor|cannot|without|no longer|nothing|nobody)\b|n['’]t\b", re.IGNORECASE
)
_ENGLISH_NO_NEGATION: Final = re.compile(
    rf"{_ENGLISH_NOT_ONLY.pattern}|"
    r"\bno (?:fewer|less|more|later) than\b|\bno doubt\b|\bNo\. ?\d",
    re.IGNORECASE,
)
# Words that deny without a negation: beside one of these a missing "not" proves nothing.
_CHINESE_DENIAL: Final = re.compile(
    "[不没未无非否免禁拒难缺失弃停除罕]|匮乏|短缺|排除|限制|抑制|遏制|受阻|反对|落后|过早|尚早|为时|适得其反|弄巧成拙"
    "|别想|休想|甭|免谈|没份|没门|出局|禁业|切断|以外(?![部来界资国])|之外|避免|防止|取消|终止|相反|才|尚|阻|而不|撤|挡|自愿|例外|失|短板|空白|卡|束手|劣"
)
_ENGLISH_DENIAL: Final = re.compile(
    r"\b(?:fail|lack|forbid|forbad|ban|bar|prohibit|refus|den[yi]|exclu|except|avoid|stop|limit|restrict|"
    r"reject|abandon|exempt|waive|prevent|block|oppos|backfir|contradict)\w*|\b(?:unable|unlikely|rather|"
    r"instead|hardly|barely|beyond|outside|void|voluntary|voluntarily|gives? up|giv(?:e|ing) up)\b|"
    r"\btoo early\b|\bun(?!der|til|it|iv|ion|ique|i)\w+|\bnon-?\w+|\bimpossib\w+|\bstuck\b|"
    r"\bin(?:capable|sufficient|adequate|complete|ability)\w*",
    re.IGNORECASE,
)
_RESTRICTION: Final = re.compile(
    r"[仅只少弱低劣离才尚]|\b(?:only|few|fewer|less|little|early|difficult|hard|weak|free|behind|far|out|"
    r"short(?!-? ?term)|"
    r"limited|too|declin\w+)\b",
    re.IGNORECASE,
)


_CHINESE_LACK: Final = re.compile(
    "缺少|缺乏|欠缺|无意|无从|无法|难以|无力|很难|拒绝|免除|免于|豁免|取消|停止|放弃|忽视|忽略|失去|无[需须权关]"
)
_ENGLISH_LACK: Final = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|exempt(?:s|ed|ing)?|waiv(?:e|es|ed|ing)|"
    r"fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing) to|forgo\w*|forgoes|shun(?:s|ned|ning)?|"
    r"(?:refrain|abstain|desist)(?:s|ed|ing)? from|"
    r"(?:steer|stay|keep)(?:s|ing)? (?:clear of|away from|out of)|"
    r"(?:stop(?:s|ped|ping)?|fall(?:s|ing)?|fell) short of|do(?:es)? away with|go(?:es|ing)? without|"
    r"dispens(?:e|es|ed|ing) with|shut the door on|"
    r"ceas(?:e|es|ed|ing)|declin(?:e|es|ed|ing) to|rul(?:es|ed|ing) out|little(?= (?!more|less))|"
    r"few(?= (?!er|of the))|hardly|barely|skips?|free to|instead of|rather than|ignor(?:e|es|ed|ing)|"
    r"neglect\w*|absence of|omit\w*|drop(?:s|ped) the|unable to|regardless of|excus(?:e|es|ed))\b",
    re.IGNORECASE,
)


# What may stand between a negation and the word it turns round: 不太, “not relatively”.
_CLOSE_BEHIND: Final = re.compile(
    r"[一-鿿]?|[太很再那么会能够是]{1,2}|(?:按时|及时|如期|顺利|成功|真正地?|完全|充分|主动|依法|如实|真正|进一步|按规定|按要求|按期|明确|事先|受到?|得到|遭到?|被|获得|[会能再]被|会受到?)"
    r"|\W?(?:\w+ ){0,2}"
)
# 未经批准, “without approval” set a condition: the approval is neither given nor refused.
_CONDITION: Final = re.compile(
    "[未没](?:有)?(?:经过?|获得?|得到|取得|拿到)[^，。；：]{0,8}(?:批准|同意|许可|授权|准许|审批|审核|认可)"
    r"|\b(?:without|unless|absent|before|lacking) (?:[\w'’-]+ ){0,4}?"
    r"(?:approv\w+|permission|consent\w*|authori[sz]\w+|agree\w*|permit\w*|allowed)",
    re.IGNORECASE,
)


# Subjects whose words name things: “not short-term policy” is not long-term policy.
_FIXED: Final = frozenset(
    {"term", "ownership", "origin", "east", "north", "rank", "clarity", "deadline", "order"}
)


def find_polar_words(text: str) -> list[PolarWord]:
    """Words of a text that have an opposite, longest first where they overlap within one subject."""
    found: list[PolarWord] = []
    negations = find_denials(text)
    hidden = [match.span() for pattern in (_CONDITION, _NOT_ONLY) for match in pattern.finditer(text)]
    for subject, sign, pattern in _patterns():
        for match in pattern.finditer(text):
            if any(
                other.subject == subject and other.start <= match.start() and match.end() <= other.end
                for other in found
            ) or any(start <= match.start() < end for start, end in hidden):
                continue
            turned = subject not in _FIXED and any(
                n.end <= match.start() and _CLOSE_BEHIND.fullmatch(text, n.end, match.start())
                for n in negations
            )
            found.append(PolarWord(match.start(), match.end(), subject, -sign if turned else sign, turned))
    # 不超过 holds 超过: within one subject the longer word is what the text says.
    return [
        word
        for word in found
        if not any(
            other is not word
            and other.subject == word.subject
            and other.start <= word.start
            and word.end <= other.end
            and other.end - other.start > word.end - word.start
            for other in found
        )
    ]


def only_where_more(claim: str, evidence: str) -> list[str]:
    """Words of a claim that leave one thing where the evidence asks for more (“only” for “not only”)."""
    if not any(pattern.search(evidence) for pattern in (_NOT_ONLY, _ENGLISH_NOT_ONLY)):
        return []
    if any(pattern.search(claim) for pattern in (_NOT_ONLY, _ENGLISH_NOT_ONLY)):
        return []
    return [
        match[0]
        for match in _ALONE.finditer(claim)
        if not find_negations(_CLAUSE_REST.match(claim, match.end())[0])  # type: ignore[index]
    ]


def without_conditions(text: str) -> str:
    """A text with blanks for conditions such as 未经批准, which deny nothing; as long as before."""
    return _CONDITION.sub(lambda match: " " * len(match[0]), text)


def find_negations(text: str) -> list[Negation]:
    """Negations of a text, in order; words that only look like one (不断, not only) are left out."""
    hidden = [
        match.span()
        for pattern in (_NO_NEGATION, _NOT_ONLY, _ENGLISH_NO_NEGATION)
        for match in pattern.finditer(text)
    ]
    found = [
        Negation(*match.span())
        for pattern in (_CHINESE_NEGATION, _ENGLISH_NEGATION)
        for match in pattern.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in hidden)
    ]
    return sorted(found, key=lambda negation: negation.start)


def find_denials(text: str) -> list[Negation]:
    """Negations of a text and words that deny as plainly as they do (缺乏, exempt), in order."""
    negations = find_negations(text)
    ends = {negation.end for negation in negations}
    plain = (
        Negation(*match.span())
        for pattern in (_CHINESE_LACK, _ENGLISH_LACK)
        for match in pattern.finditer(text)
    )
    return sorted([*negations, *(lack for lack in plain if lack.end not in ends)], key=lambda n: n.start)


def without_false_denials(text: str) -> str:
    """A text with blanks for words that hold a character of denial and deny nothing; as long as before."""
    return _NO_DENIAL.sub(lambda match: "　" * len(match[0]), text)


def denies(text: str) -> bool:
    """Whether a text holds a negation or another word that denies (缺乏, forbid, unlikely)."""
    bare = without_false_denials(text)
    return bool(find_negations(text) or _CHINESE_DENIAL.search(bare) or _ENGLISH_DENIAL.search(bare))


def denies_or_restricts(text: str, beside: str = "") -> bool:
    """Whether a text denies something or at least restricts it (只, only, less).

    Args:
        text: Some words.
        beside: Words that stand in this other text as well do not count.
    """
    if find_negations(text):
        return True
    patterns = (_CHINESE_DENIAL, _ENGLISH_DENIAL, _RESTRICTION)
    bare = without_false_denials(text)
    return any(match[0] not in beside for pattern in patterns for match in pattern.finditer(bare))


@cache
def _patterns() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    text = files("policy_qa.citing").joinpath(FILE_NAME).read_text("utf-8")
    result = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            subject, chinese, other_chinese, english, other_english = line.split("\t")
            for sign, han, latin in ((1, chinese, english), (-1, other_chinese, other_english)):
                pattern = re.compile(rf"{han}|\b(?:{latin})\b", re.IGNORECASE)
                result.append((subject, sign, pattern))
    return tuple(result)
