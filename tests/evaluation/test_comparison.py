from __future__ import annotations

from pathlib import Path

import pytest
from golden_samples import answer, outcome, question, result

from policy_qa.errors import BadInputError
from policy_qa.evaluation.comparison import (
    compare_datasets,
    compare_golden,
    comparison_table,
    read_result,
)
from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.results import DatasetResult

RIGHT = "每年发放总额为8.2亿元。"


def dataset(values: dict[str, dict[str, float]], corpus_hash: str = "c") -> DatasetResult:
    name = next(iter(values))
    return DatasetResult(
        dataset="small",
        query_lang="zh",
        n_queries=2,
        n_documents=3,
        n_passages=3,
        system=name,
        measures={},
        ci95={},
        per_system={},
        ci95_per_system={},
        per_query=values,
        seconds={},
        ms_per_query={},
        model="fake",
        settings_hash="s",
        corpus_hash=corpus_hash,
        versions={},
    )


def test_systems_of_both_runs_are_compared_question_by_question() -> None:
    now = dataset({"hybrid": {"q1": 1.0, "q2": 0.5}, "dense": {"q1": 0.0, "q2": 0.0}})
    before = dataset({"hybrid": {"q2": 0.5, "q1": 0.0}})
    (change,) = compare_datasets(now, before)
    assert (change.now, change.before) == (0.75, 0.25)
    assert change.comparison.difference == pytest.approx(0.5)


def test_runs_over_other_documents_or_questions_cannot_be_compared() -> None:
    now = dataset({"hybrid": {"q1": 1.0}})
    with pytest.raises(BadInputError, match="other documents"):
        compare_datasets(now, dataset({"hybrid": {"q1": 1.0}}, corpus_hash="other"))
    with pytest.raises(BadInputError, match="other questions"):
        compare_datasets(now, dataset({"hybrid": {"q2": 1.0}}))
    with pytest.raises(BadInputError, match="no system in common"):
        compare_datasets(now, dataset({"dense": {"q1": 1.0}}))


def test_golden_runs_are_compared_by_language_and_measure() -> None:
    now, before = result([outcome(question(), answer([RIGHT]))]), result([outcome(question(), answer())])
    changes = {change.name: change for change in compare_golden(now, before)}
    assert changes["zh right quote cited"].comparison.difference == 1.0
    assert changes["zh wrong abstention ↓"].comparison.difference == -1.0
    with pytest.raises(BadInputError, match="other questions"):
        compare_golden(now, result([], golden_hash="x"))


def test_a_result_is_read_back_and_another_kind_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    dataset({"hybrid": {"q1": 1.0}}).write(path)
    assert read_result(path, DatasetResult).per_query == {"hybrid": {"q1": 1.0}}
    with pytest.raises(BadInputError, match="without --dataset"):
        read_result(path, GoldenResult)
    with pytest.raises(BadInputError, match="cannot be read"):
        read_result(tmp_path / "none.json", DatasetResult)


def test_the_table_marks_what_is_sure() -> None:
    from rich.console import Console

    ids = [f"q{i}" for i in range(20)]
    changes = compare_datasets(
        dataset({"hybrid": dict.fromkeys(ids, 1.0)}), dataset({"hybrid": dict.fromkeys(ids, 0.5)})
    )
    console = Console(width=120, record=True, quiet=True)
    with console.capture() as captured:
        Console(width=120, file=console.file).print(comparison_table(changes))
    _ = captured
    assert changes[0].comparison.p_value < 0.05
