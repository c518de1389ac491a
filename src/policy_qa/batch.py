"""Files of questions or claims in, files of answers or verdicts out, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.progress import track

from policy_qa.engine import PolicyQA
from policy_qa.errors import BadInputError
from policy_qa.records import Record

Line = TypeVar("Line", bound=BaseModel)


class QuestionLine(BaseModel):
    """A line of a batch: an id and a question; other keys are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str


class ClaimLine(BaseModel):
    """A line to verify: an id, a sentence and the quotes it rests on; other keys are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    sentence: str
    quotes: tuple[str, ...]


class BatchReport(Record):
    """What a batch did.

    Attributes:
        done: Lines answered.
        bad_lines: Number (from 1) and reason of every line that could not be read.
    """

    done: int
    bad_lines: tuple[tuple[int, str], ...]


def answer_file(engine: PolicyQA, source: Path, out: Path, workers: int = 1) -> BatchReport:
    """Answers a file of questions, in order.

    Args:
        engine: The engine to ask.
        source: Lines ``{"id", "question"}``.
        out: Lines ``{"id", …answer}``.
        workers: Questions answered at a time.

    Raises:
        BadInputError: ``source`` cannot be read.
    """
    return _convert(
        source, out, QuestionLine, lambda line: engine.ask(line.question).model_dump(mode="json"), workers
    )


def verify_file(engine: PolicyQA, source: Path, out: Path) -> BatchReport:
    """Verifies a file of claims, in order.

    Args:
        engine: The engine whose checks are used.
        source: Lines ``{"id", "sentence", "quotes"}``.
        out: Lines ``{"id", "supported", "status", "checks"}``.

    Raises:
        BadInputError: ``source`` cannot be read.
    """

    def verdict(line: ClaimLine) -> dict[str, Any]:
        found = engine.verify(line.sentence, line.quotes)
        return found.model_dump(mode="json", include={"supported", "status", "checks"})

    return _convert(source, out, ClaimLine, verdict, 1)


def _convert(
    source: Path, out: Path, kind: type[Line], convert: Callable[[Line], dict[str, Any]], workers: int
) -> BatchReport:
    lines: list[Line] = []
    bad: list[tuple[int, str]] = []
    for number, read in _read_lines(source, kind):
        if isinstance(read, str):
            bad.append((number, read))
        else:
            lines.append(read)
    temporary = out.with_name(f".{out.name}.part")
    out.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("w", encoding="utf-8") as file, ThreadPoolExecutor(workers) as pool:
        results = track(pool.map(convert, lines), total=len(lines), description="answering", transient=True)
        for line, result in zip(lines, results, strict=True):
            record = {"id": line.model_dump()["id"], **result}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    temporary.replace(out)
    return BatchReport(done=len(lines), bad_lines=tuple(bad))


def _read_lines(source: Path, kind: type[Line]) -> Iterator[tuple[int, Line | str]]:
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise BadInputError(f"{source} cannot be read ({error.strerror}). Check the path.") from error
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            yield number, f"{'.'.join(map(str, first['loc'])) or 'line'}: {first['msg']}"
