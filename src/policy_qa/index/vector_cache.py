"""Vectors by content, so that unchanged text is never embedded twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BATCH = 500
_UNIT = 0.01  # a vector this far from length 1 was not written by us
_NO_DAMAGE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def content_key(text: str) -> bytes:
    """The key under which the vector of a text is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class VectorCache:
    """A SQLite file of half-precision passage vectors of one model or several.

    Only the process that holds the index's writer lock opens it.
    """

    def __init__(self, path: Path, model_id: str, dimension: int) -> None:
        """Opens or creates the cache; a damaged file is replaced, since it can be refilled."""
        self._model_id = model_id
        self._dimension = dimension
        try:
            self._db = self._open(path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_DAMAGE:
                raise
            path.unlink(missing_ok=True)  # SQLite drops a log that has no database
            self._db = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError(f"{path} fails SQLite's quick_check")
            db.execute(
                "CREATE TABLE IF NOT EXISTS vectors"
                " (model TEXT, key BLOB, vector BLOB, PRIMARY KEY (model, key)) WITHOUT ROWID"
            )
            db.execute("SELECT model, key, vector FROM vectors LIMIT 1").fetchone()
        except BaseException:
            db.close()
            raise
        return db

    def get(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """The vectors known under the given keys; damaged ones are as good as unknown."""
        found: dict[bytes, NDArray[np.float16]] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._db.execute(
                f"SELECT key, vector FROM vectors WHERE model = ? AND key IN ({marks})",  # noqa: S608 (marks only)
                (self._model_id, *batch),
            )
            for key, blob in rows:
                if len(blob) != 2 * self._dimension:
                    continue
                vector = np.frombuffer(blob, dtype=np.float16)
                if abs(float(np.linalg.norm(vector.astype(np.float32))) - 1) < _UNIT:
                    found[key] = vector
        return found

    def put(self, items: Iterable[tuple[bytes, NDArray[np.float16]]]) -> None:
        """Stores vectors and commits, so that a killed run loses at most one batch."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((self._model_id, key, vector.astype(np.float16).tobytes()) for key, vector in items),
            )

    def keep_only(self, keys: Iterable[bytes]) -> None:
        """Forgets this model's vectors of all other texts."""
        with self._db:
            self._db.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY)")
            self._db.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keys))
            self._db.execute(
                "DELETE FROM vectors WHERE model = ? AND key NOT IN (SELECT key FROM kept)", (self._model_id,)
            )
            self._db.execute("DROP TABLE kept")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
