"""Hits → candidate sentences with the features by which they are chosen."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from policy_qa.answering.question_type import AskedFor
from policy_qa.answering.reader_features import READER_FEATURES, ReaderFeatures
from policy_qa.citing.quantities import find_quantities
from policy_qa.index.terms import fold, terms
from policy_qa.records import Span
from policy_qa.retrieval.evidence import standardise
from policy_qa.retrieval.retriever import Retrieval
from policy_qa.retrieval.term_groups import TermGroup

_CONTEXT_SHARE = 0.5
"""A term in the heading or in the rest of the passage counts this much of one in the sentence."""


FEATURES = (
    "closeness",
    "coverage",
    "context",
    "typed",
    "fused",
    "rank",
    "words",
    "words_with_headings",
    "words_with_passage",
    "aspect",
    "length",
    "rarest_missing",
    *READER_FEATURES,
)
"""What is known of a candidate, in this order:

closeness           cosine to the question, in standard deviations over the corpus's sentences
coverage, context   share of the question's terms in the sentence; terms elsewhere in the passage half
typed               1 if it holds the kind of thing the question asks for
fused, rank         fused score of its passage, and that passage's place among the hits
words…              share of the question's content words in the sentence, with its title and
                    headings, and with its passage
aspect              closeness to the part of the question it fits best
length              natural logarithm of its characters
rarest_missing      weight of the rarest content word that neither it nor its headings hold
read_…              what the reader says (reader_features.py)
"""

RELATIVE = ("closeness", "coverage", "context", "fused", "words", "words_with_headings", "aspect", "read_hit")
"""Features also given as the distance to the best candidate, as ``d_<name>``."""


@dataclass(frozen=True)
class Candidate:
    """A sentence of a hit.

    Attributes:
        hit: Index of the hit.
        span: Where it stands in the article.
        text: Its words.
        features: Values by name, those of ``FEATURES`` and the relative ones.
        covered: For each term of the question, its share of the question's weight if the
            sentence holds it, else 0.
        aspects: Closeness to each part of a question in several parts.
    """

    hit: int
    span: Span
    text: str
    features: Mapping[str, float]
    covered: tuple[float, ...]
    aspects: tuple[float, ...]


@dataclass(frozen=True)
class QuestionTerms:
    """Terms of a question with their weights.

    Attributes:
        groups: For each term of the question, the folded words any of which stands for it.
        weights: Their inverse document frequencies, 0 for words the corpus never uses.
    """

    groups: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]

    def covered(self, text: str) -> list[bool]:
        """Which groups have a word in the text."""
        folded = fold(text)
        return [any(word in folded for word in group) for group in self.groups]


def question_terms(retrieval: Retrieval) -> QuestionTerms:
    """The terms by which sentences are compared with the question: bigrams, or translated words."""
    if retrieval.groups:
        return content_terms(retrieval)
    # Single characters say too little about a sentence.
    words = dict.fromkeys(t for t in terms(retrieval.question.text) if len(t) > 1)
    return _weighted(retrieval, [TermGroup(source=word, terms=(word,)) for word in words])


def content_terms(retrieval: Retrieval) -> QuestionTerms:
    """The question's content words with their weights."""
    return _weighted(retrieval, retrieval.content)


def _weighted(retrieval: Retrieval, groups: Sequence[TermGroup]) -> QuestionTerms:
    lexical = retrieval.generation.lexical
    folded = [tuple(fold(word) for word in group.terms) for group in groups]
    counts = [max((_frequency(lexical.document_frequency, w) for w in words), default=0) for words in folded]
    return QuestionTerms(
        groups=tuple(folded),
        weights=tuple(g.weight * lexical.idf(n) if n else 0.0 for g, n in zip(groups, counts, strict=True)),
    )


def _frequency(frequency_of: Callable[[str], int], word: str) -> int:
    """Document frequency of a word: that of its rarest bigram."""
    parts = terms(word)
    pieces = [part for part in parts if len(part) > 1] or parts
    return min((frequency_of(piece) for piece in pieces), default=0)


