"""What is known about an article: said by the file, by its page, or by its text.

Precision before recall: a field stays empty unless it is stated. The clock of a page, the
time at which it was rendered and the date of a PDF's making are no dates of publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from policy_qa.articles.dates import DAY_PATTERN, parse_day
from policy_qa.articles.inline_rules import INVISIBLE
from policy_qa.articles.lines import Line, bare, count_han, is_blank, is_prose
from policy_qa.articles.page_blocks import read_data_sheet
from policy_qa.articles.provenance import infer_original
from policy_qa.records import ArticleMetadata, Language, OriginalWork

LONGEST_TITLE: Final = 60
"""Characters of a first sentence that stands in for a title."""

HEAD_LINES: Final = 40
"""Lines, blank ones not counted, in which the page's own statements about itself are sought."""

_REPOST: Final = re.compile(r"本文来自(?:微信)?公众号\s?[:：]\s?([^,，;；]{2,40}?)\s?(?:[,，;；]|$)")
_REPOST_TITLE: Final = re.compile(r"原文标题\s?[:：]\s?《(.{2,120}?)》\s*$")
_OWNER: Final = re.compile(
    r"本文(?:由|版权归)\s?[【「“《]?([^】」”》]{2,30})[】」”》]?\s?(?:微信)?公众号[^。]{0,12}版权"
)
_FORUM_SITE: Final = re.compile(
    r"(?:电话|热线)[:：]\s?[\d\-+() ]{6,24}\s?[|｜]\s?(?:www\.)?[\w.-]+\s+([\u4e00-\u9fff]{2,16})\s*$"
)
_SOURCE: Final = re.compile(r"(?:信息|文章|稿件)?来源[:：]\s?([^\s。！？，【\[(（]{2,30})")
_PUBLISHED: Final = re.compile(rf"(?:发布时间|发布日期|发表时间|发稿时间)\s?[:：]\s?({DAY_PATTERN})")
_STAMPED: Final = re.compile(rf"(?:^|\s)({DAY_PATTERN}日?)\s+\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?(?:\s|$)")
_AUTHOR: Final = re.compile(
    r"^(?:本文)?作者\s?[:：]\s?([^|｜,，;；、。（(]{2,40}(?:、[^|｜,，;；、。（(]{2,20}){0,4})"
)
_BYLINE: Final = re.compile(r"^文\s?[|｜/丨]\s?([\u4e00-\u9fff·]{2,10})$")
_BRACKETED_AUTHOR: Final = re.compile(r"[（(](?:本文)?作者\s?[:：]\s?([^，,；;。）)]{2,20})[，,；;）)]")
_PERSON: Final = re.compile("[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,8}")
_OUTLET: Final = re.compile(
    r"[^\s，。！？；：、《》“”]{2,18}(?:网|报|社|刊|杂志|周刊|评论|观察|研究院|研究所|研究中心|实验室|智库|公众号|新闻|财经|论坛|频道|电视台|在线)"
)
_LABELS: Final = re.compile(
    "(?:编[者译]{1,2})?(?:导语|导读|按语|按)|摘要|引言|前言|核心提示|概要|提要|目录|Abstract", re.IGNORECASE
)
_WORK: Final = re.compile("(?:题为|名为|题目为)(《[^》]{2,60}》)")
_ENDS: Final = re.compile("[。！？；]")


def infer_metadata(
    lines: list[Line], text: str, *, stated: Mapping[str, str], page: Mapping[str, str]
) -> ArticleMetadata:
    """Gathers what is known about an article.

    Args:
        lines: Lines of the body before cleaning, markup taken off.
        text: The cleaned text.
        stated: Fields of the front matter, under the keys of our corpus.
        page: Fields that the format itself carries (an HTML head, a document's title).
    """
    head = [line for line in lines if not is_blank(line)][:HEAD_LINES]
    sheet = read_data_sheet(lines)
    publisher = _first(
        stated.get("publisher"), sheet.get("发文机关"), _stated_publisher(lines, head), page.get("publisher")
    ) or _outlet_line(head)
    author = _first(stated.get("author"), _author(lines, head, publisher), page.get("author"))
    published = (
        parse_day(stated.get("published", ""))
        or _published(head, sheet)
        or parse_day(page.get("published", ""))
    )
    original = _stated_original(stated) or infer_original(lines, text, publisher=publisher, author=author)
    return ArticleMetadata(
        title=_tidy(stated.get("title") or _title(lines, text, page)) or "",
        title_en=_tidy(stated.get("title_en")),
        publisher=_tidy(publisher),
        author=_tidy(author),
        published=published,
        url=_first(stated.get("url"), page.get("url")),
        original=original,
        language=_language(stated.get("language"), text),
    )


