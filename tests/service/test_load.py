"""The short form of benchmarks/load.py: many readers, slow ones and swaps at the same time."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from services import Make, running

from policy_qa.service.app import create_app

ROOT = Path(__file__).parents[2]
QUESTION = {"question": "算力券每年发放总额是多少？"}


def load(address: str, *options: str) -> dict[str, Any]:
    """What the benchmark prints for a running service; it fails at the first wrong answer."""
    command = [sys.executable, "-m", "benchmarks.load", "--address", address, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.slow
def test_a_crowd_is_answered_or_told_to_come_back_while_articles_change(make_engine: Make) -> None:
    engine = make_engine(concurrent_questions=2, waiting_questions=4, body_seconds=2.0)
    handles = Path("/proc/self/fd")
    with running(create_app(engine, with_page=False)) as address:
        load(address, "--clients", "2", "--questions", "5", "--slow", "0")
        before = len(os.listdir(handles)) if handles.exists() else 0  # noqa: PTH208
        seen = load(address, "--clients", "32", "--questions", "4", "--slow", "2", "--swaps", "3")
        after = len(os.listdir(handles)) if handles.exists() else 0  # noqa: PTH208
    assert seen["statuses"]["200"] == 128
    assert set(seen["statuses"]) <= {"200", "408", "503"}
    assert seen["left_in_the_middle"] > 0
    assert seen["errors"] == {}
    assert after <= before + 60  # generations that were read a moment ago are still open


def test_more_questions_than_may_wait_are_sent_away_with_a_time_to_come_back(with_settings: Make) -> None:
    engine = with_settings(concurrent_questions=1, waiting_questions=1)

    async def burst(address: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=30.0) as http:
            return await asyncio.gather(*(http.post("/v1/answer", json=QUESTION) for _ in range(24)))

    with running(create_app(engine, with_page=False)) as address:
        httpx.post(f"{address}/v1/answer", json=QUESTION)
        responses = asyncio.run(burst(address))
    statuses = {response.status_code for response in responses}
    assert statuses <= {200, 503}
    assert 200 in statuses
    for response in responses:
        if response.status_code == 503:
            assert response.headers["retry-after"] == "1"
            assert response.headers["content-type"] == "application/problem+json"
