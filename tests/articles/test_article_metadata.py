"""Metadata: what is stated, and nothing that is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy_qa.articles.dates import parse_day
from policy_qa.records import Article, OriginalWork

Load = Callable[..., Article]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-04", date(2025, 3, 4)),
        ("2025年3月4日 10:00", date(2025, 3, 4)),
        ("2025/03/04", date(2025, 3, 4)),
        ("2025-03-04T10:00:00+08:00", date(2025, 3, 4)),
        ("2025年3月", None),
        ("2025-13-40", None),
        ("", None),
    ],
)
def test_only_full_days_are_dates(text: str, day: date | None) -> None:
    assert parse_day(text) == day


def test_front_matter_is_taken_as_stated(load: Load, prose: str) -> None:
    found = load(
        "a.md",
        "---\ntitle: 题\ntitle_en: Title\npublisher: 某报\nauthor: 张三\npublished: 2025-03-04\n"
        "url: https://example.cn\noriginal_title: Work\noriginal_published: 2025-01-02\nlanguage: zh-CN\n"
        f"---\n{prose}",
    ).metadata
    assert (found.title, found.title_en, found.publisher, found.author) == ("题", "Title", "某报", "张三")
    assert (found.published, found.url, found.language) == (date(2025, 3, 4), "https://example.cn", "zh")
    assert found.original == OriginalWork(title="Work", published=date(2025, 1, 2))


def test_nothing_stated_is_nothing_known(load: Load, prose: str) -> None:
    found = load("a.md", f"# 题目在此\n\n{prose}").metadata
    assert found.title == "题目在此"
    assert (found.publisher, found.author, found.published, found.url, found.original) == (None,) * 5


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("# 算力券怎么发\n\n", "算力券怎么发"),
        ("算力券怎么发\n\n", "算力券怎么发"),
        ("导语\n\n算力券怎么发\n\n", "算力券怎么发"),
        ("本文来自微信公众号: 算力观察 ,作者:张三,原文标题:《算力券怎么发》\n", "算力券怎么发"),
        ("\u200b算力券怎么发？\n\n", "算力券怎么发？"),
    ],
)
def test_the_title_is_found_where_it_stands(load: Load, prose: str, opening: str, title: str) -> None:
    assert load("a.txt", opening + prose).metadata.title == title


def test_without_a_title_the_first_sentence_stands_for_it(load: Load) -> None:
    text = "算力券的发放有了新规则。" + "企业每年可以申请两次，每次最高五十万元，用于支付训练费用。" * 3
    assert load("a.txt", text).metadata.title == "算力券的发放有了新规则"


def test_a_long_first_sentence_that_introduces_a_work_gives_the_work(load: Load) -> None:
    text = (
        "2025年3月4日,某市数据局和某市算力协会以及另外三家单位在一场有两百多家企业参加的会上"
        "联合发布了题为《算力白皮书》的报告,内容很多。"
    )
    found = load("a.txt", f"导语\n\n{text}").metadata
    assert found.title == "《算力白皮书》"


@pytest.mark.parametrize(
    ("page", "publisher"),
    [
        ("{p}\n\n*本文由【算力观察】公众号版权所有,转载请注明来源。", "算力观察"),
        ("本文来自微信公众号: 算力观察 ,作者:张三\n{p}", "算力观察"),
        ("算力券怎么发\n\n算力观察实验室\n\n{p}", "算力观察实验室"),
        ("{p}\n电话:010-1234-5678|www.example.cn 某某论坛", "某某论坛"),
        ("题目\n发布时间：2025-03-04\n来源：某市政府网\n{p}", "某市政府网"),
        ("算力券怎么发\n\n背景\n\n{p}", None),
        ("{p}\nCopyright © 2001-2025, Example Cloud.", None),
    ],
)
def test_the_publisher_is_read_from_what_the_page_says_of_itself(
    load: Load, prose: str, page: str, publisher: str | None
) -> None:
    assert load("a.txt", page.format(p=prose)).metadata.publisher == publisher


@pytest.mark.parametrize(
    ("page", "author"),
    [
        ("# 题目\n作者: 张三|某研究院高级研究员\n{p}", "张三"),
        ("# 题目\n文｜张三\n{p}", "张三"),
        ("# 题目\n{p}\n（作者：张三，系某大学教授）", "张三"),
        ("---\nsource: 算力观察\n---\n# 题目\n\n张三\n\n算力观察\n\n{p}", "张三"),
        ("本文来自微信公众号: 算力观察 ,作者:算力观察\n{p}", None),
        ("# 题目\n\n张三\n\n{p}", None),
    ],
)
def test_the_author_is_read_where_one_is_named(load: Load, prose: str, page: str, author: str | None) -> None:
    assert load("a.txt", page.format(p=prose)).metadata.author == author


@pytest.mark.parametrize(
    ("page", "published"),
    [
        ("题目\n发布时间：2025-03-04 10:00\n{p}", date(2025, 3, 4)),
        ("题目\n2025年03月04日 10:00 来源： 某网\n{p}", date(2025, 3, 4)),
        ("发文机关：某局\n成文日期：2025-03-01\n发布日期：2025-03-04\n{p}", date(2025, 3, 4)),
        ("题目\n{p}\nGMT+8, 2025-9-1 03:32 AM , Processed in 0.04 second(s), 3 queries .", None),
        ("题目\n{p}\npublishdate:2025/10/28 14:49:57", None),
        ("题目\n{p}\n报告发布于2025年3月4日。", None),
    ],
)
def test_only_a_stated_date_of_publication_counts(
    load: Load, prose: str, page: str, published: date | None
) -> None:
    assert load("a.txt", page.format(p=prose)).metadata.published == published


def test_a_lead_names_the_report_that_the_article_relays(load: Load, prose: str) -> None:
    lead = "2025年5月6日,某国著名智库甲研究所(JRI)网站发表“算力政策的变化”的研究报告。"
    assert load("a.txt", f"# 题\n\n{lead}{prose}").metadata.original == OriginalWork(
        title="算力政策的变化", publisher="甲研究所(JRI)", published=date(2025, 5, 6)
    )


def test_the_english_title_of_a_report_is_preferred_and_its_link_read(load: Load, prose: str) -> None:
    page = (
        "2025年5月6日,甲研究所联合发布了题为《算力激增》(Compute Surge)的报告。"
        f"{prose}\n来源链接:\nhttps://example.org/a.pdf?_gl=1*x&id=7"
    )
    assert load("a.txt", page).metadata.original == OriginalWork(
        title="Compute Surge",
        publisher="甲研究所",
        published=date(2025, 5, 6),
        url="https://example.org/a.pdf?id=7",
    )


def test_labelled_lines_name_the_original(load: Load, prose: str) -> None:
    page = f"作者: Jane Roe|某中心顾问\n原文标题: Compute and Power\n原文来源 : 某研究中心\n{prose}"
    assert load("a.txt", page).metadata.original == OriginalWork(
        title="Compute and Power", publisher="某研究中心", author="Jane Roe"
    )


def test_a_single_reference_is_the_original(load: Load, prose: str) -> None:
    page = f"题目\n\n{prose}\n\n引用\n\n1. 算力报告·某网·某研究所(2024/05/06)·检索日期2024/06/07 ↩︎"
    assert load("a.txt", page).metadata.original == OriginalWork(
        title="算力报告", publisher="某网；某研究所", published=date(2024, 5, 6)
    )


def test_one_of_several_references_is_not_the_original(load: Load, prose: str) -> None:
    page = f"题目\n\n{prose}\n\n引用\n\n1. 甲报告·某网(2024/05/06)\n2. 乙报告·某网(2024/05/07)"
    assert load("a.txt", page).metadata.original is None


def test_a_bracketed_source_other_than_the_publisher_is_the_origin(load: Load, prose: str) -> None:
    assert load(
        "a.txt", f"---\nsource: 甲刊\n---\n# 题\n{prose}\n（来源：乙网）"
    ).metadata.original == OriginalWork(publisher="乙网")
    assert load("b.txt", f"---\nsource: 乙网\n---\n# 题\n{prose}\n（来源：乙网）").metadata.original is None


def test_a_document_issued_on_a_day_is_no_report_relayed(load: Load) -> None:
    text = "2025年3月4日，某市数据局公布《算力券管理办法》，自公布之日起施行，由该局负责解释。"
    page = f"# 题\n\n{text}"
    assert load("a.txt", page).metadata.original is None


def test_the_language_is_told_by_the_text(load: Load, prose: str) -> None:
    assert load("a.md", f"# 题\n\n{prose}").metadata.language == "zh"
    english = "The city will hand out compute vouchers to small firms this year, up to one million each."
    assert load("b.md", f"# Vouchers\n\n{english}").metadata.language == "en"
