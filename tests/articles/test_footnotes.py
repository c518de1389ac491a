"""Note marks go where a list of notes accounts for them; figures stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy_qa.articles.cleaning import CleanText

Clean = Callable[..., CleanText]


def test_bare_digits_go_if_the_note_has_an_arrow_for_each(cleaned: Clean) -> None:
    result = cleaned("算力受限1。企业称成本上升“明显”1，并要求补贴\n\n引用\n\n1. 某报告，2024年 ↩︎ ↩︎")
    assert result.text == "算力受限。企业称成本上升“明显”，并要求补贴\n\n引用\n\n1. 某报告，2024年"
    assert [span.rule for span in result.removed].count("note_mark") == 2


def test_bare_digits_stay_if_there_are_more_than_arrows(cleaned: Clean) -> None:
    text = "算力受限1。产能不足1。"
    assert cleaned(f"{text}\n\n引用\n\n1. 某报告 ↩").text.startswith(text)


def test_bare_digits_stay_without_a_list_of_notes(cleaned: Clean) -> None:
    assert cleaned("目前型号只有昇腾1，产能位居第2。").text == "目前型号只有昇腾1，产能位居第2。"


@pytest.mark.parametrize("text", ["排名升至1。", "位居第1，", "不到1。", "增加1。"])
def test_a_figure_after_a_word_of_counting_stays(cleaned: Clean, text: str) -> None:
    assert cleaned(f"该市{text}\n\n注释\n\n1. 某报告 ↩").text.startswith(f"该市{text}")


def test_bracketed_and_raised_marks_go_if_the_notes_have_their_numbers(cleaned: Clean) -> None:
    page = "算力受限[1]，成本上升[1,2]。产能不足²。\n\n参考文献\n[1] 甲报告\n[2] 乙报告"
    assert cleaned(page).text == "算力受限，成本上升。产能不足。\n\n参考文献\n[1] 甲报告\n[2] 乙报告"


def test_bracketed_numbers_without_such_a_note_stay(cleaned: Clean) -> None:
    page = "见工信厅函[2019]144号和表[3]。\n\n参考文献\n[1] 甲报告"
    assert cleaned(page).text == page


def test_marks_of_markdown_notes_go_and_their_notes_stay(cleaned: Clean) -> None:
    assert cleaned("算力受限[^1]。\n\n[^1]: 甲报告").text == "算力受限。\n\n[^1]: 甲报告"


def test_square_metres_stay_square(cleaned: Clean) -> None:
    page = "机房面积200平方米²。\n\n参考文献\n[2] 乙报告"
    assert cleaned("机房面积200m²。\n\n参考文献\n[2] 乙报告").text.startswith("机房面积200m²。")
    assert cleaned(page).text.startswith("机房面积200平方米")
