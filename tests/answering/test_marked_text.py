from __future__ import annotations

from collections.abc import Iterator

import pytest

from policy_qa.answering.marked_text import read_marked


def read(text: str, step: int = 1) -> list[tuple[str, tuple[int, ...]]]:
    found = read_marked(text[i : i + step] for i in range(0, len(text), step))
    return [(sentence.text, sentence.passages) for sentence in found]


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲有三家[P1]。乙有四家[P2][P3]。", [("甲有三家。", (1,)), ("乙有四家。", (2, 3))]),
        ("甲有三家。[P1] 乙有四家。[P2]", [("甲有三家。", (1,)), ("乙有四家。", (2,))]),
        (
            "It is $8.2 billion [P1]. RAND agrees. [P2]",
            [("It is $8.2 billion.", (1,)), ("RAND agrees.", (2,))],
        ),
        ("- **Ten** firms [P1, P2].\n- Two more [P3].", [("Ten firms.", (1, 2)), ("Two more.", (3,))]),
        ("没有标记。", [("没有标记。", ())]),
        ("NO ANSWER", []),
        ("<think>甲还是乙[P9]？</think>甲是的[P1]。", [("甲是的。", (1,))]),
    ],
)
def test_sentences_come_with_the_passages_they_cite(
    text: str, sentences: list[tuple[str, tuple[int, ...]]], step: int
) -> None:
    assert read(text, step) == sentences


def test_a_sentence_is_ready_before_the_next_one_is_written() -> None:
    seen: list[str] = []

    def pieces() -> Iterator[str]:
        yield "甲有三家[P1]。"
        yield "乙有"
        seen.append("asked for more")
        yield "四家[P2]。"

    stream = read_marked(pieces())
    assert next(stream).text == "甲有三家。"
    assert seen == []
