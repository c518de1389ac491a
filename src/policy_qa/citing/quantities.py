"""Quantities in Chinese and English: found, compared across notations and languages."""

from __future__ import annotations

from policy_qa.citing.codes import Code
from policy_qa.citing.quantity import Agreement, Bound, Interval, Kind, PartialDate, Quantity
from policy_qa.citing.quantity_comparison import same_quantity
from policy_qa.citing.quantity_finding import find_codes, find_quantities
from policy_qa.citing.quantity_support import missing_quantities

__all__ = [
    "Agreement",
    "Bound",
    "Code",
    "Interval",
    "Kind",
    "PartialDate",
    "Quantity",
    "find_codes",
    "find_quantities",
    "missing_quantities",
    "same_quantity",
]
