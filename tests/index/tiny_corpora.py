"""Small corpora and indexes of our own writing, made with an embedder without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.embedding.protocol import Progress, Vectors
from policy_qa.index.builder import IndexReport, update_index
from policy_qa.index.generation import Generation, open_current
from policy_qa.index.manifest import GENERATIONS, Identity

_CITIES = ("青原", "临川", "北岭", "南浦", "西渡", "东屏", "云滩", "海宁道")
_WORKS = ("算力中心", "数据园区", "芯片产线", "智能工厂", "开源社区", "训练集群", "测试场地")


def sentences(n: int, seed: int = 0) -> list[str]:
    """Distinct sentences about invented cities."""
    return [
        f"{_CITIES[(i + seed) % 8]}在第{i + 1}期规划里安排了{(i * 37 + seed * 101) % 900 + 10}个"
        f"{_WORKS[(i * 3 + seed) % 7]}，预计投入{(i * 53 + seed * 29) % 700 + 5}亿元。"
        for i in range(n)
    ]


class CountingEmbedder(HashingEmbedder):
    """Remembers which passages it embedded; fails at a given one if told to."""

    def __init__(self, dimension: int = 64, model_id: str | None = None) -> None:
        super().__init__(dimension)
        self.model_id = model_id or self.model_id
        self.embedded: list[str] = []
        self.fails_after: int | None = None

    def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        if self.fails_after is not None and len(self.embedded) + len(texts) > self.fails_after:
            raise RuntimeError("the model gave up")
        self.embedded += texts
        return super().embed_passages(texts, on_progress=on_progress)


@dataclass
class TinyIndex:
    """A corpus folder and its index under one root."""

    root: Path
    embedder: CountingEmbedder = field(default_factory=CountingEmbedder)
    passage_tokens: int = 120
    chroma_url: str | None = None

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def identity(self) -> Identity:
        return Identity(
            model_id=self.embedder.model_id,
            dimension=self.embedder.dimension,
            passage_tokens=self.passage_tokens,
        )

    def write(self, name: str, title: str, body: Sequence[str]) -> Path:
        """Writes an article of one sentence a paragraph."""
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {title}\n\n" + "\n\n".join(body) + "\n", encoding="utf-8")
        return path

    def build(self, full: bool = False) -> IndexReport:
        return update_index(
            self.corpus, self.index, self.embedder, self.identity, chroma_url=self.chroma_url, full=full
        )

    def open(self) -> Generation:
        return open_current(self.index, self.identity)

    def generations(self) -> list[str]:
        """Names of everything in the folder of generations, unfinished builds included."""
        return sorted(path.name for path in (self.index / GENERATIONS).iterdir())

    def question(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.embedder.embed_queries([text])[0], dtype=np.float32)


def three_articles(root: Path) -> TinyIndex:
    """A corpus of three articles, not yet indexed."""
    tiny = TinyIndex(root)
    for seed, name in enumerate(("a.md", "b.md", "sub/c.md")):
        tiny.write(name, f"第{seed + 1}份规划", sentences(12, seed))
    return tiny


def nearest_ids(generation: Generation, vector: NDArray[np.float32], n: int) -> list[str]:
    return [pid for pid, _ in generation.vectors.nearest(vector, n)]
