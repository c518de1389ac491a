"""The part of the report about retrieval sets: ablation bars and all measures of all systems."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from policy_qa.evaluation.results import DatasetResult
from policy_qa.evaluation.svg import Bar, bars

_MEASURE = "nDCG@10"


def datasets_section(datasets: Sequence[DatasetResult]) -> str:
    """One block for each set and language of question."""
    if not datasets:
        return ""
    return '<h2 id="datasets">Retrieval sets</h2>' + "".join(map(_dataset, datasets))


def _dataset(result: DatasetResult) -> str:
    ranked = sorted(result.per_system, key=lambda name: -result.per_system[name].get(_MEASURE, 0.0))
    rows = []
    for name in ranked:
        value = result.per_system[name].get(_MEASURE, 0.0)
        low, high = result.ci95_per_system.get(name, {}).get(_MEASURE, (value, value))
        rows.append(Bar(name, value, low, high, "main" if name == result.system else "other"))
    left_out = "".join(
        f'<p class="note">{escape(name)} was left out: {escape(why)}</p>'
        for name, why in result.left_out.items()
    )
    return (
        f"<h3>{escape(result.dataset)}, questions: {escape(result.query_lang)}</h3>"
        f'<p class="note">{result.n_queries:,} questions, {result.n_documents:,} documents,'
        f" {result.n_passages:,} passages. Model {escape(result.model)}.</p>"
        f"<figure><figcaption>{_MEASURE} with 95 % intervals</figcaption>{bars(rows)}</figure>"
        f"{_table(result, ranked)}{left_out}"
    )


def _table(result: DatasetResult, ranked: Sequence[str]) -> str:
    measures = list(dict.fromkeys(m for values in result.per_system.values() for m in values))
    head = "".join(f"<th>{escape(measure)}</th>" for measure in measures)
    body = []
    for name in ranked:
        values = result.per_system[name]
        cells = "".join(
            f'<td class="number">{values[m]:.3f}</td>' if m in values else "<td></td>" for m in measures
        )
        against = result.against.get(name)
        difference = f"{against.difference:+.3f} (p = {against.p_value:.3g})" if against else ""
        milliseconds = result.ms_per_query.get(name)
        time = f"{milliseconds:.0f}" if milliseconds is not None else ""
        marked = f"<b>{escape(name)}</b>" if name == result.system else escape(name)
        body.append(
            f'<tr><th>{marked}</th>{cells}<td class="note">{difference}</td>'
            f'<td class="number">{time}</td></tr>'
        )
    return (
        f'<div class="scroll"><table><thead><tr><th></th>{head}<th>{escape(result.system)} − this</th>'
        f"<th>ms a question</th></tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
