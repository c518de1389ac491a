"""What a quantity found in a sentence is: its words, its value and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "percent", "money", "date", "duration", "ordinal", "multiple", "measure"]
Bound = Literal["exact", "at_least", "at_most", "over", "under", "about"]
Agreement = Literal["exact", "normalised", "compatible"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A range between two values of one unit, both ends included (2–4 倍).

    Attributes:
        low: The smaller end.
        high: The larger end.
    """

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date as precisely as the text gives it.

    Attributes:
        year: Year of the common era, or ``None`` (5月29日).
        month: 1 to 12, or ``None`` (2025年).
        day: 1 to 31, or ``None`` (2025年5月).
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text.

    Attributes:
        text: The exact words, qualifier included (超过250个, about $8 billion).
        start: Offset of the first code point in the text searched.
        end: Offset after the last one.
        kind: What sort of quantity it is.
        value: A ``PartialDate`` for dates, an ``Interval`` for ranges, else a number.
            Percentages and percentage points count in hundredths (32 for 32 %), fractions as
            the ratio itself (0.25), money in the currency's main unit.
        unit: Canonical unit: ISO 4217 code for money; ``percent``, ``percentage_point``;
            ``year``, ``month``, ``day`` …; the symbol of a measure (``EFLOPS``); what an ordinal
            counts (``batch``, ``article``); ``fraction``; ``decade`` for a date such as 1990年代; the
            measure word of a Chinese count (个, 家). ``None`` if the text names none.
        bound: The qualifier: ``over`` for 超过, 多, 以上, more than; ``about`` for 约, nearly.
    """

    text: str
    start: int
    end: int
    kind: Kind
    value: Decimal | Interval | PartialDate
    unit: str | None = None
    bound: Bound = "exact"

    @property
    def approximate(self) -> bool:
        """Whether the text itself calls the value approximate (约, about, nearly)."""
        return self.bound == "about"
