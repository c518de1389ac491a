"""Units of quantities in Chinese and English, and how they convert.

Factors of metric prefixes are those of the SI brochure (9th edition, table 7); a mu (亩) is
10,000/15 square metres, a mile 1609.344 m (exact by definition of the international yard).
Speeds are read as the distance alone (110 mph, 110英里/小时): both languages then agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from policy_qa.citing.quantity import Kind


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of one dimension.

    Attributes:
        name: Canonical name, as in ``Quantity.unit``.
        kind: Kind of the quantities it forms.
        dimension: Units of one dimension convert into each other.
        factor: Size in the dimension's base unit.
    """

    name: str
    kind: Kind
    dimension: str
    factor: Decimal = Decimal(1)


def _unit(name: str, kind: Kind, dimension: str, factor: str = "1") -> Unit:
    return Unit(name, kind, dimension, Decimal(factor))


_PLAIN: Final[dict[Unit, str]] = {
    _unit("percent", "percent", "ratio", "0.01"): "% percent per·cent pct",
    _unit("percentage_point", "percent", "point"): "百分点 percentage·points percentage·point pp ppt",
    _unit("basis_point", "percent", "point", "0.01"): "基点 basis·points basis·point bps·points",
    _unit("USD", "money", "USD"): (
        "美元 美金 us·dollars us·dollar u.s.·dollars u.s.·dollar dollars dollar usd"
    ),
    _unit("CNY", "money", "CNY"): "元人民币 人民币元 人民币 元 块钱 chinese·yuan yuan rmb renminbi cny",
    _unit("EUR", "money", "EUR"): "欧元 euros euro eur",
    _unit("GBP", "money", "GBP"): "英镑 pounds·sterling british·pounds gbp",
    _unit("JPY", "money", "JPY"): "日元 日圆 japanese·yen yen jpy",
    _unit("KRW", "money", "KRW"): "韩元 korean·won krw",
    _unit("HKD", "money", "HKD"): "港元 港币 hong·kong·dollars hkd",
    _unit("TWD", "money", "TWD"): "新台币 台币 taiwan·dollars new·taiwan·dollars twd",
    _unit("AUD", "money", "AUD"): "澳元 australian·dollars aud",
    _unit("CAD", "money", "CAD"): "加元 canadian·dollars cad",
    _unit("SGD", "money", "SGD"): "新加坡元 新元 singapore·dollars sgd",
    _unit("INR", "money", "INR"): "印度卢比 卢比 indian·rupees rupees inr",
    _unit("RUB", "money", "RUB"): "卢布 rubles roubles rub",
    _unit("year", "duration", "month", "12"): "年 周岁 岁 years year yrs yr",
    _unit("year_of_age", "duration", "age"): "周岁 岁 year·olds year·old years·old years·of·age",
    _unit("month", "duration", "month"): "月 months month",
    _unit("quarter", "duration", "month", "3"): "季度 quarters quarter",
    _unit("decade", "duration", "month", "120"): "decades decade",
    _unit("century", "duration", "month", "1200"): "世纪 centuries century",
    _unit("week", "duration", "second", "604800"): "星期 礼拜 周 weeks week",
    _unit("day", "duration", "second", "86400"): "天 日 days day",
    _unit("working_day", "duration", "working_day"): (
        "工作日 working·days working·day business·days business·day"
    ),
    _unit("hour", "duration", "second", "3600"): "小时 hours hour hrs",
    _unit("minute", "duration", "second", "60"): "分钟 minutes minute mins",
    _unit("second", "duration", "second"): "秒钟 秒 seconds second",
    _unit("millisecond", "duration", "second", "0.001"): "毫秒 milliseconds millisecond ms",
    _unit("times", "multiple", "times"): "倍 times fold x",
    _unit("km", "measure", "length", "1000"): (
        "公里 千米 kilometers kilometres kilometer kilometre km/h kph km"
    ),
    _unit("m", "measure", "length"): "米 meters metres meter metre m",
    _unit("cm", "measure", "length", "0.01"): "厘米 centimeters centimetres cm",
    _unit("mm", "measure", "length", "0.001"): "毫米 millimeters millimetres mm",
    _unit("µm", "measure", "length", "1e-6"): "微米 micrometers micrometres microns micron µm μm um",
    _unit("nm", "measure", "length", "1e-9"): "纳米 nanometers nanometres nanometer nanometre nm",
    _unit("mile", "measure", "length", "1609.344"): "英里 miles mile mph",
    _unit("foot", "measure", "length", "0.3048"): "英尺 feet foot ft",
    _unit("inch", "measure", "length", "0.0254"): "英寸 inches inch",
    _unit("km²", "measure", "area", "1e6"): (
        "平方公里 平方千米 square·kilometers square·kilometres sq·km km² km2"
    ),
    _unit("m²", "measure", "area"): "平方米 square·meters square·metres sqm m² m2",
    _unit("hectare", "measure", "area", "1e4"): "公顷 hectares hectare ha",
    _unit("mu", "measure", "area", "666.6666666667"): "亩 mu",
    _unit("t", "measure", "mass", "1000"): "公吨 吨 metric·tons metric·ton tonnes tonne tons ton",
    _unit("Gt", "measure", "mass", "1e12"): "gigatons gigatonnes gigaton gigatonne",
    _unit("kg", "measure", "mass"): "公斤 千克 kilograms kilogram kg",
    _unit("g", "measure", "mass", "0.001"): "克 grams gram",
    _unit("°C", "measure", "temperature"): "摄氏度 °c ℃ degrees·celsius",
    _unit("token", "measure", "token"): "词元 tokens token",
}

