"""What our own retriever would show for a question: hard negatives, and lists to rerank.

Dense vectors, BM25 over character n-grams and, across languages, the dictionary, fused with
the weights of the product. Large or noisy pools are searched by BM25 alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Embedder
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.terms import count_terms, has_han, terms
from policy_qa.passages import embedding_text
from policy_qa.retrieval.evidence import Evidence, group_scores
from policy_qa.retrieval.fusion import fuse, weights_for
from policy_qa.retrieval.term_groups import TermGroup
from policy_qa.sentences import split_sentences
from training.question_sets import SourcePassage

Floats = NDArray[np.float32]
Translate = Callable[[str], Sequence[TermGroup]]

_SPARE_TOKENS: Final = 8
"""A question's prefix may cost more tokens than a passage's, by which both are counted."""


class VectorCache:
    """Vectors of the embedding model, kept in a folder by the texts they belong to."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder

    def passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of passages or sentences, shape ``(len(texts), dimension)``."""
        return self._cached(texts, "passage", self._embedder.embed_passages)

    def queries(self, texts: Sequence[str]) -> Floats:
        """Vectors of questions, shape ``(len(texts), dimension)``."""
        return self._cached(texts, "query", self._embedder.embed_queries)

    def _cached(self, texts: Sequence[str], side: str, embed: Callable[[Sequence[str]], Floats]) -> Floats:
        named = "\0".join([self._embedder.model_id, side, *texts])
        path = self._folder / f"{hashlib.sha256(named.encode('utf-8', 'replace')).hexdigest()[:24]}.npy"
        if not path.is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(path, embed(self._fitting(texts)))
        vectors: Floats = np.load(path)
        return vectors

    def _fitting(self, texts: Sequence[str]) -> list[str]:
        """The texts, the end of those cut off that are longer than the model reads."""
        limit = self._embedder.max_tokens - _SPARE_TOKENS
        counts = self._embedder.count_tokens(texts)
        fitting = []
        for text, count in zip(texts, counts, strict=True):
            kept = text
            while count > limit:
                kept = kept[: len(kept) * 9 // 10]
                count = self._embedder.count_tokens([kept])[0]
            fitting.append(kept)
        return fitting


class Pool:
    """Passages among which questions are looked up.

    Args:
        passages: The passages, in the order of their rows.
        vectors: For dense search; without it only BM25 is used.
        sentences: Whether the closest sentence counts too, as in the product.
        translate: Words of the passages' language for a question in the other one.
    """

    def __init__(
        self,
        passages: Sequence[SourcePassage],
        vectors: VectorCache | None = None,
        *,
        sentences: bool = False,
        translate: Translate | None = None,
    ) -> None:
        self.passages = tuple(passages)
        self._vectors = vectors
        self._translate = translate
        texts = [embedding_text(p.title, "", p.text) for p in self.passages]
        self._chinese = sum(map(has_han, texts)) * 2 > len(texts)
        self._lexical = LexicalIndex.build([count_terms(text) for text in texts])
        self._sentences: Floats | None = None
        if vectors is not None:
            self._dense = vectors.passages(texts)
            if sentences:
                self._sentences, self._starts = self._sentence_vectors(vectors)

    def rank(self, questions: Sequence[str], depth: int) -> list[list[tuple[int, float]]]:
        """The best rows for each question with their scores, best first."""
        queries = self._vectors.queries(questions) if self._vectors is not None else [None] * len(questions)
        ranked = []
        for question, vector in zip(questions, queries, strict=True):
            scores = self._scores(question, vector)
            order = np.argsort(-scores, kind="stable")[:depth]
            ranked.append([(int(row), float(scores[row])) for row in order])
        return ranked

    def _scores(self, question: str, vector: Floats | None) -> Floats:
        across = has_han(question) is not self._chinese
        groups = self._translate(question) if across and self._translate is not None else ()
        if groups:
            lexical = group_scores(self._lexical, groups)
        else:
            lexical = self._lexical.scores({term: float(n) for term, n in Counter(terms(question)).items()})
        if vector is None:
            return lexical
        dense = self._dense @ vector
        cosines = sentence = dense
        if self._sentences is not None:
            cosines = self._sentences @ vector
            sentence = np.maximum.reduceat(cosines, self._starts)
        evidence = Evidence(dense, sentence, lexical, cosines, int((lexical > 0).sum()))
        return fuse(evidence, weights_for(evidence, translated=bool(groups)))

    def _sentence_vectors(self, vectors: VectorCache) -> tuple[Floats, NDArray[np.int64]]:
        sentences: list[str] = []
        starts = []
        for passage in self.passages:
            starts.append(len(sentences))
            spans = split_sentences(passage.text)
            sentences += [passage.text[span.start : span.end] for span in spans] or [passage.text]
        return vectors.passages(sentences), np.array(starts, np.int64)
