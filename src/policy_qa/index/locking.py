"""One writer at a time, and plain words when the disk is full."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy_qa.errors import IndexLockedError, IndexUnusableError


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Holds the index's writer lock; the operating system frees it when the process dies."""
    from filelock import FileLock, Timeout

    index.mkdir(parents=True, exist_ok=True)
    holder = index / "LOCK.pid"
    lock = FileLock(index / "LOCK", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        pid = holder.read_text(encoding="utf-8").strip() if holder.exists() else "unknown"
        raise IndexLockedError(
            f"{index} is locked by process {pid}, which is indexing. Wait for it, or stop it, then try again."
        ) from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def disk_errors(index: Path) -> Iterator[None]:
    """Says plainly that the disk is full; the old generation is untouched by then."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)
        if not full:
            raise
        raise IndexUnusableError(
            f"The disk with {index} is full; the index stays as it was. Free some space and run"
            " `policy-qa index` again."
        ) from error
