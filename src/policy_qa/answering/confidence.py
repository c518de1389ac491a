"""How likely is it that the hits answer the question? Calibrated on questions with known outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np

from policy_qa.answering.candidates import question_terms
from policy_qa.citing.quantities import find_quantities, missing_quantities
from policy_qa.records import Language, Record
from policy_qa.retrieval.retriever import Retrieval

CALIBRATION_FILE = "calibration.json"
_PASSAGES = 3


class Calibration(Record):
    """A logistic regression over standardised features, for one language of question.

    Attributes:
        features: Names, in the order of the numbers.
        mean: Mean of each feature in the fitting data.
        spread: Standard deviation of each.
        weights: Weight of each standardised feature.
        intercept: Added to the weighted sum.
        threshold: Probability under which the engine abstains.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float


class Confidence:
    """Probability that a retrieval answers its question."""

    def __init__(self, calibrations: Mapping[Language, Calibration]) -> None:
        """Uses one calibration for each language."""
        self._calibrations = dict(calibrations)

    @classmethod
    def load(cls) -> Confidence:
        """Reads the calibration that ships with the package; `make calibrate` fits it anew."""
        raw = json.loads((files("policy_qa.answering") / CALIBRATION_FILE).read_text(encoding="utf-8"))
        return cls({lang: Calibration.model_validate(raw["languages"][lang]) for lang in ("zh", "en")})

    def estimate(self, retrieval: Retrieval) -> float:
        """Probability between 0 and 1; 0 without hits."""
        if not retrieval.hits:
            return 0.0
        calibration = self._calibrations[retrieval.question.language]
        values = features(retrieval)
        total = calibration.intercept
        for name, mean, spread, weight in zip(
            calibration.features, calibration.mean, calibration.spread, calibration.weights, strict=True
        ):
            total += weight * (values[name] - mean) / spread
        return float(1 / (1 + np.exp(-total)))

    def threshold(self, language: Language) -> float:
        """Probability under which to abstain."""
        return self._calibrations[language].threshold


def features(retrieval: Retrieval) -> dict[str, float]:
    """What is known about the strength of the evidence.

    Returns:
        By name: cosines of the best passage and sentence, how far the first hit stands out, and
        how much of the question's terms, rarest term, quantities and names the first hits contain.
    """
    hits = retrieval.hits[:_PASSAGES]
    asked = question_terms(retrieval)
    weights = np.array(asked.weights)
    covers = np.array([asked.covered(f"{h.title} {h.heading} {h.text}") for h in hits], dtype=float)
    total = float(weights.sum()) or 1.0
    shares = covers @ weights / total if len(weights) else np.zeros(len(hits))
    missing = weights * (1 - covers[0]) if len(weights) else np.zeros(1)
    unknown = [w for w, g in zip(asked.weights, asked.groups, strict=True) if w == 0 and g]
    metadata = retrieval.generation.metadata
    texts = [f"{h.title} {h.heading} {h.text} {_dates(metadata[h.article_id])}" for h in hits]
    quantities = find_quantities(retrieval.question.text)
    absent = missing_quantities(retrieval.question.text, texts) if quantities else []
    return {
        "dense": max(h.scores["dense"] for h in hits),
        "sentence": max(h.scores["sentence"] for h in hits),
        "fused": retrieval.fused[0],
        "lead": retrieval.fused[0] - float(np.mean(retrieval.fused[1:6] or [0.0])),
        "coverage": float(shares.max(initial=0.0)),
        "first_coverage": float(shares[0]) if len(shares) else 0.0,
        "rarest_missing": float(missing.max(initial=0.0)),
        "unknown_terms": len(unknown) / max(len(asked.groups), 1),
        "absent_quantities": float(len(absent)),
    }


def _dates(metadata: object) -> str:
    published = getattr(metadata, "published", None)
    original = getattr(getattr(metadata, "original", None), "published", None)
    return " ".join(str(day) for day in (published, original) if day)
