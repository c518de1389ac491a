"""Hits → those a language model is given: the best ones, and for each part of a question its own."""

from __future__ import annotations

from policy_qa.records import Hit
from policy_qa.retrieval.retriever import Retrieval


def passages_for_model(retrieval: Retrieval, n: int) -> tuple[Hit, ...]:
    """All hits, those for the model in front.

    A question in several parts needs a passage for each: the one with the sentence closest to that
    part is among the first ``n``, whatever its rank. Otherwise the order is that of the hits.

    Args:
        retrieval: What was found.
        n: Number of passages the model is given.
    """
    starts = retrieval.generation.sentence_starts
    ranks = range(len(retrieval.hits))
    wanted: list[int] = []
    for part in retrieval.aspects if retrieval.hits else ():
        closest = [float(part[starts[row] : starts[row + 1]].max()) for row in retrieval.rows]
        wanted.append(max(ranks, key=closest.__getitem__))
    front = sorted(list(dict.fromkeys([*wanted, *ranks]))[:n])
    return tuple(retrieval.hits[i] for i in dict.fromkeys([*front, *ranks]))
