"""Front matter: our keys, the aliases of others, and damage that loses nothing."""

from __future__ import annotations

import pytest

from policy_qa.articles.front_matter import split_front_matter


def test_our_own_keys_are_read() -> None:
    found = split_front_matter('---\ntitle: "题"\npublished: 2025-03-14\noriginal_title: Work\n---\n正文\n')
    assert found.fields == {"title": "题", "published": "2025-03-14", "original_title": "Work"}
    assert found.body == "正文\n"
    assert found.body_line == 6
    assert (
        found.block + "\n" + found.body
        == '---\ntitle: "题"\npublished: 2025-03-14\noriginal_title: Work\n---\n正文\n'
    )


def test_aliases_of_other_collectors_are_read() -> None:
    fields = split_front_matter(
        "---\ntitle: 前沿 | 题\nsource: 某报\ndate: 2024-11-09\nfetch_date: x\n---\n"
    ).fields
    assert fields == {"title": "前沿 | 题", "publisher": "某报", "published": "2024-11-09"}


def test_the_proper_key_wins_over_its_alias() -> None:
    assert split_front_matter("---\nsource: 别名\npublisher: 本名\n---\n").fields["publisher"] == "本名"


def test_a_source_that_is_an_address_is_the_url_not_the_publisher() -> None:
    fields = split_front_matter("---\nsource: https://example.cn/a\n---\n").fields
    assert fields == {"url": "https://example.cn/a"}


@pytest.mark.parametrize("absent", ["nan", "None", "null", "~", '""', "N/A", "未知"])
def test_values_that_mean_nothing_are_absent(absent: str) -> None:
    assert "publisher" not in split_front_matter(f"---\ntitle: 题\npublisher: {absent}\n---\n").fields


def test_a_list_of_authors_becomes_one_line() -> None:
    assert split_front_matter("---\nauthors: [张三, 李四]\n---\n").fields["author"] == "张三、李四"


def test_an_unquoted_colon_is_read_line_by_line() -> None:
    found = split_front_matter("---\ntitle: 报告: 第二版\nurl: https://example.cn/?a: b\n---\n正文")
    assert found.fields["title"] == "报告: 第二版"
    assert found.body == "正文"


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: [题\n没有结构的一行\n---\n正文",
        "---\n只是一条横线下的文字\n---\n正文",
        "---\ntitle: 没有结尾\n正文",
        "正文\n---\ntitle: 题\n---",
        "--- 附件 ---\n- 甲",
        "---\n" + "[" * 20_000 + "\n---\n正文",
    ],
)
def test_what_is_no_front_matter_stays_in_the_text(text: str) -> None:
    found = split_front_matter(text)
    assert found.fields == {}
    assert found.block == ""
    assert found.body == text


def test_aliases_of_yaml_cannot_blow_a_value_up() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert split_front_matter(f"---\n{bomb}title: *a11\n---\n正文").fields.get("title", "") == ""
