"""The last evaluation as HTML: its figures in a table, its report with plots in a sealed frame."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.report import render_report
from policy_qa.records import Language
from policy_qa.ui.escaping import e
from policy_qa.ui.wording import say

COMMAND: Final = "policy-qa eval --json eval/run.json"
_BASELINE: Final = "baseline.json"
_LARGEST: Final = 60_000_000
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
    about = f"{asked} · {len(run.outcomes)} · {run.provenance.model_id}"
    report = e(render_report(run, ()))
    frame = f'<iframe sandbox="" loading="lazy" title="{say(language, "report")}" srcdoc="{report}"></iframe>'
    return (
        f'<div class="pq-quality"><h2>{say(language, "quality_run")}</h2><p class="pq-facts">{e(about)}</p>'
        f"{_table(rows, language)}<h2>{say(language, 'report')}</h2>{frame}</div>"
    )


def _interval(run: GoldenResult, side: Language, name: str) -> str:
    found = run.by_language.get(side, {}).get(name)
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})" if found else "–"


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


def _table(rows: Sequence[tuple[str, ...]], language: Language) -> str:
    head = "".join(f'<th scope="col">{say(language, key)}</th>' for key in ("measure", "chinese", "english"))
    body = "".join(
        f'<tr><th scope="row">{e(name.replace("_", " "))}{" ↓" if name in _LOWER_IS_BETTER else ""}</th>'
        + "".join(f"<td>{e(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f'<div class="pq-scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
