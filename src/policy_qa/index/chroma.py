"""The one module that knows Chroma: passage vectors of a generation, embedded or on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import IndexUnusableError, ServiceError

_BATCH = 2000  # Chroma takes at most 5,461 records in one call
_HNSW = {"space": "ip", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}


class ChromaVectors:
    """Passage vectors with their texts and metadata in one Chroma collection.

    A collection belongs to one generation: it is filled once and only read afterwards,
    because Chroma loses recall when records are replaced in place and does not survive a
    kill while it writes.
    """

    def __init__(self, client: Any, collection: Any, remote: bool) -> None:
        """Use ``create`` or ``open``."""
        self._client = client
        self._collection = collection
        self._remote = remote

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
        """
        # Chroma writes its graph out each time this many records have come, and keeps the rest
        # in a log that every reader replays into the files: with the exact number the files are
        # complete after the last batch and stay as they are.
        sync = {"sync_threshold": max(size, 2), "batch_size": max(2, min(size, 100))}
        with _translated(url):
            client = _client(folder, url)
            if any(known.name == name for known in client.list_collections()):
                client.delete_collection(name)
            collection = client.create_collection(
                name, embedding_function=None, configuration={"hnsw": {**_HNSW, **sync}}
            )
        return cls(client, collection, url is not None)

    @classmethod
    def open(cls, folder: Path, name: str, url: str | None) -> ChromaVectors:
        """Opens a collection that ``create`` made.

        Raises:
            ServiceError: The server does not answer.
            IndexUnusableError: The collection is not there.
        """
        with _translated(url):
            client = _client(folder, url)
            return cls(client, client.get_collection(name, embedding_function=None), url is not None)

    def add(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        texts: Sequence[str],
        metadatas: Sequence[dict[str, str | int]],
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Adds records in batches; ids must be new.

        Args:
            ids: Passage ids.
            vectors: One normalised vector a record, n × d.
            texts: Passage texts.
            metadatas: Flat metadata, without ``None``.
            on_progress: Called with the number of records added by each batch.
        """
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with _translated("server" if self._remote else None):
                self._collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    documents=list(texts[part]),
                    metadatas=list(metadatas[part]),
                )
            if on_progress:
                on_progress(len(ids[part]))

    def count(self) -> int:
        """Number of records."""
        with _translated("server" if self._remote else None):
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
        """
        where = {"article_id": {"$in": list(article_ids)}} if article_ids is not None else None
        with _translated("server" if self._remote else None):
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
        if self._remote:
            with _translated("server"):
                self._client.delete_collection(self._collection.name)

    def close(self) -> None:
        """Lets go of the client's files."""
        self._client.close()


def _client(folder: Path, url: str | None) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if url is None:
        return chromadb.PersistentClient(str(folder), settings=quiet)
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return chromadb.HttpClient(
        host=parts.hostname or "localhost",
        port=parts.port or (443 if secure else 8000),
        ssl=secure,
        settings=quiet,
    )


@contextmanager
def _translated(url: str | None) -> Iterator[None]:
    """Turns Chroma's errors into ours: a server's into ServiceError, a folder's into IndexUnusableError."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise _error(url, error) from error
    except Exception as error:
        if type(error).__module__.startswith(("chromadb", "httpx", "pyo3")):
            raise _error(url, error) from error
        raise


def _error(url: str | None, error: Exception) -> ServiceError | IndexUnusableError:
    reason = f"{type(error).__name__}: {error}"
    if url is not None:
        return ServiceError(
            f"The Chroma server failed ({reason}). Check POLICY_QA_CHROMA_URL and the server."
        )
    return IndexUnusableError(f"Chroma cannot read the index ({reason}). Run `policy-qa index --full`.")
