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
from policy_qa.citing.wording import ClaimWord, Translate, find_words
from policy_qa.index.terms import has_han
from policy_qa.reading.protocol import Reader, ReadPassage
from policy_qa.records import Language, Record, Span
from policy_qa.sentences import split_sentences

MODEL_FILE: Final = "support_model.json"
FEATURES: Final = (
    "whole",
    "worst_clause",
    "mean_token",
    "worst_tokens",
    "words",
    "worst_clause_words",
    "clauses",
    "worst_stretch",
    "worst_stretch_words",
    "covered",
    "length",
)
JUDGED: Final = ("judged", "judged_focus")
"""What the reader makes of the sentence beside all its quotes, and beside the part it speaks of."""
_JUDGED_SCALE: Final = 4.0
_JUDGED_LIMIT: Final = 12.0
_WORST_TOKENS: Final = 3
_STRETCH: Final = 6
"""Tokens in a row of which the least supported ones are looked for."""
_FEWEST_WORDS: Final = 3
_UNLIKE: Final = 0.6
"""Cosine of a word that stands in no quote below which nothing in them speaks for it."""
_MOST_SENTENCES: Final = 4
_AS_CLOSE: Final = 0.02
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
def load_support_models(*, read: bool) -> Mapping[Language, SupportModel]:
    """Reads the models that ship with the package; benchmarks/fit_support.py fits them.

    Args:
        read: Whether the features of the reader are there, too.
    """
    raw = json.loads((files("policy_qa.citing") / MODEL_FILE).read_text(encoding="utf-8"))
    fitted = raw["languages" if read else "without reader"]
    return {lang: SupportModel.model_validate(fitted[lang]) for lang in ("zh", "en")}


def judge(claim: str, quotes: Sequence[str], focus: Focus, reader: Reader) -> dict[str, float]:
    """What the reader, which was taught claims beside questions, says of a claim.

    Returns:
        The features ``JUDGED`` names: relevance, in quarters of a logit.
    """
    texts = ("\n".join(quotes), focus.text)
    readings = reader.read(claim, [ReadPassage(text) for text in texts])
    return {
        name: max(-_JUDGED_LIMIT, min(_JUDGED_LIMIT, reading.relevance)) / _JUDGED_SCALE
        for name, reading in zip(JUDGED, readings, strict=True)
    }


def claim_language(claim: str) -> Language:
    """The language of a sentence, whatever names of the other one it holds."""
    letters = sum(char.isascii() and char.isalpha() for char in claim)
    han = sum(has_han(char) for char in claim)
    return "zh" if han * 2 >= letters else "en"


def focus_on(
    claim: str, quotes: Sequence[str], model: TokenModel, translate: Translate | None = None
) -> Focus | None:
    """Finds what a claim speaks of in its quotes and measures how alike they are.

    Args:
        claim: A sentence.
        quotes: The words it is said to rest on.
        model: The encoder.
        translate: The dictionary.

    Returns:
        ``None`` if the quotes hold no sentence.
    """
    pieces = [piece for quote in quotes for piece in sentences_with_heads(quote)]
    sentences = [piece for piece, _ in pieces]
    if not sentences or not claim.strip():
        return None
    spans = split_clauses(claim)
    clauses = [claim[c.start : c.end] for c in spans]
    parts = list(dict.fromkeys(q for s in sentences for q in (s, *_clauses_of(s))))
    vectors = model.embed_passages([claim, *clauses, *parts])
    ours, theirs = vectors[: 1 + len(clauses)], vectors[1 + len(clauses) :]
    at = {part: row for row, part in enumerate(parts)}
    rows = [at[sentence] for sentence in sentences]
    chosen = _with_rest(_choose(ours @ theirs[rows].T), pieces)
    text = "".join(sentences[i] for i in chosen)
    alignment = align(claim, text, model)
    by_clause = (ours[1:] @ theirs.T).max(axis=1)
    tokens = np.sort(alignment.best()) if alignment.cosines.size else np.zeros(1, np.float32)
    found = find_words(claim, "\n".join(quotes), translate)
    weighty = [i for i, c in enumerate(spans) if _weight(c, found) >= _FEWEST_WORDS] or list(
        range(len(spans))
    )
    words, worst = _words_there(found, [spans[i] for i in weighty], alignment)
    features = {
        "whole": float((theirs @ ours[0]).max()),
        "worst_clause": float(by_clause[weighty].min()),
        "mean_token": float(tokens.mean()),
        "worst_tokens": float(tokens[:_WORST_TOKENS].mean()),
        "words": words,
        "worst_clause_words": worst,
        "clauses": math.log(len(weighty)),
        **_stretches(alignment, found),
        "length": math.log(len(found) + 1),
    }
    return Focus(
        text=text,
        sources=_sources(ours @ theirs[rows].T, pieces, claim_language(claim)),
        alignment=alignment,
        features=features,
        weakest=clauses[int(by_clause.argmin())].strip(),
    )


