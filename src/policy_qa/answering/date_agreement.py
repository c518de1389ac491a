"""Whether a sentence speaks of the time that a question asks about, or of another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from policy_qa.citing.quantities import PartialDate, Quantity


class DateAgreement(NamedTuple):
    """How the dates of a sentence and of a question compare; all between 0 and 1.

    Attributes:
        stated: Share of the question's dates that the sentence states, or states more exactly.
        clash: Share with a date in the sentence that cannot be the same, and none that can.
    """

    stated: float
    clash: float


def date_agreement(asked: Sequence[Quantity], found: Iterable[Quantity]) -> DateAgreement:
    """Compares the dates of a question with those of a sentence.

    A title that names the year of a plan says nothing of the year a figure belongs to: the
    sentence's own dates count, and nothing else.

    Args:
        asked: Quantities of the question.
        found: Quantities of the sentence.
    """
    wanted = [q.value for q in asked if isinstance(q.value, PartialDate)]
    there = [q.value for q in found if isinstance(q.value, PartialDate)]
    if not wanted:
        return DateAgreement(0.0, 0.0)
    stated = sum(any(_refines(date, other) for other in there) for date in wanted)
    clash = sum(
        any(_apart(date, other) for other in there) and not any(_refines(date, other) for other in there)
        for date in wanted
    )
    return DateAgreement(stated / len(wanted), clash / len(wanted))


def _parts(date: PartialDate) -> tuple[int | None, int | None, int | None]:
    return date.year, date.month, date.day


def _refines(asked: PartialDate, found: PartialDate) -> bool:
    """Whether every part of the asked date is the found one's too."""
    return all(a is None or a == b for a, b in zip(_parts(asked), _parts(found), strict=True))


def _apart(asked: PartialDate, found: PartialDate) -> bool:
    """Whether some part of both dates differs."""
    pairs = zip(_parts(asked), _parts(found), strict=True)
    return any(a is not None and b is not None and a != b for a, b in pairs)
