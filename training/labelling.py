"""Pairs → rows: the window shown, and the tokens of the answer in it."""

from __future__ import annotations

from random import Random

import numpy as np

from policy_qa.reading.rows import Ints
from policy_qa.reading.spans import Span
from training.answer_spans import covering_tokens, occurrences, touching_tokens
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
    spans = _spans(pair)
    places = _places(spans, pair, tokenizer)
    if spans:
        # Places that no tokens give exactly are not taught, but the row must still show them.
        encoded = tokenizer.text(text)
        seen = places or [touching_tokens(spans[0], encoded.starts, encoded.ends)]
        first = _window_around(random.choice(seen), title, text, tokenizer, random)
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


def _spans(pair: Pair) -> list[Span]:
    if not pair.answers:
        return []
    return [pair.span] if pair.span else occurrences(pair.passage.text, pair.answers, pair.question)


def _places(spans: list[Span], pair: Pair, tokenizer: PairTokenizer) -> list[Span]:
    """Tokens of the answer's occurrences that give it exactly."""
    text = pair.passage.text
    encoded, capacity = tokenizer.text(text), tokenizer.capacity(pair.passage.title)
    covered = (covering_tokens(text, span, encoded.starts, encoded.ends) for span in spans)
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
    return max(
        tokenizer.windows(title, text),
        key=lambda first: (int(known[first : first + capacity].sum()), -first),
    )
