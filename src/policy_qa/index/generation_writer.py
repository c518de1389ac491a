"""Articles → a new generation: cut, embedded, written, probed and published."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Embedder
from policy_qa.errors import IndexUnusableError, PolicyQAError
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.generation import Generation, open_generation
from policy_qa.index.intake import Intake
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.manifest import (
    CHROMA,
    GENERATIONS,
    LEXICAL,
    NAMES,
    STORE,
    VECTORS,
    Identity,
    Manifest,
    content_name,
    current_name,
    publish,
    read_manifest,
    stamp_files,
    sync_folder,
    write_manifest,
)
from policy_qa.index.pruning import BUILDING, discard, note_collection, prune
from policy_qa.index.store import write_store
from policy_qa.index.terms import count_terms
from policy_qa.index.vector_cache import VectorCache, content_key
from policy_qa.passages import PassageLimits, embedding_text, split_article
from policy_qa.records import Article, Passage

_EMBED_BATCH = 256
_CHROMA_ROOM = 4
"""Bytes that embedded Chroma takes at most while it is filled, for each byte of vector and text
(measured: 3.8 with 20,000 passages of 80 characters in 384 dimensions)."""


class Progress(Protocol):
    """Told how far a build has come."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Reports ``done`` of ``total`` steps of a named stage."""


MineNames = Callable[[Sequence[Article]], str]
"""Articles → JSON with the names they give in two languages; only its reader knows the form."""


