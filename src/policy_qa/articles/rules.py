"""The rules of cleaning, as data: what is page furniture, where, and why.

A rule takes away what no sentence of an article is made of: prompts to follow an account,
words of the viewer, navigation, print buttons, footers. Each is anchored to a whole line
or to the head or tail of a page, so that a sentence which merely uses such words stays.
Rules that need to see several lines at once are in ``page_blocks`` and ``footnotes``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

CLEANING_VERSION: Final = "1"
"""Version of rules and reflow, part of an index's identity: raise it with any change to either."""

LONGEST_FURNITURE: Final = 120
"""Longest line, in characters, that a line rule looks at; furniture is short."""

Where = Literal["anywhere", "edges", "head", "tail"]


@dataclass(frozen=True)
class Rule:
    """One kind of furniture.

    Attributes:
        name: Name under which removals are recorded.
        kind: ``line``: the pattern matches a whole line, ornaments taken off. ``block``:
            the same for its first line; following lines go while ``continues`` matches
            them. ``inline``: the pattern is found inside lines; at head or tail only
            within the first or last characters of the page.
        pattern: What goes.
        where: ``head`` is before the first line of prose, ``tail`` after the last, ``edges``
            either of them.
        why: Why no content is lost.
        continues: For a block: what its further lines look like.
        needs: Name of a rule that must have matched in the same page for this one to
            apply: its words are furniture in that company only.
    """

    name: str
    kind: Literal["line", "block", "inline"]
    pattern: re.Pattern[str]
    where: Where
    why: str
    continues: re.Pattern[str] | None = None
    needs: str | None = None


NAVIGATION_WORD: Final = (
    r"(?:设为首页|加入收藏|收藏本站|手机版|移动版|PC版|电脑版|客户端|繁體|繁体|简体|English|EN|无障碍(?:阅读|浏览)?|"
    r"长者(?:助手|模式|版)|搜索|登录|注册|网站地图|首\s?页|当前位置[:：]?|您的位置[:：]?|正文|时政要闻|网信政务|"
    r"互动服务|热点专题|政务公开|政务服务|政民互动|互动交流|新闻中心|新闻动态|信息公开|通知公告|联系我们|关于我们)"
)
"""Pattern of the words that government and news sites put above every page."""

CLOCK: Final = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
"""Pattern of a time of day."""

DAY: Final = r"\d{4}\s?[-年/.]\s?\d{1,2}\s?[-月/.]\s?\d{1,2}\s?日?"
"""Pattern of a calendar day in figures."""
