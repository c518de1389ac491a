"""Furniture goes, sentences stay, and what went is on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy_qa.articles.cleaning import CleanText
from policy_qa.articles.inline_rules import INLINE_RULES
from policy_qa.articles.line_rules import LINE_RULES

Clean = Callable[..., CleanText]

HEAD_FURNITURE = [
    ("follow_prompt", "点击上方 蓝字关注我们"),
    ("follow_prompt", "↑↑↑ 点击蓝字，订阅“算力观察”"),
    ("qr_prompt", "扫码订阅《算力月刊》"),
    ("magazine_advertisement", "邮发代号 12-345"),
    ("magazine_advertisement", "征订热线：010-12345678"),
    ("page_word", "字号：[大 中 小]"),
    ("page_word", "浏览次数：1024"),
    ("breadcrumb", "当前位置：首页 > 政策 > 通知"),
    ("publication_line", "发布时间：2025-03-04 10:00"),
    ("publication_line", "2025年3月4日 10:00 来源：某市数据局"),
    ("publication_line", "原创 张三 算力观察 2025-03-04 10:00 北京"),
]
TAIL_FURNITURE = [
    ("welcome_prompt", "欢迎关注《算力月刊》官方视频号"),
    ("qr_prompt", "扫一扫在手机打开当前页"),
    ("qr_prompt", "长按识别二维码关注我们"),
    ("magazine_advertisement", "《算力月刊》倾力推荐"),
    ("viewer_prompt", "继续滑动看下一个"),
    ("viewer_prompt", "轻触阅读原文"),
    ("viewer_prompt", "微信扫一扫可打开此内容，"),
    ("viewer_prompt", "，轻点两下取消在看"),
    ("call_to_action", "点击下图 了解详情"),
    ("call_to_action", "阅读原文"),
    ("copyright_line", "*本文由【算力观察】公众号版权所有,转载请注明来源。"),
    ("copyright_line", "版权所有 © 2025 某市数据局"),
    ("copyright_line", "Copyright © 2001-2025, Example Cloud."),
    ("forum_footer", "Powered by Discuz! X3.4"),
    ("forum_footer", "GMT+8, 2025-3-4 10:00 AM , Processed in 0.012345 second(s), 9 queries ."),
    ("site_contact", "电话:010-1234-5678|www.example.cn 某某论坛"),
    ("site_registration", "京ICP备00000000号-1 京公网安备11000000000000号"),
    ("page_button", "【返回顶部】"),
    ("page_button", "【打印本页】【关闭窗口】"),
    ("page_word", "上一篇：算力券怎么领"),
    ("editor_credit", "责任编辑：李四"),
    ("end_mark", "— END —"),
    ("end_mark", "（完）"),
    ("reading_list", "往期回顾"),
]


@pytest.mark.parametrize(("rule", "line"), HEAD_FURNITURE)
def test_furniture_above_the_article_goes_and_is_recorded(
    cleaned: Clean, prose: str, rule: str, line: str
) -> None:
    result = cleaned(f"# 算力券怎么发\n\n{line}\n\n{prose}\n\n第二段。")
    assert result.text == f"# 算力券怎么发\n\n{prose}\n\n第二段。"
    assert {(span.rule, span.line) for span in result.removed} == {(rule, 3)}


@pytest.mark.parametrize(("rule", "line"), TAIL_FURNITURE)
def test_furniture_below_the_article_goes_and_is_recorded(
    cleaned: Clean, prose: str, rule: str, line: str
) -> None:
    result = cleaned(f"第一段。\n\n{prose}\n\n{line}")
    assert result.text == f"第一段。\n\n{prose}"
    assert {(span.rule, span.line) for span in result.removed} == {(rule, 5)}


@pytest.mark.parametrize(
    ("rule", "line", "company"),
    [
        ("viewer_word", "取消\n允许\n×\n视频\n赞\n在看", "继续滑动看下一个"),
        ("source_line", "来源：科技司", "发布时间：2025-03-04 10:00"),
        ("navigation_word", "政务公开 | 政务服务 | 互动交流", "首页 > 政策 > 通知"),
    ],
)
def test_words_that_are_furniture_only_in_company_go_in_company(
    cleaned: Clean, prose: str, rule: str, line: str, company: str
) -> None:
    page = f"{prose}\n{company}\n{line}" if rule == "viewer_word" else f"{company}\n{line}\n{prose}"
    result = cleaned(page)
    assert result.text == prose
    assert {span.text for span in result.removed if span.rule == rule} == set(line.split("\n"))


@pytest.mark.parametrize("line", ["取消", "分析", "视频", "分享", "来源：科技司", "登录"])
def test_the_same_words_without_that_company_stay(cleaned: Clean, prose: str, line: str) -> None:
    assert line in cleaned(f"{line}\n\n{prose}\n\n{line}").text.split("\n")


@pytest.mark.parametrize(
    "sentence",
    [
        "平台要求用户点击蓝字链接后再阅读隐私政策，这一做法受到批评。",
        "欢迎关注这一变化的企业在四月底前提交书面意见，逾期不再受理。",
        "用户扫码关注公众号之后即可申领算力券，全程不收取任何费用。",
        "生成内容的版权归谁所有，目前各国法院的判决并不一致。",
        "人脸识别应用需关注的问题",
        "漏洞扫描与下载管理",
        "字体设计规范",
        "主办单位：中国某某研究院",
        "联系电话：010-12345678",
        "时间：2025年5月1日 09:00",
        "附件：1.算力券申请表",
        "来源：国家统计局年度数据，图中为累计值。",
        "（来源：环球时报）",
        "上一篇报告讨论了算力，这一篇讨论数据。",
        "编辑部认为，这一政策的效果还要观察一年。",
        "GMT+8 时区的服务器在凌晨完成了数据迁移。",
    ],
)
def test_content_that_resembles_furniture_stays(cleaned: Clean, prose: str, sentence: str) -> None:
    for page in (f"{sentence}\n\n{prose}", f"{prose}\n\n{sentence}\n\n{prose}", f"{prose}\n\n{sentence}"):
        assert sentence in cleaned(page).text.split("\n")


def test_titles_offered_below_the_article_go_with_their_heading(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"{prose}\n\n往期精彩\n\n算力券的五个问题\n数据局做什么\n\n附件：申请表.docx")
    assert result.text == f"{prose}\n\n附件：申请表.docx"
    assert [span.text for span in result.removed] == ["往期精彩", "算力券的五个问题", "数据局做什么"]


def test_a_page_flattened_into_one_line_keeps_title_and_text(cleaned: Clean, prose: str) -> None:
    page = (
        "算力券管理办法_某市数据局 设为首页 加入收藏 手机版 繁体 搜索 首 页 政务公开 互动服务 "
        "当前位置： 首页 > 正文 算力券管理办法 2025年03月04日 10:00 来源： 某市政府网 【打印】 【纠错】 "
        f"第一条 为了规范算力券的发放，制定本办法。 第二条 {prose} 某市数据局 2025年3月1日 "
        "关闭 某市数据局 某市人民政府 © 版权所有 联系我们 京ICP备00000000号 "
        "Produced By CMS publishdate:2025/10/28 14:49:57"
    )
    result = cleaned(page, "算力券管理办法")
    assert result.text.split("\n") == [
        "算力券管理办法",
        "",
        "第一条 为了规范算力券的发放，制定本办法。",
        f"第二条 {prose}",
        "某市数据局 2025年3月1日",
    ]
    assert {span.rule for span in result.removed} == {
        "window_title",
        "site_navigation",
        "publication_line",
        "site_footer",
    }


def test_buttons_inside_a_line_go_and_its_words_stay(cleaned: Clean, prose: str) -> None:
    assert cleaned(f"{prose}【打印】【纠错】").text == prose


def test_the_address_of_a_viewer_goes_and_that_of_the_attachment_stays(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"{prose}\n//www.example.cn/pdf/web/viewer.html?file=/a.pdf //www.example.cn/a.pdf")
    assert result.text == f"{prose}\n//www.example.cn/a.pdf"
    assert [span.rule for span in result.removed] == ["viewer_address"]


def test_arrows_back_to_the_text_go(cleaned: Clean, prose: str) -> None:
    assert cleaned(f"{prose}\n\n1. 甲报告，2024年 ↩︎ ↩︎").text == f"{prose}\n\n1. 甲报告，2024年"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200e", "\u202e", "\ufeff", "\u2066", "\u00ad", "\U000e0041", "\x07", "\ud800"]
)
def test_characters_that_show_nothing_go_and_are_recorded(cleaned: Clean, hidden: str) -> None:
    result = cleaned(f"算力{hidden}券管理{hidden}办法")
    assert result.text == "算力券管理办法"
    assert [(span.rule, len(span.text.encode("unicode_escape")) > 0) for span in result.removed] == [
        ("invisible_character", True)
    ]


def test_a_joiner_inside_an_emoji_stays(cleaned: Clean) -> None:
    assert cleaned("家庭\U0001f468\u200d\U0001f469\u200d\U0001f467用户").text == (
        "家庭\U0001f468\u200d\U0001f469\u200d\U0001f467用户"
    )


def test_full_width_forms_and_inner_spaces_are_left_as_written(cleaned: Clean) -> None:
    assert cleaned("ＡＩ芯片 １００ 片，价格　不变").text == "ＡＩ芯片 １００ 片，价格　不变"


def test_white_space_around_lines_and_runs_of_blank_lines_are_put_in_order(cleaned: Clean) -> None:
    assert cleaned("　　第一段。\n\n\n\n\xa0第二段。  \n").text == "第一段。\n\n第二段。"


def test_every_rule_has_an_example_in_these_tests() -> None:
    shown = {rule for rule, _ in HEAD_FURNITURE + TAIL_FURNITURE}
    shown |= {"viewer_word", "source_line", "navigation_word"}
    shown |= {"window_title", "site_navigation", "publication_line", "site_footer"}
    shown |= {"page_button", "viewer_address", "reference_arrow"}
    assert {rule.name for rule in (*LINE_RULES, *INLINE_RULES)} == shown


def test_every_rule_says_why_and_needs_only_rules_that_exist() -> None:
    names = {rule.name for rule in LINE_RULES}
    for rule in (*LINE_RULES, *INLINE_RULES):
        assert rule.why.endswith(".")
        assert rule.needs is None or rule.needs in names
        assert (rule.continues is not None) == (rule.kind == "block")
