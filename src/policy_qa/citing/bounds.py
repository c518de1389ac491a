"""Words in front of and behind a quantity that bound it: 超过, 约, 以上, at least, nearly.

Only words that touch the quantity count: "over the past 5 years" bounds nothing.
"""

from __future__ import annotations

import re
from typing import Final

from policy_qa.citing.quantity import Bound

# Chinese law counts the number itself into 以上 and 以下; everyday usage does not, and English
# "more than" is how both are commonly rendered. The comparison treats them as neighbours.
_BEFORE: Final[dict[Bound, tuple[str, str]]] = {
    # bound: (Chinese, English); negated forms stand first so that they win over what they negate
    "at_most": (
        "不(?:[得能可许应宜准]|会|允许)?(?:再)?(?:超过|超出|多于|高于|大于)|(?<!甚)至多|最多|最高可?达?|顶多|最长|最迟|最晚",
        "no more than|not more than|at most|up to|a maximum of|at a maximum of|not exceeding|no greater than",
    ),
    "at_least": (
        "不(?:[得能可许应宜]|会)?(?:少于|低于|小于)|至少|最少|最低|起码|最短",
        "no fewer than|no less than|not less than|not fewer than|at least|a minimum of|at a minimum of",
    ),
    "under": (
        "不到|不足|不及|不满|未满|未达|低于|少于|小于",
        "fewer than|less than|lower than|under|below|shy of|just short of",
    ),
    "over": (
        "超过|超出|超|逾|多于|高于|大于|突破|不止|不只|不下|(?<![以之则])上(?![为有了达])|(?<![超不经通])过",
        "more than|greater than|higher than|over|above|exceeding|exceeds|exceeded|exceed|surpassing|"
        "surpasses|surpassed|surpass|upwards of|in excess of|north of|well over|just over|topping|topped",
    ),
    "about": (
        # 条约, 附近 and the like end in these characters and qualify nothing
        "大约|大概|将近|接近|差不多|几近|约[占为]|(?<![公条合节契和签纽履协大])约|(?<![最附就亲邻临])近|[~≈]",
        "approximately|about|around|roughly|nearly|almost|close to|an estimated|some|circa|or so",
    ),
}
_LINKS: Final = r"(?:了|有|为|达到?|约)?"


def _before_pattern(column: int) -> re.Pattern[str]:
    joined = "|".join(f"(?P<{bound}>{words[column]})" for bound, words in _BEFORE.items())
    if column == 0:
        return re.compile(rf"(?:{joined}){_LINKS} ?(?:人民币)?\Z")
    return re.compile(rf"(?<![A-Za-z-])(?:{joined}) \Z", re.IGNORECASE)


_BEFORE_CHINESE: Final = _before_pattern(0)
_BEFORE_ENGLISH: Final = _before_pattern(1)
_AFTER: Final = re.compile(
    r" ?(?:(?P<over>[及或]?以上|开外|有余|还多|还不止|"
    r"\+(?![\d+])|多(?![数种个元边方样家国次项云模])|余(?![下额地热粮])"
    r"|plus(?![A-Za-z]))"
    r"|(?P<at_least>or more(?! than)(?![A-Za-z])|or above(?![A-Za-z])|or higher(?![A-Za-z]))"
    r"|(?P<under>[及或]?以下)"
    r"|(?P<at_most>以内|之内|or less(?![A-Za-z])|or fewer(?![A-Za-z]))"
    r"|(?P<about>左右|上下(?![文游])|or so(?![A-Za-z])))"
)
_REACH: Final = 26
# "over ten years" and 近三年 name a stretch of time, not a bound.
_SPANS_OF_TIME: Final = frozenset({"over", "近", "under"})
# 上百 and 过万 are bounds, 上三 and 过三 are not.
_BEFORE_SCALES: Final = frozenset({"上", "过"})
# "control over two firms", "under three laws": before small counts these are prepositions.
_PREPOSITIONS: Final = frozenset({"over", "under", "above", "below"})


def bound_before(
    text: str, start: int, *, duration: bool = False, small_count: bool = False
) -> tuple[Bound, int] | None:
    """Find the qualifier that ends where a quantity begins.

    Args:
        text: Folded text.
        start: Offset at which the quantity begins.
        duration: Whether it is a stretch of time, before which 近 and "over" mean something else.
        small_count: Whether it is a bare count below ten, before which "over" and "under" are
            mostly prepositions.

    Returns:
        The bound and the offset at which its words begin, or ``None``.
    """
    head = text[max(0, start - _REACH) : start]
    match = _BEFORE_CHINESE.search(head) or _BEFORE_ENGLISH.search(head)
    if match is None:
        return None
    words = match[0].strip().lower()
    if (duration and words in _SPANS_OF_TIME) or (words in _BEFORE_SCALES and text[start] not in "百千万亿"):
        return None
    if small_count and words in _PREPOSITIONS:
        return None
    return _named(match), start - len(head) + match.start()


def bound_after(text: str, end: int) -> tuple[Bound, int] | None:
    """Find the qualifier that begins where a quantity ends.

    Args:
        text: Folded text.
        end: Offset after the quantity.

    Returns:
        The bound and the offset after its words, or ``None``.
    """
    match = _AFTER.match(text, end)
    return None if match is None else (_named(match), match.end())


def _named(match: re.Match[str]) -> Bound:
    for bound in _BEFORE:
        if match[bound] is not None:
            return bound
    raise AssertionError("every alternative of a bound pattern is a named group")  # pragma: no cover
