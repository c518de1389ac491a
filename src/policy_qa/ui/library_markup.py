"""The library as HTML: its articles, what was done with them, what an upload came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_qa.library import LibraryReport
from policy_qa.records import Article, Language, Record
from policy_qa.ui.escaping import attributes, button, e, isolated
from policy_qa.ui.wording import say

MOST_SHOWN = 200
"""Articles listed at most; searching finds the others."""


class Shelf(Record):
    """What the library tab shows.

    Attributes:
        articles: All articles, in the order of their files.
        passages: Passages by article id.
        duplicates: Groups of near-identical articles, by source.
        skipped: Source and reason of the files that are no articles.
    """

    articles: tuple[Article, ...]
    passages: Mapping[str, int]
    duplicates: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


class Refused(Record):
    """A file that was not added.

    Attributes:
        source: Its name.
        reason: Why, and what to do.
    """

    source: str
    reason: str


def library_html(shelf: Shelf, language: Language, search: str | None = "") -> str:
    """The list of articles.

    Args:
        shelf: What there is.
        language: Language of the page's own words.
        search: Only articles that have all these words in title, publisher, author or file name.
    """
    wanted = (search or "").casefold().split()
    found = [a for a in shelf.articles if all(word in _searchable(a) for word in wanted)]
    total = sum(shelf.passages.values())
    count = say(language, "n_articles", n=len(shelf.articles), passages=total)
    if wanted:
        count += say(language, "n_matching", n=len(found))
    rows = "".join(_row(article, shelf, language) for article in found[:MOST_SHOWN])
    more = f"<p>{say(language, 'shown_only', n=MOST_SHOWN)}</p>" if len(found) > MOST_SHOWN else ""
    return (
        f'<p class="pq-count" role="status">{e(count)}</p><ul class="pq-library">{rows}</ul>{more}'
        f"{_skipped(shelf.skipped, language)}"
    )


def upload_html(outcomes: Sequence[LibraryReport | Refused], language: Language) -> str:
    """What uploads and removals came to, one line each."""
    rows = "".join(f"<li>{_outcome(outcome, language)}</li>" for outcome in outcomes)
    return f'<ul class="pq-uploaded" role="status">{rows}</ul>' if rows else ""


def _searchable(article: Article) -> str:
    known = article.metadata
    words = (known.title, known.title_en, known.publisher, known.author, article.source)
    return " ".join(word for word in words if word).casefold()


def _row(article: Article, shelf: Shelf, language: Language) -> str:
    known, aid = article.metadata, article.article_id
    parts = (
        known.publisher or "",
        known.published.isoformat() if known.published else "",
        say(language, "passages", n=shelf.passages.get(aid, 0)),
        say(language, "characters", n=f"{len(article.text):,}"),
        article.source,
    )
    line = '<span class="pq-dot"> · </span>'.join(isolated(part) for part in parts if part)
    sure = say(language, "remove_sure", title=known.title)
    buttons = (
        button("cleaned", say(language, "cleaned", n=len(article.removed)), article=aid)
        if article.removed
        else ""
    ) + button("remove", say(language, "remove"), article=aid, sure=sure)
    title = f'<button type="button" class="pq-title"{attributes(act="open", article=aid)}>'
    return (
        f'<li class="pq-row"><div>{title}{isolated(known.title)}</button>'
        f'<p class="pq-facts">{line}</p>{_twins(article, shelf, language)}</div>'
        f'<div class="pq-tools" role="group" aria-label="{e(known.title)}">{buttons}</div></li>'
    )


def _twins(article: Article, shelf: Shelf, language: Language) -> str:
    group = next((group for group in shelf.duplicates if article.source in group), ())
    others = [source for source in group if source != article.source]
    return _warning(others, language) if others else ""


def _warning(others: Sequence[str], language: Language) -> str:
    text = say(language, "duplicate", others=("、" if language == "zh" else ", ").join(others))
    return f'<p class="pq-warning">⚠ {isolated(text)}</p>'


def _skipped(skipped: Sequence[tuple[str, str]], language: Language) -> str:
    if not skipped:
        return ""
    rows = "".join(f"<li>{isolated(source)}: {e(reason)}</li>" for source, reason in skipped)
    summary = f"<summary>{say(language, 'skipped')} ({len(skipped)})</summary>"
    return f'<details class="pq-skipped">{summary}<ul>{rows}</ul></details>'


def _outcome(outcome: LibraryReport | Refused, language: Language) -> str:
    if isinstance(outcome, Refused):
        return f"✗ {say(language, 'refused')}: {isolated(outcome.source)} <span>{e(outcome.reason)}</span>"
    title = isolated(outcome.title)
    if outcome.action != "removed":
        where = attributes(act="open", article=outcome.article_id)
        title = f'<button type="button" class="pq-title"{where}>{title}</button>'
    parts = [say(language, "in_seconds", n=f"{outcome.seconds:.1f}")] if outcome.action != "removed" else []
    if outcome.removed_by_cleaning and outcome.action != "removed":
        parts.append(say(language, "cleaned", n=outcome.removed_by_cleaning))
    line = '<span class="pq-dot"> · </span>'.join(e(part) for part in parts)
    twins = _warning(outcome.duplicates, language) if outcome.duplicates else ""
    return f'✓ {say(language, outcome.action)}: {title} <span class="pq-facts">{line}</span>{twins}'
