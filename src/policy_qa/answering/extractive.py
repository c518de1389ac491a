"""Hits → draft without a language model: the sentences that answer, as they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Literal

from policy_qa.answering.candidates import Candidate, candidates
from policy_qa.answering.expected_answer import expected_answer
from policy_qa.answering.question_type import AskedFor, asked_for
from policy_qa.answering.read_spans import read_spans
from policy_qa.answering.short_answer import short_answer
from policy_qa.answering.surroundings import with_surroundings
from policy_qa.index.terms import fold
from policy_qa.records import Draft, DraftSentence, Evidence, Language, Record
from policy_qa.retrieval.retriever import Retrieval

MODEL_NAME = "extractive"
MODEL_FILE = "sentence_model.json"


class SentenceModel(Record):
    """A logistic regression: how likely is a candidate sentence to be what the question asks for?

    Attributes:
        features: Names, in the order of the numbers.
        mean: Mean of each feature in the fitting data.
        spread: Standard deviation of each.
        weights: Weight of each standardised feature.
        intercept: Added to the weighted sum.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def log_odds(self, candidate: Candidate) -> float:
        """Logarithm of the odds that the candidate answers."""
        return self.intercept + sum(
            weight * (candidate.features[name] - mean) / spread
            for name, mean, spread, weight in zip(
                self.features, self.mean, self.spread, self.weights, strict=True
            )
        )


class Selection(Record):
    """How many sentences an answer has. Scores are in log-odds.

    Attributes:
        gain: For the full weight of the question's terms, none yet in a chosen sentence.
        aspect: Per standard deviation of cosine to the part of the question served least so far.
        margin: A further sentence must come within this distance of the best one.
        least: And reach at least this score.
        least_if_sure: The same if the best one reaches ``sure``: one sentence says it all then.
        sure: Log-odds from which on the best sentence counts as the answer.
        fewest: Sentences at least if the best one is not ``sure``.
        most: Sentences at most.
        most_list: Sentences at most where the question wants a list or has several parts.
    """

    gain: float = 0.75
    aspect: float = 0.2
    margin: float = 5.5
    least: float = -3.75
    least_if_sure: float = -1.5
    sure: float = 2.0
    fewest: int = 3
    most: int = 5
    most_list: int = 7


def load_sentence_models(part: Literal["languages", "without reader"]) -> dict[Language, SentenceModel]:
    """Reads the models that ship with the package; `make fit` fits them anew.

    Args:
        part: Those for hits that the reader has read, or those for hits that it has not.
    """
    raw = json.loads((files("policy_qa.answering") / MODEL_FILE).read_text(encoding="utf-8"))
    return {lang: SentenceModel.model_validate(raw[part][lang]) for lang in ("zh", "en")}


