from __future__ import annotations

from collections.abc import Sequence

import pytest
from golden_samples import answer, citation

from policy_qa.evaluation.citation_quality import Statement, citation_quality, statements_of, supports

FIRST, SECOND = "每年发放总额为8.2亿元。", "每家企业每年最多领取300万元。"


def test_an_answer_is_cut_behind_every_run_of_markers() -> None:
    assert statements_of("甲说的话。[1][3]乙说的话。[2]") == (
        Statement(text="甲说的话。", markers=(1, 3)),
        Statement(text="乙说的话。", markers=(2,)),
    )


def test_words_behind_the_last_marker_carry_none() -> None:
    assert statements_of("甲说的话。[1] 没有出处的话。")[-1] == Statement(text="没有出处的话", markers=())


def test_exact_quotes_have_full_recall_and_precision() -> None:
    quality = citation_quality(answer([FIRST, SECOND]))
    assert quality is not None
    assert (quality.recall, quality.precision, quality.statements) == (1, 1, 2)


def test_a_sentence_without_a_marker_costs_recall_and_not_precision() -> None:
    given = answer([FIRST]).model_copy(update={"answer": f"“{FIRST}”[1] 此外一切都好。"})
    quality = citation_quality(given)
    assert quality is not None
    assert (quality.recall, quality.precision) == (1 / 2, 1)


def test_a_wrong_citation_costs_both() -> None:
    given = answer([FIRST, SECOND]).model_copy(update={"answer": f"“{FIRST}”[1]“{SECOND}”[1]"})
    quality = citation_quality(given)
    assert quality is not None
    assert (quality.recall, quality.precision) == (1 / 2, 1 / 2)


def test_a_citation_that_the_others_do_without_is_imprecise() -> None:
    given = answer([FIRST, SECOND]).model_copy(update={"answer": f"“{FIRST}”[1][2]"})
    quality = citation_quality(given)
    assert quality is not None
    assert (quality.recall, quality.precision) == (1, 1 / 2)


def test_two_citations_that_support_only_together_are_both_precise() -> None:
    def both(_: str, quotes: Sequence[str]) -> bool:
        return len(quotes) == 2

    given = answer([FIRST, SECOND]).model_copy(update={"answer": "合起来才成立。[1][2]"})
    quality = citation_quality(given, both)
    assert quality is not None
    assert (quality.recall, quality.precision) == (1, 1)


def test_a_marker_that_resolves_to_nothing_does_not_support() -> None:
    given = answer([FIRST]).model_copy(update={"answer": f"“{FIRST}”[7]"})
    quality = citation_quality(given)
    assert quality is not None
    assert quality.recall == 0


def test_an_abstention_is_not_judged() -> None:
    assert citation_quality(answer()) is None


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("科技局：“每年发放总额为8.2亿元。”", True),
        ("科技局：“每年发放总额为9.2亿元。”", False),
        ("Bureau: “每年发放总额为8.2亿元。” (8.2亿元 = 820 million yuan)", True),
        ("转述“晚报”：“每年发放总额为8.2亿元。”", True),
        ("发放总额每年为8.2亿元", True),
        ("发放总额每年为8.3亿元", False),
        ("今天天气很好，适合出门散步", False),
        ("每年的天气都很好，适合出门散步", False),
        ("The total is 820 million yuan a year.", True),
        ("The total is 830 million yuan a year.", False),
        ("The total is large.", None),
    ],
)
def test_the_judge_needs_no_model(statement: str, verdict: bool | None) -> None:
    assert supports(statement, [FIRST]) is verdict


def test_quoted_words_may_hold_quotation_marks_of_their_own() -> None:
    quote = "据“晚报”报道，总额为8亿元。"
    assert supports(f"转述“晚报”：“{quote}”", [quote]) is True
    assert citation(quote, start=0).quote == quote
