from __future__ import annotations

import pytest

from policy_qa.retrieval.question import detect_language, read_question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("中国2025年的算力目标是多少？", "zh"),
        ("RAND那份报告认为DeepSeek怎么样？", "zh"),
        ("臺灣的芯片管制", "zh"),
        ("What is China's computing target?", "en"),
        ("What is 东数西算?", "en"),
        ("What does the report say about 算力券 and who hands them out?", "en"),
        ("EFLOPS 2025", "en"),
    ],
)
def test_the_language_is_that_of_the_sentence_not_of_its_names(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("asked", ["", "   ", "\n\t", "😀😀", "？？？", "\u200b\u200f", "\ud800"])
def test_a_question_without_words_is_unclear(asked: str) -> None:
    assert not read_question(asked, 2000).clear


def test_invisible_characters_are_not_searched_for() -> None:
    assert read_question("算\u200b力\u202e券\n是什么？", 2000).text == "算力券 是什么？"


def test_a_long_question_is_cut_and_says_so() -> None:
    question = read_question("算力" * 5000, 2000)
    assert len(question.text) == 2000
    assert question.truncated


def test_the_words_as_typed_are_kept() -> None:
    assert read_question("  算力券？ ", 2000).asked == "  算力券？ "
