"""Documents of a retrieval set → a generation, built by the code that builds the product's index.

Every document is an article of its own, taken as it is: these texts need no cleaning. The
folder is named by the documents and by everything an index depends on, so that a second run
opens what the first one built, and a build that was stopped goes on with the vectors it had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Embedder
from policy_qa.errors import PolicyQAError
from policy_qa.evaluation.datasets import Dataset, Document
from policy_qa.index.generation import Generation, open_current
from policy_qa.index.generation_writer import GenerationWriter, MineNames, Progress
from policy_qa.index.intake import Intake
from policy_qa.index.locking import disk_errors, writer_lock
from policy_qa.index.manifest import Identity
from policy_qa.index.pruning import clear_unfinished, prune
from policy_qa.records import Article, ArticleMetadata
from policy_qa.retrieval.question import detect_language

_SAMPLE = 500


class DatasetIndex:
    """An opened index of a retrieval set.

    Attributes:
        generation: The index.
        document_ids: Ids of the documents in the order of the set.
        documents_of_rows: For each row of the generation the position of its document.
    """

    def __init__(self, generation: Generation, document_ids: Sequence[str]) -> None:
        """Maps rows to documents."""
        self.generation = generation
        self.document_ids = tuple(document_ids)
        self.documents_of_rows: NDArray[np.int64] = np.array(
            [_position(key.article_id) for key in generation.keys], dtype=np.int64
        )
        self._starts = np.searchsorted(self.documents_of_rows, np.unique(self.documents_of_rows))
        self._present = np.unique(self.documents_of_rows)

    def best_of_documents(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores of passages in row order → the highest score of each document.

        A document without any passage (it is empty) gets minus infinity.
        """
        best = np.full(len(self.document_ids), -np.inf, dtype=np.float32)
        best[self._present] = np.maximum.reduceat(scores, self._starts)
        return best

    def close(self) -> None:
        """Closes the index."""
        self.generation.close()


def open_dataset_index(
    dataset: Dataset,
    embedder: Embedder,
    identity: Identity,
    cache: Path,
    *,
    progress: Progress | None = None,
    mine_names: MineNames | None = None,
) -> DatasetIndex:
    """Opens the index of a retrieval set, building it if it is not there.

    Args:
        dataset: The set.
        embedder: Model for passages and sentences.
        identity: What the index is made with.
        cache: Folder for the indexes of all sets.
        progress: Told how far a build has come.
        mine_names: Finds names in two languages in the documents.

    Raises:
        IndexLockedError: Another process is building this index.
        IndexUnusableError: The index cannot be written.
    """
    folder = cache / folder_name(dataset, identity)
    ids = [document.document_id for document in dataset.documents]
    try:
        return DatasetIndex(open_current(folder, identity), ids)
    except PolicyQAError:
        pass  # not built yet, or not usable any more: built below
    with disk_errors(folder), writer_lock(folder):
        clear_unfinished(folder)
        prune(folder)
        articles = to_articles(dataset.documents)
        writer = GenerationWriter(folder, embedder, identity, None, progress, mine_names)
        writer.run(_intake(articles), None)
    return DatasetIndex(open_current(folder, identity), ids)


def folder_name(dataset: Dataset, identity: Identity) -> str:
    """A name that changes with the documents and with whatever would change their index."""
    key = f"{dataset.corpus_hash}\n{identity.model_dump_json()}"
    return f"{dataset.name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def to_articles(documents: Sequence[Document]) -> list[Article]:
    """Documents as articles, whose ids give the position in the set."""
    language = detect_language("".join(d.text[:200] for d in documents[:_SAMPLE]))
    return [
        Article(
            article_id=f"d{position:08d}",
            source=document.document_id,
            content_hash=hashlib.sha256(f"{document.title}\n{document.text}".encode()).hexdigest(),
            metadata=ArticleMetadata(title=document.title, language=language),
            text=document.text,
        )
        for position, document in enumerate(documents)
    ]


def _position(article_id: str) -> int:
    return int(article_id.removeprefix("d"))


def _intake(articles: Sequence[Article]) -> Intake:
    return Intake(
        articles=tuple(articles),
        sources=(),
        kept=frozenset(),
        added=tuple(article.source for article in articles),
        changed=(),
        removed=(),
        duplicates=(),
        differs=True,
    )