def _stretches(alignment: Alignment, words: Sequence[ClaimWord]) -> dict[str, float]:
    """The least supported tokens in a row, with and without regard to words that are there; what is used."""
    if not alignment.cosines.size:
        return {"worst_stretch": 0.0, "worst_stretch_words": 0.0, "covered": 0.0}
    best = alignment.best()
    real = [i for i, (start, end) in enumerate(alignment.claim) if end > start]
    there = [(word.start, word.end) for word in words if word.there]
    plain = [float(best[i]) for i in real]
    known = [
        1.0 if any(alignment.claim[i][0] < e and alignment.claim[i][1] > s for s, e in there) else value
        for i, value in zip(real, plain, strict=True)
    ]
    return {
        "worst_stretch": _lowest_mean(plain),
        "worst_stretch_words": _lowest_mean(known),
        "covered": float(alignment.cosines.max(axis=0).mean()),
    }


def _lowest_mean(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    ends = range(max(1, len(values) - _STRETCH + 1))
    return min(float(np.mean(values[at : at + _STRETCH])) for at in ends)


def _words_there(
    words: Sequence[ClaimWord], clauses: Sequence[Span], alignment: Alignment
) -> tuple[float, float]:
    """Share of the claim's words that the quotes hold, and that of its worst clause.

    In a clause a word that they do not hold counts as far as something in them is like it.
    """
    if not words:
        return 1.0, 1.0
    best = alignment.best()
    shares = []
    for clause in clauses:
        scores = [
            1.0 if word.there else _likeness(word, alignment, best)
            for word in words
            if clause.start <= word.start < clause.end
        ]
        if scores:
            shares.append(sum(scores) / len(scores))
    return sum(word.there for word in words) / len(words), min(shares, default=1.0)


def _weight(clause: Span, words: Sequence[ClaimWord]) -> int:
    return sum(clause.start <= word.start < clause.end for word in words)


def _likeness(word: ClaimWord, alignment: Alignment, best: Floats) -> float:
    cosines = [
        best[i] for i, (s, e) in enumerate(alignment.claim) if s < word.end and e > word.start and e > s
    ]
    mean = float(np.mean(cosines)) if cosines and alignment.cosines.size else 0.0
    return max(0.0, (mean - _UNLIKE) / (1 - _UNLIKE))


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
    """The sentences closest to the whole claim and the one closest to each of its clauses, in order."""
    near = np.flatnonzero(cosines[0] >= cosines[0].max() - _AS_CLOSE)
    best = [int(i) for i in near[np.argsort(-cosines[0][near], kind="stable")]][:2]
    best += [int(row.argmax()) for row in cosines[1:]]
    return sorted(list(dict.fromkeys(best))[:_MOST_SENTENCES])


def _with_rest(chosen: Sequence[int], pieces: Sequence[tuple[str, str]]) -> list[int]:
    """The sentences chosen, with the parts of the same sentence that a semicolon parts from them."""
    heads = {pieces[i][1] for i in chosen}
    return [i for i, (_, head) in enumerate(pieces) if i in chosen or head in heads]
