"""Records → what a person sees in a terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from policy_qa.records import Answer, Article, Citation, Hit

if TYPE_CHECKING:
    from policy_qa.citing.claims import ClaimVerdict
    from policy_qa.doctor import Finding
    from policy_qa.engine import PolicyQA
    from policy_qa.index.builder import IndexReport

_out = Console(highlight=False, soft_wrap=True)
_WATCH_SECONDS = 2.0


def index_with_progress(engine: PolicyQA, *, full: bool = False) -> IndexReport:
    """Indexes with a progress bar on standard error and a report on standard output."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def report_progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        report = engine.index(full=full, progress=report_progress)
    print_report(report)
    return report


def watch_corpus(engine: PolicyQA) -> None:
    """Indexes again whenever the corpus changes, until interrupted."""
    _out.print(f"Watching {engine.settings.corpus}; stop with Ctrl-C.")
    seen = _state(engine)
    try:
        while True:
            time.sleep(_WATCH_SECONDS)
            if (now := _state(engine)) != seen:
                seen = now
                index_with_progress(engine)
    except KeyboardInterrupt:
        _out.print("Stopped.")


def _state(engine: PolicyQA) -> frozenset[tuple[str, int, int]]:
    return frozenset(
        (str(path), stat.st_size, stat.st_mtime_ns)
        for path in engine.settings.corpus.rglob("*")
        if path.is_file() and (stat := path.stat())
    )


def print_report(report: IndexReport) -> None:
    """What an indexing run did."""
    _out.print(
        f"articles: {len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed,"
        f" {report.unchanged} unchanged, {len(report.skipped)} skipped"
    )
    for source, reason in report.skipped:
        _out.print(f"  skipped {source}: {reason}", markup=False)
    for group in report.duplicates:
        _out.print(f"  near-duplicates: {', '.join(group)}", markup=False)
    _out.print(
        f"passages: {report.n_passages} in generation {report.generation};"
        f" {report.n_embedded} texts embedded; {report.seconds:.1f} s"
    )


def print_answer(answer: Answer) -> None:
    """An answer with its sources, or an abstention with the nearest passages."""
    _out.print(answer.answer, markup=False)
    if answer.short_answer:
        _out.print(f"\n→ {answer.short_answer}", markup=False)
    if answer.citations:
        _out.print()
        for citation in answer.citations:
            _out.print(_source_line(citation), markup=False)
    elif answer.hits:
        _out.print()
        print_hits(answer.hits[:3])
    for check in answer.checks:
        if not check.passed:
            _out.print(f"dropped: {check.sentence} ({check.detail})", markup=False)


def _source_line(citation: Citation) -> str:
    parts = [
        f"[{citation.marker}] {citation.title}",
        citation.publisher,
        citation.published.isoformat() if citation.published else None,
        f"{citation.article_id}:{citation.start}-{citation.end}",
        citation.url,
    ]
    return " · ".join(part for part in parts if part)


def print_hits(hits: Sequence[Hit]) -> None:
    """Passages with their scores."""
    if not hits:
        _out.print("No passage found.")
    for number, hit in enumerate(hits, 1):
        where = " › ".join(part for part in (hit.title, hit.heading) if part)
        _out.print(f"{number}. {where}  ({hit.score:.2f})", markup=False)
        _out.print(f"   {hit.article_id}:{hit.start}-{hit.end}", markup=False)
        _out.print(f"   {hit.text}", markup=False)


def print_article(article: Article) -> None:
    """Metadata, then the cleaned text."""
    for name, value in article.metadata.model_dump(mode="json", exclude_none=True).items():
        _out.print(f"{name}: {value}", markup=False)
    _out.print(f"source: {article.source}\n", markup=False)
    _out.print(article.text, markup=False)


def print_removed(article: Article) -> None:
    """What cleaning took away, with line and rule."""
    if not article.removed:
        _out.print("Nothing was removed.")
    for span in article.removed:
        _out.print(f"{span.line:>5}  {span.rule:<28} {span.text!r}", markup=False)


def print_articles(articles: Sequence[Article]) -> None:
    """A table of articles."""
    table = Table("id", "published", "publisher", "title", box=None)
    for article in articles:
        metadata = article.metadata
        table.add_row(
            article.article_id,
            metadata.published.isoformat() if metadata.published else "",
            escape(metadata.publisher or ""),
            escape(metadata.title),
        )
    _out.print(table)


def print_draft_verdicts(verdicts: Sequence[ClaimVerdict]) -> None:
    """The sentences of a draft with what the corpus says of each."""
    for verdict in verdicts:
        _out.print(
            f"{'✓' if verdict.supported else '✗'} {verdict.sentence}  ({verdict.status})", markup=False
        )
        for check in verdict.checks:
            if not check.passed:
                _out.print(f"    {check.kind}: {check.detail}", markup=False)
        for quote in verdict.quotes[:1]:
            _out.print(f"    “{quote}”", markup=False)


def print_findings(findings: Sequence[Finding]) -> None:
    """What the doctor found."""
    for finding in findings:
        _out.print(f"{'ok  ' if finding.ok else 'FAIL'} {finding.subject}: {finding.detail}", markup=False)
