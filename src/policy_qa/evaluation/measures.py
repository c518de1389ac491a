"""Rankings and judgements → measures, by ir_measures.

MacAvaney, Macdonald and Ounis, Streamlining Evaluation with ir-measures (ECIR 2022). Names are
those of design.md; R@k is the share of a question's relevant documents among the first k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

Run = Mapping[str, Sequence[tuple[str, float]]]
"""Query id → documents with scores, best first."""

NAMES: Final = ("nDCG@10", "P@1", "Recall@5", "Recall@20", "Recall@100", "MRR@10")
DEPTH: Final = 100
"""Documents of a ranking that the measures look at, at most."""


@cache
def _measures() -> dict[str, Any]:
    from ir_measures import RR, P, R, nDCG

    return dict(zip(NAMES, (nDCG @ 10, P @ 1, R @ 5, R @ 20, R @ 100, RR @ 10), strict=True))


def per_query(
    run: Run, qrels: Mapping[str, Mapping[str, int]], query_ids: Sequence[str]
) -> dict[str, list[float]]:
    """Every measure for every question.

    Args:
        run: Rankings. Of two documents with the same score the first in the ranking counts
            as the better one.
        qrels: Query id → document id → grade.
        query_ids: The questions that count, each with a relevant document.

    Returns:
        Measure → values in the order of ``query_ids``. A question without any hit has 0.
    """
    import ir_measures

    qrel_list = [
        ir_measures.Qrel(query_id, document_id, grade)
        for query_id in query_ids
        for document_id, grade in qrels[query_id].items()
    ]
    # Scores by rank: the library breaks ties by document id, which would not be our order.
    hits = [
        ir_measures.ScoredDoc(query_id, document_id, float(-rank))
        for query_id in query_ids
        for rank, (document_id, _) in enumerate(run.get(query_id, ()))
    ]
    names = {measure: name for name, measure in _measures().items()}
    position = {query_id: i for i, query_id in enumerate(query_ids)}
    values = {name: [0.0] * len(query_ids) for name in NAMES}
    for found in ir_measures.iter_calc(list(names), qrel_list, hits):
        values[names[found.measure]][position[found.query_id]] = float(found.value)
    return values


def means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Mean of every measure; 0 without questions."""
    return {name: sum(v) / len(v) if v else 0.0 for name, v in values.items()}
