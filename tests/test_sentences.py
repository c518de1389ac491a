from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.sentences import MAX_SENTENCE_CHARACTERS, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("算力翻番。电价下降！谁来付钱？", ["算力翻番。", "电价下降！", "谁来付钱？"]),
        ("甲部门负责登记；乙部门负责检查。", ["甲部门负责登记；", "乙部门负责检查。"]),
        ("她说：“先登记，再上线。”两周后放行。", ["她说：“先登记，再上线。”", "两周后放行。"]),
        ("（名单见附件。）随后公布。", ["（名单见附件。）", "随后公布。"]),
        ("（一）建立台账。（二）按季报送。", ["（一）建立台账。", "（二）按季报送。"]),
        (
            "第十条 每年报送一次。\n第十一条 自公布之日起施行。",
            ["第十条 每年报送一次。", "第十一条 自公布之日起施行。"],
        ),
        (
            "Output rose 3.5% in the U.S. market. Prices fell.",
            ["Output rose 3.5% in the U.S. market.", "Prices fell."],
        ),
        ("Dr. Li and J. K. Wong agree. So do we.", ["Dr. Li and J. K. Wong agree.", "So do we."]),
        ("1. 登记名称。2. 登记地址。", ["1. 登记名称。", "2. 登记地址。"]),
        ("“这是真的吗？！”他问。", ["“这是真的吗？！”", "他问。"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_piece_of_a_few_letters_belongs_to_what_follows_it() -> None:
    assert sentences("“好！”会议主席当场宣布通过。") == ["“好！”会议主席当场宣布通过。"]


def test_an_ellipsis_in_the_middle_does_not_end_a_sentence() -> None:
    assert sentences("电力、土地、人才……样样都缺。") == ["电力、土地、人才……样样都缺。"]


def test_a_paragraph_without_full_stops_is_cut_at_commas() -> None:
    text = "各地陆续公布了自己的算力补贴办法，" * 60
    spans = split_sentences(text)
    assert max(span.end - span.start for span in spans) <= MAX_SENTENCE_CHARACTERS
    assert all(text[span.end - 1] == "，" for span in spans)


def test_ten_thousand_characters_without_any_punctuation_are_cut() -> None:
    spans = split_sentences("算" * 10_000)
    assert max(span.end - span.start for span in spans) <= MAX_SENTENCE_CHARACTERS


@given(st.text(alphabet="算力。；！？“”（）.a1 \n，\u200f😀", max_size=300))
def test_sentences_keep_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(text[s.start : s.end] for s in spans).split()) == "".join(text.split())


def test_a_point_inside_a_name_ends_no_sentence() -> None:
    text = "研究员玛丽亚.索托认为,算力券有用。她没有说多久."
    assert [text[s.start : s.end] for s in split_sentences(text)] == [
        "研究员玛丽亚.索托认为,算力券有用。",
        "她没有说多久.",
    ]


def test_a_point_ends_sentences_where_nothing_else_does() -> None:
    text = "第一段话到此为止.第二段话从这里开始."
    assert len(split_sentences(text)) == 2
