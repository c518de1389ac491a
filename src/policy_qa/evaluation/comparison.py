"""Two runs over the same questions: is the difference more than chance?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from policy_qa.errors import BadInputError
from policy_qa.evaluation.dataset_measures import MAIN_MEASURE, compare
from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.results import Comparison, DatasetResult
from policy_qa.records import Record

if TYPE_CHECKING:
    from rich.table import Table

R = TypeVar("R", bound=Record)

_SURE = 0.05


class Change(Record):
    """One measure of this run against the same of another.

    Attributes:
        name: System and measure, or language and measure.
        now: Mean of this run.
        before: Mean of the other.
        comparison: The difference and its p-value.
    """

    name: str
    now: float
    before: float
    comparison: Comparison


def read_result(path: Path, kind: type[R]) -> R:
    """Reads what ``eval --json`` wrote.

    Raises:
        BadInputError: The file cannot be read or holds another kind of run.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    except ValidationError as error:
        wanted = "with" if kind is DatasetResult else "without"
        raise BadInputError(
            f"{path} is not the JSON of such a run. Write it with `policy-qa eval --json` {wanted} --dataset."
        ) from error


def compare_datasets(now: DatasetResult, before: DatasetResult) -> list[Change]:
    """nDCG@10 of every system that both runs have.

    Raises:
        BadInputError: The documents or the questions are others.
    """
    if now.corpus_hash != before.corpus_hash:
        raise BadInputError(f"The two runs searched other documents: {now.dataset} and {before.dataset}.")
    changes = [
        _change(f"{system} {MAIN_MEASURE}", now.per_query[system], before.per_query[system])
        for system in now.per_query
        if system in before.per_query
    ]
    if not changes:
        raise BadInputError(
            f"The two runs have no system in common: {', '.join(now.per_query)} and"
            f" {', '.join(before.per_query)}."
        )
    return changes


def compare_golden(now: GoldenResult, before: GoldenResult) -> list[Change]:
    """Every measure by language, over the questions it applies to in both runs.

    Raises:
        BadInputError: The questions are others.
    """
    if now.golden_hash != before.golden_hash:
        raise BadInputError(f"The two runs asked other questions: {now.golden} and {before.golden}.")
    changes = []
    for language in now.by_language:
        for measure in MEASURES:
            mine, theirs = (
                {
                    o.question.id: o.scores[measure.name]
                    for o in run.outcomes
                    if o.question.lang == language and measure.name in o.scores
                }
                for run in (now, before)
            )
            shared = [name for name in mine if name in theirs]
            if shared:
                label = f"{language} {measure.label}{' ↓' if measure.lower_is_better else ''}"
                changes.append(_change(label, {n: mine[n] for n in shared}, {n: theirs[n] for n in shared}))
    return changes


def comparison_table(changes: list[Change]) -> Table:
    """Differences with their p-values; those below .05 are marked."""
    from rich.table import Table

    table = Table(box=None)
    for name in ("", "this run", "other", "difference", "p"):
        table.add_column(name, justify="right" if name else "left")
    for change in changes:
        found = change.comparison
        mark = " *" if found.p_value < _SURE else ""
        table.add_row(
            change.name,
            f"{change.now:.3f}",
            f"{change.before:.3f}",
            f"{found.difference:+.3f}",
            f"{found.p_value:.3f}{mark}",
        )
    return table


def _change(name: str, now: Mapping[str, float], before: Mapping[str, float]) -> Change:
    if now.keys() != before.keys():
        raise BadInputError(f"{name}: the two runs asked other questions, so they cannot be compared.")
    ours, theirs = list(now.values()), [before[key] for key in now]
    return Change(
        name=name,
        now=sum(ours) / len(ours),
        before=sum(theirs) / len(theirs),
        comparison=compare(ours, theirs),
    )
