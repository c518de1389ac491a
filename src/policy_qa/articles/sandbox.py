"""Parsing of foreign formats in a process of its own, under limits.

A page or document can be made to take its parser minutes or gigabytes. So each is parsed
in a fresh process with a deadline, a limit on processor time and memory, no files to
write and no core dump; the worst it can do is to be refused by name. Run as a module this
file is that process: the document comes in on standard input, an ``Extraction`` goes out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from policy_qa.articles.extraction import Extraction, ExtractionError, from_json, to_json
from policy_qa.errors import BadInputError

Kind = Literal["html", "pdf", "docx"]


@dataclass(frozen=True)
class Limits:
    """Limits of one parsing.

    Attributes:
        seconds: Deadline, and limit of processor time, in seconds.
        memory_bytes: Address space of the process.
        characters: Most characters of text handed back.
    """

    seconds: float = 30.0
    memory_bytes: int = 1_500_000_000
    characters: int = 12_000_000


_REFUSED: Final = 3
_OUT_OF_MEMORY: Final = 4


def extract(kind: Kind, data: bytes, *, name: str, limits: Limits | None = None) -> Extraction:
    """Parses a document in a process of its own.

    Args:
        kind: Its format.
        data: Its bytes; for HTML the text in UTF-8.
        name: Name of the file, for messages.
        limits: Limits of the parsing; the usual ones if not given.

    Raises:
        BadInputError: If the document is damaged, encrypted, empty of text, or went over
            a limit; the message names the file and the reason.
    """
    limits = limits or Limits()
    command = [sys.executable, "-P", "-m", "policy_qa.articles.sandbox", kind, repr(limits.seconds)]
    command += [str(limits.memory_bytes), str(limits.characters)]
    try:
        run = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.seconds + 5,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as failure:
        raise BadInputError(
            f"{name} was given up after {limits.seconds:.0f} seconds of parsing; it may be built to stall. "
            "Save it as plain text or Markdown."
        ) from failure
    if run.returncode == 0:
        return from_json(run.stdout)
    raise BadInputError(f"{name} {_reason(run, limits)}")


def _reason(run: subprocess.CompletedProcess[bytes], limits: Limits) -> str:
    if run.returncode == _REFUSED:
        return str(json.loads(run.stdout)["refused"])
    if run.returncode == _OUT_OF_MEMORY:
        return (
            f"needs more than {limits.memory_bytes // 1_000_000} MB to be parsed; it may be a bomb. "
            "Save it as plain text or Markdown."
        )
    if run.returncode < 0:
        return (
            f"stopped its parser (signal {-run.returncode}), by its limit of {limits.seconds:.0f} seconds "
            "or by damage. Save it as plain text or Markdown."
        )
    last = run.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
    return f"cannot be parsed ({last}); the file may be damaged. Save it again from its source."


def _environment() -> dict[str, str]:
    """Gives the process what it needs to import the package, and no more."""
    paths = os.pathsep.join(path for path in sys.path if path)
    kept = {
        key: os.environ[key]
        for key in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR")
        if key in os.environ
    }
    return kept | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}


def _limit(limits: Limits) -> None:
    """Puts the limits on this process, as far as the system knows them."""
    try:
        import resource
    except ImportError:  # not on Windows; the deadline of the parent remains
        return
    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # some systems refuse a limit on address space
            continue


def _extractor(kind: str) -> Callable[[bytes, int], Extraction]:
    if kind == "html":
        from policy_qa.articles.html import extract_html

        return extract_html
    if kind == "pdf":
        from policy_qa.articles.pdf import extract_pdf

        return extract_pdf
    from policy_qa.articles.docx import extract_docx

    return extract_docx


def _main(arguments: list[str]) -> int:
    kind, seconds, memory, characters = arguments
    limits = Limits(float(seconds), int(memory), int(characters))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a chatty library must not write into the answer
    data = sys.stdin.buffer.read()
    extractor = _extractor(kind)
    _limit(limits)
    try:
        answer, code = to_json(extractor(data, limits.characters)), 0
    except ExtractionError as failure:
        answer, code = json.dumps({"refused": str(failure)}).encode("ascii"), _REFUSED
    except (MemoryError, RecursionError):
        answer, code = b"", _OUT_OF_MEMORY
    out.write(answer)
    out.flush()
    return code


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
