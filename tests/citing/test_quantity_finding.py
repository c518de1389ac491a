from __future__ import annotations

import time
from decimal import Decimal
from itertools import pairwise

import pytest

from policy_qa.citing.quantities import Interval, PartialDate, Quantity, find_quantities
from policy_qa.citing.units import UNITS

Value = str | tuple[str, str] | PartialDate


def _value(quantity: Quantity) -> Value:
    if isinstance(quantity.value, PartialDate):
        return quantity.value
    if isinstance(quantity.value, Interval):
        return (_plain(quantity.value.low), _plain(quantity.value.high))
    return _plain(quantity.value)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


Case = tuple[str, str, str, str | None]
NUMBERS: list[Case] = [
    ("全国有207个这样的点位", "207个", "207", "个"),
    ("一共一百二十三家单位", "一百二十三家", "123", "家"),
    ("部署20万片芯片", "20万片", "200000", "片"),
    ("累计２０１７家机构", "２０１７家", "2017", "家"),
    ("约三点五亿用户", "约三点五亿", "350000000", None),
    ("用户达1亿2000万", "1亿2000万", "120000000", None),
    ("集群规模一千零一台", "一千零一台", "1001", "台"),
    ("目标是两万五千人", "两万五千人", "25000", "人"),
    ("6710亿参数的模型", "6710亿", "671000000000", None),
    ("訓練兩萬個樣本", "兩萬個", "20000", "个"),
    ("百万级用户", "百万级", "1000000", "级"),
    ("only one supplier remains", "one", "1", None),
    ("只有一条引用", "一条", "1", "条"),
    ("twenty-three models were filed", "twenty-three", "23", None),
    ("about one hundred and twenty-three sites", "about one hundred and twenty-three", "123", None),
    ("1,234,567 samples", "1,234,567", "1234567", None),
    ("8.2 billion messages", "8.2 billion", "8200000000", None),
    ("half a million downloads", "half a million", "500000", None),
    ("two dozen firms", "two dozen", "24", None),
    ("671B parameters", "671B", "671000000000", None),
    ("10^26 operations", "10^26", "1" + "0" * 26, None),
    ("3×10^23次运算", "3×10^23次", "3" + "0" * 23, "次"),
    ("阈值为10²⁶", "10²⁶", "1" + "0" * 26, None),
    ("10的26次方", "10的26次方", "1" + "0" * 26, None),
    ("约三分之二的项目", "约三分之二", _plain(Decimal(2) / 3), "fraction"),
    ("a third of the firms", "a third", _plain(Decimal(1) / 3), "fraction"),
    ("three quarters of them", "three quarters", "0.75", "fraction"),
    ("one in five users", "one in five", "0.2", "fraction"),
]

PERCENTAGES: list[Case] = [
    ("占比为32%", "32%", "32", "percent"),
    ("占比为３２．５％", "３２．５％", "32.5", "percent"),
    ("提高百分之三十二", "百分之三十二", "32", "percent"),
    ("超过五成企业", "超过五成", "50", "percent"),
    ("三成五的受访者", "三成五", "35", "percent"),
    ("千分之三的误差", "千分之三", "0.3", "percent"),
    ("fell 3 percentage points", "3 percentage points", "3", "percentage_point"),
    ("下降0.3个百分点", "0.3个百分点", "0.3", "percentage_point"),
    ("提高5 百分点", "5 百分点", "5", "percentage_point"),
    ("回落五百分点", "五百分点", "5", "percentage_point"),
    ("cut by 25 basis points", "25 basis points", "25", "basis_point"),
    ("12 per cent of output", "12 per cent", "12", "percent"),
]

MONEY: list[Case] = [
    ("规模为82亿美元", "82亿美元", "8200000000", "USD"),
    ("raised $8.2bn", "$8.2bn", "8200000000", "USD"),
    ("worth US$ 25,000", "US$ 25,000", "25000", "USD"),
    ("投入3.26万亿元", "3.26万亿元", "3260000000000", "CNY"),
    ("人民币五百万元", "人民币五百万元", "5000000", "CNY"),
    ("RMB 82 million", "RMB 82 million", "82000000", "CNY"),
    ("500 million yuan", "500 million yuan", "500000000", "CNY"),
    ("€5bn in aid", "€5bn", "5000000000", "EUR"),
    ("one trillion dollars", "one trillion dollars", "1000000000000", "USD"),
    ("价值千亿美元", "千亿美元", "100000000000", "USD"),
    ("20亿日元", "20亿日元", "2000000000", "JPY"),
]

