"""Question → evidence: what each kind of search has to say about every passage.

Three kinds are combined: the passage vector (dense), the closest single sentence (sentence)
and BM25 over terms (lexical). Each is standardised per question, so that they can be added:
a z-score says how far a passage stands out from the corpus for this very question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_qa.index.generation import Floats, Generation
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.terms import terms
from policy_qa.retrieval.term_groups import TermGroup

MAX_DOCUMENT_SHARE = 0.6
"""A translated word that stands in more passages than this says nothing."""


RANK_DISCOUNT = 0.3
"""The k-th translation of a word counts 1 / (1 + 0.3 k) of the first (k from 0)."""


@dataclass(frozen=True)
class Evidence:
    """Scores of all N passages for one question, in row order.

    Attributes:
        dense: Cosine of question and passage.
        sentence: Cosine of question and closest sentence.
        lexical: BM25 score.
        sentences: Cosine of question and every sentence of the corpus.
        lexical_hits: How many passages share a term with the question.
    """

    dense: Floats
    sentence: Floats
    lexical: Floats
    sentences: Floats
    lexical_hits: int


def standardise(scores: Floats) -> Floats:
    """Z-scores; all 0 if the scores do not differ."""
    spread = float(scores.std())
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread, dtype=np.float32)


def gather(
    generation: Generation,
    vector: Floats,
    text: str,
    groups: Sequence[TermGroup],
    foreign: NDArray[np.bool_],
) -> Evidence:
    """Scores every passage in every way.

    Args:
        generation: The index.
        vector: Normalised question vector.
        text: The question; its own terms are looked for in passages of its language.
        groups: Translated words of the question, looked for in the other passages.
        foreign: Which passages are not in the question's language.
    """
    sentences = generation.sentence_scores(vector)
    lexical = _lexical_scores(generation.lexical, text, groups, foreign)
    return Evidence(
        dense=np.asarray(generation.passage_vectors @ vector, dtype=np.float32),
        sentence=generation.best_sentences(sentences),
        lexical=lexical,
        sentences=sentences,
        lexical_hits=int((lexical > 0).sum()),
    )


def _lexical_scores(
    lexical: LexicalIndex, text: str, groups: Sequence[TermGroup], foreign: NDArray[np.bool_]
) -> Floats:
    translated = group_scores(lexical, groups) if groups else None
    if translated is not None and foreign.all():
        return translated
    own = lexical.scores({term: float(n) for term, n in Counter(terms(text)).items()})
    # In a corpus of both languages each passage is searched for words of its own.
    return own if translated is None else np.where(foreign, translated, own).astype(np.float32)


def group_scores(lexical: LexicalIndex, groups: Sequence[TermGroup]) -> Floats:
    """BM25 with each group as one term: a passage has it as often as any of its words.

    This is structured query translation (Pirkola, SIGIR 1998): a word with many
    translations counts no more than a word with one. A less likely translation counts less,
    both as an occurrence and towards how common the group is.
    """
    total = np.zeros(lexical.size, dtype=np.float32)
    for group in groups:
        counts = np.zeros(lexical.size, dtype=np.float32)
        trust = np.zeros(lexical.size, dtype=np.float32)
        for rank, word in enumerate(group.terms):
            discount = 1 / (1 + RANK_DISCOUNT * rank)
            rows, found = _word_postings(lexical, word)
            counts[rows] += discount * found
            trust[rows] = np.maximum(trust[rows], discount)
        rows = np.flatnonzero(counts).astype(np.int32)
        frequency = float(trust.sum())
        if 0 < frequency <= lexical.size * MAX_DOCUMENT_SHARE:
            factor = group.weight * lexical.idf(frequency)
            total[rows] += factor * lexical.saturate(rows, counts[rows])
    return total


def _word_postings(lexical: LexicalIndex, word: str) -> tuple[NDArray[np.int32], Floats]:
    """Passages that hold a word, found through its bigrams.

    A word of three characters or more counts as often as its rarest bigram: exact but for
    passages that hold all its bigrams apart from each other.
    """
    parts = terms(word)
    pieces = [part for part in parts if len(part) > 1] or parts
    if not pieces:
        return np.empty(0, np.int32), np.empty(0, np.float32)
    rows, counts = lexical.postings(pieces[0])
    for piece in pieces[1:]:
        if not len(rows):
            break
        other_rows, other_counts = lexical.postings(piece)
        rows, mine, theirs = np.intersect1d(rows, other_rows, assume_unique=True, return_indices=True)
        counts = np.minimum(counts[mine], other_counts[theirs])
    return rows.astype(np.int32), counts
