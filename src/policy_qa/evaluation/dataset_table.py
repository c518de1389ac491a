"""A run over a retrieval set, on one screen of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_qa.evaluation.dataset_measures import MAIN_MEASURE
from policy_qa.evaluation.measures import NAMES
from policy_qa.evaluation.results import DatasetResult

if TYPE_CHECKING:
    from rich.table import Table


def dataset_table(result: DatasetResult) -> Table:
    """Every system with all measures, its interval and how the main one differs from it."""
    from rich.table import Table

    table = Table(
        box=None,
        title=f"{result.dataset}, questions: {result.query_lang} ({result.n_queries:,} questions,"
        f" {result.n_documents:,} documents)",
        title_justify="left",
    )
    table.add_column("")
    for name in (*NAMES, f"95 % of {MAIN_MEASURE}", f"{result.system} − this", "p", "ms"):
        table.add_column(name, justify="right")
    for system, measures in result.per_system.items():
        low, high = result.ci95_per_system[system][MAIN_MEASURE]
        against = result.against.get(system)
        milliseconds = result.ms_per_query.get(system)
        table.add_row(
            system,
            *(f"{measures[name]:.4f}" for name in NAMES),
            f"{low:.3f}–{high:.3f}",
            f"{against.difference:+.4f}" if against else "",
            f"{against.p_value:.4f}" if against else "",
            f"{milliseconds:.0f}" if milliseconds is not None else "",
            style="bold" if system == result.system else None,
        )
    return table
