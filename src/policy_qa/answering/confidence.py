"""How likely is it that the hits answer the question? Calibrated on questions with known outcome.

The estimate is that of the best single sentence: a logistic regression says how well each
sentence, read with its title and heading, supports an answer, and the highest value counts
(multiple-instance learning with a maximum; Andrews et al., NIPS 2002). Features pooled over
passages would let one sentence bring the year and another the subject.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.answering.question_content import ContentReader
from policy_qa.answering.support import sentence_features
from policy_qa.records import Language, Record
from policy_qa.retrieval.retriever import Retrieval

CALIBRATION_FILE = "calibration.json"


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

    def logits(self, sentences: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Log odds of each sentence, shape (sentences,)."""
        values = np.array([[sentence[name] for name in self.features] for sentence in sentences])
        scaled = (values - np.array(self.mean)) / np.array(self.spread)
        return np.asarray(scaled @ np.array(self.weights) + self.intercept)


class Confidence:
    """Probability that a retrieval answers its question."""

    def __init__(
        self,
        calibrations: Mapping[Language, Calibration],
        unread: Mapping[Language, Calibration] | None = None,
        content: ContentReader | None = None,
    ) -> None:
        """Uses one calibration for each language.

        Args:
            calibrations: For hits that the reader has read.
            unread: For hits that it has not; the same if omitted.
            content: Reads questions; one with the user's cache folder if omitted.
        """
        self._calibrations = dict(calibrations)
        self._unread = dict(unread or calibrations)
        self._content = content or ContentReader()

    @classmethod
    def load(cls, cache_dir: Path | None = None) -> Confidence:
        """Reads the calibration that ships with the package; `make calibrate` fits it anew.

        Args:
            cache_dir: Where the compiled dictionary is kept; the user's cache if ``None``.
        """
        raw = json.loads((files("policy_qa.answering") / CALIBRATION_FILE).read_text(encoding="utf-8"))
        languages: tuple[Language, ...] = ("zh", "en")
        read, unread = (
            {lang: Calibration.model_validate(raw[part][lang]) for lang in languages}
            for part in ("languages", "without reader")
        )
        return cls(read, unread, ContentReader(cache_dir))

    def estimate(self, retrieval: Retrieval) -> float:
        """Probability between 0 and 1; 0 without hits, and for a year or edition that no article states."""
        if self._content.read(retrieval).unheard_of:
            return 0.0
        sentences = self.features(retrieval)
        if not sentences:
            return 0.0
        best = float(self._calibration(retrieval).logits(sentences).max())
        return float(1 / (1 + np.exp(-best)))

    def features(self, retrieval: Retrieval) -> list[dict[str, float]]:
        """Features of every sentence of the first hits, for calibration and inspection."""
        return sentence_features(retrieval, self._content)

    def threshold(self, retrieval: Retrieval) -> float:
        """Probability under which to abstain."""
        return self._calibration(retrieval).threshold

    def _calibration(self, retrieval: Retrieval) -> Calibration:
        fitted = self._calibrations if retrieval.readings else self._unread
        return fitted[retrieval.question.language]
