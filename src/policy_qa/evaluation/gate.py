"""A change must not make the answers worse: floors that a run has to reach.

Floors, the corpus and the questions they were measured with are pinned together in one file.
Another corpus or another set of questions makes the floors meaningless, which is an error and
not a pass. Floors rise by pinning again; they sink only if that is asked for.
"""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import ValidationError

from policy_qa.errors import BadInputError, PolicyQAError, UsageError
from policy_qa.evaluation.golden_measures import MEASURE, MEASURES
from policy_qa.evaluation.golden_result import GoldenResult, Summary
from policy_qa.records import Record

MARGIN = 0.01
"""How far below the measured value a floor is pinned, unless one question weighs more than that.
Another processor rounds the int8 model otherwise and may swap two close hits."""

_TOLERANCE = 1e-9
_SCALE = 1000
"""Floors are pinned to three decimals, away from the measured value."""


class GateFailedError(PolicyQAError):
    """A run does not reach what its baseline pins.

    Attributes:
        missed: One line for every floor missed.
    """

    exit_code = 1

    def __init__(self, message: str, missed: tuple[str, ...] = ()) -> None:
        """Keeps the single misses beside the message."""
        super().__init__(message)
        self.missed = missed


class Baseline(Record):
    """What a run has to reach, and what it was measured with.

    Attributes:
        corpus_hash: Hash of the articles.
        golden_hash: Hash of the questions.
        split: The part asked; ``None`` for all.
        model_id: The embedding model.
        floors: Lowest value by ``language.measure``; for measures of which less is better, the
            highest.
    """

    corpus_hash: str
    golden_hash: str
    split: str | None
    model_id: str
    floors: dict[str, float]


def check_gate(result: GoldenResult, baseline: Path) -> None:
    """Compares a run with its baseline.

    Args:
        result: The run.
        baseline: File written by ``write_baseline``.

    Raises:
        BadInputError: The baseline cannot be read.
        GateFailedError: The corpus, the questions or the model are others, or floors are missed;
            the message names every one.
    """
    pinned = read_baseline(baseline)
    others = _differences(pinned, result)
    if others:
        raise GateFailedError(
            f"{baseline} was pinned with another {' and another '.join(others)}, so its floors say nothing"
            " about this run. Look at the report, then pin again with --write-baseline.",
            tuple(others),
        )
    missed = _missed(pinned, measured(result))
    if missed:
        raise GateFailedError(
            f"{len(missed)} of {len(pinned.floors)} floors of {baseline} are missed: {'; '.join(missed)}.",
            missed,
        )


def write_baseline(result: GoldenResult, path: Path, *, lower: bool = False) -> Baseline:
    """Pins floors a little below a run.

    A floor of the same corpus, questions and model only rises. With others, every floor is new:
    the old figures cannot be compared.

    Args:
        result: The run.
        path: The file to write.
        lower: Let floors sink to this run.

    Raises:
        BadInputError: The old baseline cannot be read.
        GateFailedError: A floor would sink and ``lower`` is not set; nothing is written.
    """
    values = measured(result)
    floors = {name: _floor(name, summary) for name, summary in values.items()}
    if path.exists() and not lower:
        old = read_baseline(path)
        if not _differences(old, result):
            missed = _missed(old, values)
            if missed:
                raise GateFailedError(
                    f"Pinning this run would lower floors of {path}: {'; '.join(missed)}."
                    " Give --lower if that is meant.",
                    missed,
                )
            floors = {name: _stricter(name, floor, old.floors.get(name)) for name, floor in floors.items()}
    baseline = Baseline(
        corpus_hash=result.provenance.corpus_hash,
        golden_hash=result.golden_hash,
        split=result.split,
        model_id=result.provenance.model_id,
        floors=floors,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(baseline.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return baseline


def read_baseline(path: Path) -> Baseline:
    """Reads a baseline.

    Raises:
        BadInputError: It is missing or damaged, or pins a measure that does not exist.
    """
    try:
        baseline = Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadInputError(
            f"The baseline {path} cannot be read ({error.strerror}). Write one with --write-baseline."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInputError(
            f"{path} is no baseline: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        ) from error
    unknown = [name for name in baseline.floors if name.partition(".")[2] not in MEASURE]
    if unknown or not baseline.floors:
        raise BadInputError(f"{path} pins no known measure: {', '.join(unknown) or 'floors is empty'}.")
    return baseline


def measured(result: GoldenResult) -> dict[str, Summary]:
    """The means that a baseline pins, by ``language.measure``."""
    return {
        f"{language}.{measure.name}": summaries[measure.name]
        for language, summaries in result.by_language.items()
        for measure in MEASURES
        if measure.gated and measure.name in summaries
    }


def _differences(pinned: Baseline, result: GoldenResult) -> list[str]:
    pairs = {
        "corpus": (pinned.corpus_hash, result.provenance.corpus_hash),
        "set of questions": (
            (pinned.golden_hash, pinned.split),
            (result.golden_hash, result.split),
        ),
        "embedding model": (pinned.model_id, result.provenance.model_id),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def _missed(pinned: Baseline, found: dict[str, Summary]) -> tuple[str, ...]:
    missed = []
    for name, floor in pinned.floors.items():
        if name not in found:
            missed.append(f"{name} was not measured (floor {floor:.3f})")
            continue
        value = found[name].value
        if _lower_is_better(name) and value > floor + _TOLERANCE:
            missed.append(f"{name} is {value:.3f}, above {floor:.3f}")
        elif not _lower_is_better(name) and value < floor - _TOLERANCE:
            missed.append(f"{name} is {value:.3f}, below {floor:.3f}")
    return tuple(missed)


def _floor(name: str, summary: Summary) -> float:
    """The value to pin: one question may turn out otherwise, but a crash is never tolerated."""
    value, margin = summary.value, max(MARGIN, 1 / summary.n)
    if name.endswith(".crashed"):
        return 0.0
    if _lower_is_better(name):
        return min(1.0, math.ceil((value + margin) * _SCALE - _TOLERANCE) / _SCALE)
    return max(0.0, math.floor((value - margin) * _SCALE + _TOLERANCE) / _SCALE)


def _stricter(name: str, new: float, old: float | None) -> float:
    if old is None:
        return new
    return min(new, old) if _lower_is_better(name) else max(new, old)


def _lower_is_better(name: str) -> bool:
    measure = MEASURE.get(name.partition(".")[2])
    if measure is None:
        raise UsageError(f"There is no measure {name!r} to pin.")
    return measure.lower_is_better
