"""Numbers worked out from those of a quote: a difference, a ratio, “seven others” of eight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from typing import Final

from policy_qa.citing.listings import lengths_of_lists
from policy_qa.citing.notation import fold_notation
from policy_qa.citing.quantity import Interval, Quantity

_AROUND: Final = 14
_FEWEST_APART: Final = 2
_COMPARED: Final = re.compile(
    r"多|少|增|减|差|降|涨|高|低|领先|落后|快|慢|长|短|提前|推迟|早|晚|省|亏"
    r"|\b(?:more|fewer|less|drop\w*|fell|fall|down|up|rise|rose|gap|differ\w*"
    r"|ahead|behind|longer|shorter|earlier|later|faster|slower|quicker|apart|sav\w+|los\w+"
    r"|increase\w*|decrease\w*|declin\w*|cut|shed|add\w*|larger|smaller|lower|higher)\b",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"(?:另外?|其他|其余|别的|其它)(?:的|了)?[^，。；]{0,2}\Z|\bother \Z", re.IGNORECASE
)
_OTHERS_BEHIND: Final = re.compile(r" ?(?:other|further|more|fellow)\b|[^，。；]{0,3}其他", re.IGNORECASE)
_NEARLY: Final = re.compile(
    r"(?:接近|将近|几乎|差不多|大约|近|约)[^，。；]{0,10}\Z"
    r"|\b(?:nearly|almost|close to|roughly|about)\b[^,.;]{0,20}\Z",
    re.IGNORECASE,
)
_GROWN: Final = re.compile(
    r"增|升|涨|提高|多|\b(?:up|grew|grow\w*|ris\w+|rose|increas\w*|more|jump\w*)\b", re.IGNORECASE
)
_AGED: Final = re.compile(r" ?岁|[- ]year")
_COUNTS: Final = frozenset({"number", "percent", "money", "measure", "duration"})


def is_derived(claim: Quantity, sentence: str, quote: str, found: Sequence[Quantity]) -> bool:
    """Whether a number follows from the numbers of a quote by one simple step.

    Args:
        claim: A number of a sentence.
        sentence: The sentence.
        quote: The quote, folded.
        found: The numbers of the quote.
    """
    if isinstance(claim.value, Interval):
        return _age_span(claim, claim.value, sentence, quote)
    if not isinstance(claim.value, Decimal):
        return False
    if claim.kind == "multiple":
        return _is_ratio(claim, claim.value, sentence, found) or _is_growth(
            claim, claim.value, sentence, quote, found
        )
    if claim.kind == "duration" and claim.unit == "year" and _is_anniversary(claim, quote, found):
        return True
    return _is_difference(claim, claim.value, sentence, found) or _is_rest(claim, sentence, quote, found)


def _is_anniversary(claim: Quantity, quote: str, found: Sequence[Quantity]) -> bool:
    return any(quote.startswith("周年", known.end) and known.value == claim.value for known in found)


def _pairs(found: Sequence[Quantity]) -> Iterator[tuple[Decimal, Decimal]]:
    """Pairs of exact values of the same sort and unit, the larger one first."""
    for one, other in permutations(found, 2):
        if one.kind != other.kind or one.kind not in _COUNTS or one.unit != other.unit:
            continue
        if (
            isinstance(one.value, Decimal)
            and isinstance(other.value, Decimal)
            and one.value > other.value > 0
        ):
            yield one.value, other.value


def _is_difference(claim: Quantity, value: Decimal, sentence: str, found: Sequence[Quantity]) -> bool:
    if claim.kind not in _COUNTS or (value < _FEWEST_APART and value == int(value)):
        return False
    around = fold_notation(sentence[max(0, claim.start - _AROUND) : claim.end + _AROUND])
    if not _COMPARED.search(around):
        return False
    same = [known for known in found if known.kind == claim.kind]
    return any(high - low == value for high, low in _pairs(same))


def _is_ratio(claim: Quantity, value: Decimal, sentence: str, found: Sequence[Quantity]) -> bool:
    return any(_near(claim, value, high / low, sentence) for high, low in _pairs(found))


def _is_growth(claim: Quantity, value: Decimal, sentence: str, quote: str, found: Sequence[Quantity]) -> bool:
    """增长295% is nearly four times as much; 增长129.9% has more than doubled."""
    grown = [
        known.value
        for known in found
        if known.kind == "percent"
        and isinstance(known.value, Decimal)
        and _GROWN.search(quote[max(0, known.start - _AROUND) : known.end + _AROUND])
    ]
    return any(_near(claim, value, 1 + percent / 100, sentence) for percent in grown)


def _near(claim: Quantity, value: Decimal, real: Decimal, sentence: str) -> bool:
    """Whether a multiple is a worked-out one to the digits it is given in."""
    if claim.bound == "over":
        return value < real < value + 1
    if claim.bound in {"about", "under"} or _NEARLY.search(sentence[: claim.start]):
        return abs(real - value) <= Decimal("0.05") * value
    return real == value


def _is_rest(claim: Quantity, sentence: str, quote: str, found: Sequence[Quantity]) -> bool:
    """“MIIT and seven other departments” for eight departments."""
    others = _OTHERS.search(sentence[: claim.start]) or _OTHERS_BEHIND.match(sentence, claim.end)
    if claim.kind != "number" or not others or not isinstance(claim.value, Decimal):
        return False
    counts = {known.value for known in found if known.kind == "number"} | lengths_of_lists(quote)
    named = re.search(rf"{_han(claim.value + 1)}(?:个|家|大)?(?:部[门委]|单位|机构|国|方|部)", quote)
    return claim.value + 1 in counts or named is not None


def _han(value: Decimal) -> str:
    return "零一二三四五六七八九十"[int(value)] if 0 <= value <= 10 and value == int(value) else str(value)


def _age_span(claim: Quantity, span: Interval, sentence: str, quote: str) -> bool:
    """14至17岁 for 已满十四周岁、未满十八周岁."""
    if not _AGED.search(sentence[claim.start : claim.end + 5]):
        return False
    ends = [_age(span.low), _age(span.high + 1)]
    lower = re.search(rf"(?:已满|年满|满)(?:{ends[0]}) ?周?岁", quote)
    return lower is not None and re.search(rf"(?:未满|不满)(?:{ends[1]}) ?周?岁", quote) is not None


def _age(value: Decimal) -> str:
    number = int(value)
    tens, ones = divmod(number, 10)
    han = (
        ("" if tens < 2 else "二三四五六七八九"[tens - 2])
        + ("十" if tens else "")
        + ("一二三四五六七八九"[ones - 1] if ones else "")
    )
    return f"{number}|{han}"
