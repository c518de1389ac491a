"""“A rather than B”: what a claim affirms and what it sets aside must not have changed places."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from policy_qa.citing.alignment import Alignment, Floats

_SETS_ASIDE: Final = re.compile(
    r"而不是|而非|并非|不是|不再是|没有|\b(?:rather than|instead of|no longer|not)\b", re.IGNORECASE
)
_END: Final = re.compile(r"[，。；：,;:.!?！？\n]|\b(?:but|and)\b|但|而是")
_PLAINLY: Final = 0.02
"""Gap of mean cosines from which on a stretch stands in one place of the evidence and not in the other."""
_Stretch = tuple[int, int]


def swapped_contrast(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """What a claim sets aside although the evidence affirms it and sets aside something else.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        alignment: The two, token by token.

    Returns:
        The words concerned, as the claim writes them.
    """
    ours, theirs = _aside(claim), _aside(evidence)
    if len(ours) != 1 or not theirs:
        return []
    (start, end), cosines = ours[0], alignment.cosines
    inside = [i for i, (s, e) in enumerate(alignment.claim) if e > s and start <= s < end]
    there = [j for j, (s, e) in enumerate(alignment.evidence) if e > s and any(a <= s < b for a, b in theirs)]
    rest = [j for j, (s, e) in enumerate(alignment.evidence) if e > s and j not in set(there)]
    if not inside or not there or not rest:
        return []
    # How much more each word of the claim is like something set aside than like something affirmed.
    gaps = cosines[:, there].max(axis=1) - cosines[:, rest].max(axis=1)
    taken = [i for i in range(len(alignment.claim)) if i not in set(inside) and gaps[i] > _PLAINLY]
    if _subject_is_aside(claim, start, alignment, gaps):
        return []
    moved = float(np.mean(gaps[inside]))
    strongest = float(max((gaps[i] for i in taken), default=0.0))
    return [claim[start:end].strip()] if moved <= -_PLAINLY and strongest > 2 * _PLAINLY else []


def _subject_is_aside(claim: str, start: int, alignment: Alignment, gaps: Floats) -> bool:
    """Whether a claim says of what the evidence sets aside that it is not so: 某国的采购并非核心因素."""
    begin = max(claim.rfind(mark, 0, start) for mark in "，。；：,;.") + 1
    before = [i for i, (s, e) in enumerate(alignment.claim) if e > s and begin <= s and e <= start]
    before = before[:-1]
    return len(before) > 1 and float(np.mean(gaps[before])) > 0


def _aside(text: str) -> list[_Stretch]:
    """Stretches behind a word that sets something aside, up to the end of the clause."""
    found = []
    for match in _SETS_ASIDE.finditer(text):
        stop = _END.search(text, match.end() + 1)
        found.append((match.end(), stop.start() if stop else len(text)))
    return found
