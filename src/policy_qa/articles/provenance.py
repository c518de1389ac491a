"""The report that an article relays, as far as the article names it.

Four kinds of statement are read, the surest first: labelled lines (原文标题：…), a lead that
introduces a report (某日，某机构发布了题为《…》的报告), a list of references with one
entry, and a bracketed source at the end (（来源：…）).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from policy_qa.articles.dates import parse_day
from policy_qa.articles.lines import Line, is_blank
from policy_qa.records import OriginalWork

LEAD_CHARACTERS: Final = 1_200
"""Characters from the start of the text in which a lead is sought."""

_TITLE: Final = re.compile(r"(?:英文)?原文(?:标题|题目)\s?[:：]\s?[《“\"]?([^》”\"]{2,200})[》”\"]?$")
_PUBLISHER: Final = re.compile(r"原文(?:来源|出处|机构)\s?[:：]\s?(.{2,80})$")
_AUTHOR: Final = re.compile(r"原文?作者\s?[:：]\s?([^|｜]{2,60})")
_DATE: Final = re.compile(r"原文(?:发布|发表)?(?:时间|日期)\s?[:：]\s?(.{6,20})$")
_LINK: Final = re.compile(r"(?:来源|原文|报告|英文原文)(?:链接|地址|网址)\s?[:：]\s?(https?://\S+)?$")
_BRACKETED: Final = re.compile(r"[（(]\s?(?:文章)?(?:来源|原载|转自)\s?[:：]\s?([^）)]{2,30})[）)]")
_LEAD: Final = re.compile(
    r"(?P<day>(?:19|20)\d{2}年\d{1,2}月\d{1,2}日)[,，]?(?P<who>[^。；\n]{2,120}?)(?:联合|共同|正式|在线|在其官网)?"
    r"(?:发布|发表|公布|推出|刊发)(?:了)?(?:一[份篇])?(?:题为|名为|题目为)?"
    r"(?:《(?P<work>[^》\n]{2,100})》|“(?P<quoted>[^”\n]{2,80})”)"
    r"(?:[(（](?P<english>[A-Za-z][^)）\n]{3,160})[)）])?(?:的)?(?:最新|年度|专题)?(?:研究)?(?:报告|文章|论文|白皮书|简报|评论)"
)
_PRAISE: Final = re.compile("^(?:[\u4e00-\u9fff]{2,4}?)?(?:著名|知名|顶尖|权威)(?:智库|媒体|机构)?")
_SITE: Final = re.compile("(?:的)?(?:官方)?(?:网站|官网)(?:上)?$")
_REFERENCES: Final = re.compile("(?:#{1,6}\\s+)?(?:引用|参考文献|参考资料|资料来源)\\s?[:：]?")
_ENTRY: Final = re.compile(r"\s*(?:\d{1,3}[.．、]|\[\d{1,3}\])\s*(.+)")
_ENTRY_DAY: Final = re.compile(r"[(（](\d{4}[/.-]\d{1,2}[/.-]\d{1,2})[)）]")


class _Work(NamedTuple):
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None


def infer_original(
    lines: list[Line], text: str, *, publisher: str | None, author: str | None
) -> OriginalWork | None:
    """Reads which report an article rests on; None if the article does not say.

    Args:
        lines: Lines before cleaning.
        text: The cleaned text.
        publisher: Who published the article; not the report's publisher at the same time.
        author: The article's author, who is the report's if a label names the report's title.
    """
    found = [
        _from_labels(lines, author),
        _from_lead(text),
        _from_single_reference(text),
        _from_brackets(lines, publisher),
    ]
    merged = _Work(*(next((v for v in values if v is not None), None) for values in zip(*found, strict=True)))
    if merged == _Work():
        return None
    return OriginalWork(**merged._asdict())


def _from_labels(lines: list[Line], author: str | None) -> _Work:
    filled = [line.text.strip() for line in lines if not is_blank(line) and len(line.text) <= 600]
    values: dict[str, str] = {}
    for index, text in enumerate(filled):
        for name, pattern in (
            ("title", _TITLE),
            ("publisher", _PUBLISHER),
            ("author", _AUTHOR),
            ("published", _DATE),
            ("url", _LINK),
        ):
            match = pattern.match(text)
            if match is None:
                continue
            value = match[1]
            if (
                name == "url"
                and value is None
                and index + 1 < len(filled)
                and re.match("https?://", filled[index + 1])
            ):
                value = filled[index + 1].split()[0]
            if value:
                values.setdefault(name, value.strip())
    return _Work(
        title=values.get("title"),
        publisher=values.get("publisher"),
        author=values.get("author") or (author if "title" in values else None),
        published=parse_day(values.get("published", "")),
        url=_without_tracking(values["url"]) if "url" in values else None,
    )


def _from_lead(text: str) -> _Work:
    match = _LEAD.search(text[:LEAD_CHARACTERS])
    if match is None:
        return _Work()
    who = _SITE.sub("", _PRAISE.sub("", match["who"].strip("，, "))).strip("，, ")
    title = match["english"] or match["work"] or match["quoted"]
    return _Work(title=title.strip(), publisher=who or None, published=parse_day(match["day"]))


def _from_single_reference(text: str) -> _Work:
    """Reads ``title·outlet·author(YYYY/MM/DD)`` if the list of references has one entry."""
    lines = [line for line in text.split("\n") if line.strip()]
    start = next((i for i, line in enumerate(lines) if _REFERENCES.fullmatch(line.strip())), None)
    if start is None:
        return _Work()
    entries = [match[1] for line in lines[start + 1 :] if (match := _ENTRY.fullmatch(line))]
    if len(entries) != 1 or len(lines) - start != 2:
        return _Work()
    day = _ENTRY_DAY.search(entries[0])
    parts = [part.strip() for part in (entries[0][: day.start()] if day else entries[0]).split("·")]
    if day is None or len(parts) < 2:
        return _Work()
    return _Work(title=parts[0], publisher="；".join(parts[1:]), published=parse_day(day[1]))


def _from_brackets(lines: list[Line], publisher: str | None) -> _Work:
    for line in reversed([line for line in lines if not is_blank(line)]):
        match = _BRACKETED.fullmatch(line.text.strip())
        if match and match[1].strip() != publisher:
            return _Work(publisher=match[1].strip())
    return _Work()


def _without_tracking(url: str) -> str:
    """Takes the parameters of visitor counting off an address."""
    parts = urlsplit(url)
    kept = [
        (key, value) for key, value in parse_qsl(parts.query) if not key.startswith(("utm_", "_gl", "spm"))
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))
