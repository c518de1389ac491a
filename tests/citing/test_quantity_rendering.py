from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.citing.quantities import (
    Bound,
    Interval,
    Kind,
    PartialDate,
    Quantity,
    find_quantities,
    same_quantity,
)
from policy_qa.citing.quantity_rendering import english_glossary_of, render_english


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("82亿美元", "US$8.2 billion"),
        ("2.5万美元", "US$25,000"),
        ("2.5万至6万美元", "US$25,000 to US$60,000"),
        ("3.26万亿元", "3.26 trillion yuan"),
        ("超过4500亿美元", "more than US$450 billion"),
        ("约3260亿美元", "about US$326 billion"),
        ("2025年3月14日", "14 March 2025"),
        ("2024年7月", "July 2024"),
        ("2025年", "2025"),
        ("5月29日", "29 May"),
        ("90年代", "1990s"),
        ("三个月", "3 months"),
        ("一年", "1 year"),
        ("两年半", "2.5 years"),
        ("半年", "half a year"),
        ("五到十年", "5 to 10 years"),
        ("不满十四周岁", "less than 14 years old"),
        ("百分之三十二", "32%"),
        ("32%", "32%"),
        ("三个百分点", "3 percentage points"),
        ("三分之二", "two thirds"),
        ("十倍以上", "more than 10 times"),
        ("两到四倍", "2 to 4 times"),
        ("第十三批", "13th batch"),
        ("第二十一条", "Article 21"),
        ("第14110号", "No. 14110"),
        ("第一次", "1st time"),
        ("“十四五”规划", "14th Five-Year Plan"),
        ("207个", "207"),
        ("20万片", "200,000"),
        ("1200万", "12 million"),
        ("2000多家", "more than 2,000"),
        ("至少三次", "at least 3 times"),
        ("10的26次方", "10^26"),
        ("7纳米", "7 nm"),
        ("五吨", "5 tonnes"),
    ],
)
def test_a_chinese_quantity_is_written_as_english_text_would(chinese: str, english: str) -> None:
    (quantity,) = find_quantities(chinese)
    assert render_english(quantity) == english


def test_a_day_without_a_month_has_no_english_notation() -> None:
    assert render_english(Quantity("29日", 0, 3, "date", PartialDate(day=29))) is None


def test_the_glossary_lists_only_what_an_english_reader_could_not_read() -> None:
    text = "2017年起，49个团队、32%的样本和300 EFLOPS用了三个月和82亿美元，另有三个月观察期，共207个。"
    assert english_glossary_of(text) == [("三个月", "3 months"), ("82亿美元", "US$8.2 billion")]


def test_the_glossary_of_a_text_without_quantities_is_empty() -> None:
    assert english_glossary_of("进一步统一认识") == []


_bounds = st.sampled_from(["exact", "about", "over", "at_least", "under", "at_most"])
_counts = st.decimals("0.1", "99999", places=1).filter(lambda value: not 1000 <= value <= 2100)
_sizes = st.one_of(_counts, st.builds(lambda m, e: m.scaleb(e), _counts, st.integers(3, 14)))
_UNITS: list[tuple[Kind, str | None]] = [
    ("number", "个"),
    ("percent", "percent"),
    ("percent", "percentage_point"),
    ("money", "USD"),
    ("money", "CNY"),
    ("money", "EUR"),
    ("money", "JPY"),
    ("duration", "year"),
    ("duration", "month"),
    ("duration", "day"),
    ("duration", "working_day"),
    ("multiple", "times"),
    ("measure", "EFLOPS"),
    ("measure", "nm"),
    ("measure", "MW"),
    ("measure", "km"),
    ("measure", "t"),
    ("measure", "token"),
    ("measure", "km²"),
]


def _found_again(quantity: Quantity) -> Quantity:
    rendered = render_english(quantity)
    assert rendered is not None
    (found,) = find_quantities(rendered)
    assert found.text == rendered
    return found


@settings(deadline=None)
@given(st.sampled_from(_UNITS), _sizes, _bounds)
def test_a_rendered_amount_is_found_again_with_its_value_unit_and_bound(
    unit: tuple[Kind, str | None], value: Decimal, bound: Bound
) -> None:
    quantity = Quantity("", 0, 0, unit[0], value, unit[1], bound)
    found = _found_again(quantity)
    assert same_quantity(quantity, found) == "normalised"
    assert found.bound == bound


@settings(deadline=None)
@given(st.sampled_from(_UNITS), _sizes, st.decimals("1.5", "9", places=1))
def test_a_rendered_range_is_found_again(
    unit: tuple[Kind, str | None], low: Decimal, factor: Decimal
) -> None:
    quantity = Quantity("", 0, 0, unit[0], Interval(low, low * factor), unit[1])
    assert same_quantity(quantity, _found_again(quantity)) == "normalised"


@settings(deadline=None)
@given(st.dates())
def test_a_rendered_date_is_found_again(day: object) -> None:
    year, month, number = (int(part) for part in str(day).split("-"))
    year = 1900 + year % 200
    for value in (PartialDate(year), PartialDate(year, month), PartialDate(year, month, min(number, 28))):
        quantity = Quantity("", 0, 0, "date", value)
        assert same_quantity(quantity, _found_again(quantity)) == "normalised"


@settings(deadline=None)
@given(
    st.integers(2, 9999),
    st.sampled_from(
        ["batch", "article", "chapter", "number", "quarter", "session", "time", "five-year plan"]
    ),
)
def test_a_rendered_ordinal_is_found_again(number: int, unit: str) -> None:
    quantity = Quantity("", 0, 0, "ordinal", Decimal(number), unit)
    assert same_quantity(quantity, _found_again(quantity)) == "normalised"


@settings(deadline=None)
@given(st.text(alphabet="零一二三十百千万亿0123456789.,点年月日个%至-多第倍美元 ", max_size=40))
def test_any_run_of_numerals_is_read_without_error_and_supports_itself(text: str) -> None:
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
        assert same_quantity(quantity, quantity) == "exact"
        render_english(quantity)
