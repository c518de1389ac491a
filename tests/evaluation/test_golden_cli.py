from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_qa.cli import app
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import UsageError
from policy_qa.evaluation.gate import GateFailedError
from policy_qa.evaluation.golden import load_golden


@pytest.fixture
def call(corpus: Path, engine: PolicyQA, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs the command over the small corpus, with the hashing embedder in place of the model."""
    monkeypatch.setattr(
        "policy_qa.embedding.load_embedder", lambda *_args, **_options: HashingEmbedder(), raising=True
    )
    monkeypatch.setenv("POLICY_QA_CORPUS", str(corpus))
    monkeypatch.setenv("POLICY_QA_INDEX", str(engine.settings.index))
    return CliRunner()


def add(call: CliRunner, golden: Path, *extra: str) -> None:
    arguments = (
        *("--type", "number", "--zh", "算力券每年发放总额是多少？", "--en", "What is the total?"),
        *("--article", "computing-vouchers", "--answer", "8.2亿元"),
        *("--evidence", "每年发放总额为8.2亿元 || 发放总额为8.2亿元"),
    )
    done = call.invoke(
        app, ["golden", "add", "--golden", str(golden), *arguments, *extra], catch_exceptions=False
    )
    assert done.exit_code == 0


def test_add_check_and_stats_work_on_a_users_own_corpus(call: CliRunner, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    add(call, golden)
    assert load_golden(golden)[0].evidence == (("每年发放总额为8.2亿元", "发放总额为8.2亿元"),)
    checked = call.invoke(app, ["golden", "check", "--golden", str(golden)], catch_exceptions=False)
    assert checked.exit_code == 0
    assert "0 errors" in checked.output
    counted = call.invoke(app, ["golden", "stats", "--golden", str(golden)], catch_exceptions=False)
    assert "1 needs; questions: zh 1, en 1" in counted.output
    assert "    0  chip-report" in counted.output


def test_a_follow_up_takes_its_turns_in_order(call: CliRunner, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    turns = ("--history-zh", "问", "--history-zh", "答", "--history-en", "Q", "--history-en", "A")
    add(call, golden, "--type", "follow_up", *turns)
    chinese, english = load_golden(golden)
    assert [(t.role, t.content) for t in chinese.history] == [("user", "问"), ("assistant", "答")]
    assert [t.content for t in english.history] == ["Q", "A"]


def test_check_ends_with_3_if_evidence_is_gone(call: CliRunner, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    add(call, golden)
    golden.write_text(golden.read_text(encoding="utf-8").replace("8.2亿元", "9.2亿元"), encoding="utf-8")
    checked = call.invoke(app, ["golden", "check", "--golden", str(golden)], catch_exceptions=False)
    assert checked.exit_code == 3
    assert "error  g001-zh" in checked.output


def test_an_unknown_type_is_refused_with_the_known_ones(call: CliRunner, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="multi_passage"):
        add(call, tmp_path / "golden.jsonl", "--type", "riddle")


def test_eval_writes_report_and_baseline_and_passes_its_own_gate(call: CliRunner, tmp_path: Path) -> None:
    golden, baseline, report = (tmp_path / n for n in ("golden.jsonl", "baseline.json", "report.html"))
    add(call, golden)
    common = ["eval", "--golden", str(golden)]
    pinned = call.invoke(
        app,
        [*common, "--write-baseline", str(baseline), "--report", str(report), "--json", f"{report}.json"],
        catch_exceptions=False,
    )
    assert "floors pinned" in pinned.output
    assert "evidence in top 5" in pinned.output
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    gated = call.invoke(app, [*common, "--gate", str(baseline)], catch_exceptions=False)
    assert "reached" in gated.output


def test_eval_fails_the_gate_of_another_set(call: CliRunner, tmp_path: Path) -> None:
    golden, baseline = tmp_path / "golden.jsonl", tmp_path / "baseline.json"
    add(call, golden)
    common = ["eval", "--golden", str(golden)]
    call.invoke(app, [*common, "--write-baseline", str(baseline)], catch_exceptions=False)
    add(call, golden, "--zh", "算力券一年一共发多少？")
    with pytest.raises(GateFailedError, match="set of questions"):
        call.invoke(app, [*common, "--gate", str(baseline)], catch_exceptions=False)


def test_lower_alone_means_nothing(call: CliRunner, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--write-baseline"):
        call.invoke(app, ["eval", "--lower"], catch_exceptions=False)
