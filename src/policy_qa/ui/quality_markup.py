"""The last evaluation as HTML: its plots and its report in sealed frames, its figures in a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.report import render_report
from policy_qa.evaluation.report_golden import abstention_section, latency_section
from policy_qa.records import Language
from policy_qa.ui.escaping import e
from policy_qa.ui.wording import MEASURE_NAMES, say

COMMAND: Final = "policy-qa eval --json eval/run.json"
_BASELINE: Final = "baseline.json"
_LARGEST: Final = 60_000_000
_PLOT_STYLE: Final = (
    "main {padding: 4px 20px 20px} h2 {margin: 14px 0 4px; padding: 0; border: 0; font-size: 16px}"
    ".charts {display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 16px 28px}"
    ".chart {width: 100%} .note {margin: 4px 0 0}"
)
_LABELS: Final = {measure.name: measure.label for measure in MEASURES}
_LOWER_IS_BETTER: Final = {measure.name for measure in MEASURES if measure.lower_is_better}


def quality_html(folders: Sequence[Path], language: Language) -> str:
    """The newest run found in these folders, else the pinned floors, else how to make a run."""
    run = newest_run(folders)
    if run is not None:
        return _run(run, language)
    floors = next((found for folder in folders if (found := _floors(folder / _BASELINE))), None)
    parts = (
        [f"<p>{say(language, 'quality_none')}</p>"] if floors is None else [_floor_table(floors, language)]
    )
    parts.append(f"<p>{say(language, 'quality_how')}</p><pre><code>{e(COMMAND)}</code></pre>")
    return f'<div class="pq-quality">{"".join(parts)}</div>'


def newest_run(folders: Sequence[Path]) -> GoldenResult | None:
    """The newest readable result of ``policy-qa eval --json`` in these folders."""
    files = [file for folder in folders for file in folder.glob("*.json") if file.name != _BASELINE]
    for file in sorted(files, key=lambda f: f.stat().st_mtime, reverse=True):
        try:
            if file.stat().st_size <= _LARGEST:
                return GoldenResult.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            continue
    return None


def _run(run: GoldenResult, language: Language) -> str:
    rows = [
        (name, *(_interval(run, side, name) for side in ("zh", "en")))
        for name in dict.fromkeys(name for means in run.by_language.values() for name in means)
    ]
    asked = f"{run.golden} ({run.split})" if run.split else run.golden
    about = (asked, say(language, "n_questions", n=len(run.outcomes)), run.provenance.model_id)
    return (
        f'<div class="pq-quality"><h2>{say(language, "quality_run")}</h2>'
        f'<p class="pq-facts">{" · ".join(e(part) for part in about)}</p>'
        f"<h2>{say(language, 'plots')}</h2>{_frame(_plots(run), say(language, 'plots'), 'pq-plots')}"
        f"<h2>{say(language, 'measures')}</h2><p>{say(language, 'intervals')}</p>{_table(rows, language)}"
        f"<details><summary>{say(language, 'report')}</summary>"
        f"{_frame(render_report(run, ()), say(language, 'report'))}</details></div>"
    )


def _frame(document: str, title: str, name: str = "") -> str:
    """A document sealed off from the page: it runs no script and opens nothing."""
    named = f'class="{name}" title="{e(title)}"'
    return f'<iframe sandbox="" loading="lazy" {named} srcdoc="{e(document)}"></iframe>'


def _plots(run: GoldenResult) -> str:
    """The plots of the report alone."""
    style = (files("policy_qa.evaluation") / "report.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>plots</title><style>{style}'
        f"{_PLOT_STYLE}</style>"
        f"<main>{abstention_section(run)}{latency_section(run)}</main></html>"
    )


def _interval(run: GoldenResult, side: Language, name: str) -> str:
    """A mean with its interval, as HTML."""
    found = run.by_language.get(side, {}).get(name)
    return f"{found.value:.3f} <span>({found.low:.3f}–{found.high:.3f})</span>" if found else "–"


def _floors(path: Path) -> dict[str, float] | None:
    try:
        floors = json.loads(path.read_text(encoding="utf-8"))["floors"]
        return {str(name): float(value) for name, value in floors.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _floor_table(floors: dict[str, float], language: Language) -> str:
    names = dict.fromkeys(name.partition(".")[2] for name in floors)
    rows = [
        (
            name,
            *(f"{floors[key]:.3f}" if (key := f"{side}.{name}") in floors else "–" for side in ("zh", "en")),
        )
        for name in names
    ]
    return (
        f"<h2>{say(language, 'quality_floors')}</h2><p>{say(language, 'quality_floors_more')}</p>"
        f"{_table(rows, language)}"
    )


def _label(name: str, language: Language) -> str:
    """What a reader calls a measure; its key if it is none of ours."""
    if language == "zh" and name in MEASURE_NAMES:
        return MEASURE_NAMES[name]
    return _LABELS.get(name, name.replace("_", " "))


def _table(rows: Sequence[tuple[str, ...]], language: Language) -> str:
    """A row for each measure: its key, then cells of HTML."""
    head = "".join(f'<th scope="col">{say(language, key)}</th>' for key in ("measure", "chinese", "english"))
    body = "".join(
        f'<tr><th scope="row">{e(_label(name, language))}{" ↓" if name in _LOWER_IS_BETTER else ""}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f'<div class="pq-scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
