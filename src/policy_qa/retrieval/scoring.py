"""Question → a score for every passage: the part of retrieval that evaluation shares with the product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from policy_qa.embedding.protocol import Embedder, Vectors
from policy_qa.index.generation import Floats, Generation
from policy_qa.index.terms import has_han
from policy_qa.retrieval.evidence import Evidence, gather
from policy_qa.retrieval.fusion import fuse
from policy_qa.retrieval.term_groups import TermGroup

_PREFIX_TOKENS = 8


class Translator(Protocol):
    """Knows the words of questions in both languages."""

    def translate(self, question: str) -> Sequence[TermGroup]:
        """Groups of Chinese words for an English question."""

    def content_words(self, question: str) -> Sequence[TermGroup]:
        """Groups for the content words of a question in its own language."""


@dataclass(frozen=True)
class Scored:
    """What one question found, before anything is chosen.

    Attributes:
        evidence: Scores of all N passages in every way.
        fused: One score a passage, in standard deviations.
        groups: Translated words of the question; empty if it needed none.
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
        groups = tuple(self._translator.translate(text)) if not has_han(text) else ()
        evidence = gather(self._generation, vector, text, groups)
        return Scored(evidence, fuse(evidence, translated=bool(groups)), groups)

    def _fitting(self, text: str) -> str:
        """The longest beginning of a question that fits the model's window.

        Tokens are counted for passages; a question's own prefix may cost a few more.
        """
        while text and self._embedder.count_tokens([text])[0] > self._embedder.max_tokens - _PREFIX_TOKENS:
            text = text[: len(text) * 3 // 4]
        return text
