"""The gate: is this an article at all?

Pages that a crawler was given instead of an article (a check of the visitor, a login, an
error) read as text like any other and would be cited. They are told by their phrases,
standing in lines that are no prose, on a page that has little else.
"""

from __future__ import annotations

import re
from typing import Final

from policy_qa.articles.lines import Line, compact, count_han, is_prose
from policy_qa.errors import NotAnArticleError

FEWEST_UNITS: Final = 12
"""Han characters and words of Latin script that a text must hold beside its title."""

ERROR_PAGE_UNITS: Final = 200
"""Length from which a page is an article even if it holds a phrase of an error page."""

_ADDRESS: Final = re.compile(r"(?:https?:)?//\S+")
_WORD: Final = re.compile("[A-Za-z]{2,}")

_PAGES: Final = (
    (
        "WeChat's check of the visitor (环境异常)",
        re.compile("环境异常|完成验证后即可继续访问|去验证|操作频繁，请稍后再试"),
        1,
    ),
    (
        "a notice that the article was taken down",
        re.compile(
            "该内容已被发布者删除|此内容因违规无法查看|此内容被投诉|该公众号已(?:被封禁|迁移)|此(?:账号|帐号)已(?:被屏蔽|自主注销)|"
            "(?:文章|内容|帖子)(?:不存在|已(?:被)?删除|已下线)|链接已过期"
        ),
        1,
    ),
    (
        "a check whether the visitor is a human",
        re.compile(
            "人机验证|安全验证|滑动(?:滑块|验证)|请完成(?:下列|以下)?验证|Just a moment|"
            "Checking your browser|"
            r"(?i:verify (?:that )?you are (?:a )?human|enable javascript)|(?:启用|开启|打开)\s?JavaScript"
        ),
        1,
    ),
    (
        "an error page",
        re.compile(
            r"(?i:\b404\b.{0,20}not found|page not found|"
            r"\b50[0234]\b.{0,12}(?:bad gateway|service|gateway|server error)|"
            r"\b403\b.{0,12}forbidden|access denied|internal server error|service unavailable|bad gateway)|"
            "(?:页面|网页)(?:不存在|无法(?:访问|找到|打开)|走丢了|没有找到)|"
            "找不到(?:您|你)?(?:要|所)?(?:访问|请求)?的?(?:页面|网页)|"
            "访问(?:被拒绝|出错了|受限)|服务器(?:错误|内部错误|繁忙)|系统(?:繁忙|维护中)"
        ),
        1,
    ),
    (
        "a login page",
        re.compile(
            "请(?:先|您)?登[录陆]|登[录陆]后(?:查看|阅读|可见|继续|即可)|用户名|忘记密码|密码登[录陆]|验证码登[录陆]|扫码登[录陆]|"
            "手机号登[录陆]|注册(?:账号|帐号)|记住我|(?i:sign in|log in|forgot password)"
        ),
        2,
    ),
)
"""Kind of page, its phrases, and how many different ones must be met."""


def check_is_article(text: str, *, title: str | None, raw: list[Line], name: str) -> None:
    """Refuses what is no article.

    Args:
        text: The cleaned text.
        title: The title, as far as it is known without looking at the text.
        raw: The lines before cleaning, in which an error page has its phrases.
        name: Name of the file, for the message.

    Raises:
        NotAnArticleError: With the reason, if the text is empty, an error page, a login
            page, or holds hardly more than its title.
    """
    if not text.strip():
        raise NotAnArticleError(f"{name} holds no text. Remove it, or check how it was saved.")
    own = _without_title(text, title)
    length = units(own)
    if length < ERROR_PAGE_UNITS:
        short = [line.text for line in raw if line.text and not is_prose(line.text)]
        told = "\n".join([title or "", *short[:400]])[:20_000]
        for kind, phrases, fewest in _PAGES:
            if len(set(phrases.findall(told))) >= fewest:
                raise NotAnArticleError(f"{name} is {kind}, not an article. Fetch the article itself again.")
    if length < FEWEST_UNITS:
        raise NotAnArticleError(
            f"{name} holds hardly any prose beside its title ({length} characters or words). "
            "Its content may be an image or an attachment: add that as a file of its own."
        )


def units(text: str) -> int:
    """Counts Han characters and words of Latin script, addresses left out."""
    words = _ADDRESS.sub(" ", text)
    return count_han(words) + len(_WORD.findall(words))


def _without_title(text: str, title: str | None) -> str:
    wanted = compact(title) if title else None
    lines = text.split("\n")
    if wanted is None:
        lines = lines[1:] if lines[0].startswith("# ") else lines
    return "\n".join(line for line in lines if compact(_ADDRESS.sub("", line)) != wanted)