class GenerationWriter:
    """One run that writes a new generation."""

    def __init__(
        self,
        index: Path,
        embedder: Embedder,
        identity: Identity,
        chroma_url: str | None,
        progress: Progress | None,
        mine_names: MineNames | None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._identity = identity
        self._chroma_url = chroma_url
        self._progress: Progress = progress or _silent
        self._mine_names = mine_names
        self.n_embedded = 0

    def run(self, intake: Intake, previous: Generation | None) -> tuple[str, int]:
        """Builds, probes and publishes; returns the generation's name and its number of passages."""
        generations = self._index / GENERATIONS
        generations.mkdir(parents=True, exist_ok=True)
        name = self._free_name(intake.articles)
        building, finished = generations / f"{BUILDING}{name}", generations / name
        building.mkdir()
        try:
            passages = self._write(building, name, intake, previous)
            open_generation(building).close()
            _settle(building)
            sync_folder(building)
            building.rename(finished)
            publish(self._index, name)
        except BaseException:
            if not _is_current(self._index, name):
                discard(building)
                discard(finished)
            raise
        prune(self._index)
        return name, len(passages)

    def _free_name(self, articles: Sequence[Article]) -> str:
        stem = content_name(self._identity, [(a.article_id, a.content_hash) for a in articles])
        taken = {folder.name for folder in (self._index / GENERATIONS).iterdir()}
        return next(name for i in range(1, len(taken) + 2) if (name := f"{stem}-{i}") not in taken)

    def _write(self, folder: Path, name: str, intake: Intake, previous: Generation | None) -> list[Passage]:
        articles = intake.articles
        by_id = {article.article_id: article for article in articles}
        limits = PassageLimits(self._identity.passage_tokens, self._embedder.max_tokens)
        passages: list[Passage] = []
        for done, article in enumerate(articles, 1):
            known = previous and article.article_id in intake.kept
            passages += (
                previous.store.passages_of(article.article_id)
                if previous and known
                else split_article(article, self._embedder.count_tokens, limits)
            )
            self._progress("passages", done, len(articles))
        texts = [_in_context(p, by_id[p.article_id], p.start, p.end) for p in passages]
        vectors, sentence_vectors = self._vectors(texts, passages, by_id)
        write_store(folder / STORE, articles, passages)
        self._lexical(texts, passages, previous, intake.kept).save(folder / LEXICAL)
        names = self._mine_names(articles) if self._mine_names else "[]"
        (folder / NAMES).write_text(names, encoding="utf-8")
        np.savez(folder / VECTORS, passages=vectors, sentences=sentence_vectors)
        # Several indexes may share a server, so the name is this build's own.
        collection = f"policy_qa-{name}-{secrets.token_hex(4)}"
        self._fill_chroma(folder, collection, passages, by_id, vectors.astype(np.float32))
        manifest = Manifest(
            name=name,
            identity=self._identity,
            collection=collection,
            chroma_url=self._chroma_url,
            sources=intake.sources,
            n_articles=len(articles),
            n_passages=len(passages),
            n_sentences=len(sentence_vectors),
            duplicates=intake.duplicates,
            files=stamp_files(folder),
        )
        write_manifest(folder, manifest)
        return passages

    def _vectors(
        self, texts: Sequence[str], passages: Sequence[Passage], articles: dict[str, Article]
    ) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """Vectors of passages and of sentences.

        A sentence's vector is the mean of two: of the sentence alone, which says best what it
        states, and of the sentence under its title and headings, which says what it is about
        (measured in docs/evaluation.md).
        """
        spans = [(p, articles[p.article_id], s) for p in passages for s in p.sentences]
        alone = [article.text[s.start : s.end] for _, article, s in spans]
        placed = [_in_context(p, article, s.start, s.end) for p, article, s in spans]
        vectors = self._embed([*texts, *alone, *placed])
        n, m = len(texts), len(alone)
        means = vectors[n : n + m].astype(np.float32) + vectors[n + m :].astype(np.float32)
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        return vectors[:n], (means / np.maximum(norms, 1e-9)).astype(np.float16)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """Vectors of texts in order, from the cache where they are known."""
        keys = [content_key(text) for text in texts]
        cache = VectorCache(self._index / "vectors.sqlite", self._embedder.model_id, self._embedder.dimension)
        try:
            known = cache.get(list(dict.fromkeys(keys)))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            # Texts of like length side by side waste the least padding.
            order = sorted(missing, key=lambda key: len(missing[key]))
            for start in range(0, len(order), _EMBED_BATCH):
                batch = order[start : start + _EMBED_BATCH]
                fresh = self._embedder.embed_passages([missing[key] for key in batch]).astype(np.float16)
                cache.put(zip(batch, fresh, strict=True))
                known.update(zip(batch, fresh, strict=True))
                self._progress("embedding", start + len(batch), len(order))
            self.n_embedded = len(order)
            cache.keep_only(keys)
        finally:
            cache.close()
        if not keys:
            return np.empty((0, self._embedder.dimension), np.float16)
        return np.stack([known[key] for key in keys])

    @staticmethod
    def _lexical(
        texts: Sequence[str], passages: Sequence[Passage], previous: Generation | None, kept: frozenset[str]
    ) -> LexicalIndex:
        # A passage's id says nothing of its title and headings, which are counted too, so only
        # passages of articles that are the same throughout are taken over.
        known = previous.rows if previous else {}
        rows = [
            known[p.passage_id] if p.article_id in kept and p.passage_id in known else count_terms(text)
            for p, text in zip(passages, texts, strict=True)
        ]
        return LexicalIndex.build(rows, previous.lexical if previous else None)

    def _fill_chroma(
        self,
        folder: Path,
        collection: str,
        passages: Sequence[Passage],
        articles: dict[str, Article],
        vectors: NDArray[np.float32],
    ) -> None:
        if self._chroma_url is not None:
            note_collection(folder, self._chroma_url, collection)
        texts = [p.text for p in passages]
        metadatas = [_chroma_metadata(p, articles[p.article_id]) for p in passages]
        done = 0

        def advance(step: int) -> None:
            nonlocal done
            done += step
            self._progress("storing", done, len(passages))

        try:
            store = ChromaVectors.create(folder / CHROMA, collection, self._chroma_url, len(passages))
            try:
                store.add([p.passage_id for p in passages], vectors, texts, metadatas, advance)
                store.seal()
            finally:
                store.close()
        except IndexUnusableError as error:
            # Chroma does not always say that the disk is full, and frees what it had written.
            size = vectors.nbytes + sum(len(text.encode("utf-8", "replace")) for text in texts)
            if shutil.disk_usage(folder).free < _CHROMA_ROOM * size + 2**20:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise


def _settle(folder: Path) -> None:
    """Takes the stamps off files that opening a generation changes, should Chroma have such."""
    manifest = read_manifest(folder)
    now = stamp_files(folder)
    settled = {name: stamp for name, stamp in manifest.files.items() if now.get(name) == stamp}
    if settled != manifest.files:
        write_manifest(folder, manifest.model_copy(update={"files": settled}))


def _is_current(index: Path, name: str) -> bool:
    try:
        return current_name(index) == name
    except PolicyQAError:
        return False


def _in_context(passage: Passage, article: Article, start: int, end: int) -> str:
    """A range of a passage under its title and headings."""
    return embedding_text(article.metadata.title, passage.heading, article.text[start:end])


def _silent(stage: str, done: int, total: int) -> None:
    """Reports nothing."""


def _chroma_metadata(passage: Passage, article: Article) -> dict[str, str | int]:
    metadata = article.metadata
    values: dict[str, str | int | None] = {
        "article_id": article.article_id,
        "title": metadata.title,
        "publisher": metadata.publisher,
        "published": metadata.published.isoformat() if metadata.published else None,
        "heading": passage.heading,
        "start": passage.start,
        "end": passage.end,
    }
    return {key: value for key, value in values.items() if value is not None}
