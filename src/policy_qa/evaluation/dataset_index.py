"""Documents of a retrieval set → a generation, built by the code that builds the product's index.

Every document is an article of its own, taken as it is: these texts need no cleaning. The
folder is named by the documents and the model, so that a second run opens what the first one
built, a build that was stopped goes on with the vectors it had, and one with other passages
makes only the vectors that are new.
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
from policy_qa.evaluation.measures import DEPTH
from policy_qa.index.generation import Floats, Generation, open_current
from policy_qa.index.generation_writer import GenerationWriter, MineNames, Progress
from policy_qa.index.intake import Intake
from policy_qa.index.locking import disk_errors, writer_lock
from policy_qa.index.manifest import Identity
from policy_qa.index.pruning import clear_unfinished, prune
from policy_qa.records import Article, ArticleMetadata
from policy_qa.retrieval.question import detect_language

_SAMPLE = 500


class DocumentIndex:
    """A generation whose passages belong to the documents of a retrieval set.

    Attributes:
        generation: The index.
        document_ids: Ids of the documents in the order of the set.
        documents_of_rows: For each row of the generation the position of its document, ascending.
    """

    def __init__(
        self, generation: Generation, document_ids: Sequence[str], documents_of_rows: NDArray[np.int64]
    ) -> None:
        """Wires the three."""
        self.generation = generation
        self.document_ids = tuple(document_ids)
        self.documents_of_rows = documents_of_rows
        self._present = np.unique(documents_of_rows)
        self._starts = np.searchsorted(documents_of_rows, self._present)

    def best_of_documents(self, scores: Floats) -> Floats:
        """Scores of passages in row order → the highest score of each document.

        A document without any passage (it is empty) gets minus infinity.
        """
        best = np.full(len(self.document_ids), -np.inf, dtype=np.float32)
        if len(scores):
            best[self._present] = np.maximum.reduceat(scores, self._starts)
        return best

    def rank(self, scores: Floats, depth: int = DEPTH) -> list[tuple[str, float]]:
        """The best documents by their best passages, best first.

        A document that shares nothing with the question (score 0 in a search by words) still
        has a place in the order of the set, after all others: it is not a hit. Callers that need
        hits only cut them off.

        Args:
            scores: One score a passage, in row order.
            depth: How many documents.
        """
        best = self.best_of_documents(scores)
        n = min(depth, len(best))
        if n == 0:
            return []
        edge = np.partition(best, len(best) - n)[len(best) - n]
        # Equal scores come in the order of the set.
        sure = np.flatnonzero(best > edge)
        chosen = np.concatenate([sure, np.flatnonzero(best == edge)[: n - len(sure)]])
        order = chosen[np.lexsort((chosen, -best[chosen]))]
        return [(self.document_ids[i], float(best[i])) for i in order if np.isfinite(best[i])]


def open_dataset_index(
    dataset: Dataset,
    embedder: Embedder,
    identity: Identity,
    cache: Path,
    *,
    progress: Progress | None = None,
    mine_names: MineNames | None = None,
) -> DocumentIndex:
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
    try:
        return _of(dataset, open_current(folder, identity))
    except PolicyQAError:
        pass  # not built yet, or not usable any more: built below
    with disk_errors(folder), writer_lock(folder):
        clear_unfinished(folder)
        prune(folder)
        articles = to_articles(dataset.documents)
        writer = GenerationWriter(folder, embedder, identity, None, progress, mine_names)
        writer.run(_intake(articles), None)
    return _of(dataset, open_current(folder, identity))


def folder_name(dataset: Dataset, identity: Identity) -> str:
    """A name that changes with the documents and with the model."""
    key = f"{dataset.corpus_hash}\n{identity.model_id}"
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


def _of(dataset: Dataset, generation: Generation) -> DocumentIndex:
    positions = [int(key.article_id.removeprefix("d")) for key in generation.keys]
    ids = [document.document_id for document in dataset.documents]
    return DocumentIndex(generation, ids, np.array(positions, dtype=np.int64))


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
