"""Pairs → rows: the window shown, and the tokens of the answer in it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from training.answer_spans import Ints, Span, covering_tokens, occurrences
from training.groups import KINDS, Group, Pair
from training.rows import IRRELEVANT, RELEVANT, UNKNOWN, LabelledRow
from training.tokenisation import PairTokenizer

NO_ANSWER: Span = (0, 0)
"""The span of a passage without an answer: the marker ``<s>``."""


def label_group(
    group: Group, number: int, source: int, tokenizer: PairTokenizer, random: Random
) -> list[LabelledRow]:
    """The rows of a group.

    Args:
        group: The group.
        number: Its number.
        source: Number of its source.
        tokenizer: The pruned tokenizer.
        random: Places the window around an answer.
    """
    return [_label(pair, number, source, tokenizer, random) for pair in group.pairs]


def _label(pair: Pair, number: int, source: int, tokenizer: PairTokenizer, random: Random) -> LabelledRow:
    question = tokenizer.question(pair.question)
    title, text = pair.passage.title, pair.passage.text
    places = _places(pair, tokenizer)
    if places:
        first = _window_around(random.choice(places), title, text, tokenizer, random)
    else:
        first = _closest_window(question, title, text, tokenizer)
    row = tokenizer.row(question, title, text, first)
    shown = [
        (row.text_start + start - first, row.text_start + end - first)
        for start, end in places
        if start >= first and end < first + row.text_tokens
    ]
    unanswered = pair.answers == ()
    return LabelledRow(
        ids=row.ids,
        text_start=row.text_start,
        relevant=UNKNOWN if pair.relevant is None else RELEVANT if pair.relevant else IRRELEVANT,
        taught=unanswered or bool(shown),
        spans=[NO_ANSWER] if unanswered else shown,
        group=number,
        kind=KINDS.index(pair.kind),
        source=source,
    )


def _places(pair: Pair, tokenizer: PairTokenizer) -> list[Span]:
    """Tokens of the answer's occurrences that can be taught exactly."""
    if not pair.answers:
        return []
    text = pair.passage.text
    encoded = tokenizer.text(text)
    spans = [pair.span] if pair.span else occurrences(text, pair.answers, pair.question)
    covered = (covering_tokens(text, span, encoded.starts, encoded.ends) for span in spans)
    capacity = tokenizer.capacity(pair.passage.title)
    return [place for place in covered if place is not None and place[1] - place[0] < capacity]


def _window_around(place: Span, title: str, text: str, tokenizer: PairTokenizer, random: Random) -> int:
    size, capacity = len(tokenizer.text(text).ids), tokenizer.capacity(title)
    earliest = max(0, place[1] + 1 - capacity)
    latest = max(0, min(place[0], size - capacity))
    return random.randint(min(earliest, latest), latest)


def _closest_window(question: Ints, title: str, text: str, tokenizer: PairTokenizer) -> int:
    """The window that shares most tokens with the question, the first of equals."""
    wanted = set(question.tolist())
    ids, capacity = tokenizer.text(text).ids, tokenizer.capacity(title)
    known = np.isin(ids, np.array(sorted(wanted), np.int32))
    starts: Sequence[int] = list(tokenizer.windows(title, text))
    return max(starts, key=lambda first: (int(known[first : first + capacity].sum()), -first))
