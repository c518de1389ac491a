"""Sentences read on their own, and questions put as statements."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from policy_qa.reading import Reading, ReadPassage
from policy_qa.records import Hit, Passage, Span
from policy_qa.retrieval.claim_form import as_claim
from policy_qa.retrieval.second_look import CLAIMED, CLOSEST, MARKED, SecondLook, look_again

TEXT = "第一句讲投资。第二句讲九家医院。第三句讲别的。"
SENTENCES = (Span(start=100, end=107), Span(start=107, end=116), Span(start=116, end=len(TEXT) + 100))


class Recorder:
    """Remembers what it was asked; what it says counts upwards."""

    identity = "recorder"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.calls = 0

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        self.calls += 1
        self.asked = [(p.instead or question, p.text) for p in passages]
        return [Reading(float(n), 0.0, 0, 1) for n in range(len(passages))]


def hits(n: int, closest: int | None = None) -> tuple[list[Hit], list[Passage]]:
    best = None if closest is None else SENTENCES[closest]
    found = [
        Hit(
            passage_id=f"a:{i}", article_id="a", title="题", heading="章", text=TEXT, start=100,
            end=100 + len(TEXT), score=0.5, best_sentence=best,
        )
        for i in range(n)
    ]  # fmt: skip
    passages = [
        Passage(
            passage_id=f"a:{i}", article_id="a", tokens=30, heading="章", text=TEXT, start=100,
            end=100 + len(TEXT), sentences=SENTENCES,
        )
        for i in range(n)
    ]  # fmt: skip
    return found, passages


MARKED_WORDS = Reading(1.0, 1.0, TEXT.index("九家"), TEXT.index("九家") + 2)


def test_the_sentence_with_the_marked_words_is_read_alone_and_as_a_statement() -> None:
    reader = Recorder()
    looks = look_again(reader, "有几家医院？", *hits(1), [MARKED_WORDS])
    assert reader.asked == [("有几家医院？", "第二句讲九家医院。"), ("有九家医院", "第二句讲九家医院。")]
    assert looks == (SecondLook(0, 107, 0.0, 1.0),)
    assert reader.calls == 1


def test_the_closest_sentence_is_read_too_unless_it_is_the_same() -> None:
    found = look_again(Recorder(), "有几家医院？", *hits(1, closest=2), [MARKED_WORDS])
    assert [(look.start, look.claim is None) for look in found] == [(107, False), (116, True)]
    same = look_again(Recorder(), "有几家医院？", *hits(1, closest=1), [MARKED_WORDS])
    assert [look.start for look in same] == [107]


def test_only_the_first_hits_are_looked_at_again() -> None:
    n = MARKED + 3
    looks = look_again(Recorder(), "有几家医院？", *hits(n, closest=0), [MARKED_WORDS] * n)
    assert len(looks) == MARKED + CLOSEST
    assert sum(look.claim is not None for look in looks) == CLAIMED


def test_a_hit_without_marked_words_is_left_alone() -> None:
    assert look_again(Recorder(), "问？", *hits(1), [Reading(-3.0, -2.0, 0, 0)]) == ()


@pytest.mark.parametrize(
    ("question", "words", "claim"),
    [
        ("2025年热线接到多少起报告？", "9起", "2025年热线接到9起起报告"),
        ("框架2.0版是哪天发布的？", "9月15日", "框架2.0版是9月15日发布的"),
        ("主持起草的是誰？", "林一舟", "主持起草的是林一舟"),
        ("医院的数量", "9家", "医院的数量: 9家"),
        ("How many hospitals take part?", "9家", "How many hospitals take part: 9家"),
    ],
)
def test_words_take_the_place_of_what_asks_for_them(question: str, words: str, claim: str) -> None:
    assert as_claim(question, words) == claim
