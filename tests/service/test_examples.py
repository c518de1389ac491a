"""The scripts of docs/examples, run as a reader would run them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from services import free_port

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
BIN = Path(sys.executable).with_name("policy-qa")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped corpus and an index of it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    made = subprocess.run([str(BIN), "index"], cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    """A service as the command starts it."""
    import httpx

    port = free_port()
    server = subprocess.Popen([str(BIN), "serve", "--port", str(port)], cwd=project)
    found = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{found}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.3)
        yield found
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_finds_the_figure(example: Path, project: Path, address: str) -> None:
    done = subprocess.run(
        [sys.executable, str(example)],
        cwd=project,
        env={**os.environ, "QA_ADDRESS": address},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "300" in done.stdout
