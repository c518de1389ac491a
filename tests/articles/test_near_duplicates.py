"""Copies are grouped; notices made from one form are not."""

from __future__ import annotations

import random
import time

import pytest

from policy_qa.articles import DuplicateGroup, find_duplicates
from policy_qa.records import Article, ArticleMetadata

WORDS = (
    "市",
    "数据局",
    "今年",
    "安排",
    "资金",
    "发放",
    "算力券",
    "企业",
    "训练",
    "模型",
    "申请",
    "补贴",
    "审核",
    "名单",
    "平台",
    "机构",
    "标准",
    "安全",
    "评估",
    "报告",
    "管理",
    "办法",
    "支持",
    "创新",
)


def article(article_id: str, text: str) -> Article:
    return Article(
        article_id=article_id,
        source=f"{article_id}.md",
        content_hash="0",
        metadata=ArticleMetadata(title=article_id),
        text=text,
    )


def essay(seed: int, words: int = 400) -> str:
    choose = random.Random(seed)
    return (
        "".join(choose.choice(WORDS) + ("，" if position % 7 == 6 else "") for position in range(words))
        + "。"
    )


def test_texts_equal_but_for_spaces_and_punctuation_are_exact_copies() -> None:
    groups = find_duplicates(
        [article("a", essay(1)), article("b", essay(1).replace("，", ", \n")), article("c", essay(2))]
    )
    assert groups == [DuplicateGroup(article_ids=("a", "b"), kind="exact", similarity=1.0)]


def test_a_repost_with_an_added_paragraph_is_a_near_copy() -> None:
    text = essay(1)
    (group,) = find_duplicates([article("a", text), article("b", text + essay(3, 25))])
    assert group.article_ids == ("a", "b")
    assert group.kind == "near"
    assert 0.8 <= group.similarity < 1


def test_the_similarity_is_the_jaccard_index_of_five_character_shingles() -> None:
    one, other = "甲乙丙丁戊己庚辛壬癸子丑寅卯", "甲乙丙丁戊己庚辛壬癸子丑寅辰"
    (group,) = find_duplicates([article("a", one), article("b", other)])
    assert group.similarity == pytest.approx(9 / 11)


def test_unlike_texts_are_in_no_group() -> None:
    assert find_duplicates([article(str(seed), essay(seed)) for seed in range(30)]) == []


def test_notices_of_one_form_with_other_figures_are_no_copies() -> None:
    form = essay(1) + "现公布第{}批共{}项名单，自2025年{}月起施行。"
    assert (
        find_duplicates(
            [article("a", form.format("二十", 30, 3)), article("b", form.format("二十一", 64, 7))]
        )
        == []
    )


def test_notices_of_one_form_about_other_works_are_no_copies() -> None:
    form = essay(1) + "现就《{}》征求意见。"
    assert (
        find_duplicates([article("a", form.format("算力标准")), article("b", form.format("数据标准"))]) == []
    )


def test_empty_and_tiny_texts_do_no_harm() -> None:
    groups = find_duplicates([article("a", ""), article("b", "甲"), article("c", "甲"), article("d", "乙")])
    assert [group.article_ids for group in groups] == [("b", "c")]


def test_no_articles_have_no_copies() -> None:
    assert find_duplicates([]) == []


def test_a_thousand_articles_are_compared_in_seconds_and_every_copy_found() -> None:
    texts = [essay(seed, 300) for seed in range(500)]
    articles = [article(f"a{n}", text) for n, text in enumerate(texts)]
    articles += [article(f"b{n}", text + essay(1000 + n, 12)) for n, text in enumerate(texts)]
    start = time.perf_counter()
    groups = find_duplicates(articles)
    assert time.perf_counter() - start < 20
    assert {group.article_ids for group in groups} == {(f"a{n}", f"b{n}") for n in range(500)}
