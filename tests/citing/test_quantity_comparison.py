from __future__ import annotations

import pytest

from policy_qa.citing.quantities import Quantity, find_quantities, same_quantity


def _only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("claim", "evidence", "agreement"),
    [
        ("82亿美元", "82亿美元", "exact"),
        ("300 EFLOPS", "300EFLOPS", "exact"),
        ("$8.2 billion", "82亿美元", "normalised"),
        ("US$25,000", "2.5万美元", "normalised"),
        ("32%", "百分之三十二", "normalised"),
        ("July 2024", "2024年7月", "normalised"),
        ("14 March 2025", "2025-03-14", "normalised"),
        ("3 months", "三个月", "normalised"),
        ("a decade", "十年", "normalised"),
        ("12个月", "1年", "normalised"),
        ("2 weeks", "14天", "normalised"),
        ("10 times", "十倍", "normalised"),
        ("tenfold", "十倍", "normalised"),
        ("13th batch", "第十三批", "normalised"),
        ("Article 27", "第二十七条", "normalised"),
        ("14th Five-Year Plan", "“十四五”", "normalised"),
        ("7 nm", "7纳米", "normalised"),
        ("1.2 GW", "120万千瓦", "normalised"),
        ("0.3 ZFLOPS", "300 EFLOPS", "normalised"),
        ("207", "207个", "normalised"),
        ("200,000", "20万片", "normalised"),
        ("more than 2,000", "2000多家", "normalised"),
        ("two to four times", "2—4倍", "normalised"),
        ("one third", "三分之一", "normalised"),
        ("25 basis points", "0.25个百分点", "normalised"),
        ("16 years old", "16岁", "normalised"),
        ("2025年", "2025年5月29日", "compatible"),
        ("29 May", "2025年5月29日", "compatible"),
        ("the 1990s", "1995年", "compatible"),
        ("约80亿美元", "82亿美元", "compatible"),
        ("about $330 billion", "约3260亿美元", "compatible"),
        ("250 sites", "超过250个", "compatible"),
        ("at least 13", "13家", "compatible"),
        ("more than 200", "208家", "compatible"),
        ("quadrupled", "增长三倍", "compatible"),
        ("by 300%", "增长三倍", "compatible"),
        ("33%", "三分之一", "compatible"),
        ("at least 2 times", "2—4倍", "compatible"),
        ("第二", "位居第二", "exact"),
        ("three times", "三次", "compatible"),
        ("in 1564", "1564年", "compatible"),
        ("Document 14110", "第14110号", "compatible"),
    ],
)
def test_quantities_that_say_the_same_agree(claim: str, evidence: str, agreement: str) -> None:
    assert same_quantity(_only(claim), _only(evidence)) == agreement


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("83亿美元", "82亿美元"),
        ("82万美元", "82亿美元"),
        ("82亿元", "82亿美元"),
        ("82亿", "82亿美元"),
        ("€8.2 billion", "82亿美元"),
        ("2025年5月29日", "2025年"),
        ("2025年5月28日", "2025年5月29日"),
        ("2024年7月", "2025年7月"),
        ("三年", "三个月"),
        ("3%", "3个百分点"),
        ("32%", "23%"),
        ("300 PFLOPS", "300 EFLOPS"),
        ("300", "300 EFLOPS"),
        ("300 EFLOPS", "300个"),
        ("13th batch", "第十二批"),
        ("13th batch", "第13条"),
        ("第13条", "13条"),
        ("$8 billion", "82亿美元"),
        ("约70亿美元", "82亿美元"),
        ("about 397 billion", "约3900亿"),
        ("不足250个", "超过250个"),
        ("more than 250", "250个"),
        ("two times", "2—4倍"),
        ("3 to 4 times", "2—4倍"),
        ("十倍", "十年"),
        ("208家", "208人"),
        ("-3%", "3%"),
        ("the 1990s", "2001年"),
        ("1,564 firms", "1564年"),
    ],
)
def test_quantities_that_differ_do_not_agree(claim: str, evidence: str) -> None:
    assert same_quantity(_only(claim), _only(evidence)) is None
