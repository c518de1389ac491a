"""Readers' claims on a generation, so that a writer removes none that is being read."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ReaderLease:
    """Keeps a generation from being removed while somebody reads it.

    Chroma opens files again whenever threads ask it at the same time, so a folder must outlive
    its last reader. The operating system ends a lease with its process. Where it has no shared
    locks (Windows), it does not remove open files either.
    """

    def __init__(self, file: Path) -> None:
        """Takes a shared lock on a file of the generation.

        Raises:
            OSError: The file is missing, or the generation is being removed.
        """
        descriptor = os.open(file, os.O_RDONLY)
        self._close = weakref.finalize(self, os.close, descriptor)
        try:
            _lock(descriptor, shared=True)
        except BlockingIOError:
            self.close()
            raise

    def close(self) -> None:
        """Gives the generation free. May be called twice."""
        self._close()


@contextmanager
def removable(file: Path) -> Iterator[bool]:
    """Tells whether nobody reads the generation that a file belongs to, and keeps it so meanwhile."""
    try:
        descriptor = os.open(file, os.O_RDWR)
    except OSError:
        # Without the file nobody can open the generation.
        yield True
        return
    try:
        _lock(descriptor, shared=False)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _lock(descriptor: int, shared: bool) -> None:
        """Does nothing: Windows does not remove open files."""

else:

    def _lock(descriptor: int, shared: bool) -> None:
        import fcntl

        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            return  # a file system without locks
