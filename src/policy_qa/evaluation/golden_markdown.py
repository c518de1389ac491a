"""The figures in the documentation, written by the run that measured them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.golden import Splits
from policy_qa.evaluation.golden_measures import MEASURE, MEASURES
from policy_qa.evaluation.golden_result import GoldenResult, Summary, sum_up

BEGIN = "<!-- figures of `policy-qa eval --docs`: begin -->"
END = "<!-- figures: end -->"
_RATIOS = ("evidence_top5", "evidence_quoted", "relevant_quotes")


def write_figures(path: Path, result: GoldenResult, splits: Splits) -> None:
    """Replaces the figures between two marks of a Markdown file.

    Args:
        path: The file; it holds ``BEGIN`` and, later, ``END``.
        result: A run over the whole set.
        splits: The parts of the set; the test part is shown beside the whole.

    Raises:
        BadInputError: The file cannot be read or holds no such marks.
        UsageError: The run was over a part only.
    """
    if result.split is not None:
        raise UsageError("The figures are of the whole set and its test part: leave --split out.")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BadInputError(f"{path} has no place for figures: put {BEGIN} and {END} where they belong.")
    path.write_text(f"{before}{BEGIN}\n{figures(result, splits)}\n{END}{after}", encoding="utf-8")


def figures(result: GoldenResult, splits: Splits) -> str:
    """Provenance, the table of all measures and the language gap, as Markdown."""
    made = result.provenance
    parts = [result, part_of(result, "test", splits)]
    columns = [(part, lang) for part in parts for lang in part.by_language]
    heads = [f"{lang}, {part.split or 'all'}" for part, lang in columns]
    rows = [_row(["measure", *heads]), _row(["---"] * (len(heads) + 1))]
    for measure in MEASURES:
        label = f"{measure.label}{' ↓' if measure.lower_is_better else ''}"
        cells = [_cell(part.by_language[lang].get(measure.name)) for part, lang in columns]
        rows.append(_row([label, *cells]))
    rows.append(_row(["risk–coverage area ↓", *(f"{p.abstention[lang].area:.3f}" for p, lang in columns)]))
    rows.append(_row(["calibration error ↓", *(f"{p.calibration[lang].error:.3f}" for p, lang in columns)]))
    return (
        f"Model {made.model_id}, corpus {made.corpus_hash}, settings {made.settings_hash}.\n"
        f"In brackets: 95 % bootstrap interval over questions.\n\n{chr(10).join(rows)}\n\n{_gaps(result)}"
    )


def part_of(result: GoldenResult, split: str, splits: Splits) -> GoldenResult:
    """The same run, summed up over one part of the set."""
    pairs = splits.pairs(split)
    return sum_up(
        [outcome for outcome in result.outcomes if outcome.question.pair in pairs],
        golden=result.golden,
        golden_hash=result.golden_hash,
        split=split,
        provenance=result.provenance,
        seconds=result.seconds,
    )


def _gaps(result: GoldenResult) -> str:
    found = [(MEASURE[name].label, result.gaps[name]) for name in _RATIOS if name in result.gaps]
    shown = [
        f"{label} {gap.ratio:.3f} ({gap.low:.3f}–{gap.high:.3f})"
        for label, gap in found
        if gap.ratio is not None and gap.low is not None and gap.high is not None
    ]
    return f"English ÷ Chinese on the same pairs: {'; '.join(shown) or 'not measured'}."


def _cell(summary: Summary | None) -> str:
    return f"{summary.value:.3f} ({summary.low:.3f}–{summary.high:.3f})" if summary else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
