"""An answer as HTML: its words, its markers as chips, where they come from, how it was checked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.records import Answer, Check, Citation, Language
from policy_qa.ui.abstention_markup import Searched, abstention_html
from policy_qa.ui.conversation import Turn
from policy_qa.ui.escaping import attributes, e, isolated
from policy_qa.ui.wording import CHECKS, HTML_LANGUAGE, say

_MARKER = re.compile(r"\[(\d{1,3})\]")
_NOTICE = re.compile(r"\A\*(?P<words>[^*]+)\*\Z")


def answer_html(turn: Turn, language: Language, searched: Searched) -> str:
    """What came of a question.

    Args:
        turn: An answered turn.
        language: Language of the page's own words; the answer keeps its own.
        searched: What there was to search.
    """
    answer = turn.answer
    if answer is None:
        return ""
    if answer.status != "answered":
        return abstention_html(turn, answer, language, searched)
    spoken = HTML_LANGUAGE[answer.language]
    words = words_html(
        answer.answer, answer.citations, spoken, language, turn.number, answer.short_answer or ""
    )
    return f"{words}{_sources(answer.citations, language, turn.number)}{_foot(answer, language)}"


def words_html(
    text: str, citations: Sequence[Citation], spoken: str, language: Language, number: int, short: str = ""
) -> str:
    """The words of an answer, or of as much of it as there is, their markers as chips.

    Args:
        text: The answer's Markdown.
        citations: What its markers point to.
        spoken: Language of the words, for HTML.
        language: Language of the page's own words.
        number: Of the turn.
        short: The few words that answer.
    """
    lead = f'<p class="pq-short">{e(short)}</p>' if short else ""
    shown = "".join(_paragraphs(text, citations, language, number))
    return f'<div class="pq-words" lang="{spoken}">{lead}{shown}</div>'


def facts(citation: Citation, language: Language) -> str:
    """Publisher, author, date and speaker of a citation on one line."""
    said = say(language, "says", who=citation.attributed_to) if citation.attributed_to else None
    parts: tuple[str | None, ...] = (
        citation.publisher,
        citation.author,
        citation.published.isoformat() if citation.published else None,
        said,
    )
    return '<span class="pq-dot"> · </span>'.join(isolated(part) for part in parts if part)


def citation_data(citation: Citation) -> str:
    """What the script needs to open the article at the words cited."""
    return attributes(
        act="open",
        article=citation.article_id,
        start=citation.start,
        end=citation.end,
        by=citation.attributed_to or None,
    )


def _split(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part.strip()]


def _paragraphs(text: str, citations: Sequence[Citation], language: Language, number: int) -> list[str]:
    by_marker = {citation.marker: citation for citation in citations}

    def chip(match: re.Match[str]) -> str:
        citation = by_marker.get(int(match.group(1)))
        return _chip(citation, language, number) if citation else match.group()

    made = []
    for part in _split(text):
        if notice := _NOTICE.match(part):
            made.append(f'<p class="pq-notice">{e(notice["words"])}</p>')
            continue
        words = _MARKER.sub(chip, e(part)).replace("\n", "<br>")
        made.append(f"<p>{words}</p>")
    return made


def _chip(citation: Citation, language: Language, number: int) -> str:
    label = say(language, "citation", n=citation.marker, title=citation.title)
    preview = attributes(quote=citation.quote, source=citation.publisher or citation.title)
    return (
        f'<button type="button" class="pq-chip" id="pq-chip-{number}-{citation.marker}"'
        f' aria-label="{e(label)}"{citation_data(citation)}{preview}>{citation.marker}</button>'
    )


def _sources(citations: Sequence[Citation], language: Language, number: int) -> str:
    """Where the quotes come from: one line for each article and speaker, with their markers."""
    groups: dict[tuple[str, str | None], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.article_id, citation.attributed_to), []).append(citation)
    if not groups:
        return ""
    rows = "".join(_source(group, language) for group in groups.values())
    opening = f'<div class="pq-sources" role="group" aria-labelledby="pq-sources-{number}">'
    return f'{opening}<h3 id="pq-sources-{number}">{say(language, "sources")}</h3><ul>{rows}</ul></div>'


def _source(group: Sequence[Citation], language: Language) -> str:
    first = group[0]
    markers = ", ".join(str(citation.marker) for citation in group)
    return (
        f'<li><span class="pq-number">{markers}</span>'
        f'<span><button type="button" class="pq-title"{citation_data(first)}>{isolated(first.title)}'
        f'</button><span class="pq-facts">{facts(first, language)}</span></span></li>'
    )


def _foot(answer: Answer, language: Language) -> str:
    model = say(language, "extractive") if answer.model == "extractive" else answer.model
    notes = [say(language, "confidence", n=round(answer.confidence * 100)), model]
    if "total" in answer.timings_ms:
        notes.append(say(language, "took", n=round(answer.timings_ms["total"])))
    quiet = '<span class="pq-dot"> · </span>'.join(isolated(note) for note in notes)
    return f'<div class="pq-foot">{_checks(answer.checks, language)}<span>{quiet}</span></div>'


def _checks(checks: Sequence[Check], language: Language) -> str:
    """The checks, folded; what failed is listed with its reason, what passed by its kind."""
    if not checks:
        return ""
    failed = [check for check in checks if not check.passed]
    dropped = len({check.sentence for check in failed})
    if not failed:
        summary = f"✓ {say(language, 'checks_passed', n=len(checks))}"
    elif dropped == 1:
        summary = f"✗ {say(language, 'one_check_failed')}"
    else:
        summary = f"✗ {say(language, 'checks_failed', n=dropped)}"
    kinds = dict.fromkeys(check.kind for check in checks if check.passed)
    rows = "".join(
        f"<li>✗ {isolated(check.sentence)}<br><span>{e(check.detail)}</span></li>" for check in failed
    ) + "".join(f"<li>✓ {e(CHECKS[kind][language == 'en'])}</li>" for kind in kinds)
    state = "pq-failed" if failed else "pq-passed"
    return f'<details class="pq-checks {state}"><summary>{e(summary)}</summary><ul>{rows}</ul></details>'
