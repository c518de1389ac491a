"""The golden set as a retrieval set: passages to be found, those with expected evidence relevant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from policy_qa.evaluation.dataset_index import DocumentIndex
from policy_qa.evaluation.dataset_measures import Asked, measure_runs
from policy_qa.evaluation.datasets import DatasetQuery
from policy_qa.evaluation.golden import GoldenQuestion
from policy_qa.evaluation.matching import holds_fact
from policy_qa.evaluation.provenance import (
    corpus_hash,
    installed_versions,
    reader_id,
    settings_hash,
)
from policy_qa.evaluation.ranking import rank_all
from policy_qa.evaluation.results import DatasetResult
from policy_qa.evaluation.systems import LLAMA, READER
from policy_qa.index.generation import Generation

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA


def retrieval_of_golden(
    engine: PolicyQA, name: str, questions: Sequence[GoldenQuestion], systems: Sequence[str]
) -> tuple[DatasetResult, ...]:
    """Ranks the passages of the engine's index for every answerable question.

    A passage is relevant if it holds evidence and is of an article listed. A question none of
    whose evidence lies within one passage counts 0 for every system.

    Args:
        engine: The engine, with its index.
        name: Name of the set.
        questions: The golden questions.
        systems: Names of systems; llama-index's are left out, since they cut passages of their own.

    Returns:
        One result a language.

    Raises:
        UsageError: No system could run.
    """
    generation = engine.generation
    keys = [key.passage_id for key in generation.keys]
    index = DocumentIndex(generation, keys, np.arange(generation.size, dtype=np.int64))
    names = [system for system in systems if system not in LLAMA]
    found = []
    for language in dict.fromkeys(q.lang for q in questions):
        asked = [q for q in questions if q.lang == language and q.answerable]
        if not asked:
            continue
        queries = [DatasetQuery(q.id, standalone(q), language) for q in asked]
        ranking = rank_all(engine, index, queries, names)
        ranking.left_out.update(
            {system: "it cuts passages of its own; use --dataset" for system in systems if system in LLAMA}
        )
        measured = measure_runs(
            Asked(
                dataset=name,
                query_lang=language,
                query_ids=tuple(q.id for q in asked),
                qrels=_relevant(generation, asked),
                n_documents=len(keys),
                n_passages=len(keys),
                corpus_hash=corpus_hash(engine.articles()),
            ),
            ranking,
        )
        made = {
            "model": engine.embedder.model_id,
            "reader": reader_id(engine) if READER in ranking.runs else None,
            "settings_hash": settings_hash(engine.settings),
            "versions": installed_versions(),
        }
        found.append(measured.model_copy(update=made))
    return tuple(found)


def standalone(question: GoldenQuestion) -> str:
    """A follow-up as one question: what the user asked before, oldest first, then the question.

    The assistant's turns are left out: they hold the engine's own words, and searching for those
    would find the last answer again.
    """
    earlier = [turn.content for turn in question.history if turn.role == "user"]
    return " ".join([*earlier, question.question])


def _relevant(generation: Generation, questions: Sequence[GoldenQuestion]) -> dict[str, dict[str, int]]:
    passages = {aid: generation.store.passages_of(aid) for q in questions for aid in q.article_ids}
    return {
        question.id: {
            passage.passage_id: 1
            for aid in question.article_ids
            for passage in passages[aid]
            if any(holds_fact(passage.text, fact) for fact in question.evidence)
        }
        for question in questions
    }
