"""Question → a score for every passage: the part of retrieval that evaluation shares with the product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.protocol import Embedder, Vectors
from policy_qa.index.generation import Floats, Generation
from policy_qa.index.terms import has_han
from policy_qa.retrieval.evidence import Evidence, gather
from policy_qa.retrieval.feedback import towards_best
from policy_qa.retrieval.fusion import fuse, weights_for
from policy_qa.retrieval.term_groups import TermGroup

_PREFIX_TOKENS = 8


class Translator(Protocol):
    """Knows the words of questions in both languages."""

    def translate(self, question: str) -> Sequence[TermGroup]:
        """Groups of Chinese words for an English question."""

    def translate_chinese(self, question: str) -> Sequence[TermGroup]:
        """Groups of English words for a Chinese question."""

    def content_words(self, question: str) -> Sequence[TermGroup]:
        """Groups for the content words of a question in its own language."""


@dataclass(frozen=True)
class Scored:
    """What one question found, before anything is chosen.

    Attributes:
        evidence: Scores of all N passages in every way, for the question itself.
        fused: One score a passage, in standard deviations; after feedback, where words were translated.
        groups: Translated words of the question; empty if most passages are in its language.
    """

    evidence: Evidence
    fused: Floats
    groups: tuple[TermGroup, ...]


class Scorer:
    """Scores the passages of one generation."""

    def __init__(self, generation: Generation, embedder: Embedder, translator: Translator) -> None:
        """Wires a scorer.

        Args:
            generation: The index to search.
            embedder: The model the index was made with.
            translator: Knows the words of questions in both languages.
        """
        self._generation = generation
        self._embedder = embedder
        self._translator = translator

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Question vectors, of the longest beginning of each text that fits the model's window."""
        return self._embedder.embed_queries([self._fitting(text) for text in texts])

    def score(self, text: str, vector: Floats) -> Scored:
        """Scores all passages.

        Args:
            text: The question.
            vector: Its vector.
        """
        chinese = has_han(text)
        foreign = self._english_passages if chinese else ~self._english_passages
        groups: tuple[TermGroup, ...] = ()
        if foreign.any():
            translate = self._translator.translate_chinese if chinese else self._translator.translate
            groups = tuple(translate(text))
        evidence = gather(self._generation, vector, text, groups, foreign)
        mostly_foreign = bool(foreign.mean() > 0.5) if groups else False
        fused = fuse(evidence, weights_for(evidence, mostly_foreign))
        if mostly_foreign:
            fused = self._with_feedback(evidence, vector, fused)
        return Scored(evidence, fused, groups if mostly_foreign else ())

    def _with_feedback(self, evidence: Evidence, vector: Floats, fused: Floats) -> Floats:
        """Fuses again, for a question moved towards the passages that were best."""
        generation = self._generation
        moved = towards_best(vector, generation.passage_vectors, fused)
        again = replace(
            evidence,
            dense=np.asarray(generation.passage_vectors @ moved, dtype=np.float32),
            sentence=generation.best_sentences(generation.sentence_scores(moved)),
        )
        return fuse(again, weights_for(evidence, translated=True))

    @cached_property
    def _english_passages(self) -> NDArray[np.bool_]:
        """Which passages are of an article in English, in row order."""
        generation = self._generation
        return np.array(
            [generation.metadata[key.article_id].language == "en" for key in generation.keys], dtype=np.bool_
        )

    def _fitting(self, text: str) -> str:
        """The longest beginning of a question that fits the model's window.

        Tokens are counted for passages; a question's own prefix may cost a few more.
        """
        while text and self._embedder.count_tokens([text])[0] > self._embedder.max_tokens - _PREFIX_TOKENS:
            text = text[: len(text) * 3 // 4]
        return text
