"""Articles and passages of one generation, in one SQLite file that is written once."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from policy_qa.errors import ArticleNotFoundError
from policy_qa.records import Article, Passage, Span

_SCHEMA = """
CREATE TABLE articles (position INTEGER PRIMARY KEY, article_id TEXT UNIQUE, record TEXT);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, passage_id TEXT UNIQUE, article_id TEXT,
    start INTEGER, end INTEGER, heading TEXT, tokens INTEGER, sentences TEXT
);
CREATE INDEX passages_of_article ON passages (article_id);
"""
_COLUMNS = "p.passage_id, p.article_id, p.start, p.end, p.heading, p.tokens, p.sentences"


class PassageKey(NamedTuple):
    """What retrieval needs to know of every passage without reading its text."""

    passage_id: str
    article_id: str
    sentences: int


def write_store(path: Path, articles: Sequence[Article], passages: Iterable[Passage]) -> None:
    """Writes a new store.

    Args:
        path: File to create.
        articles: All articles, in the order of their source paths.
        passages: All passages, article after article; their position becomes their row.
    """
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(_SCHEMA)
        db.executemany(
            "INSERT INTO articles VALUES (?, ?, ?)",
            ((i, article.article_id, article.model_dump_json()) for i, article in enumerate(articles)),
        )
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    row,
                    p.passage_id,
                    p.article_id,
                    p.start,
                    p.end,
                    p.heading,
                    p.tokens,
                    _pack(p.sentences),
                )
                for row, p in enumerate(passages)
            ),
        )


class ArticleStore:
    """Read-only access to a store. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens an existing store.

        Raises:
            sqlite3.DatabaseError: The file is damaged or missing.
        """
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._texts: dict[str, Article] = {}

    def check(self) -> None:
        """Reads the whole file once.

        Raises:
            sqlite3.DatabaseError: A page is damaged.
        """
        with self._lock:
            if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("quick_check failed")

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            ArticleNotFoundError: No article has that id.
        """
        if (known := self._texts.get(article_id)) is not None:
            return known
        with self._lock:
            row = self._db.execute(
                "SELECT record FROM articles WHERE article_id = ?", (article_id,)
            ).fetchone()
        if row is None:
            raise ArticleNotFoundError(
                f"No article has the id {article_id!r}. `policy-qa articles` lists the ids."
            )
        article = Article.model_validate_json(row[0])
        if len(self._texts) >= 2000:
            self._texts.clear()
        self._texts[article_id] = article
        return article

    def articles(self) -> list[Article]:
        """All articles in the order of their source paths."""
        with self._lock:
            rows = self._db.execute("SELECT record FROM articles ORDER BY position").fetchall()
        return [Article.model_validate_json(record) for (record,) in rows]

    def passage_keys(self) -> list[PassageKey]:
        """Ids and sentence counts of all passages in row order."""
        with self._lock:
            rows = self._db.execute("SELECT passage_id, article_id, sentences FROM passages ORDER BY row")
            return [PassageKey(pid, aid, packed.count(",") // 2 + 1) for pid, aid, packed in rows.fetchall()]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the given rows, in the order asked for."""
        found = {row: self._passage(*columns) for row, *columns in self._select("row", rows)}
        return [found[row] for row in rows]

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of one article in reading order."""
        return [self._passage(*columns) for _, *columns in self._select("article_id", [article_id])]

    def _select(self, column: str, values: Sequence[int | str]) -> list[Any]:
        marks = ",".join("?" * len(values))
        with self._lock:
            return self._db.execute(
                f"SELECT p.row, {_COLUMNS} FROM passages p WHERE p.{column} IN ({marks}) ORDER BY p.row",  # noqa: S608
                [int(v) if column == "row" else v for v in values],
            ).fetchall()

    def _passage(
        self, passage_id: str, article_id: str, start: int, end: int, heading: str, tokens: int, spans: str
    ) -> Passage:
        return Passage(
            passage_id=passage_id,
            article_id=article_id,
            start=start,
            end=end,
            text=self.article(article_id).text[start:end],
            heading=heading,
            sentences=_unpack(spans),
            tokens=tokens,
        )

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


def _pack(spans: Iterable[Span]) -> str:
    return json.dumps([number for span in spans for number in (span.start, span.end)], separators=(",", ":"))


def _unpack(packed: str) -> tuple[Span, ...]:
    numbers = json.loads(packed)
    return tuple(Span(start=a, end=b) for a, b in zip(numbers[::2], numbers[1::2], strict=True))
