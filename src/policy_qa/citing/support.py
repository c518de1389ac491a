"""How far the quotes bear a sentence out in meaning: likeness as a whole, by clauses and by tokens."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from policy_qa.citing.alignment import Alignment, Floats, TokenModel, align
from policy_qa.citing.clauses import split_clauses
from policy_qa.index.terms import has_han
from policy_qa.records import Language, Record
from policy_qa.sentences import split_sentences

MODEL_FILE: Final = "support_model.json"
FEATURES: Final = ("whole", "worst_clause", "mean_token", "worst_tokens")
_WORST_TOKENS: Final = 3
_MOST_SENTENCES: Final = 4
_SURE: Final[Mapping[Language, float]] = {"zh": 0.93, "en": 0.84}


@dataclass(frozen=True)
class Focus:
    """The part of the quotes that a claim speaks of.

    Attributes:
        text: The sentences concerned, in order.
        sources: The sentences that the claim and its clauses come from, and those they continue.
        alignment: The claim and ``text``, token by token.
        features: Likeness by name, as ``FEATURES`` lists them.
        weakest: The clause of the claim with the least support.
    """

    text: str
    sources: tuple[str, ...]
    alignment: Alignment
    features: Mapping[str, float]
    weakest: str


class SupportModel(Record):
    """A logistic regression: are the quotes enough for the sentence?

    Attributes:
        mean: Mean of each feature in the fitting data.
        spread: Standard deviation of each.
        weights: Weight of each standardised feature.
        intercept: Added to the weighted sum.
        threshold: Probability from which on a sentence counts as supported.
    """

    mean: dict[str, float]
    spread: dict[str, float]
    weights: dict[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Probability that the quotes bear the sentence out."""
        odds = self.intercept + sum(
            weight * (features[name] - self.mean[name]) / self.spread[name]
            for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@cache
def load_support_models() -> Mapping[Language, SupportModel]:
    """Reads the models that ship with the package; benchmarks/fit_support.py fits them."""
    raw = json.loads((files("policy_qa.citing") / MODEL_FILE).read_text(encoding="utf-8"))
    return {lang: SupportModel.model_validate(raw[lang]) for lang in ("zh", "en")}


def claim_language(claim: str) -> Language:
    """The language of a sentence, whatever names of the other one it holds."""
    letters = sum(char.isascii() and char.isalpha() for char in claim)
    han = sum(has_han(char) for char in claim)
    return "zh" if han * 2 >= letters else "en"


def focus_on(claim: str, quotes: Sequence[str], model: TokenModel) -> Focus | None:
    """Finds what a claim speaks of in its quotes and measures how alike they are.

    Args:
        claim: A sentence.
        quotes: The words it is said to rest on.
        model: The encoder.

    Returns:
        ``None`` if the quotes hold no sentence.
    """
    pieces = [piece for quote in quotes for piece in sentences_with_heads(quote)]
    sentences = [piece for piece, _ in pieces]
    if not sentences or not claim.strip():
        return None
    clauses = [claim[c.start : c.end] for c in split_clauses(claim)]
    parts = list(dict.fromkeys(q for s in sentences for q in (s, *_clauses_of(s))))
    vectors = model.embed_passages([claim, *clauses, *parts])
    ours, theirs = vectors[: 1 + len(clauses)], vectors[1 + len(clauses) :]
    at = {part: row for row, part in enumerate(parts)}
    rows = [at[sentence] for sentence in sentences]
    chosen = _choose(ours @ theirs[rows].T)
    text = "".join(sentences[i] for i in chosen)
    alignment = align(claim, text, model)
    by_clause = (ours[1:] @ theirs.T).max(axis=1)
    tokens = np.sort(alignment.best()) if alignment.cosines.size else np.zeros(1, np.float32)
    features = {
        "whole": float((theirs @ ours[0]).max()),
        "worst_clause": float(by_clause.min()),
        "mean_token": float(tokens.mean()),
        "worst_tokens": float(tokens[:_WORST_TOKENS].mean()),
    }
    return Focus(
        text=text,
        sources=_sources(ours @ theirs[rows].T, pieces, claim_language(claim)),
        alignment=alignment,
        features=features,
        weakest=clauses[int(by_clause.argmin())].strip(),
    )


def sentences_with_heads(quote: str) -> list[tuple[str, str]]:
    """Sentences of a quote, each with the one that opens it: in 甲说……；…… all is of one speaker."""
    found: list[tuple[str, str]] = []
    for span in split_sentences(quote):
        piece = quote[span.start : span.end]
        goes_on = found and found[-1][0][-1] in "；;" and quote[span.start - 1] != "\n"
        found.append((piece, found[-1][1] if goes_on else piece))
    return found


def _sources(cosines: Floats, pieces: Sequence[tuple[str, str]], language: Language) -> tuple[str, ...]:
    """Where the claim as a whole comes from, and each clause clearly found again; with their heads."""
    best = [(int(row.argmax()), float(row.max())) for row in cosines]
    sure = [place for place, cosine in best[1:] if cosine >= _SURE[language]]
    return tuple(dict.fromkeys(text for place in (best[0][0], *sure) for text in pieces[place]))


def _clauses_of(sentence: str) -> list[str]:
    return [sentence[c.start : c.end] for c in split_clauses(sentence)]


def _choose(cosines: Floats) -> list[int]:
    """The sentence closest to the whole claim and the one closest to each of its clauses, in order."""
    best = [int(row.argmax()) for row in cosines][: 1 + _MOST_SENTENCES]
    chosen = sorted(dict.fromkeys(best))
    return chosen[:_MOST_SENTENCES]
