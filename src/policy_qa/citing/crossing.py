"""Whether two things of one sort have changed places: “explicit labels are …, implicit ones are …”.

An anchor is a word of the claim that the evidence has as well: a word with an opposite, a number, one
side of a known pair. For two anchors of one sort in different clauses, the words around each are
compared with those around both in the evidence. If each is more like what stands around the other
one, what the evidence says of them has been exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from policy_qa.citing.alignment import Alignment
from policy_qa.citing.opposites import find_polar_words
from policy_qa.citing.quantities import find_quantities, same_quantity
from policy_qa.citing.wording import Translate, word_places

Stretch = tuple[int, int]

_BREAK: Final = re.compile(
    r"[，、；。：！？\n（）()]|——|[,;:](?=\s)"
    r"|\s(?:and|while|but|whereas|with|than|as|or|before|after|because|so|that|which|who|to|by|for)\s"
    r"|(?<=[\u4e00-\u9fff])[和与而比则并及或对靠由](?=[\u4e00-\u9fff])"
)
_FEWEST: Final = 2
_POLAR: Final = 0.012
"""Gap of mean cosines; true sentences of the bench stay below 0.008."""
_COUNTED: Final = 0.045
"""The same for numbers; true sentences stay below 0.04."""
_NAMED: Final = 0.06
"""The same for names, which often stand in the same place of like sentences."""
_SORTS: Final = frozenset({"number", "percent", "money", "multiple", "measure"})

# Two sides that are often told apart and are no opposites.
_PAIRS: Final = (
    (
        r"中国|中方|我国|\b(?:China|Chinese|Beijing)\b",
        r"美国|美方|华盛顿|\b(?:US|U\.S\.|United States|America\w*|Washington)\b",
    ),
    (r"硬件|\bhardware\b", r"软件|\bsoftware\b"),
    (r"小型|中小|\bsmall(?:er)?\b", r"大型|\blarge(?:r)?\b"),
    (r"中央|\bcentral\b", r"地方|\blocal\b"),
    (r"训练|\btraining\b", r"推理|\binference\b"),
    (r"上游|\bupstream\b", r"下游|\bdownstream\b"),
    (r"政府|国家|\b(?:government|state)\b", r"企业|公司|\b(?:firms?|compan(?:y|ies)|business(?:es)?)\b"),
    (r"个人|\bindividuals?\b", r"企业|单位|机构|\b(?:firms?|compan(?:y|ies)|organi[sz]ations?)\b"),
    (r"供给|\bsupply\b", r"需求|\bdemand\b"),
    (r"一对一|\bone-to-one\b", r"一对多|\bone-to-many\b"),
)
_PAIRED: Final = tuple(
    tuple(re.compile(side, re.IGNORECASE if at else 0) for at, side in enumerate(pair)) for pair in _PAIRS
)


NamesOf = Callable[[str, str], Sequence[tuple[Stretch, tuple[Stretch, ...]]]]


class _Anchor(NamedTuple):
    """A word of the claim, what sort it is of, and where the evidence has it."""

    sort: str
    own: Stretch
    there: tuple[Stretch, ...]


def crossed_pairs(
    claim: str,
    evidence: str,
    alignment: Alignment,
    translate: Translate | None = None,
    names: NamesOf | None = None,
) -> list[str]:
    """Pairs of words that have changed places between evidence and claim.

    Args:
        claim: A sentence.
        evidence: The words it rests on.
        alignment: The two, token by token.
        translate: The dictionary, for an English claim about a Chinese text.
        names: Finds the names that two texts share, with their places in each.

    Returns:
        For each, the two words as the claim writes them.
    """
    if not alignment.cosines.size:
        return []
    ours, theirs = _segments(claim), _segments(evidence)
    words = word_places(claim, evidence, translate)
    crossed = []
    anchors = _anchors(claim, evidence)
    anchors += [_Anchor("name", own, there) for own, there in (names(claim, evidence) if names else ())]
    for one, other in combinations(anchors, 2):
        own = _segment_of(one.own, ours), _segment_of(other.own, ours)
        there = [{_segment_of(place, theirs) for place in anchor.there} for anchor in (one, other)]
        if one.sort != other.sort or own[0] == own[1] or there[0] & there[1]:
            continue
        gap = _exchange(own, (there[0], there[1]), (one, other), alignment)
        votes = [_lean(segment, there, words, (one.own, other.own)) for segment in own]
        plainly = votes[0] < 0 < votes[1] and gap > 0
        if plainly or gap > (_NAMED if one.sort == "name" else _COUNTED if one.sort in _SORTS else _POLAR):
            crossed.append(f"{claim[slice(*one.own)]} / {claim[slice(*other.own)]}")
    return crossed


def _exchange(
    own: tuple[Stretch, Stretch],
    there: tuple[set[Stretch], set[Stretch]],
    anchors: tuple[_Anchor, _Anchor],
    alignment: Alignment,
) -> float:
    """How much more the words around each anchor are like those around the other one of the evidence."""
    ours = [anchor.own for anchor in anchors]
    theirs = [place for anchor in anchors for place in anchor.there]
    rows = [_tokens(alignment.claim, [segment], ours) for segment in own]
    columns = [_tokens(alignment.evidence, list(segments), theirs) for segments in there]
    if not all(rows) or not all(columns):
        return 0.0
    first, second = (alignment.cosines[:, found].max(axis=1) for found in columns)
    leaning = first - second
    return float(np.mean(leaning[rows[1]]) - np.mean(leaning[rows[0]]))


def _lean(
    segment: Stretch,
    there: Sequence[set[Stretch]],
    words: Sequence[tuple[Stretch, Sequence[int]]],
    without: Sequence[Stretch],
) -> int:
    """How many more words of a segment stand around the first anchor than around the second."""
    lean = 0
    for (start, end), places in words:
        if not segment[0] <= start < segment[1] or any(start < e and end > s for s, e in without):
            continue
        first, second = (any(s <= place < e for place in places for s, e in side) for side in there)
        lean += first - second
    return lean


def _tokens(tokens: Sequence[Stretch], segments: Sequence[Stretch], without: Sequence[Stretch]) -> list[int]:
    return [
        at
        for at, (start, end) in enumerate(tokens)
        if end > start
        and any(s <= start < e for s, e in segments)
        and not any(s <= start < e for s, e in without)
    ]


def _anchors(claim: str, evidence: str) -> list[_Anchor]:
    words, their_words = find_polar_words(claim), find_polar_words(evidence)
    found = []
    for word in words:
        alike = [w for w in words if (w.subject, w.sign) == (word.subject, word.sign)]
        there = [(w.start, w.end) for w in their_words if (w.subject, w.sign) == (word.subject, word.sign)]
        if len(alike) == 1 and there:
            found.append(_Anchor(word.subject, (word.start, word.end), tuple(there)))
    numbers = find_quantities(evidence)
    for number in find_quantities(claim):
        there = [(n.start, n.end) for n in numbers if same_quantity(number, n)]
        if number.kind in _SORTS and there:
            found.append(_Anchor(number.kind, (number.start, number.end), tuple(there)))
    return [*found, *_paired(claim, evidence)]


def _paired(claim: str, evidence: str) -> list[_Anchor]:
    found = []
    for at, pair in enumerate(_PAIRED):
        sides = [list(side.finditer(claim)) for side in pair]
        there = [tuple(match.span() for match in side.finditer(evidence)) for side in pair]
        if all(len(side) == 1 for side in sides) and all(there):
            found += [
                _Anchor(f"pair {at}", side[0].span(), places)
                for side, places in zip(sides, there, strict=True)
            ]
    return found


def _segments(text: str) -> list[Stretch]:
    cuts = [match.end() for match in _BREAK.finditer(text)]
    found: list[Stretch] = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        if found and sum(char.isalnum() for char in text[start:end]) < _FEWEST:
            found[-1] = (found[-1][0], end)
        elif end > start:
            found.append((start, end))
    return found


def _segment_of(place: Stretch, segments: Sequence[Stretch]) -> Stretch:
    return next((s for s in segments if s[0] <= place[0] < s[1]), segments[-1])
