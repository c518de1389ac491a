from __future__ import annotations

import json
from pathlib import Path

import pytest
from golden_samples import answer, outcome, question, result, unanswerable

from policy_qa.errors import BadInputError
from policy_qa.evaluation.gate import MARGIN, GateFailedError, check_gate, read_baseline, write_baseline
from policy_qa.evaluation.golden_result import GoldenResult

FIRST = "每年发放总额为8.2亿元。"
ONE_OF_TEN = 1 / 10


def run(right: int, invented: int, **changes: str) -> GoldenResult:
    """Ten answerable questions of which some are answered, ten others of which some are too."""
    return result(
        [
            *(outcome(question(id=f"a{i}"), answer([FIRST] if i < right else [])) for i in range(10)),
            *(outcome(unanswerable(id=f"u{i}"), answer([FIRST] if i < invented else [])) for i in range(10)),
        ],
        **changes,
    )


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(run(8, 2), path)
    return path


def test_floors_stand_a_margin_below_the_run_and_ceilings_above(baseline: Path) -> None:
    floors = read_baseline(baseline).floors
    assert floors["zh.right_quote"] == pytest.approx(8 / 10 - ONE_OF_TEN)
    assert floors["zh.hallucination"] == pytest.approx(2 / 10 + ONE_OF_TEN)
    assert floors["zh.evidence_top5"] == pytest.approx(1 - ONE_OF_TEN)
    assert floors["zh.crashed"] == 0


def test_with_many_questions_the_margin_is_fixed(tmp_path: Path) -> None:
    many = [outcome(question(id=str(i)), answer([FIRST] if i < 150 else [])) for i in range(200)]
    pinned = write_baseline(result(many), tmp_path / "baseline.json")
    assert MARGIN > 1 / 200
    assert pinned.floors["zh.right_quote"] == pytest.approx(150 / 200 - MARGIN)


def test_one_question_may_turn_out_otherwise(baseline: Path) -> None:
    check_gate(run(7, 3), baseline)


def test_the_run_that_was_pinned_passes(baseline: Path) -> None:
    check_gate(run(8, 2), baseline)


def test_a_better_run_passes(baseline: Path) -> None:
    check_gate(run(10, 0), baseline)


def test_every_floor_missed_is_named(baseline: Path) -> None:
    with pytest.raises(GateFailedError) as caught:
        check_gate(run(6, 4), baseline)
    for name in ("zh.right_quote", "zh.evidence_quoted", "zh.hallucination", "zh.wrong_abstention"):
        assert any(line.startswith(name) for line in caught.value.missed)
        assert name in str(caught.value)
    assert not any("evidence_top5" in line for line in caught.value.missed)


@pytest.mark.parametrize("what", ["corpus", "questions"])
def test_floors_of_another_corpus_or_set_do_not_pass(baseline: Path, what: str) -> None:
    other = run(10, 0, **{"corpus_hash" if what == "corpus" else "golden_hash": "other"})
    with pytest.raises(GateFailedError, match=what):
        check_gate(other, baseline)


def test_floors_of_all_questions_do_not_judge_a_part(baseline: Path) -> None:
    with pytest.raises(GateFailedError, match="set of questions"):
        check_gate(run(10, 0, split="test"), baseline)


def test_a_measure_that_is_gone_misses_its_floor(baseline: Path) -> None:
    only_answerable = result([outcome(question(), answer([FIRST]))])
    with pytest.raises(GateFailedError, match=r"zh\.hallucination was not measured"):
        check_gate(only_answerable, baseline)


def test_pinning_a_worse_run_is_refused_and_changes_nothing(baseline: Path) -> None:
    before = baseline.read_bytes()
    with pytest.raises(GateFailedError, match="--lower"):
        write_baseline(run(6, 2), baseline)
    assert baseline.read_bytes() == before


def test_pinning_a_worse_run_on_purpose_lowers_the_floors(baseline: Path) -> None:
    write_baseline(run(6, 4), baseline, lower=True)
    assert read_baseline(baseline).floors["zh.right_quote"] == pytest.approx(6 / 10 - ONE_OF_TEN)
    check_gate(run(6, 4), baseline)


def test_pinning_a_run_within_the_margin_keeps_the_floor(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(run(8, 2), path)
    raised = json.loads(path.read_text())
    raised["floors"]["zh.right_quote"] = 0.8
    path.write_text(json.dumps(raised))
    write_baseline(run(8, 2), path)
    assert read_baseline(path).floors["zh.right_quote"] == 0.8


def test_pinning_a_better_run_raises_the_floors(baseline: Path) -> None:
    write_baseline(run(10, 0), baseline)
    floors = read_baseline(baseline).floors
    assert floors["zh.right_quote"] == pytest.approx(1 - ONE_OF_TEN)
    assert floors["zh.hallucination"] == pytest.approx(ONE_OF_TEN)


def test_pinning_with_another_corpus_starts_anew(baseline: Path) -> None:
    write_baseline(run(5, 5, corpus_hash="new"), baseline)
    assert read_baseline(baseline).floors["zh.right_quote"] == pytest.approx(5 / 10 - ONE_OF_TEN)


@pytest.mark.parametrize("content", ["{}", "not json", '{"floors": {"zh.right_quote": 0.5}}'])
def test_a_damaged_baseline_is_no_pass(tmp_path: Path, content: str) -> None:
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(BadInputError):
        check_gate(run(10, 0), tmp_path / "b.json")


def test_a_missing_baseline_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="--write-baseline"):
        check_gate(run(10, 0), tmp_path / "none.json")


def test_a_baseline_without_floors_or_with_unknown_ones_is_no_pass(baseline: Path) -> None:
    raw = json.loads(baseline.read_text())
    for floors in ({}, {"zh.beauty": 0.5}):
        baseline.write_text(json.dumps({**raw, "floors": floors}))
        with pytest.raises(BadInputError, match="no known measure"):
            check_gate(run(10, 0), baseline)