def known_title(lines: list[Line], stated: Mapping[str, str], page: Mapping[str, str]) -> str | None:
    """Gives the title as far as it is marked as one, before the text is cleaned."""
    marked = next((line.text[2:] for line in lines if line.text.startswith("# ")), None)
    return _tidy(_first(stated.get("title"), marked, page.get("title")))


def _first(*values: str | None) -> str | None:
    return next((value.strip() for value in values if value and value.strip()), None)


def _tidy(value: str | None) -> str | None:
    if value is None:
        return None
    return " ".join(INVISIBLE.sub("", value).split()) or None


def _title(lines: list[Line], text: str, page: Mapping[str, str]) -> str:
    marked = next((line.text[2:].strip() for line in lines if line.text.startswith("# ")), None)
    reposted = next(
        (
            match[1]
            for line in lines[:HEAD_LINES]
            if _repost(line) and (match := _REPOST_TITLE.search(line.text))
        ),
        None,
    )
    return _first(marked, page.get("title"), reposted, _opening_line(text)) or _first_sentence(text)


def _repost(line: Line) -> bool:
    return bool(_REPOST.search(line.text))


def _opening_line(text: str) -> str | None:
    """Gives the first line if it reads as a title: short, no sentence, no mere label."""
    for line in text.split("\n"):
        words = line.lstrip("# ").strip()
        if not words or _LABELS.fullmatch(bare(words)):
            continue
        plain = (
            len(words) <= 90 and not _ENDS.search(words.rstrip("！？!?")) and not words.endswith(("：", ":"))
        )
        return (
            words
            if plain and not _REPOST.search(words) and not words.startswith(("http", "- ", "|"))
            else None
        )
    return None


def _first_sentence(text: str) -> str:
    """Gives the first sentence, or, if it is too long for a title, the work it introduces."""
    lines = [line.strip() for line in text.split("\n") if line.strip() and not _LABELS.fullmatch(bare(line))]
    sentence = re.split("[。！？!?]", lines[0] if lines else text, maxsplit=1)[0].lstrip("#-• ").strip()
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    if work := _WORK.search(sentence[:400]):
        return work[1]
    clauses = re.split("(?<=[，,；;、])", sentence[:LONGEST_TITLE])
    return "".join(clauses[:-1]).rstrip("，,；;、") or sentence[:LONGEST_TITLE]


def _stated_publisher(lines: list[Line], head: list[Line]) -> str | None:
    for pattern, where in ((_REPOST, head), (_OWNER, lines), (_FORUM_SITE, lines)):
        for line in where:
            if match := pattern.search(line.text[:400]):
                return match[1].strip()
    for line in head:
        if is_prose(line.text) and len(line.text) < 300:
            break
        if match := _SOURCE.search(line.text[:400]):
            return match[1]
    return None


def _outlet_line(head: list[Line]) -> str | None:
    """Reads an outlet's name that stands alone between the title and the first paragraph."""
    if len(head) < 3 or is_prose(head[0].text):
        return None
    for index in (1, 2):
        if (
            index + 1 < len(head)
            and _OUTLET.fullmatch(head[index].text.strip())
            and is_prose(head[index + 1].text)
        ):
            return head[index].text.strip()
    return None


def _author(lines: list[Line], head: list[Line], publisher: str | None) -> str | None:
    for line in head:
        for pattern in (_AUTHOR, _BYLINE):
            if (match := pattern.match(line.text.strip())) and match[1].strip() != publisher:
                return match[1].strip()
    titles = {index for index, line in enumerate(head) if line.text.startswith("# ")}
    for index, (name, below) in enumerate(pairwise(head)):
        if index - 1 in titles and _PERSON.fullmatch(name.text.strip()) and below.text.strip() == publisher:
            return name.text.strip()
    for line in lines[:8] + lines[-8:]:
        if match := _BRACKETED_AUTHOR.search(line.text[:200] + "\n" + line.text[-200:]):
            return match[1].strip()
    return None


def _published(head: list[Line], sheet: Mapping[str, str]) -> date | None:
    for line in head:
        if is_prose(line.text) and len(line.text) < 300:
            break
        for pattern in (_PUBLISHED, _STAMPED):
            if match := pattern.search(line.text[:400]):
                return parse_day(match[1])
    return parse_day(sheet.get("发布日期", ""))


def _stated_original(stated: Mapping[str, str]) -> OriginalWork | None:
    fields = {name: stated.get(f"original_{name}") for name in ("title", "publisher", "author", "url")}
    published = parse_day(stated.get("original_published", ""))
    if published is None and not any(fields.values()):
        return None
    return OriginalWork(**fields, published=published)


def _language(stated: str | None, text: str) -> Language:
    code = (stated or "").lower()[:2]
    if code == "zh":
        return "zh"
    if code == "en":
        return "en"
    sample = text[:20_000]
    return "zh" if count_han(sample) >= len(re.findall("[A-Za-z]{2,}", sample)) else "en"
