"""A run over the golden set, on one screen of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.golden_result import GoldenResult

if TYPE_CHECKING:
    from rich.table import Table


def golden_table(result: GoldenResult) -> Table:
    """Every measure with its interval by language, and English ÷ Chinese."""
    from rich.table import Table

    table = Table(box=None)
    table.add_column("")
    for language in result.by_language:
        table.add_column(language, justify="right")
        table.add_column("95 %")
    table.add_column("en ÷ zh", justify="right")
    for measure in MEASURES:
        found = [summaries.get(measure.name) for summaries in result.by_language.values()]
        if not any(found):
            continue
        cells = [
            cell
            for s in found
            for cell in ((f"{s.value:.3f}", f"{s.low:.3f}–{s.high:.3f}") if s else ("", ""))
        ]
        gap = result.gaps.get(measure.name)
        ratio = f"{gap.ratio:.3f}" if gap and gap.ratio is not None else ""
        table.add_row(f"{measure.label}{' ↓' if measure.lower_is_better else ''}", *cells, ratio)
    for label, values in _curves(result).items():
        table.add_row(label, *(cell for value in values for cell in (f"{value:.3f}", "")), "")
    return table


def _curves(result: GoldenResult) -> dict[str, list[float]]:
    languages = result.by_language
    return {
        "risk–coverage area ↓": [result.abstention[lang].area for lang in languages],
        "calibration error ↓": [result.calibration[lang].error for lang in languages],
        "median ms ↓": [result.latency[lang].p50 if lang in result.latency else 0.0 for lang in languages],
    }