class ExtractiveDrafter:
    """Chooses sentences; writes none."""

    def __init__(
        self,
        models: Mapping[Language, SentenceModel] | None = None,
        selection: Selection | None = None,
        n_hits: int = 10,
    ) -> None:
        """Sets how sentences are chosen.

        Args:
            models: One model for each language of question; those that ship if omitted, others for
                hits that were read and hits that were not.
            selection: How many sentences are taken; the tuned values if omitted.
            n_hits: How many hits are looked into.
        """
        self._models = dict(models or load_sentence_models("languages"))
        self._unread = dict(models or load_sentence_models("without reader"))
        self._selection = selection or Selection()
        self._n_hits = n_hits

    def draft(self, retrieval: Retrieval, confidence: float) -> Draft:
        """Drafts an answer of exact sentences in reading order.

        Args:
            retrieval: What was found.
            confidence: Calibrated probability that the hits answer the question.
        """
        wanted = asked_for(retrieval.question.text)
        ranked = self.rank(retrieval, wanted)
        chosen = self._choose(ranked, wanted)
        sentences = tuple(
            DraftSentence(
                text=c.text,
                evidence=(
                    Evidence(hit=c.hit, start=c.span.start, end=c.span.end, text=c.text, score=confidence),
                ),
            )
            for c in sorted(chosen, key=lambda c: (_best_of_article(chosen, c, retrieval), c.span.start))
        )
        question = retrieval.question
        return Draft(
            sentences=sentences,
            short_answer=short_answer(
                question.text,
                [c.text for c in chosen],
                expected_answer(question.text),
                question.language,
                read_spans(retrieval, chosen),
                [tuple(map(fold, group.terms)) for group in retrieval.groups],
            ),
            confidence=confidence,
            model=MODEL_NAME,
        )

    def rank(self, retrieval: Retrieval, wanted: AskedFor) -> list[tuple[float, Candidate]]:
        """Candidate sentences with their log-odds, best first."""
        fitted = self._models if retrieval.readings else self._unread
        model = fitted[retrieval.question.language]
        scored = [(model.log_odds(c), c) for c in candidates(retrieval, wanted, self._n_hits)]
        return sorted(scored, key=lambda pair: -pair[0])

    def _choose(self, ranked: Sequence[tuple[float, Candidate]], wanted: AskedFor) -> list[Candidate]:
        """Takes sentences one by one, each time the one that adds most to those chosen."""
        if not ranked:
            return []
        several = wanted in {"list", "other"} or bool(ranked[0][1].aspects)
        most = self._selection.most_list if several else self._selection.most
        pool = dict(enumerate(ranked))
        served = _Served(len(ranked[0][1].covered), len(ranked[0][1].aspects))
        chosen: list[Candidate] = []
        floor, fewest = 0.0, 1
        while pool and len(chosen) < most:
            gains = {
                i: score + served.gain(candidate, self._selection) for i, (score, candidate) in pool.items()
            }
            index = max(gains, key=lambda i: gains[i])
            if not chosen:
                floor = self._floor(gains[index])
                fewest = 1 if gains[index] >= self._selection.sure else self._selection.fewest
            elif gains[index] < floor and len(chosen) >= fewest:
                break
            candidate = pool.pop(index)[1]
            served.add(candidate)
            if all(candidate.text != other.text for other in chosen):
                chosen.append(candidate)
        return with_surroundings(chosen, [candidate for _, candidate in ranked], wanted)

    def _floor(self, best: float) -> float:
        """The score further sentences must reach."""
        least = self._selection.least_if_sure if best >= self._selection.sure else self._selection.least
        return max(least, best - self._selection.margin)


class _Served:
    """What the chosen sentences already cover of a question."""

    def __init__(self, n_terms: int, n_aspects: int) -> None:
        self._terms = [1.0] * n_terms
        self._aspects = [1.0] * n_aspects

    def gain(self, candidate: Candidate, selection: Selection) -> float:
        """What a candidate would add."""
        new = sum(share * open_ for share, open_ in zip(candidate.covered, self._terms, strict=True))
        closest = max(
            (value * open_ for value, open_ in zip(candidate.aspects, self._aspects, strict=True)),
            default=0.0,
        )
        return selection.gain * new + selection.aspect * closest

    def add(self, candidate: Candidate) -> None:
        """Counts a chosen sentence: its terms are mostly served, its part of the question half."""
        self._terms = [
            open_ * (0.2 if share else 1.0)
            for share, open_ in zip(candidate.covered, self._terms, strict=True)
        ]
        if candidate.aspects:
            served = [value * open_ for value, open_ in zip(candidate.aspects, self._aspects, strict=True)]
            self._aspects[served.index(max(served))] *= 0.5


def _best_of_article(chosen: Sequence[Candidate], candidate: Candidate, retrieval: Retrieval) -> int:
    """Articles come in the order in which their best sentence was chosen."""
    article = retrieval.hits[candidate.hit].article_id
    return next(i for i, c in enumerate(chosen) if retrieval.hits[c.hit].article_id == article)
