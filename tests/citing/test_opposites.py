from __future__ import annotations

import pytest

from policy_qa.citing.opposites import denies, find_negations, find_polar_words


@pytest.mark.parametrize(
    "text", ["不仅如此", "不断上升", "不同的人", "未来十年", "not only that", "no fewer than 5"]
)
def test_words_that_only_look_negative_negate_nothing(text: str) -> None:
    assert find_negations(text) == []


@pytest.mark.parametrize(
    "text", ["没有批准", "并未公布", "不再自建", "was not built", "it doesn't work", "never"]
)
def test_negations_are_found(text: str) -> None:
    assert len(find_negations(text)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上升", "下降"),
        ("超过十家", "不足十家"),
        ("允许", "禁止"),
        ("领先", "落后"),
        ("rose", "fell"),
        ("allows", "bans"),
    ],
)
def test_opposites_have_opposite_signs(one: str, other: str) -> None:
    signs = {w.subject: w.sign for w in find_polar_words(one)}
    against = {w.subject: w.sign for w in find_polar_words(other)}
    assert any(signs[subject] == -against[subject] for subject in signs.keys() & against.keys())


def test_a_negated_word_turns_round() -> None:
    assert [w.sign for w in find_polar_words("没有增长") if w.subject == "more"] == [-1]


@pytest.mark.parametrize("text", ["缺乏数据", "难以实现", "unlikely to pass", "they lack chips"])
def test_denials_without_a_negation_count(text: str) -> None:
    assert denies(text)