DURATIONS: list[Case] = [
    ("推迟三个月", "三个月", "3", "month"),
    ("十年之后", "十年", "10", "year"),
    ("over the past decade", "decade", "1", "decade"),
    ("an 18-month delay", "18-month", "18", "month"),
    ("三年后", "三年", "3", "year"),
    ("用时两年半。", "两年半", "2.5", "year"),
    ("约半年时间", "约半年", "0.5", "year"),
    ("不满十四周岁的人", "不满十四周岁", "14", "year_of_age"),
    ("24小时内报告", "24小时", "24", "hour"),
    ("10个工作日内", "10个工作日", "10", "working_day"),
    ("five more years", "five more years", "5", "year"),
    ("征求意见不少于七日", "不少于七日", "7", "day"),
    ("建设周期为两周", "两周", "2", "week"),
]

MEASURES: list[Case] = [
    ("总规模300 EFLOPS", "300 EFLOPS", "300", "EFLOPS"),
    ("总规模300eflops", "300eflops", "300", "EFLOPS"),
    ("7纳米工艺", "7纳米", "7", "nm"),
    ("a 7-nanometer process", "7-nanometer", "7", "nm"),
    ("120万千瓦装机", "120万千瓦", "1200000", "kW"),
    ("1.2 GW of power", "1.2 GW", "1.2", "GW"),
    ("用电1500亿kWh", "1500亿kWh", "150000000000", "kWh"),
    ("带宽400Gbps", "400Gbps", "400", "Gbps"),
    ("显存为96GB", "96GB", "96", "GB"),
    ("15万亿个词元", "15万亿个词元", "15000000000000", "token"),
    ("相距30公里", "30公里", "30", "km"),
]

MULTIPLES: list[Case] = [
    ("十倍以上的投入", "十倍以上", "10", "times"),
    ("costs 10x as much", "10x", "10", "times"),
    ("a tenfold rise", "tenfold", "10", "times"),
    ("output doubled", "doubled", "2", "times"),
    ("产量翻两番", "翻两番", "4", "times"),
    ("需求将增长三倍", "三倍", "3", "times more"),
    ("需求将增长到三倍", "三倍", "3", "times"),
]

ORDINALS: list[Case] = [
    ("发布第十三批清单", "第十三批", "13", "batch"),
    ("根据第27条的规定", "第27条", "27", "article"),
    ("under Article 27 of the rules", "Article 27", "27", "article"),
    ("the 13th batch", "13th batch", "13", "batch"),
    ("the twenty-first century", "twenty-first century", "21", "century"),
    ("进入21世纪", "21世纪", "21", "century"),
    ("Executive Order 14110", "Executive Order 14110", "14110", "number"),
    ("第14110号行政令", "第14110号", "14110", "number"),
    ("“十四五”规划", "十四五", "14", "five-year plan"),
    ("the 14th Five-Year Plan", "14th Five-Year Plan", "14", "five-year plan"),
    ("第十四个五年规划", "第十四个五年规划", "14", "five-year plan"),
    ("二十届三中全会", "二十届", "20", "session"),
    ("第三季度", "第三季度", "3", "quarter"),
    ("in Q3", "Q3", "3", "quarter"),
    ("Phase II begins", "Phase II", "2", "stage"),
    ("今年上半年", "上半年", "1", "half"),
    ("ranked second", "second", "2", None),
]


