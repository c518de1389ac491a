"""The parts of the report that sum up a run over the golden set."""

from __future__ import annotations

from html import escape

from policy_qa.evaluation.golden_measures import MEASURE, MEASURES, Measure
from policy_qa.evaluation.golden_result import GoldenResult, Summary
from policy_qa.evaluation.svg import Bar, Series, bars, histogram, lines
from policy_qa.records import Language

_NAMES: dict[Language, str] = {"zh": "Chinese", "en": "English"}
_BY_TYPE = (
    "evidence_top5",
    "right_quote",
    "evidence_quoted",
    "relevant_quotes",
    "answer_contained",
    "hallucination",
    "wrong_abstention",
)
_HEADLINES = ("evidence_top5", "right_quote", "hallucination", "wrong_abstention")


def headline_section(result: GoldenResult) -> str:
    """The four figures that matter most, in both languages."""
    cards = []
    for name in _HEADLINES:
        values = "".join(
            f'<div><span class="figure">{summaries[name].value:.1%}</span>'
            f'<span class="who {language}">{_NAMES[language]}</span></div>'
            for language, summaries in result.by_language.items()
            if name in summaries
        )
        measure = MEASURE[name]
        hint = "less is better" if measure.lower_is_better else "more is better"
        cards.append(
            f'<div class="card"><h3>{escape(measure.label)}</h3>'
            f'<div class="figures">{values}</div><p class="note">{hint}</p></div>'
        )
    return f'<div class="cards">{"".join(cards)}</div>'


def measures_section(result: GoldenResult) -> str:
    """Every measure with its interval, and what English loses."""
    head = "".join(f"<th>{_NAMES[lang]}</th><th>95 %</th><th>n</th>" for lang in result.by_language)
    rows = []
    for measure in MEASURES:
        cells = [summaries.get(measure.name) for summaries in result.by_language.values()]
        if not any(cells):
            continue
        gap = result.gaps.get(measure.name)
        ratio = f"{gap.ratio:.3f}" if gap and gap.ratio is not None else ""
        span = f"{gap.low:.2f}–{gap.high:.2f}" if gap and gap.low is not None and gap.high is not None else ""
        arrow = " ↓" if measure.lower_is_better else ""
        rows.append(
            f'<tr><th title="{escape(measure.meaning)}">{escape(measure.label)}{arrow}</th>'
            f'{"".join(map(_summary_cells, cells))}<td class="number">{ratio}</td>'
            f'<td class="note">{span}</td></tr>'
        )
    meanings = "".join(f"<dt>{escape(m.label)}</dt><dd>{escape(m.meaning)}.</dd>" for m in MEASURES)
    return (
        f'<h2 id="measures">Measures by language</h2><div class="scroll"><table><thead><tr><th></th>{head}'
        f"<th>English ÷ Chinese</th><th>95 %</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="note">↓ less is better. Intervals: percentile bootstrap over questions, for the ratio'
        f" over pairs.</p><details><summary>What the measures mean</summary><dl>{meanings}</dl></details>"
    )


def types_section(result: GoldenResult) -> str:
    """Measures by type of question: a table to read and bars to compare."""
    measures = [MEASURE[name] for name in _BY_TYPE]
    languages = list(result.by_language)
    head = "".join(f'<th colspan="{len(languages)}">{escape(m.label)}</th>' for m in measures)
    second = "".join(f"<th>{lang}</th>" for _ in measures for lang in languages)
    rows = []
    for name, groups in result.by_type.items():
        n = max((s.n for summaries in groups.values() for s in summaries.values()), default=0)
        cells = "".join(
            _heat(groups.get(lang, {}).get(measure.name), measure)
            for measure in measures
            for lang in languages
        )
        rows.append(f'<tr><th>{_spaced(name)}</th><td class="note">{n}</td>{cells}</tr>')
    chart = bars(
        [
            Bar(f"{_spaced(name)} · {lang}", s.value, s.low, s.high, lang)
            for name, groups in result.by_type.items()
            for lang, summaries in groups.items()
            if (s := summaries.get("evidence_quoted"))
        ]
    )
    return (
        f'<h2 id="types">By type of question</h2><div class="scroll"><table class="heat"><thead><tr><th></th>'
        f"<th>n</th>{head}</tr><tr><th></th><th></th>{second}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"</div><h3>Evidence quoted, with 95 % intervals</h3>{chart}"
    )


