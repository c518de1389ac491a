"""Brings the index up to date with the corpus: builds a generation beside the old one, then switches."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from policy_qa.embedding.protocol import Embedder
from policy_qa.errors import PolicyQAError
from policy_qa.index.generation import Generation, open_generation
from policy_qa.index.generation_writer import GenerationWriter, MineNames, Progress
from policy_qa.index.intake import read_corpus
from policy_qa.index.locking import disk_errors, writer_lock
from policy_qa.index.manifest import GENERATIONS, Identity, current_name, read_manifest
from policy_qa.index.pruning import clear_unfinished, prune
from policy_qa.records import Record


class IndexReport(Record):
    """What a run of the indexer did.

    Attributes:
        generation: Name of the generation now in use.
        added: Sources of new articles.
        changed: Sources of articles whose text or metadata changed.
        removed: Sources of articles that are gone.
        unchanged: How many articles stayed as they were.
        skipped: Source and reason of every file that holds no article.
        duplicates: Groups of near-identical articles, by source.
        n_passages: Passages in the index.
        n_embedded: Texts whose vectors were not in the cache.
        seconds: Duration of the run.
    """

    generation: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, ...], ...] = ()
    n_passages: int = 0
    n_embedded: int = 0
    seconds: float = 0.0


def update_index(
    corpus: Path,
    index: Path,
    embedder: Embedder,
    identity: Identity,
    *,
    chroma_url: str | None = None,
    full: bool = False,
    progress: Progress | None = None,
    mine_names: MineNames | None = None,
) -> IndexReport:
    """Makes the index agree with the corpus.

    Args:
        corpus: Folder with the articles.
        index: Folder of the index; created if missing.
        embedder: Model for passages and sentences.
        identity: What the new generation is made with.
        chroma_url: A Chroma server to hold the vectors, instead of the index folder.
        full: Read every file again and build anew even if nothing changed.
        progress: Told how far the work has come.
        mine_names: Finds names in two languages in the articles.

    Raises:
        BadInputError: The corpus folder is missing or holds no article.
        IndexLockedError: Another process is writing this index.
        IndexUnusableError: The index cannot be written.
    """
    started = time.perf_counter()
    with disk_errors(index), writer_lock(index), ExitStack() as opened:
        # Killed runs must not pile up generations.
        clear_unfinished(index)
        prune(index)
        previous = None if full else _previous(index, identity)
        if previous is not None:
            opened.callback(previous.close)
        intake = read_corpus(corpus, previous, progress)
        if previous is not None and not intake.differs and previous.manifest.chroma_url == chroma_url:
            generation, n_passages, n_embedded = previous.name, previous.size, 0
        else:
            build = GenerationWriter(index, embedder, identity, chroma_url, progress, mine_names)
            generation, n_passages = build.run(intake, previous)
            n_embedded = build.n_embedded
    return IndexReport(
        generation=generation,
        added=intake.added,
        changed=intake.changed,
        removed=intake.removed,
        unchanged=intake.unchanged,
        skipped=tuple((s.source, s.skipped) for s in intake.sources if s.skipped),
        duplicates=intake.duplicates,
        n_passages=n_passages,
        n_embedded=n_embedded,
        seconds=time.perf_counter() - started,
    )


def _previous(index: Path, identity: Identity) -> Generation | None:
    """The current generation if its articles can be taken over, else nothing."""
    try:
        folder = index / GENERATIONS / current_name(index)
        if read_manifest(folder).identity != identity:
            return None
        return open_generation(folder)
    except PolicyQAError:
        return None
