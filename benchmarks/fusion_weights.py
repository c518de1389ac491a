"""Sweeps the weights of fusion and of late interaction on a retrieval set: nDCG@10 of each.

Usage: python -m benchmarks.fusion_weights DATASET [LANGUAGE] [--late]

Evidence is gathered once for each question; every weighting ranks the documents anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean

from policy_qa.engine import PolicyQA
from policy_qa.evaluation.dataset_index import DocumentIndex, open_dataset_index
from policy_qa.evaluation.datasets import Dataset, DatasetQuery, in_language, load_dataset
from policy_qa.evaluation.external import cache_folder
from policy_qa.evaluation.measures import per_query
from policy_qa.evaluation.ranking import scorer_over
from policy_qa.index.generation import Floats
from policy_qa.retrieval.evidence import standardise
from policy_qa.retrieval.late_interaction import LateInteraction, TokenEmbedder
from policy_qa.retrieval.mined_names import NameMiner

LEXICAL = (0.0, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
DENSE_SHARE = (0.4, 0.5, 0.6)
LATE_WEIGHT = (5.0, 10.0, 20.0)
COMPARED = (8, 16, 32)
Rank = Callable[[int], Floats]


def main() -> None:
    """Prints both sweeps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("dataset", type=Path)
    parser.add_argument("language", nargs="?")
    parser.add_argument("--late", action="store_true")
    options = parser.parse_args()
    engine = PolicyQA()
    dataset = load_dataset(options.dataset)
    queries = in_language(dataset.queries, options.language) if options.language else list(dataset.queries)
    index = open_dataset_index(
        dataset, engine.embedder, engine.identity, cache_folder(engine), mine_names=NameMiner(None)
    )
    with closing(index.generation):
        sweep(engine, index, dataset, queries, late=options.late)


def sweep(
    engine: PolicyQA, index: DocumentIndex, dataset: Dataset, queries: Sequence[DatasetQuery], *, late: bool
) -> None:
    """Prints nDCG@10 by lexical weight and dense share, then by late weight and depth."""
    scorer = scorer_over(engine, index.generation)
    vectors = scorer.embed([query.text for query in queries])
    found = [scorer.score(query.text, vector) for query, vector in zip(queries, vectors, strict=True)]
    parts = [
        tuple(map(standardise, (s.evidence.dense, s.evidence.sentence, s.evidence.lexical))) for s in found
    ]
    now = _ndcg(index, dataset, queries, lambda i: found[i].fused)
    print(f"{dataset.name}: {len(queries)} questions; as fused: {now:.4f}")
    for weight in LEXICAL:
        row = []
        for share in DENSE_SHARE:

            def mixed(i: int, weight: float = weight, share: float = share) -> Floats:
                dense, sentence, lexical = parts[i]
                both: Floats = (1 - weight) * (share * dense + (1 - share) * sentence) + weight * lexical
                return both

            row.append(f"{share:.1f}: {_ndcg(index, dataset, queries, mixed):.4f}")
        print(f"lexical {weight:.2f}, dense share {'  '.join(row)}")
    if late and isinstance(engine.embedder, TokenEmbedder):
        _sweep_late(engine.embedder, index, dataset, queries, [s.fused for s in found])


def _sweep_late(
    embedder: TokenEmbedder,
    index: DocumentIndex,
    dataset: Dataset,
    queries: Sequence[DatasetQuery],
    fused: Sequence[Floats],
) -> None:
    compare = LateInteraction(embedder, index.generation)
    heads = [[int(r) for r in (-scores).argsort(kind="stable")[: max(COMPARED)]] for scores in fused]
    similar = [compare.similarities(q.text, rows) for q, rows in zip(queries, heads, strict=True)]
    for depth in COMPARED:
        row = []
        for weight in LATE_WEIGHT:

            def mixed(i: int, depth: int = depth, weight: float = weight) -> Floats:
                scores = fused[i].copy()
                near = similar[i][:depth]
                scores[heads[i][:depth]] += weight * (near - near.min())
                return scores

            row.append(f"{weight:.0f}: {_ndcg(index, dataset, queries, mixed):.4f}")
        print(f"late interaction over {depth}, weight {'  '.join(row)}")


def _ndcg(index: DocumentIndex, dataset: Dataset, queries: Sequence[DatasetQuery], rank: Rank) -> float:
    run = {query.query_id: index.rank(rank(i), 10) for i, query in enumerate(queries)}
    return fmean(per_query(run, dataset.qrels, [query.query_id for query in queries])["nDCG@10"])


if __name__ == "__main__":
    main()
