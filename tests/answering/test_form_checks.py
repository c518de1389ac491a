from __future__ import annotations

import pytest

from policy_qa.answering.form_checks import malformed
from policy_qa.answering.marked_text import MarkedSentence

PASSAGE = "算力券每年发放总额为8.2亿元。"


def reason(text: str, language: str = "en") -> str | None:
    check = malformed(MarkedSentence(text, (1,)), "How much is it?", language, [PASSAGE])  # type: ignore[arg-type]
    return check.detail if check else None


@pytest.mark.parametrize(
    "text",
    [
        "It totals 820 million yuan a year.",
        "It totals 820 million yuan every single year",
        "It totals 820 million yuan (8.2亿元).",
        "The office, the Ministry of Education and the Ministry of Public Security issued the rules.",
        "RAND counts “nine” of them.",
    ],
)
def test_a_whole_statement_passes(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize(
    "text", ["总额为8.2亿元。", "DeepSeek发布R1模型。", "新增备案73款，新增登记35款，累计611款。"]
)
def test_a_whole_chinese_statement_passes(text: str) -> None:
    assert reason(text, "zh") is None


@pytest.mark.parametrize(
    "text",
    [
        "Alibaba",
        "Alibaba China",
        "Artificial Intelligence (",
        "The author's telling is",
        "The five firms are:",
        "2018-01-01",
        "How much is it?",
        "This of all� things is it.",
        "The largest cluster held by the largest cluster held by it was big.",
        "AI is a new form of human, and AI is a new form of plant.",
        "A list of cities, which are mostly in the",
    ],
)
def test_a_fragment_states_nothing(text: str) -> None:
    assert reason(text) == "it states nothing"


def test_a_chinese_sentence_that_runs_in_circles_states_nothing() -> None:
    assert reason("2025年12月25日是12月25日，12月25日。", "zh") == "it states nothing"


def test_words_in_quotation_marks_must_stand_in_the_passage_if_they_are_of_its_language() -> None:
    assert "quoted words" in (reason("办法写明“每年发放总额为八点二亿元人民币”。", "zh") or "")
    assert reason("办法写明“每年发放总额为8.2亿元”。", "zh") is None
    assert reason("The rules say “a total of 820 million yuan is paid out”.") is None
