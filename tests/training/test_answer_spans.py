"""Spans of answers: where they stand, which tokens give them exactly."""

from __future__ import annotations

import numpy as np
import pytest

from policy_qa.reading.spans import tidy
from training.answer_spans import MOST_OCCURRENCES, covering_tokens, occurrences


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" 136 次", "136 次"),
        ("(118)", "118"),
        ("（118", "118"),
        ("2019年，", "2019年"),
        ("海港市的", "海港市"),
        ("的海港市", "海港市"),
        ("5月1日起", "5月1日"),
        ("最终目的", "最终目的"),
        ("《海港条例》", "《海港条例》"),
        ("《海港负责人", "海港负责人"),
        ("甲（乙）", "甲（乙）"),
        ("“甲”和“乙”", "“甲”和“乙”"),
        ("，。", ""),
    ],
)
def test_edges_that_belong_to_no_answer_are_left_out(text: str, shown: str) -> None:
    start, end = tidy(text, 0, len(text))
    assert text[start:end] == shown


def test_all_places_of_an_answer_are_found() -> None:
    assert occurrences("甲三乙三", ["三"]) == [(1, 2), (3, 4)]


def test_an_answer_inside_a_longer_number_or_word_is_no_occurrence() -> None:
    assert occurrences("in 2019 and 19 more, nineteenth", ["19"]) == [(12, 14)]
    assert occurrences("the fourth of four", ["four"]) == [(14, 18)]


def test_of_many_places_those_near_the_words_of_the_question_are_kept() -> None:
    filler = "。" + "〇" * 60
    text = filler.join(["三"] * 6 + ["工厂有三座"])
    found = occurrences(text, ["三"], "工厂有几座？")
    assert len(found) == MOST_OCCURRENCES
    assert text.rindex("三") in [start for start, _ in found]


def test_tokens_that_add_only_a_blank_give_the_answer() -> None:
    text = "共 308 分"
    starts, ends = np.array([0, 1, 5], np.int32), np.array([1, 5, 7], np.int32)
    assert covering_tokens(text, (2, 5), starts, ends) == (1, 1)


def test_tokens_that_add_a_word_do_not_give_the_answer() -> None:
    text = "在美国人家里"
    starts, ends = np.array([0, 1, 4], np.int32), np.array([1, 4, 6], np.int32)
    assert covering_tokens(text, (1, 3), starts, ends) is None
