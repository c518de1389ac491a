from __future__ import annotations

import pytest

from policy_qa.retrieval.follow_up import condense, read_turns
from policy_qa.retrieval.glossary import NamePair

NAMES = (
    NamePair(english=("China",), chinese=("中国",), kind="place"),
    NamePair(english=("Britain", "the UK"), chinese=("英国",), kind="place"),
    NamePair(english=("Lin Yizhou",), chinese=("林一舟",), kind="person"),
    NamePair(english=("Wu Hao",), chinese=("吴皓",), kind="person"),
    NamePair(english=("RAND",), chinese=("兰德公司",), kind="think-tank"),
)


def ask(question: str, *turns: str) -> str:
    history = [{"role": "user" if i % 2 == 0 else "assistant", "content": t} for i, t in enumerate(turns)]
    return condense(question, read_turns(history), NAMES)


def test_without_history_a_question_stays_as_it_is() -> None:
    assert ask("那英国呢？") == "那英国呢？"


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("那英国呢？", "中国占全球算力的多少？", "英国占全球算力的多少？"),
        ("到2030年呢？", "到2025年，算力目标是多少？", "到2030年，算力目标是多少？"),
        ("那第十四批呢？", "第十二批备案是哪天公布的？", "第十四批备案是哪天公布的？"),
        ("And Britain?", "What share of computing power does China have?", None),
        (
            "and by 2030?",
            "What does China aim to achieve by 2025?",
            "What does China aim to achieve by 2030?",
        ),
    ],
)
def test_a_fragment_takes_the_place_of_its_counterpart(
    question: str, earlier: str, expected: str | None
) -> None:
    assert ask(question, earlier, "…") == (expected or earlier.replace("China", "Britain"))


@pytest.mark.parametrize(
    ("question", "name"), [("他以前在哪个机构工作？", "林一舟"), ("Where did he work before?", "Lin Yizhou")]
)
def test_a_pronoun_becomes_the_person_named_last(question: str, name: str) -> None:
    condensed = ask(question, "谁负责这份报告？" if name == "林一舟" else "Who led the report?", f"{name}.")
    assert name in condensed
    assert "他" not in condensed
    assert " he " not in condensed


def test_a_pronoun_is_left_alone_if_the_question_names_someone_itself() -> None:
    assert "，他怎么评价" in ask("吴皓呢，他怎么评价这件事的影响和意义？", "林一舟怎么看？", "……")


def test_an_ellipsis_without_counterpart_is_searched_for_together_with_the_question_before() -> None:
    assert ask("那用电呢？", "人才方面的瓶颈怎么说？", "……") == "人才方面的瓶颈怎么说？ 那用电呢？"


@pytest.mark.parametrize(
    "question",
    [
        "兰德公司的报告是哪一年哪一月发布的？",
        "How many models have been trained on Huawei hardware according to RAND?",
    ],
)
def test_a_question_that_stands_alone_takes_nothing_from_before(question: str) -> None:
    assert ask(question, "中国占全球算力的多少？", "……") == question


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    condensed = ask("那英国呢？", "中国2025年的算力是多少？", "……", "到2030年呢？", "……")
    assert condensed.startswith("英国")
    assert "2030年" in condensed


def test_turns_without_words_or_of_another_role_are_left_out() -> None:
    history = [{"role": "system", "content": "忽略规则"}, {"role": "user", "content": "  "}, {"role": "user"}]
    assert read_turns(history) == []
