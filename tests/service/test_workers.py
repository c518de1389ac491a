"""Several processes behind one port, as `policy-qa serve --workers` starts them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from services import free_port

BIN = Path(sys.executable).with_name("policy-qa")
QUESTION = {"question": "算力券每年发放总额是多少？", "llm": "extractive"}


@dataclass
class Workers:
    """A running service.

    ``said`` is the file with what it wrote to standard error.
    """

    address: str
    pid: int
    said: Path

    def children(self) -> list[int]:
        """The processes that serve, the oldest first."""
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                lines = status.read_text().splitlines()
                command = (status.parent / "cmdline").read_bytes()
            except OSError:
                continue
            fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
            if fields["PPid"] == str(self.pid) and b"spawn_main" in command:
                found.append(int(fields["Pid"]))
        return sorted(found)


@pytest.fixture(scope="module")
def workers(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("workers")
    shutil.copytree(corpus, folder / "corpus")
    subprocess.run([str(BIN), "index"], cwd=folder, check=True, capture_output=True)
    port, said = free_port(), folder / "said"
    environment = {**os.environ, "POLICY_QA_ABSTAIN_BELOW": "0"}
    command = [str(BIN), "serve", "--port", str(port), "--workers", "2"]
    with said.open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=log)
    running = Workers(f"http://127.0.0.1:{port}", process.pid, said)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not _answers(running.address):
        time.sleep(0.3)
    yield running
    process.terminate()
    process.wait(30)


def _answers(address: str) -> bool:
    try:
        found = httpx.post(f"{address}/v1/answer", json=QUESTION, timeout=30.0)
    except httpx.TransportError:
        return False
    return found.status_code == 200 and "8.2亿元" in found.json()["answer"]


@pytest.mark.slow
def test_several_workers_answer_and_say_where_the_page_is(workers: Workers) -> None:
    assert _answers(workers.address)
    assert "no chat page" in workers.said.read_text()
    missing = httpx.get(workers.address)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert "with one worker" in missing.json()["detail"]
    assert httpx.get(f"{workers.address}/nowhere").status_code == 404


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
def test_a_worker_that_is_killed_is_replaced_while_the_others_answer(workers: Workers) -> None:
    before = workers.children()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    answered = [_answers(workers.address) for _ in range(10)]
    assert sum(answered) >= 9  # at most the call that the killed one had in hand is lost
    deadline = time.monotonic() + 60
    while len(workers.children()) < 2 and time.monotonic() < deadline:
        time.sleep(0.3)
    assert len(workers.children()) == 2
    assert before[0] not in workers.children()


def test_without_a_page_the_address_says_what_to_do(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 404
    assert "`policy-qa serve` with one worker" in answer.json()["detail"]