def candidates(retrieval: Retrieval, wanted: AskedFor, n_hits: int) -> list[Candidate]:
    """All sentences of the first hits.

    Args:
        retrieval: What was found.
        wanted: The kind of thing the question asks for.
        n_hits: How many hits to look into.
    """
    scores = standardise(retrieval.evidence.sentences)
    aspects = [standardise(part) for part in retrieval.aspects]
    asked, content = question_terms(retrieval), content_terms(retrieval)
    total = sum(asked.weights) or 1.0
    question_values = {q.text for q in find_quantities(retrieval.question.text)}
    read = ReaderFeatures(retrieval)
    found: list[Candidate] = []
    for number, (passage, row) in enumerate(zip(retrieval.passages[:n_hits], retrieval.rows, strict=False)):
        surrounding = _Surrounding.of(retrieval, number, asked, content)
        start = int(retrieval.generation.sentence_starts[row])
        source = retrieval.generation.store.article(passage.article_id)
        article, metadata = source.text, source.metadata
        bylines = {metadata.author, metadata.publisher, metadata.title}
        for offset, span in enumerate(passage.sentences):
            text = article[span.start : span.end]
            if not _says_something(text, bylines):
                continue
            cover = asked.covered(text)
            parts = tuple(float(part[start + offset]) for part in aspects)
            closeness = float(scores[start + offset])
            features = {
                "closeness": closeness,
                "coverage": _share(asked.weights, [float(c) for c in cover]),
                "typed": _holds(wanted, text, question_values),
                "fused": retrieval.fused[number],
                "rank": float(number),
                "aspect": max(parts, default=closeness),
                "length": math.log(len(text)),
                **read.of(number, span),
                **surrounding.features(cover, content.covered(text)),
            }
            covered = tuple(w / total if c else 0.0 for w, c in zip(asked.weights, cover, strict=True))
            found.append(Candidate(number, span, text, features, covered, parts))
    return _with_distances(found)


@dataclass(frozen=True)
class _Surrounding:
    """Which terms of the question stand around the sentences of a hit."""

    asked: QuestionTerms
    content: QuestionTerms
    passage: list[bool]
    content_headings: list[bool]
    content_passage: list[bool]

    @classmethod
    def of(
        cls, retrieval: Retrieval, number: int, asked: QuestionTerms, content: QuestionTerms
    ) -> _Surrounding:
        hit = retrieval.hits[number]
        headings = f"{hit.title} {hit.heading}"
        return cls(
            asked,
            content,
            asked.covered(f"{headings} {hit.text}"),
            content.covered(headings),
            content.covered(hit.text),
        )

    def features(self, cover: list[bool], words: list[bool]) -> dict[str, float]:
        weights = self.content.weights
        placed = [a or b for a, b in zip(words, self.content_headings, strict=True)]
        anywhere = [a or b for a, b in zip(placed, self.content_passage, strict=True)]
        shares = [1.0 if c else _CONTEXT_SHARE * p for c, p in zip(cover, self.passage, strict=True)]
        return {
            "context": _share(self.asked.weights, shares),
            "words": _share(weights, [float(w) for w in words]),
            "words_with_headings": _share(weights, [float(w) for w in placed]),
            "words_with_passage": _share(weights, [float(w) for w in anywhere]),
            "rarest_missing": max(
                (w for w, here in zip(weights, placed, strict=True) if not here), default=0.0
            ),
        }


_NO_STATEMENT = re.compile(r"^(?:来源链接[:：]?|\W*(?:(?:https?://|www\.)\S+|[\w=*&.%-]{25,}))$", re.ASCII)
_SHORTEST = 6
"""Fewer letters than this, without a digit, are a byline or a heading rather than a statement."""


def _says_something(text: str, bylines: set[str | None]) -> bool:
    """Whether a line could answer anything: bylines, addresses and stray words cannot."""
    bare = text.strip(" #*-")
    if bare in bylines or _NO_STATEMENT.match(bare):
        return False
    return sum(char.isalnum() for char in bare) >= _SHORTEST or any(char.isdigit() for char in bare)


def _with_distances(found: Sequence[Candidate]) -> list[Candidate]:
    """Adds to each candidate how far it is from the best one in each relative feature."""
    best = {name: max((c.features[name] for c in found), default=0.0) for name in RELATIVE}
    return [
        replace(
            c, features={**c.features, **{f"d_{name}": c.features[name] - best[name] for name in RELATIVE}}
        )
        for c in found
    ]


def _share(weights: Sequence[float], values: Sequence[float]) -> float:
    total = float(np.sum(weights))
    return float(np.dot(weights, values)) / total if total else 0.0


_KINDS: Mapping[AskedFor, frozenset[str]] = {
    "number": frozenset({"number", "percent", "money", "duration", "ordinal", "multiple", "measure"}),
    "date": frozenset({"date"}),
}


def _holds(wanted: AskedFor, text: str, question_values: set[str]) -> float:
    """Whether a sentence holds a new quantity of the kind asked for."""
    kinds = _KINDS.get(wanted)
    if kinds is None:
        return 0.0
    return float(any(q.kind in kinds and q.text not in question_values for q in find_quantities(text)))
