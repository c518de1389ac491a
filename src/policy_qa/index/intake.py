"""Corpus folder → articles, reading only what changed since the last generation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from policy_qa.articles import find_duplicates, iter_sources, load_article
from policy_qa.errors import BadInputError
from policy_qa.index.generation import Generation
from policy_qa.index.manifest import SourceFile
from policy_qa.records import Article, Record


class Intake(Record):
    """The corpus as it stands, and how it differs from the last generation.

    Attributes:
        articles: All articles, by source path.
        sources: All files, by source path, skipped ones included.
        kept: Ids of articles whose record is exactly that of the last generation.
        added: Sources of new articles.
        changed: Sources of changed articles.
        removed: Sources of articles that are gone.
        duplicates: Groups of near-identical articles, by source.
        differs: Whether anything a reader could see has changed.
    """

    articles: tuple[Article, ...]
    sources: tuple[SourceFile, ...]
    kept: frozenset[str]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    duplicates: tuple[tuple[str, ...], ...]
    differs: bool

    @property
    def unchanged(self) -> int:
        """How many articles stayed as they were."""
        return len(self.kept)


def read_corpus(
    corpus: Path, previous: Generation | None, progress: Callable[[str, int, int], None] | None = None
) -> Intake:
    """Reads the corpus.

    A file whose size and time of change are those of the last generation is not opened; one
    whose bytes are the same is not parsed.

    Args:
        corpus: Folder with the articles.
        previous: The last generation, if its articles can be taken over.
        progress: Told how many files are done.

    Raises:
        BadInputError: The folder is missing, or none of its files holds an article.
    """
    if not corpus.is_dir():
        raise BadInputError(f"{corpus} is no folder. Put articles there, or name another with --corpus.")
    known_articles = {a.source: a for a in previous.store.articles()} if previous else {}
    known_files = {s.source: s for s in previous.manifest.sources} if previous else {}
    articles: list[Article] = []
    files: list[SourceFile] = []
    paths = iter_sources(corpus)
    taken: dict[str, str] = {}
    for done, path in enumerate(paths, 1):
        source = path.relative_to(corpus).as_posix()
        file, article = _read(path, source, corpus, known_files.get(source), known_articles.get(source))
        if article is not None and (twin := taken.setdefault(article.article_id, source)) != source:
            # No hash is kept, so that the file is read again once its twin is gone.
            reason = f"{source} would get the same id as {twin}. Rename one of the two."
            file, article = file.model_copy(update=_refused(reason)), None
        files.append(file)
        if article is not None:
            articles.append(article)
        if progress:
            progress("reading", done, len(paths))
    if not articles:
        raise BadInputError(_nothing_found(corpus, files))
    now = {article.source: article for article in articles}
    added = tuple(s for s in now if s not in known_articles)
    changed = tuple(s for s, a in now.items() if s in known_articles and a != known_articles[s])
    removed = tuple(s for s in known_articles if s not in now)
    kept = frozenset(a.article_id for s, a in now.items() if known_articles.get(s) == a)
    same = previous is not None and not (added or changed or removed)
    return Intake(
        articles=tuple(articles),
        sources=tuple(files),
        kept=kept,
        added=added,
        changed=changed,
        removed=removed,
        duplicates=previous.manifest.duplicates if same and previous else _duplicates(articles),
        differs=not same,
    )


def _read(
    path: Path, source: str, corpus: Path, known: SourceFile | None, article: Article | None
) -> tuple[SourceFile, Article | None]:
    readable = source.encode("utf-8", "backslashreplace").decode()
    fresh = SourceFile(source=readable, size=0, modified_ns=0, content_hash="")
    if readable != source:
        reason = f"{readable} has a name that is not UTF-8. Rename it."
        return fresh.model_copy(update=_refused(reason)), None
    try:
        stat = path.stat()
        fresh = fresh.model_copy(update={"size": stat.st_size, "modified_ns": stat.st_mtime_ns})
        if (
            known
            and known.content_hash
            and (known.size, known.modified_ns) == (fresh.size, fresh.modified_ns)
        ):
            return known, article
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = f"{source} cannot be read: {error.strerror or error}"
        return fresh.model_copy(update=_refused(reason)), None
    fresh = fresh.model_copy(update={"content_hash": digest})
    if known and known.content_hash == digest:
        return fresh.model_copy(update={"article_id": known.article_id, "skipped": known.skipped}), article
    try:
        loaded = load_article(path, root=corpus)
    except BadInputError as error:
        return fresh.model_copy(update={"skipped": str(error)}), None
    return fresh.model_copy(update={"article_id": loaded.article_id}), loaded


def _refused(reason: str) -> dict[str, str | None]:
    return {"skipped": reason, "content_hash": "", "article_id": None}


def _duplicates(articles: list[Article]) -> tuple[tuple[str, ...], ...]:
    sources = {article.article_id: article.source for article in articles}
    return tuple(tuple(sources[aid] for aid in group.article_ids) for group in find_duplicates(articles))


def _nothing_found(corpus: Path, files: list[SourceFile]) -> str:
    if not files:
        return f"{corpus} holds no .md, .txt, .html, .pdf or .docx file. Put articles there and try again."
    reasons = "; ".join(f"{file.source}: {file.skipped}" for file in files[:5])
    return f"None of the {len(files)} files in {corpus} holds an article ({reasons})."
