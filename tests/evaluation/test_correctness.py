from __future__ import annotations

import pytest

from policy_qa.evaluation.correctness import character_f1, contains_answer, same_value


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("“总额为8.2亿元。”[1]", "8.2亿元"),
        ("It comes to 820 million yuan.", "8.2亿元"),
        ("“期限至少三个月。”", "3 months"),
        ("研究員林一舟指出", "林一舟"),
        ("由 North  Ridge Institute 发布", "North Ridge institute"),
        ("共有12家企业", "12"),
        ("于2025年3月14日公布", "14 March 2025"),
    ],
)
def test_an_accepted_answer_is_recognised_across_notations(text: str, accepted: str) -> None:
    assert contains_answer(text, [accepted])


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("总额为8.3亿元", "8.2亿元"),
        ("编号为2120的文件", "12"),
        ("于2025年公布", "2025年3月14日"),
        ("研究员林二舟指出", "林一舟"),
        ("", "林一舟"),
    ],
)
def test_another_answer_is_not(text: str, accepted: str) -> None:
    assert not contains_answer(text, [accepted])


def test_one_of_several_alternatives_is_enough() -> None:
    assert contains_answer("由东湖市科技局公布", ["科技部", "东湖市科技局"])


def test_an_answer_of_words_is_not_reduced_to_the_number_in_it() -> None:
    assert not same_value("共有3家", "三家牵头单位的联合办公室")


def test_character_f1_counts_every_character_once() -> None:
    # 发放总额 and 总额为8: two characters in common of 4 and 4.
    assert character_f1("发放总额", ["总额为8"]) == pytest.approx(2 * (2 / 4) * (2 / 4) / (2 / 4 + 2 / 4))
    # 总总 against 总: one of two, one of one.
    assert character_f1("总总", ["总"]) == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))


def test_character_f1_takes_the_closest_answer_and_ignores_punctuation_and_case() -> None:
    assert character_f1("300 eflops。", ["三百", "300 EFLOPS"]) == 1
    assert character_f1("甲", ["乙"]) == 0
    assert character_f1("", []) == 0
