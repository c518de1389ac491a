"""What one unit of the reader's relevance is worth against fused evidence.

On the golden set's dev half and the hard questions on the corpus (hard_questions.py). Every
answerable question is searched without the reader; its first hits are read once, and each weight
orders them anew. A hit is relevant if it holds exact words that prove a needed fact. The test half
is only reported.

Run: OMP_WAIT_POLICY=PASSIVE .venv/bin/python benchmarks/fit_reranking.py --index index
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.hard_questions import hard_questions
from policy_qa import PolicyQA
from policy_qa.evaluation.matching import holds_fact
from policy_qa.passages import context_line
from policy_qa.reading import Reader, ReadPassage, load_reader
from policy_qa.retrieval.question import read_question
from policy_qa.retrieval.reranking import READ

WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0)
DEPTH = 8
"""Ranks counted: as many as an answer looks into."""


class Read(NamedTuple):
    """A question with its first hits: fused score, relevance by the reader, facts each holds."""

    pair: str
    lang: str
    fused: NDArray[np.float64]
    relevance: NDArray[np.float64]
    facts: NDArray[np.bool_]


def read_all(
    golden: Sequence[dict[str, object]], engine: PolicyQA, reader: Reader, depth: int = READ
) -> list[Read]:
    """Searches and reads for every answerable question without a history."""
    found = []
    for question in golden:
        if not question["answerable"] or question.get("history"):
            continue
        asked = read_question(str(question["question"]), 2000)
        retrieval = engine.retrieve(asked, depth)
        passages = [ReadPassage(hit.text, context_line(hit.title, hit.heading)) for hit in retrieval.hits]
        readings = reader.read(asked.text, passages)
        evidence = cast("list[list[str]]", question["evidence"])
        facts = [[holds_fact(hit.text, tuple(fact)) for fact in evidence] for hit in retrieval.hits]
        found.append(
            Read(
                str(question["pair"]),
                str(question["lang"]),
                np.array(retrieval.fused, np.float64),
                np.array([reading.relevance for reading in readings]),
                np.array(facts, np.bool_),
            )
        )
    return found


def measures(reads: Sequence[Read], weight: float) -> NDArray[np.float64]:
    """P@1, reciprocal rank and share of facts among the first ``DEPTH`` hits, a row a question."""
    rows = []
    for read in reads:
        order = np.argsort(-(read.fused + weight * read.relevance), kind="stable")
        facts = read.facts[order]
        hit: NDArray[np.bool_] = np.asarray(facts.any(axis=1))
        rank = int(hit.argmax()) + 1 if hit.any() else 0
        rows.append([float(hit[0]), 1 / rank if rank else 0.0, float(facts[:DEPTH].any(axis=0).mean())])
    return np.array(rows)


def main() -> None:
    """Prints a table for both halves and languages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--halves", nargs="+", default=["dev", "test"])
    parser.add_argument("--depth", type=int, default=READ, help="hits that are read")
    parser.add_argument("--threads", type=int, help="1 is best on a busy machine")
    chosen = parser.parse_args()
    reader = load_reader(chosen.threads)
    if reader is None:
        raise SystemExit("There is no reader in this installation.")
    golden = [json.loads(line) for line in chosen.golden.read_text("utf-8").splitlines()]
    halves = json.loads(chosen.golden.with_name("splits.json").read_text("utf-8"))
    engine = PolicyQA(index=chosen.index, reader=False, threads=chosen.threads)
    print(f"{reader.identity}; columns: P@1, MRR, facts among the first {DEPTH}")
    for half in chosen.halves:
        wanted = set(halves[half])
        asked = [q for q in golden if q["pair"] in wanted] + (hard_questions() if half == "dev" else [])
        reads = read_all(asked, engine, reader, chosen.depth)
        for lang in ("zh", "en"):
            some = [read for read in reads if read.lang == lang]
            print(f"{half} {lang}, {len(some)} questions")
            for weight in WEIGHTS:
                means = measures(some, weight).mean(axis=0)
                print(f"  weight {weight:4.2f}  " + "  ".join(f"{value:.3f}" for value in means), flush=True)
    engine.close()


if __name__ == "__main__":
    main()
