"""Rankings of a retrieval set → means, intervals and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_qa.errors import UsageError
from policy_qa.evaluation.measures import means, per_query
from policy_qa.evaluation.ranking import Ranking
from policy_qa.evaluation.results import Comparison, DatasetResult
from policy_qa.evaluation.significance import bootstrap_ci, paired_permutation_test
from policy_qa.evaluation.systems import main_system

MAIN_MEASURE = "nDCG@10"


@dataclass(frozen=True)
class Asked:
    """What was asked of what.

    Attributes:
        dataset: Name of the set.
        query_lang: Language of the questions; ``all`` if they were not filtered.
        query_ids: The questions that count.
        qrels: Query id → document id → grade.
        n_documents: Documents searched.
        n_passages: Passages they were cut into; 0 if unknown.
        corpus_hash: Hash of the documents.
    """

    dataset: str
    query_lang: str
    query_ids: Sequence[str]
    qrels: Mapping[str, Mapping[str, int]]
    n_documents: int
    n_passages: int
    corpus_hash: str


def measure_runs(asked: Asked, ranking: Ranking) -> DatasetResult:
    """Measures every system; the caller adds what it was measured with.

    Raises:
        UsageError: No system ran.
    """
    if not ranking.runs:
        reasons = "; ".join(f"{name}: {why}" for name, why in ranking.left_out.items())
        raise UsageError(f"None of the systems can run ({reasons}). Name others with --systems.")
    values = {name: per_query(run, asked.qrels, asked.query_ids) for name, run in ranking.runs.items()}
    intervals = {name: {m: bootstrap_ci(v) for m, v in found.items()} for name, found in values.items()}
    main = main_system(values)
    embedding = ranking.seconds.get("embed", 0.0)
    return DatasetResult(
        dataset=asked.dataset,
        query_lang=asked.query_lang,
        n_queries=len(asked.query_ids),
        n_documents=asked.n_documents,
        n_passages=asked.n_passages,
        system=main,
        measures=means(values[main]),
        ci95=intervals[main],
        per_system={name: means(found) for name, found in values.items()},
        ci95_per_system=intervals,
        against={
            name: compare(values[main][MAIN_MEASURE], found[MAIN_MEASURE])
            for name, found in values.items()
            if name != main
        },
        per_query={
            name: dict(zip(asked.query_ids, found[MAIN_MEASURE], strict=True))
            for name, found in values.items()
        },
        left_out=ranking.left_out,
        seconds=ranking.seconds,
        ms_per_query={
            name: 1000 * (ranking.seconds[name] + embedding) / len(asked.query_ids)
            for name in values
            if name in ranking.seconds
        },
        model="",
        settings_hash="",
        corpus_hash=asked.corpus_hash,
        versions={},
    )


def compare(one: Sequence[float], other: Sequence[float]) -> Comparison:
    """The mean difference of two systems over the same questions, and how sure it is."""
    difference = (sum(one) - sum(other)) / len(one)
    return Comparison(difference=difference, p_value=paired_permutation_test(one, other))
