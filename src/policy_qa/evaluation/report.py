"""A run as one HTML file that needs nothing beside it: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.report_datasets import datasets_section
from policy_qa.evaluation.report_failures import failures_section
from policy_qa.evaluation.report_golden import (
    abstention_section,
    headline_section,
    latency_section,
    measures_section,
    types_section,
)
from policy_qa.evaluation.results import DatasetResult

_STYLE = "report.css"
_PARTS = (
    ("measures", "Measures"),
    ("types", "Types"),
    ("abstention", "Abstention"),
    ("latency", "Latency"),
    ("datasets", "Retrieval sets"),
    ("failures", "Failed questions"),
)


def write_report(path: Path, golden: GoldenResult | None, datasets: Sequence[DatasetResult]) -> None:
    """Writes the report.

    Args:
        path: The HTML file; its folder is made if need be.
        golden: A run over the golden set, if there was one.
        datasets: Runs over retrieval sets.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_report(golden, datasets), encoding="utf-8")


def render_report(golden: GoldenResult | None, datasets: Sequence[DatasetResult]) -> str:
    """The report as HTML; arguments as for ``write_report``."""
    body = [_header(golden, datasets)]
    if golden is not None:
        body += [
            headline_section(golden),
            measures_section(golden),
            types_section(golden),
            abstention_section(golden),
            latency_section(golden),
        ]
    body.append(datasets_section(datasets))
    if golden is not None:
        body += [failures_section(golden), _provenance(golden)]
    content = "\n".join(part for part in body if part)
    style = (files("policy_qa.evaluation") / _STYLE).read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>policy_qa: evaluation</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{content}\n</main>\n</body>\n</html>\n"
    )


def _header(golden: GoldenResult | None, datasets: Sequence[DatasetResult]) -> str:
    lines = []
    if golden is not None:
        part = f", {golden.split} part" if golden.split else ""
        pairs = len({outcome.question.pair for outcome in golden.outcomes})
        lines.append(
            f"{escape(golden.golden)}{part}: {len(golden.outcomes)} questions of {pairs} pairs in"
            f" {golden.seconds:.0f} s with {escape(golden.provenance.model_id)}."
        )
    if datasets:
        names = ", ".join(dict.fromkeys(result.dataset for result in datasets))
        lines.append(f"Retrieval sets: {escape(names)}.")
    present = {"datasets"} if datasets else set()
    if golden is not None:
        present |= {name for name, _ in _PARTS} - {"datasets"}
    links = "".join(f'<a href="#{name}">{label}</a>' for name, label in _PARTS if name in present)
    return f"<header><h1>Evaluation</h1><p>{' '.join(lines)}</p><nav>{links}</nav></header>"


def _provenance(golden: GoldenResult) -> str:
    made = golden.provenance
    facts = {
        "embedding model": made.model_id,
        "settings hash": made.settings_hash,
        "corpus hash": made.corpus_hash,
        "questions hash": golden.golden_hash,
        "index generation": made.generation,
        **made.versions,
    }
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td><code>{escape(value)}</code></td></tr>"
        for name, value in facts.items()
    )
    return f'<h2 id="provenance">Measured with</h2><table><tbody>{rows}</tbody></table>'
