"""Question → hits: gathers evidence, fuses it, filters, collapses near-duplicates."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Embedder
from policy_qa.index.generation import Filters, Floats, Generation
from policy_qa.index.terms import terms
from policy_qa.reading.protocol import Reader, Reading
from policy_qa.records import Hit, Passage, Span
from policy_qa.retrieval.aspects import split_aspects
from policy_qa.retrieval.evidence import Evidence
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.reranking import READ, rerank
from policy_qa.retrieval.scoring import Scorer, Translator
from policy_qa.retrieval.second_look import SecondLook, look_again
from policy_qa.retrieval.term_groups import TermGroup

CANDIDATES = 256
"""Passages taken from Chroma, and as many from each other kind of evidence, before fusion."""

NEAR_DUPLICATE = 0.8
"""Share of terms two passages must have in common to be shown as one."""


@dataclass(frozen=True)
class Retrieval:
    """Hits for one question and what they rest on.

    Attributes:
        question: The question searched for.
        hits: Best first, near-duplicates collapsed.
        passages: The passage of each hit.
        rows: The row of each hit.
        fused: Fused score of each hit, in standard deviations.
        evidence: Scores of all passages.
        groups: Translated words of the question; empty if it needed none.
        content: The question's content words, each with what may stand for it in a passage.
        aspects: For each part of a question in several parts, its cosine to every sentence.
        generation: The index searched.
        timings_ms: ``embed`` and ``retrieve``, and ``read`` where hits were read.
        readings: What the reader says about the first hits, in their order; empty without one.
        second_looks: What it says about single sentences of theirs.
    """

    question: Question
    hits: tuple[Hit, ...]
    passages: tuple[Passage, ...]
    rows: tuple[int, ...]
    fused: tuple[float, ...]
    evidence: Evidence
    groups: tuple[TermGroup, ...]
    content: tuple[TermGroup, ...]
    aspects: tuple[Floats, ...]
    generation: Generation
    timings_ms: dict[str, float]
    readings: tuple[Reading, ...] = ()
    second_looks: tuple[SecondLook, ...] = ()


class Retriever:
    """Finds passages of one generation."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        translator: Translator,
        reader: Reader | None = None,
    ) -> None:
        """Wires a retriever.

        Args:
            generation: The index to search.
            embedder: The model the index was made with.
            translator: Knows the words of questions in both languages.
            reader: Puts the first hits in their final order; without one they stay as fused.
        """
        self._generation = generation
        self._reader = reader
        self._scorer = Scorer(generation, embedder, translator)
        self._translator = translator

    def retrieve(
        self,
        question: Question,
        k: int,
        filters: Filters | None = None,
        on_hits: Callable[[Sequence[Hit]], None] = lambda _: None,
    ) -> Retrieval:
        """Searches.

        Args:
            question: The question.
            k: Number of hits wanted.
            filters: Restrict the search to some articles.
            on_hits: Told what was found, best first, before the reader takes its time with it.
        """
        started = time.perf_counter()
        parts = [question.text, *split_aspects(question.text)]
        vector, *part_vectors = self._scorer.embed(parts)
        embedded = time.perf_counter()
        generation = self._generation
        scored = self._scorer.score(question.text, vector)
        evidence, fused, groups = scored.evidence, scored.fused, scored.groups
        allowed = generation.rows_of(filters) if filters else None
        order = self._candidates(vector, evidence, fused, allowed)
        wide = k if self._reader is None else max(k, READ)
        hits, passages, rows = self._collapse(order, fused, evidence, wide)
        retrieved = time.perf_counter()
        retrieval = Retrieval(
            question=question,
            hits=tuple(hits),
            passages=tuple(passages),
            rows=tuple(rows),
            fused=tuple(float(fused[row]) for row in rows),
            evidence=evidence,
            groups=groups,
            content=groups or tuple(self._translator.content_words(question.text)),
            aspects=tuple(generation.sentence_scores(part) for part in part_vectors),
            generation=generation,
            timings_ms={
                "embed": (embedded - started) * 1000,
                "retrieve": (retrieved - embedded) * 1000,
            },
        )
        on_hits(retrieval.hits[:k])
        return _read(self._reader, retrieval, k, retrieved) if self._reader and hits else retrieval

    def _candidates(
        self,
        vector: Floats,
        evidence: Evidence,
        fused: Floats,
        allowed: NDArray[np.int64] | None,
    ) -> list[int]:
        """Rows worth looking at, best first."""
        generation = self._generation
        article_ids = None
        if allowed is not None:
            if not len(allowed):
                return []
            article_ids = sorted({generation.keys[row].article_id for row in allowed})
        n = min(CANDIDATES, generation.size if allowed is None else len(allowed))
        rows = {generation.rows[pid] for pid, _ in generation.vectors.nearest(vector, n, article_ids)}
        for scores in (evidence.sentence, evidence.lexical):
            pool = scores if allowed is None else scores[allowed]
            top = np.argsort(-pool, kind="stable")[:CANDIDATES]
            rows.update(int(i) for i in (top if allowed is None else allowed[top]))
        return sorted(rows, key=lambda row: (-fused[row], row))

    def _collapse(
        self, order: Sequence[int], fused: Floats, evidence: Evidence, k: int
    ) -> tuple[list[Hit], list[Passage], list[int]]:
        hits: list[Hit] = []
        passages: list[Passage] = []
        rows: list[int] = []
        seen: list[tuple[str, frozenset[str]]] = []
        for passage, row in zip(self._generation.store.passages(order[: 3 * k]), order, strict=False):
            signature = frozenset(terms(passage.text))
            twin = next(
                (
                    i
                    for i, (aid, other) in enumerate(seen)
                    if aid != passage.article_id and _alike(signature, other)
                ),
                None,
            )
            if twin is not None:
                stands_for = (*hits[twin].duplicates, passage.passage_id)
                hits[twin] = hits[twin].model_copy(update={"duplicates": stands_for})
                continue
            if len(hits) == k:
                break
            seen.append((passage.article_id, signature))
            hits.append(self._hit(passage, row, fused, evidence))
            passages.append(passage)
            rows.append(row)
        return hits, passages, rows

    def _hit(self, passage: Passage, row: int, fused: Floats, evidence: Evidence) -> Hit:
        metadata = self._generation.metadata[passage.article_id]
        start = self._generation.sentence_starts[row]
        best = int(np.argmax(evidence.sentences[start : self._generation.sentence_starts[row + 1]]))
        return Hit(
            passage_id=passage.passage_id,
            article_id=passage.article_id,
            title=metadata.title,
            publisher=metadata.publisher,
            published=metadata.published,
            heading=passage.heading,
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=_squash(float(fused[row])),
            scores={
                "dense": float(evidence.dense[row]),
                "sentence": float(evidence.sentence[row]),
                "lexical": float(evidence.lexical[row]),
            },
            best_sentence=Span(start=passage.sentences[best].start, end=passage.sentences[best].end),
        )


