"""Questions → a ranking by every system, from one pass over the evidence."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from policy_qa.evaluation.dataset_index import DocumentIndex
from policy_qa.evaluation.datasets import DatasetQuery
from policy_qa.evaluation.systems import COMBINATIONS, LATE, READER
from policy_qa.index.generation import Floats, Generation
from policy_qa.index.generation_writer import Progress
from policy_qa.records import Hit
from policy_qa.retrieval.late_interaction import LateInteraction, TokenEmbedder
from policy_qa.retrieval.mined_names import read_names
from policy_qa.retrieval.reranking import READ, rerank
from policy_qa.retrieval.scoring import Scorer
from policy_qa.retrieval.translation import QuestionTranslator

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.reading import Reader

_BATCH = 64
_GAP = 1e-3


@dataclass
class Ranking:
    """What the systems made of the questions.

    Attributes:
        runs: System → question id → documents with scores, best first.
        seconds: ``embed`` (questions) and one entry a system.
        left_out: System → why it could not be run.
    """

    runs: dict[str, dict[str, list[tuple[str, float]]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def rank_all(
    engine: PolicyQA,
    index: DocumentIndex,
    queries: Sequence[DatasetQuery],
    names: Sequence[str],
    progress: Progress | None = None,
) -> Ranking:
    """Asks every question once and lets every system rank what was found.

    The time of a system holds the gathering of evidence, which all of them share.

    Args:
        engine: Supplies model, reader and settings.
        index: What is searched.
        queries: The questions.
        names: Systems other than llama-index's.
        progress: Told how many questions were asked.
    """
    generation = index.generation
    scorer = scorer_over(engine, generation)
    rerankers, left_out = _rerankers(engine, generation, names)
    able = [name for name in names if name not in left_out]
    ranking = Ranking({name: {} for name in able}, {"embed": 0.0, **dict.fromkeys(able, 0.0)}, left_out)
    texts = [" ".join(query.text.split())[: engine.settings.max_question_characters] for query in queries]
    for start in range(0, len(queries), _BATCH):
        part = slice(start, start + _BATCH)
        began = time.perf_counter()
        vectors = scorer.embed(texts[part])
        ranking.seconds["embed"] += time.perf_counter() - began
        for query, text, vector in zip(queries[part], texts[part], vectors, strict=True):
            began = time.perf_counter()
            scored = scorer.score(text, vector)
            gathered = time.perf_counter() - began
            for name in able:
                began = time.perf_counter()
                if name in rerankers:
                    hits = index.rank(rerankers[name](text, scored.fused))
                else:
                    hits = index.rank(COMBINATIONS[name](scored))
                if name == "lexical":
                    # A document without any word of the question was not found.
                    hits = [hit for hit in hits if hit[1] > 0]
                ranking.runs[name][query.query_id] = hits
                ranking.seconds[name] += gathered + time.perf_counter() - began
        if progress:
            progress("questions", min(start + _BATCH, len(queries)), len(queries))
    return ranking


def scorer_over(engine: PolicyQA, generation: Generation) -> Scorer:
    """Scores passages of a generation the way the engine does, before anything is read."""
    translator = QuestionTranslator(engine.settings.cache_dir, read_names(generation.names))
    return Scorer(generation, engine.embedder, translator)


class _ByReader:
    """The product's last step: the reader orders the first passages."""

    def __init__(self, reader: Reader, generation: Generation) -> None:
        self._reader = reader
        self._generation = generation

    def __call__(self, question: str, fused: Floats) -> Floats:
        rows = [int(row) for row in np.argsort(-fused, kind="stable")[:READ]]
        found = rerank(self._reader, question, _hits(self._generation, rows), [float(fused[r]) for r in rows])
        order = [rows[i] for i in found.order]
        scores = fused.copy()
        # Unread passages stay behind those that were read, as they do in the product.
        lowest = float(np.delete(fused, rows).max(initial=0.0)) if len(fused) > len(rows) else 0.0
        new = np.array(found.scores, dtype=np.float32)
        scores[order] = new - new.min() + lowest + _GAP
        return scores


def _hits(generation: Generation, rows: Sequence[int]) -> list[Hit]:
    return [
        Hit(
            passage_id=passage.passage_id,
            article_id=passage.article_id,
            title=generation.metadata[passage.article_id].title,
            heading=passage.heading,
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=0.0,
        )
        for passage in generation.store.passages(rows)
    ]


def _rerankers(
    engine: PolicyQA, generation: Generation, names: Sequence[str]
) -> tuple[Mapping[str, LateInteraction | _ByReader], dict[str, str]]:
    found: dict[str, LateInteraction | _ByReader] = {}
    left_out: dict[str, str] = {}
    if READER in names:
        reader = engine.reader
        if reader is None:
            left_out[READER] = "no reader is installed, or it is switched off"
        else:
            found[READER] = _ByReader(reader, generation)
    if LATE in names:
        embedder = engine.embedder
        if isinstance(embedder, TokenEmbedder):
            found[LATE] = LateInteraction(embedder, generation)
        else:
            left_out[LATE] = f"{embedder.model_id} gives no token states"
    return found, left_out
