"""The corpus as a library: articles are put in and taken out while the engine answers.

A file is read as an article before it is placed, so what holds no article never reaches the
corpus; a change that cannot be indexed is taken back, so that corpus and index agree.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final, Literal

from policy_qa.articles import load_article
from policy_qa.articles.identity import SUPPORTED_SUFFIXES
from policy_qa.errors import ArticleExistsError, ArticleNotFoundError, BadInputError, IndexLockedError
from policy_qa.records import Article, Record

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.index.builder import IndexReport
    from policy_qa.index.generation_writer import Progress

LONGEST_NAME: Final = 200
"""Bytes of a file name in UTF-8 at most: file systems stop at 255, and a staged file needs a suffix."""

_STAGING: Final = ".policy-qa-"
_LOCK_WAIT: Final = 30.0
_LOCK_STEP: Final = 0.2
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


class LibraryReport(Record):
    """What putting in or taking out an article did.

    Attributes:
        action: ``added``, ``replaced``, ``unchanged`` or ``removed``.
        article_id: The article.
        source: Its file, relative to the corpus.
        title: Its title.
        generation: Name of the index generation that knows of the change.
        n_passages: Passages in the whole index after it.
        removed_by_cleaning: Pieces that cleaning took away from the file.
        duplicates: Sources of other articles whose text is nearly the same.
        seconds: Duration, indexing included.
    """

    action: Literal["added", "replaced", "unchanged", "removed"]
    article_id: str
    source: str
    title: str
    generation: str
    n_passages: int
    removed_by_cleaning: int = 0
    duplicates: tuple[str, ...] = ()
    seconds: float = 0.0


class Library:
    """Puts articles into the corpus of an engine and takes them out.

    Changes made through one library wait for each other; for another process that is indexing
    they wait up to half a minute.

    Args:
        engine: Its corpus is changed, its index brought up to date.
        lock_wait: Seconds to wait for another process that is writing the index.
    """

    def __init__(self, engine: PolicyQA, *, lock_wait: float = _LOCK_WAIT) -> None:
        self._engine = engine
        self._lock_wait = lock_wait
        self._lock = threading.Lock()

    def add(
        self, filename: str, data: bytes, *, replace: bool = False, progress: Progress | None = None
    ) -> LibraryReport:
        """Puts an article into the corpus and indexes it.

        Args:
            filename: Name of the file, without folders; its suffix tells the format.
            data: Its bytes.
            replace: Take the place of a file of that name with other contents.
            progress: Told how far the indexing has come.

        Raises:
            BadInputError: The name or the size is not acceptable, or the file holds no article.
            ArticleExistsError: Another file has that name, and ``replace`` is not set.
            IndexUnusableError: The index cannot be written; the corpus stays as it was.
        """
        started = time.perf_counter()
        name = safe_name(filename)
        self._check_size(name, data)
        corpus = self._corpus()
        with self._lock, self._staged(corpus) as staging:
            target = self._target(corpus, name)
            (staging / name).write_bytes(data)
            article = load_article(staging / name, root=staging)
            if not os.path.lexists(target):
                action: Literal["added", "replaced", "unchanged"] = "added"
                undo = _place(staging / name, target)
            elif target.is_file() and target.read_bytes() == data:
                action, undo = "unchanged", _nothing
            elif replace:
                action, undo = "replaced", _exchange(staging / name, target, staging)
            else:
                raise ArticleExistsError(
                    f"{name} is there already with other contents. Replace it, or choose another name."
                )
            indexed = self._index(undo, progress, expected=name)
        return _report(action, article, indexed, started)

    def remove(self, article_id: str, *, progress: Progress | None = None) -> LibraryReport:
        """Takes an article out of the corpus and the index.

        Raises:
            ArticleNotFoundError: No article has that id.
            BadInputError: It is the last one; an index needs at least one article.
            IndexUnusableError: The index cannot be written; the corpus stays as it was.
        """
        started = time.perf_counter()
        corpus = self._corpus()
        with self._lock, self._staged(corpus) as staging:
            article = self._engine.article(article_id)
            path = corpus / article.source
            if not path.parent.resolve().is_relative_to(corpus.resolve()):
                raise ArticleNotFoundError(f"The file of {article_id} does not lie in the corpus.")
            aside = staging / path.name
            with suppress(FileNotFoundError):  # removed by hand; the index does not know it yet
                path.replace(aside)
            undo = (lambda: aside.replace(path)) if os.path.lexists(aside) else _nothing
            indexed = self._index(undo, progress)
        return _report("removed", article, indexed, started)

    def _corpus(self) -> Path:
        corpus = self._engine.settings.corpus
        if not corpus.is_dir():
            raise BadInputError(f"{corpus} is no folder. Make it, or name another with --corpus.")
        return corpus

    def _check_size(self, name: str, data: bytes) -> None:
        limit = self._engine.settings.max_upload_bytes
        if len(data) > limit:
            raise BadInputError(f"{name} has {len(data):,} bytes, more than {limit:,}. Split it.")

    @staticmethod
    @contextmanager
    def _staged(corpus: Path) -> Iterator[Path]:
        """A hidden folder inside the corpus: on the same disk, and never read by an indexer."""
        try:
            folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=corpus))
        except OSError as error:
            raise BadInputError(f"{corpus} cannot be written ({error.strerror}).") from error
        try:
            yield folder
        except OSError as error:
            raise BadInputError(f"{corpus} cannot be changed ({error.strerror or error}).") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _target(corpus: Path, name: str) -> Path:
        """The place of a file; one whose name differs in case only is the same to some systems."""
        for other in corpus.iterdir():
            if other.name != name and other.name.casefold() == name.casefold():
                raise ArticleExistsError(f"{name} is too like {other.name}. Choose another name.")
        return corpus / name

    def _index(
        self, undo: Callable[[], object], progress: Progress | None, expected: str | None = None
    ) -> IndexReport:
        try:
            report = self._when_unlocked(progress)
            if reason := dict(report.skipped).get(expected or ""):
                raise BadInputError(reason)
        except BaseException:
            undo()
            raise
        return report

    def _when_unlocked(self, progress: Progress | None) -> IndexReport:
        deadline = time.monotonic() + self._lock_wait
        while True:
            try:
                return self._engine.index(progress=progress)
            except IndexLockedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_LOCK_STEP)


def safe_name(filename: str) -> str:
    """Checks the name of a file that comes from outside.

    A name is refused rather than repaired, so that nobody finds a file under a name they did
    not give.

    Returns:
        The name in Unicode's composed form (NFC).

    Raises:
        BadInputError: It is no plain file name with a suffix that can be read.
    """
    name = unicodedata.normalize("NFC", filename)
    reason = _refusal(name)
    if reason is not None:
        shown = name[:80].encode("utf-8", "backslashreplace").decode("utf-8")
        raise BadInputError(f"{shown!r} cannot be the name of an article's file: it {reason}.")
    return name


def _refusal(name: str) -> str | None:
    if not name.strip():
        return "is empty"
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name):
        return "holds control or invisible characters"
    if found := sorted(_FORBIDDEN & set(name)):
        return f"holds {' '.join(found)}; give a name without folders"
    if name.startswith(".") or name != name.strip():
        return "begins with a dot or has blanks around it"
    if len(name.encode("utf-8")) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    path = PureWindowsPath(name)
    if path.suffix.lower() not in SUPPORTED_SUFFIXES:
        return f"has no suffix that can be read ({' '.join(sorted(SUPPORTED_SUFFIXES))})"
    if name.split(".")[0].strip().casefold() in _RESERVED:
        return "is reserved on some systems"
    return None


def _place(staged: Path, target: Path) -> Callable[[], object]:
    """Puts a new file in place in one step; a file that came there meanwhile is not overwritten."""
    _flush(staged)
    try:
        os.link(staged, target)
    except FileExistsError:
        raise ArticleExistsError(f"{target.name} has just been added by someone else.") from None
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise ArticleExistsError(f"{target.name} has just been added by someone else.") from None
        staged.replace(target)
    return lambda: target.unlink(missing_ok=True)


def _exchange(staged: Path, target: Path, staging: Path) -> Callable[[], object]:
    """Replaces a file in one step and keeps the old one until the index knows the new."""
    _flush(staged)
    old = staging / "replaced"
    shutil.copy2(target, old)
    staged.replace(target)
    return lambda: old.replace(target)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _nothing() -> None:
    """Undoes nothing."""


def _report(
    action: Literal["added", "replaced", "unchanged", "removed"],
    article: Article,
    indexed: IndexReport,
    started: float,
) -> LibraryReport:
    twins = [source for group in indexed.duplicates if article.source in group for source in group]
    return LibraryReport(
        action=action,
        article_id=article.article_id,
        source=article.source,
        title=article.metadata.title,
        generation=indexed.generation,
        n_passages=indexed.n_passages,
        removed_by_cleaning=len(article.removed),
        duplicates=tuple(source for source in twins if source != article.source),
        seconds=time.perf_counter() - started,
    )
