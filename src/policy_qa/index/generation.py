"""An opened generation: everything retrieval needs, in memory or one look-up away."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import IndexMismatchError, IndexUnusableError, PolicyQAError
from policy_qa.index.chroma import SQLITE as CHROMA_SQLITE
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.leases import ReaderLease
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.manifest import (
    CHROMA,
    GENERATIONS,
    LEXICAL,
    MANIFEST,
    NAMES,
    STORE,
    VECTORS,
    Identity,
    Manifest,
    check_files,
    current_name,
    read_manifest,
)
from policy_qa.index.store import ArticleStore, PassageKey
from policy_qa.records import ArticleMetadata

_log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Filters:
    """Which articles may be searched. Empty fields do not restrict.

    Attributes:
        publishers: Any of these words in the publisher's name.
        since: Published on this day or later.
        until: Published on this day or earlier.
        article_ids: Only these articles.
    """

    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    article_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.publishers or self.since or self.until or self.article_ids)

    def accepts(self, article_id: str, metadata: ArticleMetadata) -> bool:
        """Whether an article may be searched.

        An article without a date of its own counts by the date of the work it relays, and
        is left out of a dated search if neither is known.
        """
        if self.article_ids and article_id not in self.article_ids:
            return False
        if self.publishers and not any(name in (metadata.publisher or "") for name in self.publishers):
            return False
        if self.since or self.until:
            published = metadata.published or (metadata.original.published if metadata.original else None)
            if published is None:
                return False
            return (self.since or published) <= published <= (self.until or published)
        return True


class Generation:
    """Read-only view of one generation.

    Rows number passages from 0 in the order of the store; vectors, lexical counts and
    sentence offsets use the same order.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Opens a generation whose files have been checked; ``open_generation`` does both."""
        self.manifest = manifest
        with ExitStack() as opened:
            opened.callback(ReaderLease(folder / MANIFEST).close)
            self.store = ArticleStore(folder / STORE)
            opened.callback(self.store.close)
            self.vectors = ChromaVectors.open(folder / CHROMA, manifest.collection, manifest.chroma_url)
            opened.callback(self.vectors.close)
            self.lexical = LexicalIndex.load(folder / LEXICAL)
            self.names: str = (folder / NAMES).read_text(encoding="utf-8")
            with np.load(folder / VECTORS) as data:
                self.passage_vectors: Floats = data["passages"].astype(np.float32)
                self.sentence_vectors: Floats = data["sentences"].astype(np.float32)
            self.keys: list[PassageKey] = self.store.passage_keys()
            self._opened = opened.pop_all()
        self.rows: dict[str, int] = {key.passage_id: row for row, key in enumerate(self.keys)}
        self.sentence_starts: NDArray[np.int64] = np.cumsum([0, *(key.sentences for key in self.keys)])

    @property
    def name(self) -> str:
        """Name of the generation."""
        return self.manifest.name

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self.keys)

    @cached_property
    def metadata(self) -> dict[str, ArticleMetadata]:
        """Metadata of every article."""
        return {article.article_id: article.metadata for article in self.store.articles()}

    @cached_property
    def vector_mean(self) -> Floats:
        """Mean passage vector."""
        return np.asarray(self.passage_vectors.mean(axis=0), dtype=np.float32)

    @cached_property
    def vector_covariance(self) -> Floats:
        """Covariance of the passage vectors, d × d: the spread of cosines to any question."""
        return np.asarray(np.cov(self.passage_vectors, rowvar=False, bias=True), dtype=np.float32)

    def rows_of(self, filters: Filters) -> NDArray[np.int64]:
        """Rows of the passages that filters accept, ascending."""
        accepted = {aid for aid, metadata in self.metadata.items() if filters.accepts(aid, metadata)}
        return np.array([row for row, key in enumerate(self.keys) if key.article_id in accepted], np.int64)

    def sentence_scores(self, vector: Floats) -> Floats:
        """Cosine of a question to every sentence, in order of rows and sentences."""
        return np.asarray(self.sentence_vectors @ vector, dtype=np.float32)

    def best_sentences(self, scores: Floats) -> Floats:
        """Highest sentence score of every passage."""
        if self.size == 0:
            return np.empty(0, np.float32)
        return np.maximum.reduceat(scores, self.sentence_starts[:-1])

    def probe(self, sample: int = 3) -> None:
        """Checks that the parts fit together, and asks Chroma for passages by their own vectors.

        Raises:
            IndexUnusableError: A part is short, or Chroma has lost records or does not find them.
        """
        dimension = self.manifest.identity.dimension
        parts = {
            "its manifest": self.manifest.n_passages,
            "the lexical index": self.lexical.size,
            "Chroma": self.vectors.count(),
        }
        short = [f"{part} counts {number}" for part, number in parts.items() if number != self.size]
        if self.passage_vectors.shape != (self.size, dimension):
            short.append(f"its passage vectors have the shape {self.passage_vectors.shape}")
        if self.sentence_vectors.shape != (self.sentence_starts[-1], dimension):
            short.append(f"its sentence vectors have the shape {self.sentence_vectors.shape}")
        if short:
            raise IndexUnusableError(
                f"{self.name} holds {self.size} passages, but {', '.join(short)}."
                " Run `policy-qa index --full`."
            )
        for row in {int(i) for i in np.linspace(0, self.size - 1, min(sample, self.size))}:
            vector = self.passage_vectors[row]
            found = self.vectors.nearest(vector, 5)
            # Equal passages are interchangeable, so the score decides, not the id.
            if not found or found[0][1] < float(vector @ vector) - 0.01:
                raise IndexUnusableError(
                    f"Chroma does not find passage {self.keys[row].passage_id} of {self.name} by its own"
                    " vector. Run `policy-qa index --full`."
                )

    def close(self) -> None:
        """Closes files. May be called twice; a generation that is let go of closes them too."""
        self._opened.close()


def open_generation(folder: Path, full_check: bool = False) -> Generation:
    """Checks and opens one generation.

    Args:
        folder: Folder of the generation.
        full_check: Hash all its files, arrays included.

    Raises:
        IndexUnusableError: Something in it is missing, damaged or not found by a probe.
        ServiceError: The Chroma server that holds its vectors does not answer.
    """
    try:
        with closing(ReaderLease(folder / MANIFEST)):
            manifest = read_manifest(folder)
            check_files(folder, manifest, full_check)
            if manifest.chroma_url is None:
                _check_sqlite(folder / CHROMA / CHROMA_SQLITE)
            generation = Generation(folder, manifest)
        try:
            generation.probe()
        except BaseException:
            generation.close()
            raise
    except PolicyQAError:
        raise
    except Exception as error:  # what a damaged file makes its reader raise cannot be listed
        raise IndexUnusableError(
            f"{folder} cannot be read ({type(error).__name__}: {error}). Run `policy-qa index`."
        ) from error
    return generation


def open_current(index: Path, expected: Identity | None = None) -> Generation:
    """Opens the generation in use, or the one before it if the newest is damaged.

    Args:
        index: The index folder.
        expected: What the reader was set up with.

    Raises:
        IndexMissingError: There is no index.
        IndexMismatchError: It was made with another model or other settings.
        IndexUnusableError: Neither generation can be used.
        ServiceError: The Chroma server that holds its vectors does not answer.
    """
    name = current_name(index)
    folders = [index / GENERATIONS / name, *_older(index, name)]
    failure: IndexUnusableError | None = None
    for folder in folders:
        try:
            if expected is not None:
                check_identity(read_manifest(folder).identity, expected)
            generation = open_generation(folder)
        except IndexUnusableError as error:
            if current_name(index) != name:
                # A writer published meanwhile and removed what was current a moment ago.
                return open_current(index, expected)
            if failure is None and isinstance(error, IndexMismatchError):
                raise
            failure = failure or error
        else:
            if failure is not None:
                _log.warning("%s Answering from the generation before it, %s.", failure, generation.name)
            return generation
    raise failure or IndexUnusableError(f"{index} holds no usable generation. Run `policy-qa index`.")


def check_identity(found: Identity, expected: Identity) -> None:
    """Compares what an index was made with and what its reader is set to.

    Raises:
        IndexMismatchError: They differ; the message names each difference and the command to run.
    """
    differences = [
        f"{field} is {getattr(found, field)!r} in the index and {getattr(expected, field)!r} in the settings"
        for field in Identity.model_fields
        if getattr(found, field) != getattr(expected, field)
    ]
    if differences:
        raise IndexMismatchError(
            f"The index does not fit the settings: {'; '.join(differences)}. Run `policy-qa index`."
        )


def _older(index: Path, name: str) -> list[Path]:
    """Other finished generations, newest first."""
    ages: dict[Path, int] = {}
    for folder in (index / GENERATIONS).iterdir():
        if folder.name != name and not folder.name.startswith("."):
            with suppress(OSError):  # removed meanwhile
                ages[folder] = folder.stat().st_mtime_ns
    return sorted(ages, key=lambda folder: ages[folder], reverse=True)


def _check_sqlite(path: Path) -> None:
    """Reads a SQLite file once before Chroma's native code does, which a damaged file can crash."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError(f"{path} fails SQLite's quick_check")
