from __future__ import annotations

import pytest
from golden_samples import FACTS, TEXT, citation, hit, question

from policy_qa.evaluation.evidence_recall import facts_in_hits, facts_in_quotes, relevant_quotes

FIRST, SECOND, THIRD = (
    "每年发放总额为8.2亿元。",
    "每家企业每年最多领取300万元。",
    "企业应在三个月内报送用量。",
)


def test_recall_is_the_share_of_facts_found() -> None:
    asked = question(evidence=((FACTS[0],), (FACTS[1],), ("没有找到的事",)))
    assert facts_in_hits(asked, [hit()]) == pytest.approx(2 / 3)


def test_any_alternative_proves_a_fact() -> None:
    asked = question(evidence=(("没有的话", FACTS[0]),))
    assert facts_in_hits(asked, [hit()]) == 1


def test_only_the_first_five_hits_count() -> None:
    empty = hit("别的内容。")
    assert facts_in_hits(question(), [*[empty] * 4, hit()]) == 1
    assert facts_in_hits(question(), [*[empty] * 5, hit()]) == 0


def test_the_same_words_in_another_article_do_not_count() -> None:
    assert facts_in_hits(question(), [hit(article_id="other")]) == 0
    assert facts_in_quotes(question(), [citation(FIRST, article_id="other")]) == 0


def test_white_space_inside_evidence_is_ignored() -> None:
    assert facts_in_hits(question(), [hit("发放总额\n为 8.2 亿元")]) == 1


def test_evidence_over_two_neighbouring_quotes_is_quoted() -> None:
    asked = question(evidence=((f"{FACTS[0]}。每家企业每年{FACTS[1]}",),))
    assert facts_in_quotes(asked, [citation(SECOND, 2), citation(FIRST, 1)]) == 1


def test_quotes_with_words_between_them_are_not_joined() -> None:
    asked = question(evidence=((FIRST + THIRD,),))
    assert facts_in_quotes(asked, [citation(FIRST), citation(THIRD, 2)]) == 0


def test_overlapping_quotes_are_not_joined() -> None:
    asked = question(evidence=((FIRST + FIRST,),))
    assert facts_in_quotes(asked, [citation(FIRST), citation(FIRST, 2)]) == 0


def test_no_hits_and_no_quotes_score_nothing() -> None:
    assert facts_in_hits(question(), []) == 0
    assert facts_in_quotes(question(), []) == 0


def test_padding_lowers_the_share_of_quotes_to_the_point() -> None:
    quotes = [citation(FIRST), citation(SECOND, 2), citation(THIRD, 3)]
    assert relevant_quotes(question(), quotes) == pytest.approx(1 / 3)


def test_a_quote_that_lies_inside_the_evidence_is_to_the_point() -> None:
    asked = question(evidence=((TEXT,),))
    assert relevant_quotes(asked, [citation(SECOND)]) == 1


def test_a_few_characters_in_common_are_not_to_the_point() -> None:
    asked = question(evidence=(("每年拨付一千万元整",),))
    assert relevant_quotes(asked, [citation(SECOND)]) == 0


def test_an_answer_without_quotes_has_no_share_to_the_point() -> None:
    assert relevant_quotes(question(), []) is None
