"""A pruned model small enough to train in milliseconds, and a question set of our own."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

# training/ is no installed package: it is found from the root of the repository.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tiny_sets import FEED_FORWARD, HEADS, HIDDEN, LAYERS, PASSAGES, POSITIONS, QUESTIONS, WriteSet

from policy_qa.embedding.e5_tokenizer import build_tokenizer
from policy_qa.embedding.e5_weights import EncoderShape, Vocabulary
from policy_qa.reading.rows import RowLayout
from training.start_weights import Markers, StartWeights
from training.tokenisation import PairTokenizer


def _vocabulary() -> Vocabulary:
    text = "".join(t + b for t, b in PASSAGES.values()) + "".join(q for _, q, _, _ in QUESTIONS)
    text += "0123456789abcdefghijklmnopqrstuvwxyz的起"
    words = ["数据中心", "2019", "年", "公里", "▁海港"]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *sorted(set(text) - set("？ ")), "?", *words]
    unique = tuple(dict.fromkeys(pieces))
    scores = np.array([-5.0 - 0.01 * number for number in range(len(unique))], np.float32)
    return Vocabulary(unique, scores, bos=0, eos=2, pad=1, unk=3, replacements={})


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return _vocabulary()


@pytest.fixture
def tokenizer(vocabulary: Vocabulary) -> PairTokenizer:
    return PairTokenizer(build_tokenizer(vocabulary), RowLayout(vocabulary.bos, vocabulary.eos, window=96))


@pytest.fixture(scope="session")
def start(vocabulary: Vocabulary) -> StartWeights:
    """Random weights of the original's layout."""
    rng = np.random.default_rng(5)
    arrays: dict[str, NDArray[Any]] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        arrays[f"{name}/scales"] = rng.uniform(0.01, 0.03, (rows, columns // 32)).astype(np.float16)
        arrays[f"{name}/packed"] = rng.integers(0, 256, (rows, columns // 32, 16), np.uint8)

    def vector(name: str, size: int, mean: float = 0.0) -> None:
        arrays[name] = rng.normal(mean, 0.1, size).astype(np.float32)

    matrix("emb.word", len(vocabulary.pieces), HIDDEN)
    vector("emb.pos", POSITIONS * HIDDEN)
    vector("emb.type", 2 * HIDDEN)
    vector("emb.ln.w", HIDDEN, 1.0)
    vector("emb.ln.b", HIDDEN)
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            rows = FEED_FORWARD if part == "fi" else HIDDEN
            matrix(f"l{layer}.{part}.w", rows, FEED_FORWARD if part == "fo" else HIDDEN)
            vector(f"l{layer}.{part}.b", rows)
        for norm in ("aln", "oln"):
            vector(f"l{layer}.{norm}.w", HIDDEN, 1.0)
            vector(f"l{layer}.{norm}.b", HIDDEN)
    size = len(vocabulary.pieces)
    shape = EncoderShape(HIDDEN, LAYERS, HEADS, FEED_FORWARD, size, POSITIONS, 2, 1e-12)
    return StartWeights(shape, Markers(bos=0, eos=2, pad=1), arrays)


@pytest.fixture
def write_set(tmp_path: Path) -> WriteSet:
    """Writes a set in BEIR layout and returns the folder of all sets."""

    def write(
        name: str,
        corpus: Sequence[Mapping[str, object]],
        queries: Sequence[Mapping[str, object]],
        relevant: Mapping[str, Sequence[str]],
    ) -> Path:
        folder = tmp_path / "bench" / name
        folder.mkdir(parents=True)
        for stem, records in (("corpus", corpus), ("queries", queries)):
            lines = [json.dumps(record, ensure_ascii=False) for record in records]
            (folder / f"{stem}.jsonl").write_text("\n".join(lines), "utf-8")
        pairs = [f"{query}\t{passage}\t1" for query, passages in relevant.items() for passage in passages]
        (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *pairs]), "utf-8")
        return tmp_path / "bench"

    return write


@pytest.fixture
def own_sets(write_set: WriteSet) -> Path:
    """Our few passages as a set of the name ``drcd_dev``."""
    corpus = [{"_id": key, "title": title, "text": text} for key, (title, text) in PASSAGES.items()]
    queries = [
        {"_id": key, "text": text, "lang": "zh", "answers": [answer]} for key, text, _, answer in QUESTIONS
    ]
    return write_set("drcd_dev", corpus, queries, {key: [passage] for key, _, passage, _ in QUESTIONS})
