from __future__ import annotations

import pytest

from policy_qa.answering.json_draft import JsonDraft, schema_for
from policy_qa.answering.marked_text import read_marked

TWO = '{"sentences": [{"text": "甲有三家。", "passages": [1]}, {"text": "乙有四家。", "passages": [2, 3]}]}'


def read(text: str, step: int = 1) -> list[tuple[str, tuple[int, ...]]]:
    return [(s.text, s.passages) for s in read_marked(text[i : i + step] for i in range(0, len(text), step))]


@pytest.mark.parametrize("step", [1, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        TWO,
        f"```json\n{TWO}\n```",
        f"\n\n{TWO}",
        TWO.replace('{"sentences": ', "").removesuffix("}"),
        TWO.replace("[1]", '["P1"]').replace("[2, 3]", '"P2, P3"'),
        TWO.replace("甲有三家。", r"\u7532有三家。"),
    ],
    ids=["plain", "fenced", "after blank lines", "bare list", "labels for numbers", "escaped"],
)
def test_json_gives_sentences_however_it_is_dressed(text: str, step: int) -> None:
    assert read(text, step) == [("甲有三家。", (1,)), ("乙有四家。", (2, 3))]


def test_an_entry_is_read_before_the_next_one_is_written() -> None:
    draft = JsonDraft()
    head, tail = TWO.split(", {")
    assert [entry.text for entry in draft.feed(head)] == ["甲有三家。"]
    assert [entry.text for entry in draft.feed(", {" + tail)] == ["乙有四家。"]
    assert list(draft.rest()) == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ('{"sentences": [{"text": "甲有三家。", "passages": [1', [("甲有三家。", (1,))]),
        ('{"sentences": [{"text": "甲有三家。", "passages": [1, 1,\n 1', [("甲有三家。", (1,))]),
        ('{"sentences": [{"text": "甲有三家。", "passages": [1],}, {"text": "乙有', [("甲有三家。", (1,))]),
        ('{"sentences": [{"text": "甲有三家。"}]}', [("甲有三家。", ())]),
        ('{"sentences": ["甲有三家[P1]。"]}', [("甲有三家。", (1,))]),
        ('{"answer": "甲有三家[P1]。"}', [("甲有三家。", (1,))]),
        ("```\n甲有三家[P1]。\n```", [("甲有三家。", (1,))]),
        ('{"sentences": [{"text": 5, "passages": [1]}]}', []),
        ('{"sentences": []}', []),
        ("{}", []),
    ],
)
def test_of_broken_json_what_is_whole_is_kept(
    text: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read(text) == sentences


def test_several_sentences_in_one_entry_are_taken_apart() -> None:
    text = '{"sentences": [{"text": "Ten firms applied. RAND counts nine [P3].", "passages": [1]}]}'
    assert read(text) == [("Ten firms applied.", (1,)), ("RAND counts nine.", (3,))]


def test_words_before_the_json_are_read_as_text() -> None:
    assert read(f"Here it is:\n{TWO}")[1:] == [("甲有三家。", (1,)), ("乙有四家。", (2, 3))]


def test_brackets_and_quotation_marks_inside_a_text_do_not_end_it() -> None:
    text = r'{"sentences": [{"text": "甲说“{三}家]”\"。", "passages": [1]}]}'
    assert read(text) == [('甲说“{三}家]”"。', (1,))]


def test_the_schema_offers_only_passages_that_there_are() -> None:
    sentences = schema_for(3)["properties"]["sentences"]  # type: ignore[index]
    assert sentences["items"]["properties"]["passages"]["items"]["enum"] == [1, 2, 3]
