from __future__ import annotations

from math import log2

import pytest

from policy_qa.evaluation.measures import NAMES, means, per_query

QRELS = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}}


def test_ndcg_is_the_discounted_gain_over_the_best_possible_one() -> None:
    found = per_query({"q1": [("x", 3.0), ("a", 2.0)], "q2": [("c", 1.0)]}, QRELS, ["q1", "q2"])
    ideal = 1 / log2(2) + 1 / log2(3)
    assert found["nDCG@10"] == pytest.approx([(1 / log2(3)) / ideal, 1.0])
    assert found["MRR@10"] == pytest.approx([1 / 2, 1.0])
    assert found["P@1"] == [0.0, 1.0]


def test_recall_is_the_share_of_relevant_documents_within_the_depth() -> None:
    run = {"q1": [(f"x{i}", 100.0 - i) for i in range(19)] + [("a", 1.0), ("b", 0.5)]}
    found = per_query(run, QRELS, ["q1"])
    assert (found["Recall@5"], found["Recall@20"], found["Recall@100"]) == ([0.0], [0.5], [1.0])


def test_a_question_without_a_hit_counts_as_0() -> None:
    found = per_query({"q1": [("a", 1.0), ("b", 0.5)]}, QRELS, ["q1", "q2"])
    assert {name: values[1] for name, values in found.items()} == dict.fromkeys(NAMES, 0.0)
    assert means(found)["P@1"] == 0.5


def test_of_equal_scores_the_first_in_the_ranking_counts_as_better() -> None:
    found = per_query({"q2": [("z", 1.0), ("c", 1.0)]}, QRELS, ["q2"])
    assert found["P@1"] == [0.0]


def test_the_mean_of_no_question_is_0() -> None:
    assert means({"P@1": []}) == {"P@1": 0.0}
