from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from golden_samples import FACTS, answer, hit, outcome, question, result, unanswerable

from policy_qa.evaluation.golden_result import GoldenResult, Outcome
from policy_qa.evaluation.golden_table import golden_table
from policy_qa.evaluation.report import render_report, write_report
from policy_qa.evaluation.results import Comparison, DatasetResult
from policy_qa.evaluation.svg import Bar, Series, bars, histogram, lines

FIRST, SECOND = "每年发放总额为8.2亿元。", "每家企业每年最多领取300万元。"
_VOID = {"meta", "br", "rect", "line", "circle", "polyline"}


class Balance(HTMLParser):
    """Checks that every element that is opened is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.ids |= {value for name, value in attrs if name == "id" and value}
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]
        if tag not in _VOID or tag in {"rect"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def dataset() -> DatasetResult:
    per_system = {"hybrid": {"nDCG@10": 0.9, "P@1": 0.8}, "dense": {"nDCG@10": 0.7, "P@1": 0.6}}
    return DatasetResult(
        dataset="small<set>",
        query_lang="en",
        n_queries=10,
        n_documents=20,
        n_passages=30,
        system="hybrid",
        measures=per_system["hybrid"],
        ci95={"nDCG@10": (0.85, 0.95)},
        per_system=per_system,
        ci95_per_system={"hybrid": {"nDCG@10": (0.85, 0.95)}, "dense": {"nDCG@10": (0.6, 0.8)}},
        against={"dense": Comparison(difference=0.2, p_value=0.001)},
        left_out={"reranked": "no model"},
        seconds={},
        ms_per_query={"hybrid": 12.0},
        model="fake",
        settings_hash="s",
        corpus_hash="c",
        versions={},
    )


@pytest.fixture
def run() -> GoldenResult:
    crashed = Outcome(
        question=question(id="g009-zh", pair="g009"),
        asked="?",
        answer=None,
        error="RuntimeError: <broken>",
        scores={"crashed": 1.0, "evidence_top5": 0.0},
    )
    english = question(id="g001-en", lang="en", question="How <much>?")
    return result(
        [
            outcome(question(), answer([FIRST])),
            outcome(english, answer([SECOND], language="en")),
            outcome(unanswerable(), answer([FIRST])),
            crashed,
        ]
    )


def test_the_page_is_well_formed_and_its_links_lead_somewhere(run: GoldenResult) -> None:
    page = Balance()
    page.feed(render_report(run, [dataset()]))
    assert page.open == []
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert "script" not in page.seen


def test_the_page_loads_nothing_from_elsewhere(run: GoldenResult) -> None:
    page = render_report(run, [dataset()])
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "url(" not in page
    assert "@import" not in page


def test_every_failed_question_stands_beside_its_evidence_and_hits(run: GoldenResult) -> None:
    page = render_report(run, [])
    failed = page[page.index('id="failures"') :]
    assert "3 of 4" in failed
    for name in ("g001-en", "g002-zh", "g009-zh"):
        assert f"<code>{name}</code>" in failed
    assert "<code>g001-zh</code>" not in failed
    assert f"每年<mark>{FACTS[0]}</mark>" in failed
    assert "found, not quoted" in failed


def test_evidence_is_marked_across_a_line_break_but_not_in_other_articles() -> None:
    broken = hit("每年发放总额\n为8.2亿元。")
    other = hit("另有发放总额为8.2亿元。", article_id="other")
    page = render_report(
        result([outcome(question(), answer([], hits=(broken, other)))]),
        [],
    )
    assert "<mark>发放总额\n为8.2亿元</mark>" in page
    assert page.count("<mark>") == 1


def test_words_from_outside_are_escaped(run: GoldenResult) -> None:
    page = render_report(run, [dataset()])
    assert "How &lt;much&gt;?" in page
    assert "RuntimeError: &lt;broken&gt;" in page
    assert "small&lt;set&gt;" in page
    assert "<broken>" not in page


def test_systems_are_ranked_with_their_intervals_and_those_left_out_named() -> None:
    page = render_report(None, [dataset()])
    assert page.index(">hybrid</text>") < page.index(">dense</text>")
    assert "0.700 [0.600, 0.800]" in page
    assert "+0.200 (p = 0.001)" in page
    assert "reranked was left out: no model" in page


def test_a_report_without_failures_says_so() -> None:
    assert "<p>None.</p>" in render_report(result([outcome(question(), answer([FIRST]))]), [])


def test_the_report_is_written_where_asked(run: GoldenResult, tmp_path: Path) -> None:
    write_report(tmp_path / "new" / "report.html", run, [])
    assert (tmp_path / "new" / "report.html").read_text(encoding="utf-8") == render_report(run, [])


def test_a_bar_is_as_long_as_its_value() -> None:
    half = bars([Bar("a", 0.5, 0.5, 0.5), Bar("b", 1.0, 1.0, 1.0)])
    widths = [float(w) for w in re.findall(r'<rect [^>]*? width="([\d.]+)"', half)]
    assert widths[0] / widths[1] == pytest.approx(0.5, abs=0.01)


def test_a_line_runs_from_the_left_bottom_to_the_right_top() -> None:
    chart = lines([Series("s", [(0, 0), (1, 1)], "zh")], x_label="x", y_label="y")
    found = re.search(r'points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+)"', chart)
    assert found is not None
    x0, y0, x1, y1 = map(float, found.groups())
    assert x1 > x0
    assert y1 < y0


def test_a_histogram_counts_what_is_beyond_its_end_in_the_last_bar() -> None:
    chart = histogram([1, 1, 99, 500], unit="ms", style="zh", top=100, bins=2)
    assert re.findall(r"<title>(\d+)</title>", chart) == ["2", "2"]


def test_the_table_shows_only_measures_that_apply() -> None:
    table = golden_table(result([outcome(question(), answer([FIRST]))]))
    labels = list(table.columns[0].cells)
    assert "evidence in top 5" in labels
    assert "hallucination ↓" not in labels
