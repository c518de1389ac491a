"""Answers → HTML that holds nothing but our own tags: every word of an article is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit

from policy_qa.records import Answer, Article, Citation, Hit, Language

LABELS: dict[Language, dict[str, str]] = {
    "zh": {
        "sources": "引文与出处",
        "nearest": "最接近的段落",
        "original": "原文链接",
        "says": "说话人",
        "verified": "项核对，全部通过",
        "dropped": "核对未通过，已略去",
        "confidence": "把握",
    },
    "en": {
        "sources": "Quotes and sources",
        "nearest": "Nearest passages",
        "original": "Original page",
        "says": "Speaker",
        "verified": "checks, all passed",
        "dropped": "failed a check and was dropped",
        "confidence": "Confidence",
    },
}
_MARKER = re.compile(r"\[(\d{1,3})\]")
_CONTEXT = 160


def answer_html(answer: Answer) -> str:
    """The answer itself; markers become links to the quotes below."""
    body = escape(answer.answer)
    known = {citation.marker for citation in answer.citations}

    def chip(match: re.Match[str]) -> str:
        number = int(match.group(1))
        if number not in known:
            return match.group()
        return f'<a class="pq-chip" href="#pq-cite-{number}" aria-label="[{number}]">{number}</a>'

    paragraphs = "".join(f"<p>{_MARKER.sub(chip, part)}</p>" for part in body.split("\n\n"))
    short = f'<p class="pq-short">{escape(answer.short_answer)}</p>' if answer.short_answer else ""
    opening = f'<div class="pq-answer pq-{answer.status}" lang="{answer.language}">'
    return f"{opening}{short}{paragraphs}{_checks(answer)}</div>"


def sources_html(answer: Answer, article: Callable[[str], Article]) -> str:
    """Each quote inside its surroundings, highlighted; after an abstention the nearest passages."""
    labels = LABELS[answer.language]
    if answer.citations:
        cards = "".join(_citation_card(c, article(c.article_id), labels) for c in answer.citations)
        return f'<section class="pq-sources"><h3>{labels["sources"]}</h3>{cards}</section>'
    if not answer.hits:
        return ""
    cards = "".join(_hit_card(hit) for hit in answer.hits[:5])
    return f'<section class="pq-sources"><h3>{labels["nearest"]}</h3>{cards}</section>'


def _checks(answer: Answer) -> str:
    labels = LABELS[answer.language]
    failed = [check for check in answer.checks if not check.passed]
    if not answer.checks:
        return ""
    if not failed:
        return f'<p class="pq-checks">✓ {len(answer.checks)} {labels["verified"]}</p>'
    lines = "".join(f"<li>{escape(c.sentence)} ({escape(c.detail)})</li>" for c in failed)
    summary = f"<summary>✗ {len(failed)} {labels['dropped']}</summary>"
    return f'<details class="pq-checks">{summary}<ul>{lines}</ul></details>'


def _citation_card(citation: Citation, article: Article, labels: dict[str, str]) -> str:
    before = article.text[max(0, citation.start - _CONTEXT) : citation.start]
    after = article.text[citation.end : citation.end + _CONTEXT]
    facts: Sequence[str | None] = (
        citation.publisher,
        citation.author,
        citation.published.isoformat() if citation.published else None,
        f"{labels['says']}: {citation.attributed_to}" if citation.attributed_to else None,
    )
    line = " · ".join(escape(fact) for fact in facts if fact)
    chip = f'<span class="pq-chip">{citation.marker}</span>'
    return (
        f'<article class="pq-card" id="pq-cite-{citation.marker}"><h4>{chip} {escape(citation.title)}</h4>'
        f'<p class="pq-facts">{line}{_link(citation.url, labels["original"])}</p><p class="pq-text">'
        f"…{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}…</p></article>"
    )


def _hit_card(hit: Hit) -> str:
    where = " › ".join(part for part in (hit.title, hit.heading) if part)
    return (
        f'<article class="pq-card"><h4>{escape(where)}</h4><p class="pq-facts">{escape(hit.publisher or "")} '
        f'({hit.score:.2f})</p><p class="pq-text">{escape(hit.text)}</p></article>'
    )


def _link(url: str | None, label: str) -> str:
    """A link, if the address is a plain web address: anything else would let an article run script."""
    if not url or urlsplit(url).scheme not in {"http", "https"}:
        return ""
    return f' · <a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer">{label}</a>'
