"""Furniture over several lines: paths, data sheets, repeated titles, slogans, numbers."""

from __future__ import annotations

from collections.abc import Callable

from policy_qa.articles.cleaning import CleanText

Clean = Callable[..., CleanText]

SHEET = (
    "发文机关：\n某市数据局\n标　　题：\n{title}\n发文字号：\n{number}\n"
    "成文日期：\n2025-03-01\n发布日期：\n2025-03-04\n分　　类：\n数据,算力"
)


def rules(result: CleanText) -> set[str]:
    return {span.rule for span in result.removed}


def test_a_path_written_a_word_a_line_goes(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"首页\n>\n某市数据局\n>\n通知公告\n{prose}")
    assert result.text == prose
    assert [span.text for span in result.removed] == ["首页", ">", "某市数据局", ">", "通知公告"]


def test_a_data_sheet_goes_but_a_document_number_given_nowhere_else_stays(cleaned: Clean, prose: str) -> None:
    sheet = SHEET.format(title="算力券管理办法", number="某数发〔2025〕3号")
    result = cleaned(f"算力券管理办法\n{sheet}\n{prose}", "算力券管理办法")
    assert result.text == f"算力券管理办法\n\n发文字号：某数发〔2025〕3号\n\n{prose}"
    assert "成文日期：" in {span.text for span in result.removed}


def test_a_document_number_that_the_text_gives_is_not_said_twice(cleaned: Clean, prose: str) -> None:
    sheet = SHEET.format(title="算力券管理办法", number="某数发[2025]3号")
    result = cleaned(f"算力券管理办法\n{sheet}\n某数发〔2025〕3号\n{prose}", "算力券管理办法")
    assert result.text.count("3号") == 1


def test_a_title_that_only_the_data_sheet_gives_stays(cleaned: Clean, prose: str) -> None:
    sheet = SHEET.format(title="批准公布《算力计量》等3项标准", number="")
    assert "批准公布《算力计量》等3项标准" in cleaned(f"某部公告\n{sheet}\n{prose}", "某部公告").text


def test_text_after_an_empty_last_field_is_not_taken_for_its_value(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"发文机关：某局\n成文日期：2025-03-01\n主题分类：\n{prose}")
    assert result.text == prose


def test_two_labels_are_no_data_sheet(cleaned: Clean, prose: str) -> None:
    page = f"发文机关：某局\n成文日期：2025-03-01\n{prose}"
    assert cleaned(page).text == page


def test_one_copy_of_a_repeated_title_stays(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"# 算力券怎么发\n\n# 算力券怎么发\n\n{prose}", "算力券怎么发")
    assert result.text == f"# 算力券怎么发\n\n{prose}"
    assert rules(result) == {"repeated_title"}


def test_a_copy_of_the_title_spread_over_two_lines_goes(cleaned: Clean, prose: str) -> None:
    result = cleaned(
        f"某部公告（2025年第3号）\n\n某部公告\n（2025年第3号）\n{prose}", "某部公告（2025年第3号）"
    )
    assert result.text == f"某部公告（2025年第3号）\n\n{prose}"


def test_an_account_name_between_viewer_words_goes(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"{prose}\n\n轻触阅读原文\n\n算力观察\n\n向上滑动看下一个")
    assert result.text == prose
    assert rules(result) == {"viewer_prompt", "between_furniture"}


def test_a_slogan_above_an_invitation_goes_and_the_source_above_it_stays(cleaned: Clean, prose: str) -> None:
    page = f"{prose}\n\n（来源：某报）\n\n**传播算力知识 共建数字城市**\n\n**欢迎关注《算力月刊》视频号**"
    assert cleaned(page).text == f"{prose}\n\n（来源：某报）"


def test_a_signature_above_page_buttons_stays(cleaned: Clean, prose: str) -> None:
    page = f"{prose}\n特此公告。\n某市数据局\n2025年3月1日\n【返回顶部】\n【关闭窗口】"
    assert cleaned(page).text == f"{prose}\n特此公告。\n某市数据局\n2025年3月1日"


def test_numbers_alone_above_sections_go_if_they_count_up(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"01\n{prose}\n02\n{prose}\nPART 03\n{prose}")
    assert result.text == f"{prose}\n{prose}\n{prose}"
    assert [span.text for span in result.removed] == ["01", "02", "PART 03"]


def test_a_column_of_figures_stays(cleaned: Clean, prose: str) -> None:
    page = f"{prose}\n\n30\n\n20\n\n70"
    assert cleaned(page).text == page


def test_english_capitals_that_repeat_chinese_headings_go(cleaned: Clean, prose: str) -> None:
    result = cleaned(
        f"算力政策\nCOMPUTE POLICY\n{prose}\n\n建议\nRECOMMENDATIONS\n{prose}\n\n"
        f"观察家说\nWhat Observers Say\n{prose}"
    )
    assert "COMPUTE" not in result.text
    assert "Observers" not in result.text
    assert result.text.count(prose) == 3


def test_a_single_name_in_capitals_stays(cleaned: Clean, prose: str) -> None:
    assert "RAND CORPORATION" in cleaned(f"兰德公司\nRAND CORPORATION\n{prose}").text


def test_lines_of_punctuation_and_a_bar_left_at_a_line_end_go(cleaned: Clean, prose: str) -> None:
    result = cleaned(f"{prose} |\n\n。。。\n\n* * *\n\n第二段。")
    assert result.text == f"{prose}\n\n第二段。"
    assert [(span.rule, span.text) for span in result.removed] == [
        ("stray_punctuation", "|"),
        ("stray_punctuation", "。。。"),
    ]
