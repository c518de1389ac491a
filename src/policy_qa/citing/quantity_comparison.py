"""Whether two quantities say the same, across notations, units and languages."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

from policy_qa.citing.notation import fold_notation
from policy_qa.citing.quantity import Agreement, Bound, Interval, PartialDate, Quantity
from policy_qa.citing.units import MEASURE_WORDS, NAMED_UNITS, PERSON_WORDS

ROUNDING: Final = Decimal("0.05")
"""Largest relative difference of a value that its sentence calls approximate."""

_DIRECTION: Final[dict[Bound, int]] = {
    "exact": 0,
    "about": 0,
    "over": 1,
    "at_least": 1,
    "under": -1,
    "at_most": -1,
}
# Conversions by inexact constants (miles, mu) may differ in the last digits.
_NOISE: Final = Decimal("1e-12")
_YEAR: Final = re.compile(r"\d{4}")
_Strength = Literal["same", "looser"]


def same_quantity(claim: Quantity, evidence: Quantity) -> Agreement | None:
    """Compare a quantity of a claim with one of its evidence.

    A claim may be less precise than its evidence, not more: 2025年 agrees with 2025年5月29日 and
    not the other way round; a qualifier may be dropped, not reversed. Values must be equal after
    conversion of units (12 months and 1年); only a claim that says "about" may differ, by up to 5 %
    and one unit of its last digit.

    Args:
        claim: What a sentence says.
        evidence: What a quote says.

    Returns:
        ``exact`` (same words), ``normalised`` (same quantity in another notation),
        ``compatible`` (borne out, less precise or differently qualified) or ``None``.
    """
    strength = _compare(claim, evidence)
    if strength is None:
        return None
    if _bare(claim.text) == _bare(evidence.text):
        return "exact"
    return "normalised" if strength == "same" else "compatible"


def _bare(text: str) -> str:
    return re.sub(r"[\s,]", "", fold_notation(text)).casefold()


def _compare(claim: Quantity, evidence: Quantity) -> _Strength | None:
    if isinstance(claim.value, PartialDate) or isinstance(evidence.value, PartialDate):
        return _compare_dates(claim, evidence)
    if claim.kind == "ordinal" or evidence.kind == "ordinal":
        return _compare_ordinals(claim, evidence)
    if {claim.unit, evidence.unit} & {"times more"}:
        return _compare_growth(claim, evidence)
    units = _compare_units(claim.unit, evidence.unit)
    if units is None:
        return None
    if "fraction" in {claim.unit, evidence.unit} and _rounds_to(claim, evidence):
        return "looser"
    if claim.unit == "times" and _and_some(claim, evidence, 0):
        return "looser"
    values = _compare_values(claim, evidence)
    return "same" if (units, values) == ("same", "same") else values and "looser"


def _factor(unit: str | None) -> Decimal:
    return NAMED_UNITS[unit].factor if unit in NAMED_UNITS else Decimal(1)


def _dimension(unit: str | None) -> str:
    if unit == "fraction":
        return "ratio"
    if unit is None or unit in MEASURE_WORDS:
        return "count"
    return NAMED_UNITS[unit].dimension if unit in NAMED_UNITS else unit


def _compare_units(claim: str | None, evidence: str | None) -> _Strength | None:
    if claim == evidence:
        return "same"
    dimensions = {_dimension(claim), _dimension(evidence)}
    if dimensions == {"count", "times"}:  # "three times" is 三次 as well as 三倍
        return "looser" if "次" in {claim, evidence} else None
    if dimensions == {"count", "age"}:  # "aged 16" is 16岁
        return "looser" if None in {claim, evidence} else None
    if len(dimensions) > 1:
        return None
    if dimensions != {"count"}:
        return "same"
    if None in {claim, evidence}:
        return "same"
    people = {word in PERSON_WORDS for word in (claim, evidence) if word != "个"}
    return "looser" if len(people) == 1 else None


def _ends(quantity: Quantity) -> tuple[Decimal, Decimal]:
    factor = _factor(quantity.unit)
    if isinstance(quantity.value, Interval):
        return quantity.value.low * factor, quantity.value.high * factor
    assert isinstance(quantity.value, Decimal)  # noqa: S101
    return quantity.value * factor, quantity.value * factor


def _equal(left: Decimal, right: Decimal) -> bool:
    return left == right or abs(left - right) <= _NOISE * max(abs(left), abs(right))


def _compare_values(claim: Quantity, evidence: Quantity) -> _Strength | None:
    claimed, known = _ends(claim), _ends(evidence)
    claim_way, evidence_way = _DIRECTION[claim.bound], _DIRECTION[evidence.bound]
    if claim_way * evidence_way < 0:
        return None
    if all(_equal(*pair) for pair in zip(claimed, known, strict=True)):
        return _compare_bounds(claim.bound, evidence.bound)
    if claimed[0] != claimed[1]:
        return "looser" if claim.approximate and _near(claimed, known) else None
    if known[0] != known[1]:  # "at least 2" and "up to 4" out of 2–4
        end = known[0] if claim_way > 0 else known[1]
        return "looser" if claim_way and _equal(claimed[0], end) else None
    if claim_way:
        return "looser" if _entailed(claimed[0], known[0], claim_way) else None
    return "looser" if claim.approximate and _near(claimed, known) else None


def _compare_bounds(claim: Bound, evidence: Bound) -> _Strength | None:
    if claim == evidence:
        return "same"
    if claim in {"exact", "about"} or _DIRECTION[claim] == _DIRECTION[evidence]:
        return "looser"
    # "at least 13" follows from 13; "more than 13" does not.
    return "looser" if evidence == "exact" and claim in {"at_least", "at_most"} else None


def _near(claimed: tuple[Decimal, Decimal], known: tuple[Decimal, Decimal]) -> bool:
    return all(_rounded(c, k) for c, k in zip(claimed, known, strict=True))


def _rounded(claimed: Decimal, known: Decimal) -> bool:
    """Whether one value is the other to fewer digits: 330 for 326, but not 397 for 390."""
    last_digit = Decimal(1).scaleb(int(claimed.normalize().as_tuple().exponent))
    return abs(claimed - known) <= min(ROUNDING * abs(known), last_digit)


def _entailed(claimed: Decimal, known: Decimal, way: int) -> bool:
    """Whether "more than 200" follows from 208 and is as close as a rounded value may be."""
    return (known - claimed) * way > 0 and _rounded(claimed, known)


def _rounds_to(claim: Quantity, evidence: Quantity) -> bool:
    """Whether a percentage is a fraction rounded to the digits given: 33 % and one third."""
    if claim.unit == evidence.unit or Interval in {type(claim.value), type(evidence.value)}:
        return False
    percent, fraction = (claim, evidence) if claim.unit == "percent" else (evidence, claim)
    assert isinstance(percent.value, Decimal) and isinstance(fraction.value, Decimal)  # noqa: S101, PT018
    last_digit = Decimal(1).scaleb(int(percent.value.as_tuple().exponent))
    return abs(fraction.value * 100 - percent.value) <= last_digit / 2


def _compare_growth(claim: Quantity, evidence: Quantity) -> _Strength | None:
    """增长三倍 is "increase threefold", loosely, and "quadruple" or "by 300 %", strictly."""
    if claim.unit == evidence.unit:
        return "looser" if _and_some(claim, evidence, 0) else _compare_values(claim, evidence)
    grown, other = (claim, evidence) if claim.unit == "times more" else (evidence, claim)
    if isinstance(grown.value, Interval) or isinstance(other.value, Interval):
        return None
    assert isinstance(grown.value, Decimal)  # noqa: S101
    if other.unit == "percent":
        return "looser" if other.value == grown.value * 100 else None
    if other.unit != "times":
        return None
    if claim.bound == "over":  # 一倍有余 for 2.1倍
        return "looser" if _and_some(claim, evidence, 1 if claim is grown else -1) else None
    return "looser" if other.value in {grown.value, grown.value + 1} else None


def _and_some(claim: Quantity, evidence: Quantity, offset: int) -> bool:
    """Whether “more than two times” is the whole part of 2.4 times, less what counting from nought adds."""
    if claim.bound != "over" or _DIRECTION[evidence.bound] < 0 or claim.kind != evidence.kind:
        return False
    if not isinstance(claim.value, Decimal) or not isinstance(evidence.value, Decimal):
        return False
    return claim.value == claim.value.to_integral_value() and 0 < evidence.value - offset - claim.value < 1


def _compare_ordinals(claim: Quantity, evidence: Quantity) -> _Strength | None:
    if claim.value != evidence.value:
        return None
    if claim.kind != evidence.kind:  # Document 14110 for 第14110号
        ordinal, other = (claim, evidence) if claim.kind == "ordinal" else (evidence, claim)
        bare = other.kind == "number" and other.unit is None
        return "looser" if bare and ordinal.unit == "number" else None
    if claim.unit == evidence.unit:
        return "same"
    return "looser" if None in {claim.unit, evidence.unit} else None


def _compare_dates(claim: Quantity, evidence: Quantity) -> _Strength | None:
    if not isinstance(claim.value, PartialDate) or not isinstance(evidence.value, PartialDate):
        return _compare_date_with_number(claim, evidence)
    claimed, known = claim.value, evidence.value
    if claim.unit == "decade" and evidence.unit is None and known.year is not None:
        return "looser" if known.year // 10 * 10 == claimed.year else None
    if claim.unit != evidence.unit:
        return None
    if claimed == known:
        return "same"
    pairs = ((claimed.year, known.year), (claimed.month, known.month), (claimed.day, known.day))
    return "looser" if all(said is None or said == stands for said, stands in pairs) else None


def _compare_date_with_number(claim: Quantity, evidence: Quantity) -> _Strength | None:
    """A bare 2000 may be a year or a count; 30日 a day of the month or a stretch of 30 days."""
    date, other = (claim, evidence) if isinstance(claim.value, PartialDate) else (evidence, claim)
    assert isinstance(date.value, PartialDate)  # noqa: S101
    if not isinstance(other.value, Decimal) or date.unit is not None:
        return None
    year, month, day = date.value.year, date.value.month, date.value.day
    if year is not None and month is None:
        written = fold_notation(date.text).isdigit() or _YEAR.fullmatch(fold_notation(other.text)) is not None
        may_be_year = other.kind == "number" and _dimension(other.unit) == "count" and written
        return "looser" if other.value == year and (may_be_year or other.unit == "year") else None
    day_only = year is None and month is None
    if day_only and (other.unit == "day" or (other.kind == "ordinal" and other.unit is None)):
        return "looser" if other.value == day else None
    return None