_PREFIXED: Final[tuple[tuple[str, str, str, str], ...]] = (
    # symbol, English word, Chinese word, dimension
    ("FLOPS", "flops", "次浮点运算", "flops"),
    ("Wh", "watt-hours", "瓦时", "energy"),
    ("W", "watts", "瓦", "power"),
    ("Hz", "hertz", "赫兹", "frequency"),
    ("B/s", "bytes per second", "字节每秒", "byte rate"),
    ("bps", "bits per second", "比特每秒", "bit rate"),
    ("B", "bytes", "字节", "data"),
)
_PREFIXES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("Z", "zetta", "泽", "1e21"),
    ("E", "exa", "艾", "1e18"),
    ("P", "peta", "拍", "1e15"),
    ("T", "tera", "太", "1e12"),
    ("G", "giga", "吉", "1e9"),
    ("M", "mega", "兆", "1e6"),
    ("k", "kilo", "千", "1e3"),
    ("", "", "", "1"),
)


def _prefixed_units() -> dict[str, Unit]:
    spelled: dict[str, Unit] = {}
    for symbol, english, chinese, dimension in _PREFIXED:
        for prefix, en_prefix, zh_prefix, factor in _PREFIXES:
            unit = _unit(prefix + symbol, "measure", dimension, factor)
            words = [en_prefix + english, (en_prefix + english).removesuffix("s"), zh_prefix + chinese]
            if prefix or symbol != "B":  # 7B counts parameters, not bytes
                words.append(prefix + symbol)
            if symbol == "FLOPS":
                words += [f"{prefix}FLOP/s", f"{en_prefix}flop/s"]
            if symbol == "B/s":
                words.append(f"{prefix}B每秒")
            spelled.update((word.lower().replace("-", " "), unit) for word in words)
    return spelled


def _plain_units() -> dict[str, Unit]:
    return {
        word.replace("·", " ").lower(): unit for unit, words in _PLAIN.items() for word in words.split(" ")
    }


_KWH: Final = _unit("kWh", "measure", "energy", "1e3")
UNITS: Final[dict[str, Unit]] = {**_prefixed_units(), **_plain_units(), "度": _KWH, "度电": _KWH}
"""Every spelling, lower case, with one space inside, to its unit."""

NAMED_UNITS: Final[dict[str, Unit]] = {unit.name: unit for unit in UNITS.values()}
"""Every canonical name to its unit."""

_PEOPLE = "人 名 位 人次"
_THINGS = (
    "个 家 条 项 种 片 块 颗 台 座 份 款 类 次 批 件 本 篇 部 艘 架 辆 枚 只 支 套 场 层 级 步 组 队 期 届 "
    "代 轮 处 所 间 栋 户 国 省 市 州 县 城 章 节 页 字 例 宗 起 笔 门 张 幅 根 股 道 重 维 点 大 方面 领域 "
    "阶段 环节 步骤 部门 城市 国家 地区 省份 县市 卡 核 强 架次 卷 集 封 成员 成员国 原则 维度 层面 板块 "
    "机构 企业 公司 单位 团体 支柱 任务 行动 措施 问题 步走 号 部分"
)
PERSON_WORDS: Final[frozenset[str]] = frozenset(_PEOPLE.split())
"""Measure words that count people only."""

MEASURE_WORDS: Final[frozenset[str]] = PERSON_WORDS | frozenset(_THINGS.split())
"""Chinese words that may stand behind a bare count; they name what is counted, not a unit."""


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[ -]") for word in sorted(words, key=len, reverse=True))


_NOT_LATIN = r"(?![A-Za-z0-9])"
_LATIN = [word for word in UNITS if re.match(r"[a-zµμ°]", word)]
_HAN = [word for word in UNITS if word not in _LATIN and word not in set("年月日元周天度")]
# Chinese one-character units also begin other words (元素, 年级, 周边): those are not units.
_GUARDED: Final = (
    "年(?!级|代|轻|龄|货|终奖)|月(?![0-9亮球饼薪])|日(?!本|元|语|均|益|前|常)|天(?!然|津|河|空|地|气|文|下|使)"
    "|元(?!素|年|件|旦|宇|音|器|首|老|朝|月|帅|凶|数据|组)|(?<=[万亿])度(?![过假数角外])|周(?!边|期|围|刊|密|末|报|年|知|口|转)"
)

UNIT_PATTERN: Final = re.compile(
    rf" ?(?P<han>{_alternatives(_HAN)}|{_GUARDED})|[ -]?(?P<latin>{_alternatives(_LATIN)}){_NOT_LATIN}",
    re.IGNORECASE,
)
"""Matches a unit at the end of a numeral, the space or hyphen before it included."""

MEASURE_WORD_PATTERN: Final = re.compile(rf" ?(?P<word>{_alternatives(list(MEASURE_WORDS))})")
"""Matches a measure word at the end of a numeral."""

MONEY_PREFIXES: Final[dict[str, str]] = {
    "us$": "USD", "usd": "USD", "$": "USD", "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "rmb": "CNY",
    "cny": "CNY", "人民币": "CNY", "¥": "CNY", "￥": "CNY", "cn¥": "CNY", "€": "EUR", "eur": "EUR",
    "£": "GBP", "gbp": "GBP", "jpy": "JPY", "₩": "KRW", "₹": "INR", "a$": "AUD", "c$": "CAD", "s$": "SGD",
}  # fmt: skip
"""Signs and codes in front of an amount, lower case, to the currency's ISO 4217 code."""

MONEY_PREFIX_PATTERN: Final = re.compile(
    rf"(?:{_alternatives(list(MONEY_PREFIXES))}) ?(?=[\d零一二两三四五六七八九十百千])", re.IGNORECASE
)
"""Matches a currency sign or code before a numeral."""
