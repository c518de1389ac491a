"""The part of the report to read first when a figure fell: every failed question."""

from __future__ import annotations

import re
from html import escape

from policy_qa.evaluation.failures import REASONS, failures
from policy_qa.evaluation.golden_result import GoldenResult, Outcome
from policy_qa.evaluation.matching import squeeze
from policy_qa.records import Citation, Hit


def failures_section(result: GoldenResult) -> str:
    """All failed questions by reason, hits beside the expected evidence."""
    groups = failures(result.outcomes)
    total = sum(len(group) for group in groups.values())
    if not total:
        return '<h2 id="failures">Failed questions</h2><p>None.</p>'
    links = "".join(
        f'<li><a href="#{reason}">{escape(REASONS[reason])}</a> <b>{len(group)}</b></li>'
        for reason, group in groups.items()
    )
    parts = [
        f'<h2 id="failures">Failed questions: {total} of {len(result.outcomes)}</h2>',
        "<p>Each is listed once, under the first reason that applies. Expected words are marked"
        " where they were found.</p>",
        f'<ul class="reasons">{links}</ul>',
    ]
    for reason, group in groups.items():
        parts.append(f'<h3 id="{reason}">{escape(REASONS[reason])} ({len(group)})</h3>')
        parts.extend(_question(outcome) for outcome in group)
    return "\n".join(parts)


def _question(outcome: Outcome) -> str:
    question = outcome.question
    rewritten = (
        f'<p class="note">Asked as: {escape(outcome.asked)}</p>' if outcome.asked != question.question else ""
    )
    return (
        f'<details class="failed"><summary><code>{escape(question.id)}</code>'
        f'<span class="tag">{question.type.replace("_", " ")}</span>'
        f'<span class="asked">{escape(question.question)}</span>{_tags(outcome)}</summary>{rewritten}'
        f'<div class="pair"><section><h4>Expected</h4>{_expected(outcome)}</section>'
        f"<section><h4>Found</h4>{_found(outcome)}</section></div></details>"
    )


def _tags(outcome: Outcome) -> str:
    if outcome.answer is None:
        return '<span class="tag bad">error</span>'
    shares = [
        _share_tag(label, outcome.scores[name])
        for name, label in (("evidence_top5", "top 5"), ("evidence_quoted", "quoted"))
        if name in outcome.scores
    ]
    return "".join(shares) + f'<span class="tag">confidence {outcome.confidence:.2f}</span>'


def _share_tag(label: str, share: float) -> str:
    return f'<span class="tag{"" if share == 1 else " bad"}">{label} {share:.0%}</span>'


def _expected(outcome: Outcome) -> str:
    question = outcome.question
    if not question.answerable:
        return "<p>The corpus does not answer this: an abstention.</p>"
    shown = "".join(h.text for h in outcome.answer.hits[:5]) if outcome.answer else ""
    quoted = "".join(c.quote for c in outcome.answer.citations) if outcome.answer else ""
    rows = []
    for fact in question.evidence:
        in_quotes = any(squeeze(words) in squeeze(quoted) for words in fact)
        in_hits = any(squeeze(words) in squeeze(shown) for words in fact)
        state = "quoted" if in_quotes else "found, not quoted" if in_hits else "not found"
        style = "" if in_quotes else " bad"
        words = " <i>or</i> ".join(escape(w) for w in fact)
        rows.append(f'<li>{words} <span class="tag{style}">{state}</span></li>')
    articles = ", ".join(f"<code>{escape(a)}</code>" for a in question.article_ids)
    answers = escape(" / ".join(question.answer))
    return (
        f'<ul class="facts">{"".join(rows)}</ul><p class="note">Answer: {answers}</p>'
        f'<p class="note">In {articles}</p>'
    )


def _found(outcome: Outcome) -> str:
    answer = outcome.answer
    if answer is None:
        return f'<p class="error">{escape(outcome.error or "")}</p>'
    pattern = _pattern(outcome)
    quotes = "".join(_quote(citation, pattern) for citation in answer.citations)
    hits = "".join(_hit(rank, hit, outcome, pattern) for rank, hit in enumerate(answer.hits, 1))
    said = f'<h5>Quoted</h5><ol class="quotes">{quotes}</ol>' if quotes else f"<p>{escape(answer.status)}</p>"
    return f'{said}<h5>Hits</h5><ol class="hits">{hits}</ol>'


def _quote(citation: Citation, pattern: re.Pattern[str] | None) -> str:
    return f"<li>{_marked(citation.quote, pattern)} <code>{escape(citation.article_id)}</code></li>"


def _hit(rank: int, hit: Hit, outcome: Outcome, pattern: re.Pattern[str] | None) -> str:
    right = hit.article_id in outcome.question.article_ids
    scores = " ".join(f"{name} {value:.2f}" for name, value in hit.scores.items())
    late = ' class="late"' if rank > 5 else ""
    where = f'<code class="{"right" if right else "other"}">{escape(hit.article_id)}</code>'
    text = _marked(hit.text, pattern if right else None)
    return (
        f'<li{late}>{where} <span class="note">{hit.score:.2f}: {scores}</span>'
        f'<div class="words">{text}</div></li>'
    )


def _pattern(outcome: Outcome) -> re.Pattern[str] | None:
    """Finds the expected words, whatever white space lies between their characters."""
    words = [squeeze(w) for fact in outcome.question.evidence for w in fact]
    if not words:
        return None
    return re.compile("|".join(r"\s*".join(map(re.escape, w)) for w in words))


def _marked(text: str, pattern: re.Pattern[str] | None) -> str:
    if pattern is None:
        return escape(text)
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        end = match.end()
    return "".join([*parts, escape(text[end:])])
