"""`policy-qa verify` end to end, over a small corpus of our own and the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BIN = Path(sys.executable).with_name("policy-qa")
DRAFT = """# 草稿
每家企业每年最多领取300万元。[1] Each company may receive at most 3 million yuan a year.[2]
每家企业每年最多领取900万元。

[1] computing-vouchers
[2] chip-report
"""

pytestmark = pytest.mark.slow


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ},
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def project(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified")
    (folder / "corpus").symlink_to(corpus)
    made = run("index", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_a_draft_in_both_languages_is_checked_and_a_wrong_source_named(project: Path) -> None:
    (project / "draft.md").write_text(DRAFT, encoding="utf-8")
    done = run("verify", "--text", "draft.md", "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    verdicts: list[dict[str, Any]] = json.loads(done.stdout)
    assert [v["status"] for v in verdicts] == ["exact", "wrong_source", "altered"]
    assert "computing-vouchers" in verdicts[1]["checks"][-1]["detail"]


def test_lines_name_the_better_source_where_the_quote_does_not_do(project: Path) -> None:
    lines = [
        {
            "id": "1",
            "sentence": "每家企业每年最多领取300万元。",
            "quotes": ["未按时报送的企业，下一年度不得申请。"],
        },
        {"id": "2", "sentence": "每家企业每年最多领取900万元。", "quotes": ["每家企业每年最多领取300万元。"]},
        {"id": "3", "sentence": "", "quotes": []},
        {"id": "4", "sentence": "<b>]][[", "quotes": ["…"]},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (project / "claims.jsonl").write_text(text, encoding="utf-8")
    done = run("verify", "claims.jsonl", "--out", "verdicts.jsonl", cwd=project)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in (project / "verdicts.jsonl").read_text("utf-8").splitlines()]
    assert [(v["status"], v["supported"]) for v in found[:2]] == [("wrong_source", False), ("altered", False)]
    assert not any(v["supported"] for v in found[2:])


def test_a_draft_of_nothing_but_markers_ends_with_a_reason(project: Path) -> None:
    (project / "empty.txt").write_text("[1][2]\n", encoding="utf-8")
    done = run("verify", "--text", "empty.txt", cwd=project)
    assert (done.returncode, "no sentence" in done.stderr) == (3, True)
