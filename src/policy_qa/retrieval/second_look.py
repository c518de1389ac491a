"""Single sentences of the first hits, read once more without the passage around them.

In a passage a near miss (the right subject, another year) finds the words it lacks in some other
sentence; on its own a sentence must bear out the answer alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from policy_qa.passages import context_line
from policy_qa.reading.protocol import Reader, Reading, ReadPassage
from policy_qa.records import Hit, Passage, Span
from policy_qa.retrieval.claim_form import as_claim

MARKED: Final = 8
"""Hits whose sentence with the marked words is read."""
CLOSEST: Final = 4
"""Hits whose sentence closest to the question is read, too."""
CLAIMED: Final = 4
"""Hits of which it is also asked whether the marked words, put as a statement, are borne out."""


@dataclass(frozen=True)
class SecondLook:
    """What the reader says of one sentence on its own.

    Attributes:
        hit: Place of its hit, counted from 0.
        start: First character of the sentence in its article.
        alone: Logit that the sentence answers the question.
        claim: Logit that it bears out the words marked in it as the answer, where that was asked.
    """

    hit: int
    start: int
    alone: float
    claim: float | None = None


def look_again(
    reader: Reader,
    question: str,
    hits: Sequence[Hit],
    passages: Sequence[Passage],
    readings: Sequence[Reading],
) -> tuple[SecondLook, ...]:
    """Reads sentences of the first hits on their own, all at once.

    Args:
        reader: The reader.
        question: The question.
        hits: Best first.
        passages: Passage of each hit.
        readings: What the reader said of the first hits.

    Raises:
        ModelUnavailableError: The reader's files are damaged.
    """
    chosen = list(_sentences(hits, passages, readings))
    alone = [ReadPassage(_text(hits[i], span), _title(hits[i])) for i, span, _ in chosen]
    claimed = [n for n, (i, _, words) in enumerate(chosen) if words and i < CLAIMED]
    claims = [replace(alone[n], instead=as_claim(question, chosen[n][2])) for n in claimed]
    found = [reading.relevance for reading in reader.read(question, [*alone, *claims])]
    borne_out = dict(zip(claimed, found[len(alone) :], strict=True))
    return tuple(
        SecondLook(i, span.start, found[n], borne_out.get(n)) for n, (i, span, _) in enumerate(chosen)
    )


def _sentences(
    hits: Sequence[Hit], passages: Sequence[Passage], readings: Sequence[Reading]
) -> Iterator[tuple[int, Span, str]]:
    """Places of hits, sentences in them, and the words marked there, if any."""
    for i, (hit, passage, reading) in enumerate(zip(hits[:MARKED], passages, readings, strict=False)):
        start, end = hit.start + reading.start, hit.start + reading.end
        marked = next((s for s in passage.sentences if s.start <= start < s.end), None)
        if marked is not None and start < end:
            yield i, marked, hit.text[reading.start : reading.end]
        if hit.best_sentence is not None and i < CLOSEST and hit.best_sentence != marked:
            yield i, hit.best_sentence, ""


def _text(hit: Hit, span: Span) -> str:
    return hit.text[span.start - hit.start : span.end - hit.start]


def _title(hit: Hit) -> str:
    return context_line(hit.title, hit.heading)
