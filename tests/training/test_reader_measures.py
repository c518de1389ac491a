"""Measures with their arithmetic written out, and the joining of windows."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from policy_qa.reading.rows import Row, RowLayout
from policy_qa.reading.spans import best_span
from training.evaluate import confidence, measure_task
from training.evaluation_cases import Case, EvaluationData, Shown, read_evaluation, write_evaluation
from training.measures import (
    abstention_f1,
    answer_units,
    area_under_curve,
    balanced_threshold,
    exact_match,
    interval,
    ndcg,
    overlap_f1,
)
from training.scoring import Reading, read_cases
from training.tokenisation import PairTokenizer


def test_answers_are_compared_by_characters_words_and_numbers() -> None:
    assert answer_units("第（1）版 The GPT-4 模型") == ["第", "1", "版", "gpt", "4", "模", "型"]
    assert exact_match("２０１９年。", ["2019年"]) == 1.0
    assert exact_match("2019", ["2019年"]) == 0.0


def test_f1_counts_shared_units_once_each() -> None:
    # Shared: 2019 and 年; predicted 4 units, answer 2.
    assert overlap_f1("在2019年底", ["2019年"]) == pytest.approx(2 * 2 / (4 + 2))
    assert overlap_f1("", ["2019年"]) == 0.0


def test_ndcg_counts_relevant_passages_that_the_list_lacks() -> None:
    found = ndcg([False, True, True], known=3)
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert found == pytest.approx((1 / math.log2(3) + 1 / 2) / ideal)


def test_the_area_under_the_curve_counts_ties_half() -> None:
    scores, positive = np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False])
    assert area_under_curve(scores, positive) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_the_threshold_balances_both_sides() -> None:
    scores = np.array([5.0, 4.0, 1.0, 0.0, -1.0, -2.0])
    positive = np.array([True, True, False, False, False, False])
    assert balanced_threshold(scores, positive) == 4.0


def test_f1_of_unanswerable() -> None:
    called, answerable = np.array([True, False, False, False]), np.array([True, True, False, False])
    # Three are called unanswerable, two of them rightly; two are unanswerable.
    assert abstention_f1(called, answerable) == pytest.approx(2 * 2 / (3 + 2))


def test_the_interval_holds_the_mean() -> None:
    values = np.array([0.0] * 40 + [1.0] * 60)
    low, high = interval(100, lambda sample: float(values[sample].mean()))
    assert 0.45 < low < 0.6 < high < 0.75


def test_the_best_span_never_ends_before_it_begins_nor_outside_the_text() -> None:
    row = Row(np.zeros(8, np.int32), text_start=4, first=0)
    starts = np.array([1.0, 9, 9, 9, 0, 0, 5, 9], np.float32)
    ends = np.array([1.0, 9, 9, 9, 6, 2, 3, 9], np.float32)
    margin, span = best_span(starts, ends, row)
    assert span == (2, 2)
    assert margin == pytest.approx(5 + 3 - (1 + 1))


@pytest.fixture
def data(tokenizer: PairTokenizer, tmp_path_factory: pytest.TempPathFactory) -> EvaluationData:
    folder = tmp_path_factory.mktemp("cases")
    text = "山城的铁路。" * 40 + "湖区有湿地。"
    cases = [
        Case("reading/own", "1", "湖区有什么？", (Shown("湖区", text, True), Shown("", "海港")), ("湿地",))
    ]
    write_evaluation(folder, cases, tokenizer)
    return read_evaluation(folder)


def test_cases_survive_writing_and_reading(data: EvaluationData, tokenizer: PairTokenizer) -> None:
    (case,) = data.cases
    assert case.shown[0].relevant
    assert case.answers == ("湿地",)
    assert data.tokens[case.question].ids.tolist() == tokenizer.question(case.question).tolist()
    assert data.layout == tokenizer.layout


def test_an_answer_in_a_later_window_is_given_in_its_own_words(
    data: EvaluationData, tokenizer: PairTokenizer
) -> None:
    wanted = tokenizer.text("湿地").ids.tolist()[-2:]

    def predict(ids: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        starts, ends = (np.zeros(ids.shape, np.float32) for _ in range(2))
        starts[ids == wanted[0]] = 4
        ends[ids == wanted[1]] = 4
        return starts.max(1), starts, ends

    ((long, short),) = list(read_cases(data.cases, data, predict, 1))
    assert (long.answer, long.margin, long.relevance) == ("湿地", 8.0, 4.0)
    assert short.margin == 0.0


def reading(relevance: float, answer: str = "") -> Reading:
    return Reading(relevance, 0.0, answer)


def test_reading_takes_the_span_even_where_none_would_be_given() -> None:
    case = Case("reading/own", "1", "问", (Shown("", "文"),), ("湿地",))
    found = measure_task("reading/own", [(case, [reading(-9.0, "湿地")])], threshold=0.0)
    assert found["exact_match"]["value"] == 1.0


def test_reranking_is_measured_beside_the_retriever() -> None:
    shown = (Shown("", "甲", False, 2.0), Shown("", "乙", True, 1.0))
    case = Case("reranking/own", "1", "问", shown, kind="relevant=1")
    found = measure_task("reranking/own", [(case, [reading(-1.0), reading(3.0)])], threshold=0.0)
    assert found["retriever"]["P@1"]["value"] == 0.0
    assert found["reader"]["P@1"]["value"] == 1.0
    assert found["retriever"]["nDCG@10"]["value"] == pytest.approx(1 / math.log2(3), abs=1e-4)


def test_a_list_is_answered_if_its_best_passage_is() -> None:
    assert confidence([Reading(-2.0, 0.0, ""), Reading(1.0, 3.0, "")]) == 2.5
    cases = [
        (Case("listed/own", str(n), "问", (Shown("", "文"),), answerable=n < 2), [reading(score)])
        for n, score in enumerate([2.0, -1.0, 1.0, -3.0])
    ]
    found = measure_task("listed/own", cases, threshold=0.0)
    assert found["hallucination"]["value"] == 0.5
    assert found["wrong_abstention"]["value"] == 0.5


def test_rows_begin_with_the_question_and_windows_cover_the_text() -> None:
    layout = RowLayout(bos=0, eos=2, window=200)
    question, title, text = (np.arange(n, dtype=np.int32) + 10 for n in (3, 2, 500))
    starts = list(layout.windows(title, text))
    assert starts[0] == 0
    assert starts[-1] + layout.capacity(title) == 500
    assert all(b - a <= layout.capacity(title) for a, b in itertools.pairwise(starts))
    made = layout.row(question, title, text, starts[1])
    assert made.ids[:8].tolist() == [0, 10, 11, 12, 2, 2, 10, 11]
    assert made.ids[made.text_start] == text[starts[1]]
    assert made.text_tokens == 198
