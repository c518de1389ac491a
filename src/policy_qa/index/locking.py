"""One writer at a time, and plain words when the disk is full or refuses."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy_qa.errors import IndexLockedError, IndexUnusableError

_FULL = ("disk is full", "no space left on device", "quota exceeded")


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Holds the index's writer lock; the operating system frees it when the process dies.

    Raises:
        IndexLockedError: Another process, or another thread of this one, holds it.
    """
    from filelock import FileLock, Timeout

    index.mkdir(parents=True, exist_ok=True)
    holder = index / "LOCK.pid"
    lock = FileLock(index / "LOCK", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexLockedError(
            f"{index} is locked by process {_holder(holder)}, which is indexing."
            " Wait for it, or stop it, then try again."
        ) from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or "unknown"
    except (OSError, UnicodeDecodeError):
        return "unknown"


@contextmanager
def disk_errors(index: Path) -> Iterator[None]:
    """Says plainly that the disk is full or refuses; the old generation is untouched by then.

    Raises:
        IndexUnusableError: In place of errors of files and of SQLite.
    """
    try:
        yield
    except (OSError, sqlite3.Error, IndexUnusableError) as error:
        if _is_full(error):
            raise IndexUnusableError(
                f"The disk with {index} is full; the index stays as it was. Free some space and run"
                " `policy-qa index` again."
            ) from error
        if isinstance(error, IndexUnusableError):
            raise
        raise IndexUnusableError(
            f"{index} cannot be written ({type(error).__name__}: {error}); the index stays as it was."
            " Check the folder, then run `policy-qa index` again."
        ) from error


def _is_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind an error, which Chroma tells in words only."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error).lower() for words in _FULL):
            return True
        error = error.__cause__
    return False
