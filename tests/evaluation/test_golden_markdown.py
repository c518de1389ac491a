from __future__ import annotations

from pathlib import Path

import pytest
from golden_samples import answer, outcome, question, result, unanswerable

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.golden import Splits
from policy_qa.evaluation.golden_markdown import BEGIN, END, part_of, write_figures
from policy_qa.evaluation.golden_result import GoldenResult

FIRST = "每年发放总额为8.2亿元。"
SPLITS = Splits(dev=("a", "b"), test=("c",))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run() -> GoldenResult:
    return result(
        [
            outcome(question(id="a", pair="a"), answer([FIRST])),
            outcome(unanswerable(id="b", pair="b"), answer([FIRST])),
            outcome(question(id="c", pair="c"), answer()),
        ]
    )


def test_a_part_is_summed_up_over_its_own_pairs(run: GoldenResult) -> None:
    assert run.by_language["zh"]["right_quote"].value == 1 / 2
    assert part_of(run, "test", SPLITS).by_language["zh"]["right_quote"].value == 0
    assert "hallucination" not in part_of(run, "test", SPLITS).by_language["zh"]


def test_figures_replace_what_stands_between_the_marks_and_nothing_else(
    run: GoldenResult, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", encoding="utf-8")
    write_figures(page, run, SPLITS)
    once = page.read_text(encoding="utf-8")
    assert once.startswith(f"before\n{BEGIN}\n")
    assert once.endswith(f"{END}\nafter\n")
    assert "old figures" not in once
    assert "| right quote cited | 0.500 (0.000–1.000) | 0.000 (0.000–0.000) |" in once
    assert "| hallucination ↓ | 1.000 (1.000–1.000) |  |" in once
    write_figures(page, run, SPLITS)
    assert page.read_text(encoding="utf-8") == once


def test_a_page_without_marks_is_refused_and_left_alone(run: GoldenResult, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no place\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="no place for figures"):
        write_figures(page, run, SPLITS)
    assert page.read_text(encoding="utf-8") == "no place\n"


def test_figures_of_a_part_only_are_refused(run: GoldenResult, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--split"):
        write_figures(tmp_path / "page.md", part_of(run, "test", SPLITS), SPLITS)


def test_the_documentation_has_a_place_for_the_figures() -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
