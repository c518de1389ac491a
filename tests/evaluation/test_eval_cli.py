from __future__ import annotations

import json
from pathlib import Path

import pytest
from beir_samples import write_dataset
from golden_samples import question, unanswerable
from typer.testing import CliRunner

from policy_qa.cli import app
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import UsageError


@pytest.fixture
def call(corpus: Path, engine: PolicyQA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs the command over the small corpus, with the hashing embedder in place of the model."""
    monkeypatch.setattr(
        "policy_qa.embedding.load_embedder", lambda *_args, **_options: HashingEmbedder(), raising=True
    )
    monkeypatch.setenv("POLICY_QA_CORPUS", str(corpus))
    monkeypatch.setenv("POLICY_QA_INDEX", str(engine.settings.index))
    monkeypatch.setenv("POLICY_QA_READER", "false")
    monkeypatch.setattr("policy_qa.evaluation.external.cache_folder", lambda _: tmp_path / "cache")
    return CliRunner()


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    asked = [
        question(
            question="算力券每年发放总额是多少？",
            article_ids=("computing-vouchers",),
            evidence=(("每年发放总额为8.2亿元",),),
        ),
        unanswerable(),
    ]
    path = tmp_path / "golden.jsonl"
    path.write_text("".join(q.model_dump_json() + "\n" for q in asked), encoding="utf-8")
    return path


def run(call: CliRunner, *arguments: object) -> str:
    done = call.invoke(app, ["eval", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_dataset_gives_json_table_report_and_a_run(call: CliRunner, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "small", zipped=True)
    out, report, trec = (tmp_path / name for name in ("out.json", "out.html", "out.trec"))
    text = run(
        call, "--dataset", folder, "--query-lang", "zh", "--systems", "dense,hybrid",
        "--json", out, "--report", report, "--run", trec,
    )  # fmt: skip
    assert "nDCG@10" in text
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {"dataset", "query_lang", "n_queries", "n_documents", "measures", "ci95", "per_system"} <= set(
        found
    )
    assert (found["query_lang"], found["n_queries"], found["n_documents"]) == ("zh", 3, 4)
    assert set(found["measures"]) == {"nDCG@10", "P@1", "Recall@5", "Recall@20", "Recall@100", "MRR@10"}
    assert set(found["seconds"]) == {"index", "embed", "dense", "hybrid"}
    html = report.read_text(encoding="utf-8")
    assert "small" in html
    assert "http" not in html.replace('xmlns="http://www.w3.org/2000/svg"', "")
    measured = run(call, "--dataset", folder, "--query-lang", "zh", "--from-run", trec, "--json", out)
    assert "out" in measured
    again = json.loads(out.read_text(encoding="utf-8"))
    assert again["measures"] == pytest.approx(found["measures"])


def test_two_runs_are_compared(call: CliRunner, tmp_path: Path) -> None:
    folder, out = write_dataset(tmp_path / "small"), tmp_path / "out.json"
    run(call, "--dataset", folder, "--systems", "dense", "--json", out)
    text = run(call, "--dataset", folder, "--systems", "dense", "--compare", out)
    assert "+0.000" in text
    assert "1.000" in text


def test_without_a_dataset_the_golden_set_is_asked(call: CliRunner, golden: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out.json", tmp_path / "out.html"
    text = run(call, "--golden", golden, "--json", out, "--report", report, "--systems", "dense,hybrid")
    assert "evidence in top 5" in text
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["provenance"]["model_id"]
    assert set(found["retrieval"][0]["per_system"]) == {"dense", "hybrid"}
    assert "nDCG@10 with 95 % intervals" in report.read_text(encoding="utf-8")
    compared = run(call, "--golden", golden, "--compare", out)
    assert "zh evidence in top 5" in compared


def test_the_golden_set_can_be_asked_in_one_language(call: CliRunner, golden: Path) -> None:
    assert "en" not in run(call, "--golden", golden, "--query-lang", "zh").splitlines()[0].split()[:1]
    with pytest.raises(UsageError, match="no question in 'en'"):
        run(call, "--golden", golden, "--query-lang", "en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dataset", "x", "--gate", "y"), "--gate cannot be used with --dataset"),
        (("--run", "x"), "--run cannot be used without --dataset"),
        (("--lower",), "--lower belongs to --write-baseline"),
        (("--dataset", "x", "--from-run", "y", "--systems", "dense"), "leave --systems and --run out"),
        (("--systems", "colbert"), "Known: dense"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    call: CliRunner, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        run(call, *arguments)