@pytest.mark.parametrize(
    ("kind", "text", "words", "value", "unit"),
    [
        (kind, *case)
        for kind, cases in [
            ("number", NUMBERS),
            ("percent", PERCENTAGES),
            ("money", MONEY),
            ("duration", DURATIONS),
            ("measure", MEASURES),
            ("multiple", MULTIPLES),
            ("ordinal", ORDINALS),
        ]
        for case in cases
    ],
)
def test_a_quantity_is_found_with_its_words_value_and_unit(
    kind: str, text: str, words: str, value: str, unit: str | None
) -> None:
    quantity = find_quantities(text)[0]
    assert (quantity.text, quantity.kind, _value(quantity), quantity.unit) == (words, kind, value, unit)
    assert text[quantity.start : quantity.end] == words


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024年7月", PartialDate(2024, 7)),
        ("July 2024", PartialDate(2024, 7)),
        ("2024-07", PartialDate(2024, 7)),
        ("2024/7", PartialDate(2024, 7)),
        ("2025年3月14日", PartialDate(2025, 3, 14)),
        ("2025-03-14", PartialDate(2025, 3, 14)),
        ("2025.3.14", PartialDate(2025, 3, 14)),
        ("14 March 2025", PartialDate(2025, 3, 14)),
        ("14th of March 2025", PartialDate(2025, 3, 14)),
        ("March 14, 2025", PartialDate(2025, 3, 14)),
        ("Mar. 14", PartialDate(None, 3, 14)),
        ("二〇二五年三月十四日", PartialDate(2025, 3, 14)),
        ("２０２５年", PartialDate(2025)),
        ("by 2030", PartialDate(2030)),
        ("5月29日", PartialDate(None, 5, 29)),
        ("in May", PartialDate(None, 5)),
        ("24年7月", PartialDate(2024, 7)),
        ("20世纪90年代", PartialDate(1990)),
        ("the 1990s", PartialDate(1990)),
    ],
)
def test_a_date_is_found_as_precisely_as_it_is_written(text: str, date: PartialDate) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.kind, quantity.value) == ("date", date)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2017—2025年", [PartialDate(2017), PartialDate(2025)]),
        ("2024-25", [PartialDate(2024), PartialDate(2025)]),
        ("2024年7月至9月", [PartialDate(2024, 7), PartialDate(2024, 9)]),
        ("2025年5月28日至29日", [PartialDate(2025, 5, 28), PartialDate(2025, 5, 29)]),
        ("28–29 May 2025", [PartialDate(2025, 5, 28), PartialDate(2025, 5, 29)]),
        ("July and September 2024", [PartialDate(2024, 7), PartialDate(2024, 9)]),
        ("3至5月", [PartialDate(None, 3), PartialDate(None, 5)]),
    ],
)
def test_dates_of_a_span_share_year_and_month(text: str, dates: list[PartialDate]) -> None:
    assert [quantity.value for quantity in find_quantities(text)] == dates


@pytest.mark.parametrize(
    ("text", "low", "high", "kind", "unit"),
    [
        ("2.5万至6万美元", "25000", "60000", "money", "USD"),
        ("US$2.5-6 billion", "2500000000", "6000000000", "money", "USD"),
        ("$25,000 to 60,000", "25000", "60000", "money", "USD"),
        ("between $25,000 and $60,000", "25000", "60000", "money", "USD"),
        ("两到四倍", "2", "4", "multiple", "times"),
        ("2–4倍", "2", "4", "multiple", "times"),
        ("two to four times", "2", "4", "multiple", "times"),
        ("五到十年", "5", "10", "duration", "year"),
        ("three or four years", "3", "4", "duration", "year"),
        ("5—10%", "5", "10", "percent", "percent"),
        ("百分之三至五", "3", "5", "percent", "percent"),
        ("三到五成", "30", "50", "percent", "percent"),
        ("2—3万家", "20000", "30000", "number", "家"),
        ("8000至1万人", "8000", "10000", "number", "人"),
        ("三四百人", "300", "400", "number", "人"),
    ],
)
def test_a_range_is_one_quantity_with_two_ends(text: str, low: str, high: str, kind: str, unit: str) -> None:
    (quantity,) = find_quantities(text)
    assert (_value(quantity), quantity.kind, quantity.unit) == ((low, high), kind, unit)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("超过250个", "over"),
        ("2000多家", "over"),
        ("800余名", "over"),
        ("十倍以上", "over"),
        ("250+ sites", "over"),
        ("more than 250", "over"),
        ("近百家", "about"),
        ("约82亿美元", "about"),
        ("6个月左右", "about"),
        ("nearly 5%", "about"),
        ("至少13家", "at_least"),
        ("不少于13家", "at_least"),
        ("no fewer than 13", "at_least"),
        ("不超过3个", "at_most"),
        ("up to 300", "at_most"),
        ("不足十个", "under"),
        ("fewer than ten", "under"),
        ("合约3份", "exact"),
        ("近三年", "exact"),
        ("over the past 5 years", "exact"),
        ("control over two firms", "exact"),
    ],
)
def test_a_qualifier_that_touches_a_quantity_bounds_it(text: str, bound: str) -> None:
    (quantity,) = find_quantities(text)
    assert quantity.bound == bound
    assert quantity.approximate is (bound == "about")


