"""The one module that knows Chroma: passage vectors of a generation, embedded or on a server."""

from __future__ import annotations

import http.client
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import IndexUnusableError, PolicyQAError, ServiceError, SettingsError

SQLITE = "chroma.sqlite3"
"""The file in which embedded Chroma keeps all but the graph."""

_BATCH = 2000  # Chroma takes at most 5,461 records in one call
_HNSW = {"space": "ip", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
_GREETING_SECONDS = 5.0
_READ_SECONDS = 30.0
_WRITE_SECONDS = 900.0  # the last batch waits until the server has built the whole graph

# Chroma keeps the folders a process has open in one table and changes it without a lock.
_opening = threading.RLock()


class ChromaVectors:
    """Passage vectors with their texts and metadata in one Chroma collection.

    A collection belongs to one generation: it is filled once and only read afterwards,
    because Chroma loses recall when records are replaced in place and does not survive a
    kill while it writes. May be read from several threads.
    """

    def __init__(self, client: Any, collection: Any, folder: Path, url: str | None) -> None:
        """Use ``create`` or ``open``."""
        self._collection = collection
        self._folder = folder
        self._url = url
        self._client = client
        # Chroma's table holds on to a client that is merely forgotten.
        self._close = weakref.finalize(self, _close, client)

    @classmethod
    def create(cls, folder: Path, name: str, url: str | None, size: int) -> ChromaVectors:
        """Creates an empty collection.

        Args:
            folder: Folder for embedded Chroma; not used with a server.
            name: Name of the collection; one of the same name is dropped first.
            url: Address of a Chroma server, or ``None`` for embedded Chroma.
            size: How many records it will hold.

        Raises:
            ServiceError: The server does not answer.
            SettingsError: The address is none.
            IndexUnusableError: The folder cannot be written.
        """
        # Chroma writes its graph out each time this many records have come, and keeps the rest
        # in a log that every reader replays into the files: with the exact number the files are
        # complete after the last batch and stay as they are.
        sync = {"sync_threshold": max(size, 2), "batch_size": max(2, min(size, 100))}
        with _translated(url), _connected(folder, url, _WRITE_SECONDS) as client:
            if any(known.name == name for known in client.list_collections()):
                client.delete_collection(name)
            collection = client.create_collection(
                name, embedding_function=None, configuration={"hnsw": {**_HNSW, **sync}}
            )
            return cls(client, collection, folder, url)

    @classmethod
    def open(cls, folder: Path, name: str, url: str | None) -> ChromaVectors:
        """Opens a collection that ``create`` made.

        Raises:
            ServiceError: The server does not answer.
            SettingsError: The address is none.
            IndexUnusableError: The collection is not there.
        """
        if url is None and not (folder / SQLITE).is_file():
            # Chroma would make an empty database of it.
            raise IndexUnusableError(f"{folder / SQLITE} is missing. Run `policy-qa index`.")
        with _translated(url), _connected(folder, url, _READ_SECONDS) as client:
            return cls(client, client.get_collection(name, embedding_function=None), folder, url)

    def add(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        texts: Sequence[str],
        metadatas: Sequence[dict[str, str | int]],
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Adds all records of the collection, in batches; ids must be new.

        Args:
            ids: Passage ids.
            vectors: One normalised vector a record, n × d.
            texts: Passage texts.
            metadatas: Flat metadata, without ``None``.
            on_progress: Called with the number of records added by each batch.
        """
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with _translated(self._url):
                self._collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    documents=list(texts[part]),
                    metadatas=list(metadatas[part]),
                )
            if on_progress:
                on_progress(len(ids[part]))
        if len(ids) == 1:
            # Chroma writes no graph out for fewer than two steps, so the one record comes twice.
            with _translated(self._url):
                self._collection.update(ids=list(ids), embeddings=vectors)

    def seal(self) -> None:
        """Closes a filled collection so that no reader changes its files.

        Embedded Chroma notes in a table of its own that it was opened, which would make every
        reader a writer and the file impossible to check; a trigger lets the note go. The space
        of its emptied log is given back.
        """
        self.close()
        if self._url is not None:
            return
        with closing(sqlite3.connect(self._folder / SQLITE)) as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'acquire_write'").fetchone():
                db.execute(
                    "CREATE TRIGGER IF NOT EXISTS policy_qa_sealed BEFORE INSERT ON acquire_write"
                    " BEGIN SELECT RAISE(IGNORE); END"
                )
                db.commit()
            db.execute("VACUUM")

    def count(self) -> int:
        """Number of records."""
        with _translated(self._url):
            return int(self._collection.count())

    def nearest(
        self, vector: NDArray[np.float32], n: int, article_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The nearest passages.

        Args:
            vector: One normalised question vector.
            n: How many at most.
            article_ids: Only passages of these articles.

        Returns:
            Pairs of passage id and cosine, best first.

        Raises:
            ServiceError: The server does not answer.
            IndexUnusableError: The collection is gone or cannot be read.
        """
        if n < 1 or (article_ids is not None and not article_ids):
            return []
        where = {"article_id": {"$in": list(article_ids)}} if article_ids is not None else None
        with _translated(self._url):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=n, where=where, include=["distances"]
            )
        # Chroma's distance in inner-product space is 1 - dot product.
        return [
            (pid, 1.0 - distance)
            for pid, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def drop(self) -> None:
        """Deletes the collection from its server; embedded ones go with their folder."""
        if self._url is not None:
            with _translated(self._url):
                self._client.delete_collection(self._collection.name)

    def close(self) -> None:
        """Lets go of the client's files. May be called twice."""
        self._close()


def _close(client: Any) -> None:
    with _opening:
        client.close()


@contextmanager
def _connected(folder: Path, url: str | None, seconds: float) -> Iterator[Any]:
    """A client, closed again if what is done with it first fails."""
    client = _embedded(folder) if url is None else _remote(_address(url), seconds)
    try:
        yield client
    except BaseException:
        _close(client)
        raise


def _embedded(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    with _opening:
        return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def _remote(address: SplitResult, seconds: float) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    host, secure = address.hostname or "", address.scheme == "https"
    port = address.port or (443 if secure else 8000)
    _greet(host, port, secure)
    client = chromadb.HttpClient(
        host=f"[{host}]" if ":" in host else host,
        port=port,
        ssl=secure,
        settings=ChromaSettings(anonymized_telemetry=False),
    )
    # Chroma's client waits for ever and has no setting for it.
    client._server._session.timeout = seconds
    return client


def _greet(host: str, port: int, secure: bool) -> None:
    """Fails soon where no Chroma server answers, before Chroma's client waits for it."""
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    with closing(kind(host, port, timeout=_GREETING_SECONDS)) as connection:
        connection.request("GET", "/api/v2/heartbeat")
        status = connection.getresponse().status
    if status != http.client.OK:
        raise OSError(f"its heartbeat answers with status {status}")


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.username:
        raise SettingsError(
            f"POLICY_QA_CHROMA_URL is {url!r}, which is no address of a Chroma server."
            " Give scheme, host and port only, such as http://127.0.0.1:8000."
        )
    return parts


@contextmanager
def _translated(url: str | None) -> Iterator[None]:
    """Turns Chroma's errors into ours: a server's into ServiceError, a folder's into IndexUnusableError."""
    try:
        yield
    except PolicyQAError:
        raise
    except BaseException as error:
        # A panic of Chroma's native code is no Exception.
        foreign = type(error).__module__.startswith(("chromadb", "httpx", "pyo3"))
        known = (OSError, ValueError, RuntimeError, TypeError, http.client.HTTPException)
        if foreign or isinstance(error, known):
            raise _error(url, error) from error
        raise


def _error(url: str | None, error: BaseException) -> ServiceError | IndexUnusableError:
    reason = f"{type(error).__name__}: {error}"
    if url is None:
        return IndexUnusableError(f"Chroma cannot read the index ({reason}). Run `policy-qa index --full`.")
    if type(error).__name__ == "NotFoundError":
        return IndexUnusableError(
            f"The Chroma server at {url} does not hold this index ({reason})."
            " Run `policy-qa index --full`, or check POLICY_QA_CHROMA_URL."
        )
    return ServiceError(
        f"The Chroma server at {url} failed ({reason}). Check POLICY_QA_CHROMA_URL and the server."
    )
