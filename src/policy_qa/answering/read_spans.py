"""The words that the reader marked in the sentences chosen for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.candidates import Candidate
from policy_qa.retrieval.retriever import Retrieval


@dataclass(frozen=True)
class ReadSpan:
    """Words of a chosen sentence that the reader takes for the answer.

    Attributes:
        sentence: Position of the sentence among those chosen.
        start: First character, counted from the beginning of the sentence.
        end: Character after the last.
        sureness: How sure the reader is that they answer: a logit.
    """

    sentence: int
    start: int
    end: int
    sureness: float


def read_spans(retrieval: Retrieval, chosen: Sequence[Candidate]) -> list[ReadSpan]:
    """What the reader marked, the surest first; words that no chosen sentence holds as a whole are left out.

    Args:
        retrieval: What was found and read; without readings there are no spans.
        chosen: The chosen sentences.
    """
    found = []
    for number, (hit, reading) in enumerate(zip(retrieval.hits, retrieval.readings, strict=False)):
        start, end = hit.start + reading.start, hit.start + reading.end
        for place, candidate in enumerate(chosen):
            inside = candidate.span.start <= start < end <= candidate.span.end
            if candidate.hit == number and inside:
                offset = candidate.span.start
                found.append(ReadSpan(place, start - offset, end - offset, reading.answerability))
    return sorted(found, key=lambda span: -span.sureness)
