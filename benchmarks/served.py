"""A service as `policy-qa serve` starts it, in a process of its own, for benchmarks to ask."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

_START_SECONDS = 180.0


@dataclass(frozen=True)
class Served:
    """A running service.

    Attributes:
        address: Its address, without a slash at the end.
        pid: Its process.
    """

    address: str
    pid: int

    def memory(self) -> float:
        """Resident memory of the process in MB; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return 0.0
        return next(int(x.split()[1]) / 1000 for x in status.splitlines() if x.startswith("VmRSS"))

    def handles(self) -> int:
        """Open files and sockets of the process; 0 where the system does not tell."""
        try:
            return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 - names are not needed
        except OSError:
            return 0


@contextmanager
def served(*options: str, log: IO[str] | None = None, **settings: object) -> Iterator[Served]:
    """Runs `policy-qa serve` and ends it afterwards.

    Args:
        *options: Further options of the command line, before the command.
        log: Where the log goes; nowhere if omitted.
        **settings: Settings in lower case, given as environment variables.

    Raises:
        RuntimeError: It does not become ready.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {f"POLICY_QA_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("policy-qa")), *options, "serve", "--port", str(port)],
        env={**os.environ, **environment},
        stderr=log or subprocess.DEVNULL,
    )
    try:
        _wait(address, process)
        yield Served(address, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=5.0).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("The service does not start; run `policy-qa serve` to see why.")


def golden_questions(golden: Path, n: int, seed: int) -> list[str]:
    """Questions of the golden set that stand alone, drawn at random, languages in turn.

    Args:
        golden: The golden set.
        n: How many.
        seed: Of the draw.
    """
    lines = [json.loads(line) for line in golden.read_text(encoding="utf-8").splitlines() if line.strip()]
    alone = [line for line in lines if not line.get("history")]
    random.Random(seed).shuffle(alone)  # noqa: S311 - no secret
    sides = [[line["question"] for line in alone if line["lang"] == lang] for lang in ("zh", "en")]
    return [question for pair in zip(*sides, strict=False) for question in pair][:n]


def load_average() -> str:
    """How busy the machine is: processes that want to run, averaged over a minute, and processors."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
