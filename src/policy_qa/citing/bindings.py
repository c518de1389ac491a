"""Whether each number of a claim belongs to the thing it belongs to in the evidence.

“77 companies and 228 offices” uses the right numbers for the wrong things. Each number of the
claim is looked up in the evidence, and so are the words beside it: if those are found beside
another number of the same sort and none beside this one, the number has been moved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from policy_qa.citing.alignment import Alignment
from policy_qa.citing.quantities import Quantity, find_quantities, same_quantity

_BREAK: Final = re.compile(
    r"[，、；。：！？\n]|[,;:](?=\s)|\s(?:and|while|but|whereas|with)\s|(?<=\d款)和|和(?=\d)"
)
_FEWEST_VOTES: Final = 2
_CLOSER: Final = 0.03
"""Mean gap of cosines; true sentences of the bench stay below 0.027."""
_Segment = tuple[int, int]


def misplaced_quantities(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Numbers of a claim that the evidence gives for something else.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        alignment: The two, token by token.

    Returns:
        The numbers as the claim writes them.
    """
    ours, theirs = find_quantities(claim), find_quantities(evidence)
    own_segments, segments = _segments(claim), _segments(evidence)
    misplaced = []
    for quantity in ours:
        found = [other for other in theirs if same_quantity(quantity, other)]
        rivals = [q for q in theirs if q.kind == quantity.kind and q.value != quantity.value]
        # A rival that the claim gives as well has words of its own there: crossing.py compares the two.
        rivals = [r for r in rivals if not any(same_quantity(o, r) for o in ours if o is not quantity)]
        if quantity.kind in {"date", "ordinal"} or not found or not rivals:
            continue
        around = _segment_of(quantity.start, own_segments)
        if sum(around[0] <= q.start < around[1] for q in ours if q.kind == quantity.kind) > 1:
            continue
        right = {_segment_of(q.start, segments) for q in found}
        wrong = {_segment_of(q.start, segments) for q in rivals} - right
        votes = _votes(around, ours, alignment)
        for_right = sum(any(s <= place < e for s, e in right) for place in votes)
        most = max((sum(s <= place < e for place in votes) for s, e in wrong), default=0)
        outvoted = most >= _FEWEST_VOTES and most > 3 * for_right
        if outvoted or any(_closer(around, segment, right, (ours, theirs), alignment) for segment in wrong):
            misplaced.append(quantity.text)
    return misplaced


def _closer(
    around: _Segment,
    wrong: _Segment,
    right: Collection[_Segment],
    numbers: tuple[Sequence[Quantity], Sequence[Quantity]],
    alignment: Alignment,
) -> bool:
    """Whether the words beside a number are clearly more like those beside another one."""
    rows = [
        i
        for i, (start, end) in enumerate(alignment.claim)
        if around[0] <= start and end <= around[1] and end > start and not _in_any(start, numbers[0])
    ]

    def columns(segments: Collection[_Segment]) -> list[int]:
        return [
            j
            for j, (start, end) in enumerate(alignment.evidence)
            if end > start and any(s <= start < e for s, e in segments) and not _in_any(start, numbers[1])
        ]

    its, other = columns(right), columns([wrong])
    if not rows or not its or not other:
        return False
    best, second = (alignment.cosines[np.ix_(rows, found)].max(axis=1) for found in (other, its))
    return float((best - second).mean()) >= _CLOSER


def _in_any(place: int, quantities: Sequence[Quantity]) -> bool:
    return any(q.start <= place < q.end for q in quantities)


def _votes(around: _Segment, ours: Sequence[Quantity], alignment: Alignment) -> list[int]:
    """Where in the evidence the words beside a number are found again; the number itself has no say."""
    places = []
    for start, end in alignment.claim:
        inside = around[0] <= start and end <= around[1] and end > start
        if inside and not any(q.start <= start < q.end for q in ours):
            places += [place for place, _ in alignment.counterparts(start, end)]
    return places


def _segments(text: str) -> list[_Segment]:
    cuts = [match.end() for match in _BREAK.finditer(text)]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def _segment_of(place: int, segments: Sequence[_Segment]) -> _Segment:
    return next((s for s in segments if s[0] <= place < s[1]), segments[-1])
