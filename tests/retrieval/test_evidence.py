from __future__ import annotations

import numpy as np
import pytest

from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.terms import count_terms
from policy_qa.retrieval.evidence import group_scores, standardise
from policy_qa.retrieval.term_groups import TermGroup

TEXTS = ["兰德公司发布报告。", "工业与安全局公布清单。", "算力券降低成本。", "天气很好。", "清单很长。"]


@pytest.fixture
def lexical() -> LexicalIndex:
    return LexicalIndex.build([count_terms(text) for text in TEXTS])


def test_a_group_finds_passages_with_any_of_its_words(lexical: LexicalIndex) -> None:
    scores = group_scores(lexical, [TermGroup(source="RAND", terms=("兰德", "rand"))])
    assert np.flatnonzero(scores).tolist() == [0]


def test_a_long_word_is_found_only_where_all_its_pairs_stand(lexical: LexicalIndex) -> None:
    scores = group_scores(lexical, [TermGroup(source="BIS", terms=("工业与安全局",))])
    assert np.flatnonzero(scores).tolist() == [1]


def test_a_word_with_many_translations_counts_no_more_than_one_with_one(lexical: LexicalIndex) -> None:
    one = group_scores(lexical, [TermGroup(source="cost", terms=("成本",))])
    many = group_scores(lexical, [TermGroup(source="cost", terms=("成本", "费用", "代价"))])
    assert one == pytest.approx(many)


def test_a_word_that_stands_nearly_everywhere_says_nothing() -> None:
    lexical = LexicalIndex.build([count_terms(text) for text in ["报告一", "报告二", "报告三"]])
    assert not group_scores(lexical, [TermGroup(source="report", terms=("报告",))]).any()


def test_standard_scores_have_mean_zero_and_spread_one() -> None:
    assert standardise(np.array([1, 2, 3], np.float32)) == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


def test_scores_that_do_not_differ_are_no_evidence() -> None:
    assert standardise(np.ones(3, np.float32)).tolist() == [0, 0, 0]
