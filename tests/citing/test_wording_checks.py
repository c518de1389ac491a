"""Checks that need no encoder: quotation marks, bodies, vague stretches of time, words by dictionary."""

from __future__ import annotations

import pytest

from policy_qa.citing.bodies import missing_bodies
from policy_qa.citing.quotations import missing_quotations
from policy_qa.citing.reported import drops_speaker
from policy_qa.citing.vague_durations import wrong_durations
from policy_qa.citing.wording import find_words
from policy_qa.retrieval.term_groups import Located, TermGroup


@pytest.mark.parametrize(
    ("sentence", "quote", "wrong"),
    [
        ("The plant stood idle for months.", "工厂闲置多年。", ["for months"]),
        ("The plant stood idle for years.", "工厂闲置多年。", []),
        ("须在半天内上报。", "须在半小时内上报。", ["半天"]),
        ("Reports are due every month.", "每年提交一次报告。", ["every month"]),
        ("Reports are due annually.", "每年提交一次报告。", []),
        ("工厂闲置多年。", "工厂已经停产。", []),
    ],
)
def test_a_vague_stretch_of_time_keeps_its_unit(sentence: str, quote: str, wrong: list[str]) -> None:
    assert wrong_durations(sentence, [quote]) == wrong


@pytest.mark.parametrize(
    ("sentence", "quote", "missing"),
    [
        ("Firms register with the police.", "企业向市场监管部门登记。", ["police"]),
        ("Firms register with the police.", "企业向公安机关登记。", []),
        ("案件由法院审理。", "案件由仲裁委员会审理。", ["法院"]),
        ("Several universities take part.", "多所高校参加。", []),
    ],
)
def test_a_body_named_by_a_common_noun_stands_in_the_quotes(
    sentence: str, quote: str, missing: list[str]
) -> None:
    assert missing_bodies(sentence, [quote]) == missing


def test_words_in_quotation_marks_are_the_quotes_own() -> None:
    assert missing_quotations("该刊叫“北岭评论”。", ["该刊名为“东湖评论”。"]) == ["北岭评论"]
    assert missing_quotations("该刊叫“东湖评论”。", ["该刊名为「東湖評論」。"]) == []
    assert missing_quotations("The journal “Donghu Review” appears monthly.", ["该刊名为“东湖评论”。"]) == []


@pytest.mark.parametrize(
    "quote",
    [
        "这位负责人还表示，新规有利于合作。",
        "林一舟是所长，他预测产量会翻倍。",
        "倡议同时注意到，各国关心安全。",
    ],
)
def test_a_speaker_without_a_name_is_a_speaker(quote: str) -> None:
    assert drops_speaker("新规有利于合作。", quote)


def test_english_words_are_looked_up_by_dictionary_and_names_and_numbers_left_out() -> None:
    def translate(_: str) -> list[Located]:
        return [Located(9, 15, TermGroup(source="output", terms=("产量",)))]

    words = find_words("Its 2024 output delighted Donghu.", "2024年东湖产量上升。", translate)
    assert [(w.start, w.there) for w in words] == [(9, True), (16, False)]
    assert find_words("Its output grew.", "产量上升。") == []  # without a dictionary nothing can be said
