"""What translating questions word by word is worth to BM25 across languages.

Searches passages with questions in the other language, by BM25 alone (no embeddings):
with the question's own words (the baseline: names and numbers at most), with the
dictionary, and with glossary and dictionary. All systems run in the same process on the
same index, so their figures can be compared.

Usage: python -m benchmarks.dictionary_retrieval [DATASET_FOLDER]

The folder is in BEIR layout (corpus.jsonl, queries.jsonl with a field ``lang``, qrels.tsv);
by default xquad_zh of the shared benchmarks beside the checkout.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from policy_qa.index.generation import Floats
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.terms import count_terms, has_han, terms
from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.evidence import group_scores
from policy_qa.retrieval.glossary import Glossary, translate_chinese_question, translate_question
from policy_qa.retrieval.term_groups import TermGroup

DEFAULT = Path(__file__).parents[1] / ".." / "shared" / "bench" / "xquad_zh"
DEPTH = 10

Translate = Callable[[str], Sequence[TermGroup]]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_relevant(path: Path) -> dict[str, set[str]]:
    """Relevant passages of each question."""
    relevant: dict[str, set[str]] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, passage, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, set()).add(passage)
    return relevant


def gains(scores: Floats, ids: Sequence[str], relevant: set[str]) -> tuple[float, float]:
    """nDCG@10 and precision at 1; passages that score 0 were not found."""
    top = [i for i in np.argsort(-scores, kind="stable")[:DEPTH] if scores[i] > 0]
    hits = [ids[i] in relevant for i in top]
    found = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(hits) if hit)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(relevant), DEPTH)))
    return found / ideal, float(bool(hits) and hits[0])


def main(folder: Path) -> None:
    """Prints a table for one dataset."""
    if not folder.is_dir():
        print(f"skipped: {folder} does not exist (it belongs to the shared benchmarks, not to the project)")
        return
    corpus = read_lines(folder / "corpus.jsonl")
    texts = [f"{passage.get('title', '')} {passage['text']}".strip() for passage in corpus]
    ids = [str(passage["_id"]) for passage in corpus]
    chinese = sum(map(has_han, texts)) * 2 > len(texts)
    relevant = read_relevant(folder / "qrels.tsv")
    queries = [
        (str(query["text"]), relevant[query["_id"]])
        for query in read_lines(folder / "queries.jsonl")
        if query["_id"] in relevant and has_han(query["text"]) != chinese
    ]
    if not queries:
        print(f"skipped: {folder} has no questions in another language than its passages")
        return
    index = LexicalIndex.build([count_terms(text) for text in texts])
    print(
        f"{folder.name}, {'en → zh' if chinese else 'zh → en'}: {len(queries)} questions, {len(ids)} passages"
    )

    def own_words(text: str) -> Floats:
        return index.scores({term: float(count) for term, count in Counter(terms(text)).items()})

    systems = translators(chinese)
    print(f"{'system':<24}{'nDCG@10':>9}{'P@1':>8}{'translation, ms a question':>30}")
    report("own words (baseline)", [gains(own_words(text), ids, hits) for text, hits in queries], None)
    for name, translate in systems.items():
        started = time.perf_counter()
        groups = [translate(text) for text, _ in queries]
        each = (time.perf_counter() - started) / len(queries) * 1000
        results = [gains(group_scores(index, g), ids, q[1]) for g, q in zip(groups, queries, strict=True)]
        report(name, results, each)


def translators(chinese_passages: bool) -> dict[str, Translate]:
    """The systems that translate, by name."""
    started = time.perf_counter()
    dictionary, glossary = BilingualDictionary.open(), Glossary.load()
    opened = time.perf_counter() - started
    print(f"dictionary and glossary opened in {opened:.2f} s (the first time includes compiling)")
    both = translate_question if chinese_passages else translate_chinese_question
    return {
        "dictionary": dictionary.translate if chinese_passages else dictionary.translate_chinese,
        "glossary + dictionary": lambda text: both(text, dictionary, glossary),
    }


def report(system: str, results: Sequence[tuple[float, float]], milliseconds: float | None) -> None:
    """Prints one row."""
    ndcg, first = (float(np.mean(column)) for column in zip(*results, strict=True))
    print(f"{system:<24}{ndcg:>9.3f}{first:>8.3f}{'' if milliseconds is None else f'{milliseconds:.2f}':>30}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
