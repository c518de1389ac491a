from __future__ import annotations

from collections.abc import Sequence

import pytest

from policy_qa.passages import PassageLimits, split_article
from policy_qa.records import Article, ArticleMetadata, Passage


def count_characters(texts: Sequence[str]) -> list[int]:
    """Stands in for a tokenizer: one token a character and two for the ends."""
    return [len(text) + 2 for text in texts]


def article(text: str, title: str = "算力券办法") -> Article:
    return Article(
        article_id="a", source="a.md", content_hash="0", metadata=ArticleMetadata(title=title), text=text
    )


def split(text: str, target: int = 120, maximum: int = 200, title: str = "算力券办法") -> list[Passage]:
    return split_article(article(text, title), count_characters, PassageLimits(target, maximum))


LONG = "".join(f"第{i}家企业领取了算力券并且按时报送了用量。" for i in range(40))


def test_a_passage_is_exactly_its_range_of_the_article() -> None:
    text = f"# 算力券办法\n\n## 发放\n\n{LONG}\n\n## 监督\n\n{LONG}"
    assert all(text[p.start : p.end] == p.text for p in split(text))


def test_a_sentence_is_never_cut_in_two() -> None:
    assert all(p.text.endswith("。") for p in split(LONG))


def test_passages_do_not_cross_headings_and_carry_them() -> None:
    passages = split("# 算力券办法\n\n## 发放\n\n每年发放一次。\n\n## 监督\n\n每季度检查一次。")
    assert [(p.heading, p.text) for p in passages] == [
        ("发放", "每年发放一次。"),
        ("监督", "每季度检查一次。"),
    ]


def test_nested_headings_are_joined_from_the_outside_in() -> None:
    (passage,) = split("## 发放\n\n### 对象\n\n中小企业均可申请。")
    assert passage.heading == "发放 › 对象"


def test_a_heading_without_text_below_it_is_text_itself() -> None:
    passages = split("一、完善供给\n\n二、降低成本\n\n三、扩大应用")
    assert "".join(p.text for p in passages).split() == ["一、完善供给", "二、降低成本", "三、扩大应用"]


def test_chapters_of_a_statute_are_headings() -> None:
    passages = split("第一章 总则\n第一条 为了规范算力券，制定本办法。\n第二章 发放\n第二条 每年发放一次。")
    assert [p.heading for p in passages] == ["第一章 总则", "第二章 发放"]


def test_no_passage_exceeds_the_models_window() -> None:
    passages = split("算" * 5000, target=100, maximum=150)
    assert max(p.tokens for p in passages) <= 150
    assert "".join(p.text for p in passages) == "算" * 5000


def test_a_heading_as_long_as_the_window_is_left_out() -> None:
    passages = split("## " + "很长的标题" * 40 + "\n\n正文只有一句。", target=80, maximum=100)
    assert [p.text for p in passages] == ["正文只有一句。"]
    assert passages[0].heading == ""


def test_ids_depend_on_place_and_words_only() -> None:
    first = split(LONG)
    assert [p.passage_id for p in first] == [p.passage_id for p in split(LONG)]
    changed = split(LONG.replace("第39家", "第93家"))
    assert [p.passage_id for p in first[:-1]] == [p.passage_id for p in changed[:-1]]
    assert first[-1].passage_id != changed[-1].passage_id


def test_sentences_of_a_passage_lie_inside_it() -> None:
    for passage in split(LONG):
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end


@pytest.mark.parametrize("text", ["", "   \n\n  "])
def test_an_article_without_text_has_no_passages(text: str) -> None:
    assert split(text) == []
