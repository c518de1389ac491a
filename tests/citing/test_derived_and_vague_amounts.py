"""Numbers worked out from those of a quote, and amounts given by their size only."""

from __future__ import annotations

import pytest

from policy_qa.citing.quantities import missing_quantities
from policy_qa.citing.vague_amounts import wrong_sizes


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("外国软件的数量是本国软件的四倍多。", "外国公司开发的有49个，本国公司开发的有11个。"),
        ("第三批比第二批少了20个。", "第三批有48个名称，第二批有68个。"),
        ("审批比施工多花16个月。", "审批平均需要29个月，施工只用13个月。"),
        ("起草快了33分钟。", "起草时间由74分钟缩短到41分钟。"),
        ("街道的满意度比机关高0.9分。", "满意度街道为4.3分，机关为3.4分。"),
        ("Enquiries nearly reached four times last year's level.", "咨询量同比增长295%。"),
        ("Applications more than doubled.", "申领量同比增长129.9%。"),
        ("MIIT and seven other departments issued it.", "工业和信息化部等八部门联合印发。"),
        ("十年来进展明显。", "今年是该目标提出10周年。"),
        ("14至17岁的人可以申领。", "已满十四周岁、未满十八周岁的人可以申领。"),
    ],
)
def test_a_number_that_follows_from_the_quote_by_one_step_holds(sentence: str, quote: str) -> None:
    assert missing_quantities(sentence, [quote]) == []


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("外国软件的数量是本国软件的六倍多。", "外国公司开发的有49个，本国公司开发的有11个。"),
        ("第三批比第二批少了30个。", "第三批有48个名称，第二批有68个。"),
        ("审批比施工多花15个月。", "审批平均需要29个月，施工只用13个月。"),
        ("街道的满意度比机关高0.7分。", "满意度街道为4.3分，机关为3.4分。"),
        ("Applications more than tripled.", "申领量同比增长129.9%。"),
        ("意见由工信部等七部门印发。", "工业和信息化部等八部门联合印发。"),
        ("15至17岁的人可以申领。", "已满十四周岁、未满十八周岁的人可以申领。"),
        ("The rules name three classes of label.", "标识分为两类，以文字、声音、图形等方式呈现。"),
    ],
)
def test_a_number_that_does_not_follow_is_missing(sentence: str, quote: str) -> None:
    assert len(missing_quantities(sentence, [quote])) == 1


def test_as_soon_as_is_no_range() -> None:
    assert missing_quantities("人数一到10万就要备案。", ["人数达到10万之后要备案。"]) == []


def test_an_amount_of_another_size_than_the_quotes_is_found() -> None:
    quote = "建一座中心要投入数百亿美元。"
    assert wrong_sizes("A centre costs tens of billions of dollars.", [quote]) == []
    assert wrong_sizes("A centre costs tens of millions of dollars.", [quote]) == ["tens of millions of"]
    assert wrong_sizes("问卷共回收数万份。", ["问卷结果已经公布。"]) == ["数万"]
    assert wrong_sizes("问卷共回收数万份。", ["问卷共回收3.2万份。"]) == []
