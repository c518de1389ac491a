"""Is the answer right? Compared with the short answers that a golden question accepts.

Containment: an accepted answer stands in the answer's words, as in the match of DPR (Karpukhin
et al., EMNLP 2020). Character F1: overlap of characters, each as often as it stands, as in CMRC
2018 (Cui et al., EMNLP 2019) but on the multiset of characters. Numbers, dates and amounts are
compared by value, so that 82亿 agrees with 8.2 billion.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from policy_qa.citing.quantities import find_quantities, missing_quantities
from policy_qa.index.terms import fold

_QUANTITY_SHARE = 0.5
"""From this share of its characters on, an accepted answer is a quantity with a few words around."""


def normalise(text: str) -> str:
    """Folds script, case and width, and leaves letters and digits only."""
    return "".join(char for char in fold(text) if unicodedata.category(char)[0] in "LN")


def contains_answer(text: str, accepted: Sequence[str]) -> bool:
    """Whether a text holds any accepted answer, in these words or, for a quantity, by value.

    Args:
        text: The answer shown, quotes included.
        accepted: Alternatives.
    """
    folded = normalise(text)
    return any(
        (folded_answer := normalise(answer)) and _stands_alone(folded_answer, text, folded)
        for answer in accepted
    ) or any(same_value(text, answer) for answer in accepted)


def same_value(text: str, accepted: str) -> bool:
    """Whether all quantities of an accepted answer stand in a text, in any notation.

    False for an accepted answer that is mostly words.
    """
    quantities = find_quantities(accepted)
    if sum(len(quantity.text) for quantity in quantities) < _QUANTITY_SHARE * len(accepted.strip()):
        return False
    return bool(quantities) and not missing_quantities(accepted, [text])


def character_f1(text: str, accepted: Sequence[str]) -> float:
    """F1 of the characters of a short answer against the closest accepted one, 0 to 1.

    With overlap o, precision is o ÷ length of the answer and recall o ÷ length of the accepted
    one, letters and digits only.
    """
    return max((_f1(normalise(text), normalise(answer)) for answer in accepted), default=0.0)


def _f1(given: str, wanted: str) -> float:
    overlap = sum((Counter(given) & Counter(wanted)).values())
    return 2 * overlap / (len(given) + len(wanted)) if overlap else 0.0


def _stands_alone(answer: str, text: str, folded: str) -> bool:
    """Whether an answer stands in a text; a bare number must not be part of a longer one."""
    if not answer.isdigit():
        return answer in folded
    runs = "".join(char if char.isdigit() or char in ".,，" else " " for char in fold(text))
    return answer in {run.strip(".,，").replace(",", "").replace("，", "") for run in runs.split()}