def abstention_section(result: GoldenResult) -> str:
    """Risk–coverage curves and reliability."""
    curves = [
        Series(
            f"{_NAMES[lang]}: area {curve.area:.3f}, {curve.excess:.3f} above a perfect order",
            [(0.0, curve.points[0].risk), *((p.coverage, p.risk) for p in curve.points)],
            lang,
        )
        for lang, curve in result.abstention.items()
    ]
    reliability = [
        Series(
            f"{_NAMES[lang]}: expected calibration error {found.error:.3f}",
            [(b.confidence, b.accuracy) for b in found.bins],
            lang,
            [2.5 + 8 * (b.count / sum(x.count for x in found.bins)) ** 0.5 for b in found.bins],
        )
        for lang, found in result.calibration.items()
    ]
    return (
        '<h2 id="abstention">To answer or not</h2><div class="charts"><figure><figcaption>Risk and coverage'
        "</figcaption>"
        f"{lines(curves, x_label='share of questions answered', y_label='share of them wrong')}</figure>"
        "<figure><figcaption>Confidence and outcome</figcaption>"
        f"{lines(reliability, x_label='confidence', y_label='share that came true', diagonal=True)}"
        '</figure></div><p class="note">A question counts as wrong if the corpus does not answer it or the'
        " first five hits hold none of the expected evidence. Larger dots stand for more questions.</p>"
    )


def latency_section(result: GoldenResult) -> str:
    """How long answers took."""
    if not result.latency:
        return ""
    top = max(latency.p95 for latency in result.latency.values()) * 1.5 or 1.0
    stages = list(dict.fromkeys(s for latency in result.latency.values() for s in latency.stages))
    head = "".join(f"<th>mean {escape(stage)}</th>" for stage in stages)
    rows = "".join(
        f"<tr><th>{_NAMES[lang]}</th>{_number(latency.p50)}{_number(latency.p95)}"
        f"{''.join(_number(latency.stages.get(stage, 0.0)) for stage in stages)}</tr>"
        for lang, latency in result.latency.items()
    )
    charts = "".join(
        f"<figure><figcaption>{_NAMES[lang]}</figcaption>"
        f"{histogram(latency.values, unit='ms', style=lang, top=top)}</figure>"
        for lang, latency in result.latency.items()
    )
    return (
        f'<h2 id="latency">Latency</h2><div class="charts">{charts}</div><div class="scroll"><table>'
        f"<thead><tr><th>ms</th><th>median</th><th>95th percentile</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _summary_cells(summary: Summary | None) -> str:
    if summary is None:
        return "<td></td><td></td><td></td>"
    return (
        f'<td class="number">{summary.value:.3f}</td><td class="note">{summary.low:.2f}–{summary.high:.2f}'
        f'</td><td class="note">{summary.n}</td>'
    )


def _heat(summary: Summary | None, measure: Measure) -> str:
    if summary is None:
        return '<td class="empty"></td>'
    quality = 1 - summary.value if measure.lower_is_better else summary.value
    return (
        f'<td class="number" style="--bad:{round((1 - quality) * 100)}%"'
        f' title="{summary.low:.2f}–{summary.high:.2f}, n = {summary.n}">{summary.value:.2f}</td>'
    )


def _number(value: float) -> str:
    return f'<td class="number">{value:.0f}</td>'


def _spaced(name: str) -> str:
    return escape(name.replace("_", " "))
