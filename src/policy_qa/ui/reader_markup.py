"""An article in the side pane: what is known about it, its text, the words cited marked."""

from __future__ import annotations

import re
from itertools import pairwise

from policy_qa.records import Article, Language, RemovedSpan
from policy_qa.ui.escaping import button, e, isolated, link
from policy_qa.ui.wording import HTML_LANGUAGE, say

WINDOW = 60_000
"""Characters shown before and after the words cited; a browser lays out more than that slowly."""

_HEADING = re.compile(r"^(#{1,6})[ \t]+")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+")


def reader_html(
    article: Article, start: int | None, end: int | None, speaker: str | None, language: Language
) -> str:
    """The whole pane.

    Args:
        article: The article.
        start: Offset of the words to mark; ``None`` to mark nothing.
        end: Their end.
        speaker: Who says them inside the article.
        language: Language of the page's own words.
    """
    title = f'<h2 id="pq-reader-title" tabindex="-1">{isolated(article.metadata.title)}</h2>'
    head = (
        f'<header class="pq-reader-head">{title}{button("close", say(language, "close"))}'
        f"{_facts(article, speaker, language)}</header>"
    )
    body = text_html(article.text, start or 0, end or 0, language)
    return (
        f'{head}<div class="pq-reader-text" lang="{HTML_LANGUAGE[article.metadata.language]}"'
        f' tabindex="0" role="region" aria-labelledby="pq-reader-title">{body}</div>'
    )


def text_html(text: str, start: int, end: int, language: Language) -> str:
    """The text with ``text[start:end]`` marked, line by line.

    Words that run over several lines get a mark in each; joined by the line breaks between
    them, the marks hold exactly the words.
    """
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    first, last = max(0, start - WINDOW), min(len(text), end + WINDOW)
    gap = f'<p class="pq-notice">… {say(language, "left_out")} …</p>'
    made = [gap] if first else []
    offset = first
    for line in text[first:last].split("\n"):
        if line.strip():
            made.append(_line(line, start - offset, end - offset))
        offset += len(line) + 1
    if last < len(text):
        made.append(gap)
    return "".join(made)


def removed_html(removed: tuple[RemovedSpan, ...], language: Language) -> str:
    """What cleaning took away from an article, piece by piece."""
    if not removed:
        return f"<p>{say(language, 'cleaned_nothing')}</p>"
    rows = "".join(
        f"<li><code>{e(span.rule)}</code> {say(language, 'line', n=span.line)}"
        f'<div class="pq-removed">{isolated(span.text[:WINDOW])}</div></li>'
        for span in removed
    )
    return f'<h3>{say(language, "cleaned_title")}</h3><ol class="pq-removals">{rows}</ol>'


def _facts(article: Article, speaker: str | None, language: Language) -> str:
    known = article.metadata
    rows: list[tuple[str, str]] = [
        ("publisher", isolated(known.publisher) if known.publisher else ""),
        ("author", isolated(known.author) if known.author else ""),
        ("published", e(known.published.isoformat()) if known.published else ""),
        ("speaker", isolated(speaker) if speaker else ""),
    ]
    if original := known.original:
        parts = (original.publisher, original.title, original.published and original.published.isoformat())
        work = " · ".join(isolated(part) for part in parts if part)
        rows.append(("relays", f"{work} {link(original.url, say(language, 'open_link'))}".strip()))
    rows.append(("original", link(known.url, known.url or "")))
    stated = {"publisher", "published"}
    listed = "".join(
        f"<div><dt>{say(language, key)}</dt><dd>{value or say(language, 'unknown')}</dd></div>"
        for key, value in rows
        if value or key in stated
    )
    return f'<dl class="pq-facts">{listed}</dl>'


def _line(line: str, start: int, end: int) -> str:
    """One line; ``start`` and ``end`` count from its beginning and may lie outside it."""
    heading = _HEADING.match(line)
    sign = heading.end() if heading else 0
    start, end = max(start, 0), min(end, len(line))
    body = "".join(_piece(line, a, b, sign, start <= a < end) for a, b in _cuts(len(line), sign, start, end))
    if heading:
        return f'<p class="pq-heading" role="heading" aria-level="{min(len(heading[1]) + 2, 6)}">{body}</p>'
    return f'<p class="pq-item">{body}</p>' if _ITEM.match(line) else f"<p>{body}</p>"


def _cuts(length: int, *at: int) -> list[tuple[int, int]]:
    """The pieces into which a line is cut at these places."""
    places = sorted({0, length, *(place for place in at if 0 < place < length)})
    return list(pairwise(places))


def _piece(line: str, start: int, end: int, sign: int, marked: bool) -> str:
    text = e(line[start:end])
    if end <= sign:  # the number signs of a heading stay in the text, but out of sight
        text = f'<span class="pq-sign">{text}</span>'
    return f"<mark>{text}</mark>" if marked else text
