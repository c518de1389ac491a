"""Line breaks: put back where the writer had them, and no word lost on the way."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.articles.lines import Line, split_lines
from policy_qa.articles.reflow import is_shattered, reflow


def texts(lines: list[Line]) -> list[str]:
    return [line.text.strip() for line in lines]


SHATTERED = """各市数据局：
根据《算力券管理办法》（某数发〔
2024
〕
12
号）要求，现组织
2025
年
算力券申报工作
。
有关事项通知如下：
一、申报条件
企业应当
在本市注册
，
并且近
3
年无失信记录。
二
、申报时间
请于
4
月
30
日前提交。
附件：
1
．
算力券申请表
2
．
承诺书
某市数据局
办公室
2025
年
3
月
1
日"""


def test_a_shattered_notice_is_put_together_sentence_by_sentence() -> None:
    assert texts(reflow(split_lines(SHATTERED))) == [
        "各市数据局：",
        "根据《算力券管理办法》（某数发〔2024〕12号）要求，现组织2025年算力券申报工作。",
        "有关事项通知如下：",
        "一、申报条件",
        "企业应当在本市注册，并且近3年无失信记录。",
        "二、申报时间",
        "请于4月30日前提交。",
        "附件：1．算力券申请表",
        "2．承诺书",
        "某市数据局办公室",
        "2025年3月1日",
    ]


def test_bodies_that_sign_together_keep_a_line_each() -> None:
    page = SHATTERED.replace("某市数据局\n办公室", "某市数据局\n某市财政局")
    assert texts(reflow(split_lines(page)))[-3:] == ["某市数据局", "某市财政局", "2025年3月1日"]


def test_a_sound_article_is_left_as_it_is() -> None:
    article = (
        "# 标题\n\n第一段话在这里说完。\n\n- 第一项：内容；\n- 第二项：内容。\n\n"
        "## 小标题\n一句没有句号的话\n下一段从这里开始。"
    )
    assert texts(reflow(split_lines(article))) == article.split("\n")
    assert not is_shattered(split_lines(article))


def test_a_line_that_begins_with_a_comma_belongs_to_the_one_before() -> None:
    assert texts(reflow(split_lines("企业可以申请\n，也可以不申请。"))) == ["企业可以申请，也可以不申请。"]


def test_a_date_over_six_lines_becomes_one_line_in_any_article() -> None:
    assert texts(reflow(split_lines("某市数据局\n2025\n年\n04\n月\n25\n日"))) == [
        "某市数据局",
        "2025年04月25日",
    ]


def test_items_broken_after_their_number_are_joined_without_a_false_decimal() -> None:
    lines = texts(reflow(split_lines("附件：1.\n154项标准一览表\n2.\n申请表")))
    assert lines == ["附件：1. 154项标准一览表", "2.申请表"]


def test_wrapped_english_is_joined_with_a_space() -> None:
    page = "The measures apply to every provider that offers such a service,\nincluding those abroad."
    assert texts(reflow(split_lines(page))) == [page.replace("\n", " ")]


def test_a_flattened_line_is_broken_at_the_ends_of_its_paragraphs() -> None:
    sentence = "企业应当在本市登记注册并且近三年没有失信记录，每年最多可以申请两次算力券" * 4 + "。"
    lines = texts(reflow([Line(7, f"{sentence} 第二条 {sentence} （一）{sentence} 二、监督管理 {sentence}")]))
    assert lines == [sentence, f"第二条 {sentence}", f"（一）{sentence}", "二、监督管理", sentence]


def test_pieces_of_a_broken_line_keep_its_number() -> None:
    sentence = "企业每年最多可以申请两次算力券" * 12 + "。"
    assert {line.number for line in reflow([Line(7, f"{sentence} {sentence}")])} == {7}


@given(st.lists(st.text(alphabet="一二甲乙，。（）2年月日1.、：附件# \n", max_size=12), max_size=40))
def test_reflow_neither_adds_nor_loses_a_character_but_white_space(pieces: list[str]) -> None:
    page = "\n".join(pieces)
    after = "\n".join(line.text for line in reflow(split_lines(page)))
    assert re.sub(r"\s", "", after) == re.sub(r"\s", "", page)
