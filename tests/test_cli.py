from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policy_qa.engine import PolicyQA

BIN = Path(sys.executable).with_name("policy-qa")


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def project(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with corpus/ and a real index/, made by the command itself."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "corpus").symlink_to(corpus)
    made = run("index", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.slow
def test_index_reports_what_it_added_and_a_second_run_changes_nothing(project: Path) -> None:
    again = run("index", cwd=project)
    assert "0 added, 0 changed, 0 removed, 3 unchanged" in again.stdout
    assert "0 texts embedded" in again.stdout


@pytest.mark.slow
def test_ask_as_json_is_the_documented_answer(project: Path) -> None:
    done = run("ask", "算力券每年发放总额是多少？", "--json", cwd=project)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(answer) == {
        "question", "language", "status", "answer", "short_answer", "citations", "hits", "checks",
        "confidence", "model", "generation", "timings_ms",
    }  # fmt: skip
    assert set(answer["timings_ms"]) == {"embed", "retrieve", "read", "answer", "total"}
    assert set(answer["citations"][0]) == {
        "marker", "article_id", "title", "publisher", "author", "published", "url", "passage_id",
        "quote", "start", "end", "attributed_to",
    }  # fmt: skip
    assert set(answer["hits"][0]["scores"]) == {"dense", "lexical", "sentence", "reader"}


@pytest.mark.slow
def test_the_default_path_imports_neither_torch_nor_sentence_transformers(project: Path) -> None:
    code = (
        "import sys\nfrom policy_qa import PolicyQA\n"
        "PolicyQA().ask('算力券每年发放总额是多少？')\n"
        "print(sorted({'torch', 'sentence_transformers', 'gradio', 'llama_index'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=project, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.slow
def test_search_show_articles_and_doctor_work_on_the_index(project: Path) -> None:
    hits = json.loads(run("search", "算力券", "--k", "2", "--json", cwd=project).stdout)["hits"]
    article = json.loads(run("show", hits[0]["article_id"], "--json", cwd=project).stdout)
    listed = json.loads(run("articles", "--json", cwd=project).stdout)
    doctor = run("doctor", cwd=project)
    assert len(hits) == 2
    assert article["text"][hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert {a["source"] for a in listed} == {"chip-report.md", "computing-vouchers.md", "data-centres.md"}
    assert doctor.returncode == 0
    assert "FAIL" not in doctor.stdout


@pytest.mark.slow
def test_a_batch_answers_the_good_lines_and_names_the_bad_ones(project: Path, tmp_path: Path) -> None:
    questions = tmp_path / "in.jsonl"
    questions.write_text(
        '{"id": "a", "question": "算力券每年发放总额是多少？"}\nnot json\n{"id": "b"}\n'
        '{"id": 7, "question": "出口管制使研发周期延长了多久？"}\n',
        encoding="utf-8",
    )
    done = run("batch", str(questions), "--out", str(tmp_path / "out.jsonl"), "--workers", "2", cwd=project)
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert done.returncode == 3
    assert [a["id"] for a in answers] == ["a", "7"]
    assert f"{questions}:2:" in done.stderr
    assert f"{questions}:3: question" in done.stderr


@pytest.mark.slow
def test_verify_writes_a_verdict_for_each_line(project: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.jsonl"
    quote = "每家企业每年最多领取300万元。"
    claims.write_text(
        "\n".join(
            json.dumps({"id": i, "sentence": s, "quotes": [quote]}, ensure_ascii=False)
            for i, s in enumerate([quote, "每家企业每年最多领取900万元。"])
        ),
        encoding="utf-8",
    )
    run("verify", str(claims), "--out", str(tmp_path / "verdicts.jsonl"), cwd=project)
    verdicts = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text("utf-8").splitlines()]
    assert [v["supported"] for v in verdicts] == [True, False]
    assert set(verdicts[0]) == {"id", "supported", "status", "checks"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ask", "算力券", "--since", "2025-01-01", "--until", "2024-01-01"), 2, "later than"),
        (("ask", "算力券", "--lang", "fr"), 2, "--lang"),
        (("verify",), 2, "--text"),
        (("--corpus", "nowhere", "index"), 3, "nowhere"),
        (("--index", "nowhere", "ask", "算力券"), 4, "policy-qa index"),
        (("--index", "nowhere", "show", "x"), 4, "policy-qa index"),
    ],
)
def test_errors_end_with_their_exit_code_and_a_message_without_traceback(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_in_the_environment_is_named(tmp_path: Path) -> None:
    done = run("articles", cwd=tmp_path, POLICY_QA_CORPSE="x")
    assert done.returncode == 2
    assert "POLICY_QA_CORPSE" in done.stderr


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    assert run("frobnicate", cwd=tmp_path).returncode == 2


def test_the_package_exports_the_engine() -> None:
    import policy_qa

    assert policy_qa.PolicyQA is PolicyQA
    assert policy_qa.__all__ == ["PolicyQA"]
