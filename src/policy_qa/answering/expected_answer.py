# ruff: noqa: E501  (the patterns are lists of wordings; broken lines would be harder to read)
"""What the answer to a question must look like: a sum of money, a day or a count of companies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from policy_qa.citing.quantities import PartialDate, Quantity, find_quantities, same_quantity
from policy_qa.citing.units import MEASURE_WORDS, NAMED_UNITS, PERSON_WORDS, UNITS
from policy_qa.index.terms import fold
from policy_qa.records import Record

ExpectedKind = Literal[
    "money", "percent", "date", "duration", "multiple", "measure", "count", "ordinal",
    "person", "organisation", "place", "yes_no", "list", "reason", "other",
]  # fmt: skip
Precision = Literal["year", "month", "day"]

QUANTITY_KINDS: frozenset[ExpectedKind] = frozenset(
    {"money", "percent", "date", "duration", "multiple", "measure", "count", "ordinal"}
)
NAME_KINDS: frozenset[ExpectedKind] = frozenset({"person", "organisation", "place"})


class ExpectedAnswer(Record):
    """The kind of thing a question asks for.

    Attributes:
        kind: What sort of quantity or name; ``other`` if the question does not tell.
        units: Canonical units or measure words, any of which fits; empty if any does.
        precision: For dates, how exact the answer must be at least.
    """

    kind: ExpectedKind
    units: frozenset[str] = frozenset()
    precision: Precision | None = None

    @property
    def is_quantity(self) -> bool:
        """Whether the answer is a number of some kind or a date."""
        return self.kind in QUANTITY_KINDS


_I = re.compile
_DAY = _I(
    r"哪一?[天日]|几[号日](?!线)|几月几|什么日[期子]|何日|截止日|(?:公布|发布|生效|施行|起止)?日期"
    r"|\b(?:what|which) (?:date|day)\b|\bon what date\b|\bby what date\b|\bdeadline\b"
)
_MONTH = _I(r"哪个?月|几月|\b(?:what|which) month\b")
_YEAR = _I(r"哪一?年|何年|年份|几几年|\b(?:what|which) year\b|\bin which year")
_WHEN = _I(
    r"何时|什么时[候间]|啥时候|几时|多久之前|截止|^when\b|\b(?:and|by|as of) when\b|\bwhen (?:did|was|is|do|does|will|were|are)\b|say when"
)
_MONEY = _I(
    r"多少(?:钱|[亿万千百]*(?:美元|美金|元|欧元|日元|人民币|英镑|港元|资金|奖金|经费))|罚(?:款)?多少|多少罚"
    r"|(?:总额|额度|金额|罚款|奖金|价格|售价|单价|股价|市值|估值|造价|花费|费用|收费|资本开支|投资额|预算|营收|开支)"
    r"[^，。？]{0,8}(?:多少|多大|多高|几)"
    r"|(?:投资|出资|拨款|资金|经费|投入)(?:总?规模|总?额)?(?:是|为|有|达|到|了|共)*多少(?![家个项人块台座名款种次])|收费多少|\bprice\b|how much (?:(?:extra )?money|did .{1,60} (?:cost|pay|spend)"
    r"|does .{1,60} (?:cost|pay|charge|earn)|was .{1,40} (?:paid|fined)|are .{1,90}spend|(?:prize|money|funding))"
    r"|what (?:do|does|did) .{1,70} (?:cost|charge|sell for)\b|\bfines?\b|how much .{1,40}\b(?:cost|prize money)\b"
    r"|\b(?:worth|capex|prize money|share price|market cap|valuation|in today's money)\b|the most .{1,60}receive"
)
_PERCENT = _I(
    r"百分之几|百分比|占(?:了|到|全球|全国)?(?:多少(?!项|个|家|款|种|条|件)|多大)|(?:占比|比重|比例|份额|增长率|良率|渗透率|普及率|成功率|增速)"
    r"|(?:增长|提高|下降|降低)了?多少|几成(?![为功立员])|几分之几"
    r"|\b(?:what|which) (?:share|percentage|proportion|fraction|per ?cent)\b"
    r"|\bshare of\b(?! price)|\bpercentage\b|\byield\b|how many percent|growth rate"
)
_DURATION = _I(
    r"多久|多长时间|几个?月(?!份|几)|几天|几[周年](?!级|度规划)|多少[个]?(?:年|天|月|小时|分钟|周|工作日)"
    r"|几个?(?:小时|工作日|星期)|有效期|how long|how (?:quickly|soon|often)"
    r"|how many (?:years|months|weeks|days|hours|minutes|working days)|over how many years"
)
_MULTIPLE = _I(r"[几多少]倍|多少倍|how many times|what multiple|by .{0,12}multiple")
_ORDINAL = _I(r"第几|哪一?[批版期届]|几点零|which (?:batch|edition|version|round)\b|most recent version")
_PEOPLE = _I(
    r"多少(?:个|名|位)?人(?!工)|(?:多少|几)[名位]|how many (?:\w+ ){0,3}(?:people|adults|engineers|scientists|users)"
)
_COUNT_UNIT = _I(r"(?:多少|(?<!哪)几)(?:亿|万|千|百)?(?:个)?(?P<unit>[A-Za-z]+|[一-鿿]{1,4})")
_COUNT = _I(r"多少|[有共]几|(?<!哪)几[个家条项款批种类部张份起]|数量|总数|how many|number of")
_COUNTED = _I(
    r"[几多少]倍|多久|多长时间|第几|数量|总数|[有共]几|how (?:many|long|often|soon)|number of|multiple"
)
_SIZE = _I(
    r"多大|多高|多重|多少度|规模|产量|算力有多少|用?多少电|how (?:much|large|big|high|cold|hot|fast)|what (?:total|was the total)"
    r"|\b(?:output|capacity|scale|PUE)\b",
    re.IGNORECASE,
)
_PERSON = _I(
    r"谁|哪位|何人|第一作者|\bwho(?:m|se)?\b|which (?:\w+ ){0,3}(?:official|author|person|expert|minister|ceo)\b"
)
_ORGANISATION = _I(
    r"哪[一两几]?[家个]?(?:机构|公司|智库|部门|单位|企业|大学|媒体|高校|厂商)|什么(?:单位|公司|机构)"
    r"|which (?:\w+ ){0,2}(?:compan(?:y|ies)|firm|organi[sz]ations?|bod(?:y|ies)|departments?|agenc(?:y|ies)|outlet|university)"
)
_PLACE = _I(
    r"哪里|哪儿|哪个?(?:城市|省|国家|地方|地区|市)|哪座城|什么地方|\bwhere\b|which (?:\w+[ -]){0,3}(?:city|country|region|province)\b"
)
_YES_NO = _I(
    r"吗[？?]?$|是否|是不是|能不能|会不会|可不可以|对得上吗"
    r"|^(?:is|are|does|do|did|can|could|will|would|has|have|was|were|should)\b"
)
_LIST = _I(
    r"哪些|哪[几两三四五]|有何|分别|列出|列举|什么条件|\bwhat (?:are|were)\b|\bwhich (?:two|three|four|five|six|\w+ \w+s\b)"
    r"|\blist\b|name the"
)

_REASON = _I(
    r"为(?:什么|何|啥)|何以|缘何|怎么会|(?:原因|理由|缘由)|\bwhy\b|\bhow come\b|\breasons?\b|what explains"
)


def expected_answer(question: str) -> ExpectedAnswer:
    """Reads what a question asks for from its interrogative words and their nouns.

    Args:
        question: In Chinese (either script) or English.
    """
    text = fold(question).strip()
    if (day := _expected_date(text)) is not None:
        return day
    named_unit = _named_unit(text)
    if _PERCENT.search(text) and named_unit is None:
        return ExpectedAnswer(kind="percent")
    if named_unit is not None:
        return named_unit
    if _SIZE.search(text) and not _COUNTED.search(text) and not _MONEY.search(text):
        return ExpectedAnswer(kind="measure")
    for kind, pattern in _IN_ORDER:
        if pattern.search(text):
            return ExpectedAnswer(kind=kind)
    return ExpectedAnswer(kind="other")


_IN_ORDER: tuple[tuple[ExpectedKind, re.Pattern[str]], ...] = (
    ("money", _MONEY),
    ("multiple", _MULTIPLE),
    ("duration", _DURATION),
    ("ordinal", _ORDINAL),
    ("count", _COUNT),
    ("measure", _SIZE),
    ("person", _PERSON),
    ("organisation", _ORGANISATION),
    ("place", _PLACE),
    ("yes_no", _YES_NO),
    ("list", _LIST),
    ("reason", _REASON),
)


def _expected_date(text: str) -> ExpectedAnswer | None:
    for precision, pattern in (("day", _DAY), ("month", _MONTH), ("year", _YEAR)):
        if pattern.search(text):
            return ExpectedAnswer(kind="date", precision=precision)
    return ExpectedAnswer(kind="date") if _WHEN.search(text) and not _COUNT.search(text) else None


def _named_unit(text: str) -> ExpectedAnswer | None:
    """The unit asked for in so many words: 多少EFLOPS, 多少家, how many EFLOPS."""
    for word in re.findall(r"(?:how many|, in|多少(?:个)?) ?([a-z]+(?:/s)?)", text):
        unit = UNITS.get(word)
        if unit is not None and unit.kind == "measure":
            return ExpectedAnswer(kind="measure", units=frozenset({unit.name}))
    if _PEOPLE.search(text):
        return ExpectedAnswer(kind="count", units=PERSON_WORDS | {"人", "名", "位"})
    match = _COUNT_UNIT.search(text)
    if match is None or match["unit"].isascii():
        return None
    if _MONEY.search(text) or _DURATION.search(text) or _MULTIPLE.search(text):
        return None
    for length in (4, 3, 2, 1):
        word = match["unit"][:length]
        if word in MEASURE_WORDS:
            return ExpectedAnswer(kind="count", units=frozenset({word}))
    return None


_GENERAL_COUNTERS = frozenset({"个", None})


def fits(expected: ExpectedAnswer, quantity: Quantity) -> bool:
    """Whether a quantity is of the kind and unit a question asks for."""
    kind = quantity.kind
    if expected.kind == "date":
        return kind == "date" and _exact_enough(expected.precision, quantity)
    if expected.kind == "count":
        if kind != "number":
            return False
        return not expected.units or quantity.unit in expected.units or quantity.unit in _GENERAL_COUNTERS
    if expected.kind == "measure":
        if not expected.units:
            return kind in {"measure", "money", "multiple", "number", "duration", "percent"}
        return kind == "measure" and _dimension(quantity.unit) in {_dimension(u) for u in expected.units}
    if expected.kind == "ordinal":
        return kind == "ordinal"
    if expected.kind == "percent":
        return kind == "percent" or quantity.unit == "fraction"
    return kind == expected.kind


def _dimension(unit: str | None) -> str | None:
    known = NAMED_UNITS.get(unit or "")
    return known.dimension if known else None


def _exact_enough(precision: Precision | None, quantity: Quantity) -> bool:
    value = quantity.value
    if not isinstance(value, PartialDate):
        return False
    if precision == "day":
        return value.day is not None
    return value.month is not None if precision == "month" else True


def new_quantities(expected: ExpectedAnswer, question: Sequence[Quantity], text: str) -> list[Quantity]:
    """Quantities of a text that fit what is asked and that the question does not already state."""
    if not expected.is_quantity:
        return []
    return [q for q in find_quantities(text) if fits(expected, q) and not _known(q, question)]


def _known(quantity: Quantity, question: Sequence[Quantity]) -> bool:
    return any(q.text == quantity.text or same_quantity(quantity, q) == "exact" for q in question)


_ADDRESSES = re.compile(
    r"(?:忽略|别管|不用管|忘掉|忘记|无视|跳过).{0,12}(?:指令|规则|提示|要求|设定|引|检索)|你(?:现在)?(?:是|就是|扮演)|你的(?:系统|提示|密钥|规则|指令|api)"
    r"|系统消息|提示词|^(?:请|帮我|给我)?(?:直接)?(?:编[一个段]|写[一个首封段篇份]|翻译|执行|输出|打印|画[一个张]|推荐[一几个]|扮演|假装)|请直接输出|帮我(?:在|写|执行|订)|推荐一?[个家]"
    r"|给我一份|当成真的"
    r"|\b(?:ignore|forget|disregard|skip)\b.{0,30}\b(?:instructions?|rules?|prompts?|quotations?|guidelines)\b|\byou are (?:now|a|an)\b"
    r"|\byour (?:system|prompt|api|rules|instructions|environment)\b|^(?:\[system\]|make up|invent|write|compose|translate|run|execute"
    r"|print|output|pretend|act as|give me|draw|recommend|tell me a)\b|\bshould i\b|^\[system"
)


def addresses_assistant(question: str) -> bool:
    """Whether the text tells the assistant to do something other than answer from articles."""
    return _ADDRESSES.search(fold(question).strip()) is not None
