"""An abstention as HTML: what was searched, what came closest, how to go on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from policy_qa.records import Answer, Hit, Language, Record
from policy_qa.ui.conversation import Scope, Turn
from policy_qa.ui.escaping import attributes, button, e, isolated
from policy_qa.ui.wording import HTML_LANGUAGE, say

_NEAREST = 5
_EXCERPT = 220


class Searched(Record):
    """What there was to search.

    Attributes:
        n_articles: Articles of the index.
        n_passages: Passages of the index.
        titles: Titles by article id, of the articles that filters may name.
    """

    n_articles: int = 0
    n_passages: int = 0
    titles: Mapping[str, str] = Field(default_factory=dict)


def abstention_html(turn: Turn, answer: Answer, language: Language, searched: Searched) -> str:
    """An answer of its own kind: the corpus does not say, or the question is not clear."""
    unclear = answer.status == "unclear_question"
    title = say(language, "unclear_title" if unclear else "none_title")
    said = f'<p lang="{HTML_LANGUAGE[answer.language]}">{e(answer.answer)}</p>' if unclear else ""
    parts = [
        f'<h3 class="pq-none-title">{e(title)}</h3>',
        said or f"<p>{_what_was_searched(turn.scope, answer, language, searched)}</p>",
        _nearest(answer.hits[:_NEAREST], language),
        _widen(turn, language),
    ]
    return (
        f'<div class="pq-none pq-{answer.status}" role="group" aria-label="{e(title)}">{"".join(parts)}</div>'
    )


def scope_text(scope: Scope, searched: Searched) -> str:
    """The filters in one line, not escaped."""
    period = " – ".join((scope.since or "…", scope.until or "…")) if scope.since or scope.until else None
    named = [searched.titles.get(article, article) for article in scope.articles]
    return "；".join((*scope.publishers, *named, *([period] if period else [])))


def _what_was_searched(scope: Scope, answer: Answer, language: Language, searched: Searched) -> str:
    parts = [say(language, "searched", articles=searched.n_articles, passages=searched.n_passages)]
    if scope:
        parts.append(say(language, "scope", scope=scope_text(scope, searched)))
    parts.append(say(language, "too_low", n=round(answer.confidence * 100)))
    comma, stop = ("，", "。") if language == "zh" else ("; ", ".")
    return e(comma.join(parts) + stop)


def _nearest(hits: tuple[Hit, ...], language: Language) -> str:
    if not hits:
        return ""
    rows = "".join(f"<li>{_hit(hit)}</li>" for hit in hits)
    return f'<h4>{say(language, "nearest")}</h4><ol class="pq-nearest">{rows}</ol>'


def _hit(hit: Hit) -> str:
    best = hit.best_sentence
    start, end = (best.start, best.end) if best else (hit.start, hit.end)
    where = attributes(act="open", article=hit.article_id, start=start, end=end)
    outlet = f'<span class="pq-facts">{isolated(hit.publisher)}</span>' if hit.publisher else ""
    return (
        f'<button type="button" class="pq-title"{where}>{isolated(hit.title)}</button>{outlet}'
        f'<p class="pq-excerpt" lang="zh-Hans">{_excerpt(hit, start, end)}</p>'
    )


def _excerpt(hit: Hit, start: int, end: int) -> str:
    """The passage around its best sentence, which is marked."""
    begin, stop = start - hit.start, min(end - hit.start, start - hit.start + _EXCERPT)
    room = max(0, (_EXCERPT - (stop - begin)) // 2)
    left, right = max(0, begin - room), min(len(hit.text), stop + room)
    before = ("…" if left else "") + hit.text[left:begin]
    after = hit.text[stop:right] + ("…" if right < len(hit.text) else "")
    return f"{e(before)}<mark>{e(hit.text[begin:stop])}</mark>{e(after)}"


def _widen(turn: Turn, language: Language) -> str:
    ways = [f"<li>{say(language, 'widen_words')}</li>"]
    if turn.scope:
        ways.insert(0, f"<li>{button('widen', say(language, 'widen_filters'), turn=turn.number)}</li>")
    ways.append(f"<li>{button('library', say(language, 'widen_upload'))}</li>")
    return f'<h4>{say(language, "widen")}</h4><ul class="pq-widen">{"".join(ways)}</ul>'
