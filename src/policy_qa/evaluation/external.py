"""A run over a retrieval set: index it, ask every question, measure every system."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from policy_qa.evaluation.dataset_index import open_dataset_index
from policy_qa.evaluation.dataset_measures import Asked, measure_runs
from policy_qa.evaluation.datasets import Dataset, DatasetQuery, in_language
from policy_qa.evaluation.measures import DEPTH, Run
from policy_qa.evaluation.provenance import installed_versions, reader_id, settings_hash
from policy_qa.evaluation.ranking import Ranking, rank_all
from policy_qa.evaluation.results import DatasetResult
from policy_qa.evaluation.systems import LLAMA, READER, default_systems
from policy_qa.index.generation_writer import Progress
from policy_qa.retrieval.mined_names import NameMiner

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA


def evaluate_dataset(
    engine: PolicyQA,
    dataset: Dataset,
    *,
    language: str | None = None,
    systems: Sequence[str] | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> tuple[DatasetResult, Mapping[str, Run]]:
    """Measures systems on a retrieval set.

    Args:
        engine: Supplies models and settings; its own corpus and index are not touched.
        dataset: The set.
        language: Only questions in this language, see ``in_language``.
        systems: Names of ``systems.NAMES``; the usual ones if omitted.
        cache: Folder for the indexes of sets; inside the user's cache if omitted.
        progress: Told how far the run has come.

    Returns:
        The measures, and the ranking of each system.

    Raises:
        UsageError: No question is in that language, or no system could run.
        IndexUnusableError: The index of the set cannot be written.
    """
    names = systems or default_systems(engine.reader is not None)
    queries = in_language(dataset.queries, language) if language else list(dataset.queries)
    started = time.perf_counter()
    index = open_dataset_index(
        dataset,
        engine.embedder,
        engine.identity,
        cache or cache_folder(engine),
        progress=progress,
        mine_names=NameMiner(engine.settings.cache_dir),
    )
    indexed = time.perf_counter() - started
    with closing(index.generation):
        ranking = rank_all(engine, index, queries, [s for s in names if s not in LLAMA], progress)
        n_passages = index.generation.size
    _rank_llama(engine, dataset, queries, names, ranking)
    ranking.seconds["index"] = indexed
    asked = Asked(
        dataset=dataset.name,
        query_lang=language or _only_language(queries),
        query_ids=tuple(query.query_id for query in queries),
        qrels=dataset.qrels,
        n_documents=len(dataset.documents),
        n_passages=n_passages,
        corpus_hash=dataset.corpus_hash,
    )
    result = measure_runs(asked, ranking).model_copy(
        update={
            "model": engine.embedder.model_id,
            "reader": reader_id(engine) if READER in ranking.runs else None,
            "settings_hash": settings_hash(engine.settings),
            "versions": installed_versions(),
        }
    )
    return result, ranking.runs


def evaluate_run(dataset: Dataset, run: Run, name: str, language: str | None = None) -> DatasetResult:
    """Measures a ranking that was made elsewhere.

    Args:
        dataset: The set.
        run: Rankings; questions without one count as 0.
        name: What to call the system.
        language: Only questions in this language.
    """
    queries = in_language(dataset.queries, language) if language else list(dataset.queries)
    asked = Asked(
        dataset=dataset.name,
        query_lang=language or _only_language(queries),
        query_ids=tuple(query.query_id for query in queries),
        qrels=dataset.qrels,
        n_documents=len(dataset.documents),
        n_passages=0,
        corpus_hash=dataset.corpus_hash,
    )
    result = measure_runs(asked, Ranking(runs={name: {q: list(hits) for q, hits in run.items()}}))
    return result.model_copy(update={"model": name, "versions": installed_versions()})


def cache_folder(engine: PolicyQA) -> Path:
    """Where indexes of retrieval sets are kept."""
    if engine.settings.cache_dir is not None:
        return engine.settings.cache_dir / "datasets"
    from platformdirs import user_cache_path

    return user_cache_path("policy_qa") / "datasets"


def _rank_llama(
    engine: PolicyQA,
    dataset: Dataset,
    queries: Sequence[DatasetQuery],
    names: Sequence[str],
    ranking: Ranking,
) -> None:
    wanted = [name for name in names if name in LLAMA]
    if not wanted:
        return
    from policy_qa.evaluation.llama_baseline import LlamaIndexBaseline

    began = time.perf_counter()
    baseline = LlamaIndexBaseline(dataset.documents, engine.embedder, cache_folder(engine))
    ranking.seconds["llama-index index"] = time.perf_counter() - began
    for name in wanted:
        began = time.perf_counter()
        hits = baseline.rank(queries, DEPTH, with_bm25=name != LLAMA[0])
        ranking.runs[name] = {q.query_id: found for q, found in zip(queries, hits, strict=True)}
        ranking.seconds[name] = time.perf_counter() - began


def _only_language(queries: Sequence[DatasetQuery]) -> str:
    languages = {query.language for query in queries}
    return languages.pop() if len(languages) == 1 else "all"
