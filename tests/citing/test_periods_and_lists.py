"""Counts of what a quote lists, other names of a part of a year, sums without a currency."""

from __future__ import annotations

import pytest

from policy_qa.citing.listings import lengths_of_lists
from policy_qa.citing.periods import other_ends, without_shared_periods
from policy_qa.citing.quantities import missing_quantities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("通知由东湖市教育局、财政局、税务局和统计局联合印发。", 4),
        ("由甲委与乙部、丙部联合发布。", 3),
        ("起草单位是工业和信息化部、商务部、海关总署。", 3),
        ("既要看速度，又要看质量。", 2),
        ("依据《东湖办法》和《北岭条例》执行。", 2),
        ("The pilot covers Ashford, Brookton and Carling.", 3),
    ],
)
def test_lists_are_counted(text: str, number: int) -> None:
    assert number in lengths_of_lists(text)


def test_a_count_of_listed_bodies_is_supported_and_a_wrong_one_is_not() -> None:
    quote = "通知由东湖市教育局、财政局、税务局和统计局联合印发。"
    assert not missing_quantities("四部门联合印发了通知。", [quote])
    assert missing_quantities("五部门联合印发了通知。", [quote])


def test_a_count_the_quote_gives_itself_is_not_replaced_by_that_of_a_list() -> None:
    quote = "五个部门参与，其中有教育局、财政局、税务局。"
    assert missing_quantities("三个部门参与。", [quote])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("头三个月新增企业两万户。", "一季度新增企业2万户。"),
        ("From January to March 20,000 firms registered.", "一季度新增企业2万户。"),
        ("上半年新增企业两万户。", "1至6月新增企业2万户。"),
        ("截至一季度末有159款。", "到2025年3月31日为159款。"),
    ],
)
def test_a_part_of_a_year_may_go_by_another_name(claim: str, quote: str) -> None:
    assert not missing_quantities(claim, [quote])


def test_another_part_of_the_year_is_not_supported() -> None:
    assert missing_quantities("二季度新增企业两万户。", ["一季度新增企业2万户。"])
    assert other_ends("到2025年底有455万个。", ["截至2025年6月底有455万个。"])
    assert not other_ends("2025年上半年结束时有455万个。", ["截至2025年6月底有455万个。"])


def test_blanks_keep_the_length_of_a_sentence() -> None:
    claim = "头三个月新增两万户。"
    assert len(without_shared_periods(claim, ["一季度新增2万户。"])) == len(claim)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("用电1500亿度。", "耗电1500亿kWh。"),
        ("比去年同期多出一倍有余。", "是去年同期的2.1倍。"),
        ("more than double the number a year earlier", "是去年同期的2.4倍。"),
        ("每家最多补200万。", "每家上限为200万元。"),
        ("牵头的项目最多三个。", "牵头申报的项目不得多于3项。"),
        ("两年间升到12。", "由2022年的6升到2024年的12。"),
    ],
)
def test_the_same_amount_in_other_words(claim: str, quote: str) -> None:
    assert not missing_quantities(claim, [quote])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("用电1500万度。", "耗电1500亿kWh。"),
        ("比去年同期多出两倍有余。", "是去年同期的2.1倍。"),
        ("每家最多补300万。", "每家上限为200万元。"),
        ("牵头的项目至少三个。", "牵头申报的项目不得多于3项。"),
        ("三年间升到12。", "由2022年的6升到2024年的12。"),
    ],
)
def test_another_amount_in_other_words(claim: str, quote: str) -> None:
    assert missing_quantities(claim, [quote])
