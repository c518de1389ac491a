"""Numbers and dates across languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policy_qa.retrieval.chinese_quantities import chinese_value, english_amounts, find_chinese_quantities
from policy_qa.retrieval.quantities import (
    chinese_amounts,
    chinese_numeral,
    find_quantities,
    number_word_terms,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "零"), (10, "十"), (17, "十七"), (20, "二十"), (105, "一百零五"), (2300, "二千三百")],
)
def test_numerals_are_written_out(value: int, text: str) -> None:
    assert chinese_numeral(value) == text


def test_amounts_move_from_powers_of_a_thousand_to_powers_of_ten_thousand() -> None:
    assert chinese_amounts(Decimal("8.2e9"))[0] == "82亿"
    assert chinese_amounts(Decimal(25_000)) == ["2.5万", "25000"]
    assert chinese_amounts(Decimal("1.2e12"))[:2] == ["1.2万亿", "12000亿"]
    assert english_amounts(Decimal(8_200_000_000)) == ["8.2 billion"]


@pytest.mark.parametrize(
    ("question", "source", "term"),
    [
        ("worth $8.2 billion", "$8.2 billion", "82亿美元"),
        ("450 billion dollars in all", "450 billion dollars", "4500亿"),
        ("over 200,000 chips", "200,000", "20万"),
        ("about 45%", "45%", "百分之四十五"),
        ("grew 12.5 percent", "12.5 percent", "12.5%"),
        ("on May 29, 2025", "May 29, 2025", "2025年5月29日"),
        ("on 29 May 2025", "29 May 2025", "5月29日"),
        ("in June", "June", "6月"),
        ("since 2017", "2017", "2017年"),
        ("in the 1990s", "1990s", "90年代"),
        ("in the 17th century", "17th century", "十七世纪"),
        ("its 15th meeting", "15th", "第十五"),
        ("under Article 17", "Article 17", "第十七条"),
        ("a 7-nanometer node", "7-nanometer", "7纳米"),
        ("delayed three months", "three months", "三个月"),
        ("four times as fast", "four times", "4倍"),
        ("hundreds of billions", "hundreds of billions", "数千亿"),
        ("two million users", "two million", "200万"),
    ],
)
def test_quantities_are_found_as_chinese_texts_write_them(question: str, source: str, term: str) -> None:
    groups = {item.group.source: item.group.terms for item in find_quantities(question)}
    assert term in groups[source]


@pytest.mark.parametrize("question", ["may I ask", "the march of time", "GPT-4 and H20", "the 910B chip"])
def test_what_only_looks_like_a_quantity_is_left_alone(question: str) -> None:
    assert find_quantities(question) == []


def test_the_year_of_a_date_is_searched_for_on_its_own_too() -> None:
    groups = [item.group.terms for item in find_quantities("in May 2025")]
    assert groups == [("2025年5月", "5月"), ("2025年", "2025")]


def test_spans_point_at_the_question() -> None:
    text = "From 2017 to 2025 it grew 45%."
    assert [text[item.start : item.end] for item in find_quantities(text)] == ["2017", "2025", "45%"]


def test_number_words_and_ranks_have_their_characters() -> None:
    assert number_word_terms("two")[:2] == ("两", "二")
    assert number_word_terms("third") == ("第三", "第3")
    assert number_word_terms("chip") == ()


@pytest.mark.parametrize(
    ("text", "value"), [("三百二十六", 326), ("十七", 17), ("二〇二五", 2025), ("两千", 2000), ("百度", None)]
)
def test_chinese_numerals_are_read(text: str, value: int | None) -> None:
    assert chinese_value(text) == value


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("规模为82亿美元", "8.2 billion"),
        ("约2.5万片", "25000"),
        ("占百分之三", "3%"),
        ("2025年", "2025"),
        ("5月29日", "may 29"),
        ("上世纪90年代", "1990s"),
        ("十七世纪", "17th century"),
        ("第十七条", "article 17"),
        ("三个月", "three months"),
        ("7纳米", "7 nm"),
        ("第三", "third"),
        ("十倍", "10 times"),
    ],
)
def test_chinese_quantities_are_found_as_english_texts_write_them(question: str, term: str) -> None:
    assert any(term in item.group.terms for item in find_chinese_quantities(question))


def test_digits_of_a_code_are_no_number() -> None:
    assert find_chinese_quantities("H20和910B解禁") == []


@pytest.mark.parametrize("digits", ["1" * 2000, "1," * 1000, "9" * 16])
def test_endless_digits_are_no_amount(digits: str) -> None:
    assert all(len(item.group.source) < 20 for item in find_quantities(digits))
    assert all(len(item.group.source) < 20 for item in find_chinese_quantities(digits))