@pytest.mark.parametrize(
    "text",
    [
        "一些人一方面进一步统一认识",
        "之一、唯一、一旦、一体化",
        "一是完善制度，二是加强监管",
        "其一是布局，其二是创新",
        "过半数的人",
        "超过半数",
        "一个位于海外的中心",
        "一家公司发布了一项计划",
        "数百亿美元和几十家企业",
        "成千上万的用户",
        "第一，我们认为；第二，他们认为",
        "第三方平台",
        "五角大楼、四川、百度、千问",
        "万一出现问题，千万不要慌",
        "这两家公司与两国政府",
        "十分重要的零部件",
        "第二次世界大战",
        "one of the best, no one else, a model",
        "more than half of them",
        "the two sides met the Five Eyes",
        "first-mover advantage, at first, every second",
        "dozens of firms and hundreds of chips",
        "a double-edged sword in a zero-sum game",
        "you may march on",
        "使用GPT-4、910B、H20、FP16、IPv6、A100和5G",
        "DeepSeek R1 is better than o1",
        "结论成立[1][3]",
        "（一）总体要求",
        "见 https://example.org/2024/07/15",
        "据36氪报道",
    ],
)
def test_words_that_count_nothing_give_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


def test_a_list_number_at_the_head_of_a_line_is_no_quantity() -> None:
    assert [q.text for q in find_quantities("1. 共有5家\n2、共有6家\n三、共有7家")] == ["5家", "6家", "7家"]


def test_members_of_a_list_share_the_unit_of_the_last() -> None:
    assert [(q.unit, _value(q)) for q in find_quantities("分别为300和105 EFLOPS")] == [
        ("EFLOPS", "300"),
        ("EFLOPS", "105"),
    ]
    assert [(q.unit, _value(q)) for q in find_quantities("第3、5条")] == [("article", "3"), ("article", "5")]


def test_a_year_beside_a_count_does_not_borrow_its_unit() -> None:
    year, count = find_quantities("2024和5家")
    assert (year.kind, year.value) == ("date", PartialDate(2024))
    assert count.unit == "家"


def test_a_negative_amount_keeps_its_sign_and_a_hyphen_is_none() -> None:
    assert _value(find_quantities("增速为 -3%")[0]) == "-3"
    assert [_value(q) for q in find_quantities("型号与数量-3台")] == ["3"]


def test_offsets_are_in_order_and_do_not_overlap() -> None:
    text = "截至2025年3月，超过250个中心投入约82亿美元，其中32%位于十个省份，较上年增长三倍。"
    found = find_quantities(text)
    assert [q.text for q in found] == [
        "2025年3月",
        "超过250个",
        "约82亿美元",
        "32%",
        "十个",
        "三倍",
    ]
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    "hostile",
    [
        "9" * 10_000,
        "一" * 10_000,
        "亿" * 10_000,
        "1亿" * 5_000,
        "10^" * 3_000,
        "A1-" * 3_000,
        "one " * 3_000,
        " " * 10_000,
        "$" * 10_000,
        "(" * 10_000,
    ],
)
def test_a_hostile_run_of_characters_is_read_in_seconds_on_a_busy_machine(hostile: str) -> None:
    started = time.perf_counter()
    find_quantities(hostile)
    # A quarter of a second at most when idle; backtracking would take minutes.
    assert time.perf_counter() - started < 5.0


def test_a_sentence_is_read_in_under_a_millisecond() -> None:
    sentence = "截至2025年3月，超过250个中心投入约82亿美元，其中32%位于十个省份，较上年增长三倍，共三个月。"
    best = min(_seconds(sentence) for _ in range(20))
    assert best < 0.001


def _seconds(sentence: str) -> float:
    started = time.perf_counter()
    find_quantities(sentence)
    return time.perf_counter() - started


@pytest.mark.parametrize(
    "words", ["150 billion kilowatt-hours", "150 billion kilowatt hours", "150 billion kWh"]
)
def test_a_unit_of_two_words_is_read_with_a_hyphen_and_without(words: str) -> None:
    (found,) = find_quantities(words)
    assert (found.text, found.unit) == (words, "kWh")


def test_every_spelling_of_a_unit_behind_a_number_is_read_as_a_quantity() -> None:
    for spelling in UNITS:
        for words in (spelling, spelling.replace(" ", "-")):
            assert find_quantities(f"5 {words}"), words
