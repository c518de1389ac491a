"""The short form of benchmarks/kill_indexer.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_indexer.py"


@pytest.mark.slow
def test_a_killed_indexer_leaves_the_generation_before_or_the_complete_new_one(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("kills forks, which Windows has not")
    command = [sys.executable, str(SCRIPT), "--kills", "6", "--folder", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["kills"] >= 6 + 12, "random moments and named points"
    assert found["outcomes"]["points: old"] >= 10
    assert found["outcomes"]["points: new"] == 2, "after publishing and after pruning"
    assert found["last_folders"] == 2
    assert found["last_bytes"] < 2.5 * found["one_generation_bytes"]
    # While it builds, a run holds the current generation, the one before and its own.
    assert found["most_folders"] <= 3