def _read(reader: Reader, retrieval: Retrieval, k: int, started: float) -> Retrieval:
    """Puts hits in the reader's order, with their readings, and keeps the first ``k``."""
    found = rerank(reader, retrieval.question.text, retrieval.hits, retrieval.fused)
    order = found.order[:k]
    hits = []
    for place, i in enumerate(order):
        scores = dict(retrieval.hits[i].scores)
        if place < len(found.readings):
            scores["reader"] = found.readings[place].relevance
        update = {"score": _squash(found.scores[place]), "scores": scores}
        hits.append(retrieval.hits[i].model_copy(update=update))
    passages = tuple(retrieval.passages[i] for i in order)
    readings = found.readings[:k]
    return replace(
        retrieval,
        hits=tuple(hits),
        passages=passages,
        rows=tuple(retrieval.rows[i] for i in order),
        fused=tuple(retrieval.fused[i] for i in order),
        readings=readings,
        second_looks=look_again(reader, retrieval.question.text, hits, passages, readings),
        timings_ms={**retrieval.timings_ms, "read": (time.perf_counter() - started) * 1000},
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= NEAR_DUPLICATE * len(one | other)


def _squash(score: float) -> float:
    """Standard deviations → (0, 1), with 0.5 for a passage that stands out by two."""
    return float(1 / (1 + np.exp(-(score - 2))))
