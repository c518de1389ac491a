"""Which words of a quote a word of a claim stands for, across languages.

Every token of the claim is compared with every token of the evidence by the last hidden states of
a multilingual encoder (late interaction: Khattab & Zaharia, SIGIR 2020). Words that mean the same
or stand in the same place of the same statement come out close to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST_EVIDENCE: Final = 1200
"""Characters of evidence that are compared at most: far below the model's window."""


@runtime_checkable
class TokenModel(Protocol):
    """An encoder that tells the states of single tokens and where they stand."""

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """One vector of length 1 per text."""
        ...

    def token_states(self, texts: Sequence[str], side: Literal["query", "passage"]) -> list[Floats]:
        """One array of shape (tokens, dimension) per text."""
        ...

    def token_spans(
        self, texts: Sequence[str], side: Literal["query", "passage"]
    ) -> list[list[tuple[int, int]]]:
        """Offsets of the same tokens in each text, half-open."""
        ...


@dataclass(frozen=True)
class Alignment:
    """A claim and its evidence, token by token.

    Attributes:
        claim: Offsets of the claim's tokens.
        evidence: Offsets of the evidence's tokens.
        cosines: Cosine of each claim token to each evidence token.
    """

    claim: tuple[tuple[int, int], ...]
    evidence: tuple[tuple[int, int], ...]
    cosines: Floats

    def best(self) -> Floats:
        """For each token of the claim, its highest cosine to any token of the evidence."""
        result: Floats = self.cosines.max(axis=1) if self.cosines.size else np.zeros(0, np.float32)
        return result

    def counterparts(self, start: int, end: int) -> list[tuple[int, float]]:
        """Where a stretch of the claim is found again in the evidence.

        Returns:
            For each of its tokens the offset of the closest token and their cosine.
        """
        rows = [i for i, (s, e) in enumerate(self.claim) if s < end and e > start and e > s]
        return self._closest(self.cosines[rows], self.evidence) if rows else []

    def origins(self, start: int, end: int) -> list[tuple[int, float]]:
        """Like ``counterparts``, from a stretch of the evidence to the claim."""
        columns = [i for i, (s, e) in enumerate(self.evidence) if s < end and e > start and e > s]
        return self._closest(self.cosines[:, columns].T, self.claim) if columns else []

    def gap(self, ours: tuple[int, int], theirs: Sequence[tuple[int, int]]) -> float:
        """How far some stretches of the evidence fall short of what is closest to one of the claim.

        Args:
            ours: Start and end in the claim.
            theirs: Starts and ends in the evidence.

        Returns:
            The highest cosine to any token of the evidence less the highest to one of ``theirs``.
        """
        rows = [i for i, (s, e) in enumerate(self.claim) if s < ours[1] and e > ours[0] and e > s]
        if not rows:
            return 1.0
        return float(self.cosines[rows].max()) - max(self.likeness(ours, other) for other in theirs)

    def likeness(self, ours: tuple[int, int], theirs: tuple[int, int]) -> float:
        """The highest cosine between a stretch of the claim and one of the evidence."""
        rows = [i for i, (s, e) in enumerate(self.claim) if s < ours[1] and e > ours[0] and e > s]
        columns = [j for j, (s, e) in enumerate(self.evidence) if s < theirs[1] and e > theirs[0] and e > s]
        return float(self.cosines[np.ix_(rows, columns)].max()) if rows and columns else -1.0

    def _closest(self, cosines: Floats, spans: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
        if not cosines.size:
            return []
        return [(spans[int(row.argmax())][0], float(row.max())) for row in cosines]


def align(claim: str, evidence: str, model: TokenModel) -> Alignment:
    """Compares a claim with its evidence token by token.

    Args:
        claim: A sentence.
        evidence: The words it rests on; only the first ``LONGEST_EVIDENCE`` characters count.
        model: The encoder.
    """
    texts = [claim[:LONGEST_EVIDENCE], evidence[:LONGEST_EVIDENCE]]
    # One after the other: padding to a common length costs more than a second call.
    ours, theirs = (_normalised(model.token_states([text], "passage")[0]) for text in texts)
    spans, their_spans = model.token_spans(texts, "passage")
    return Alignment(claim=tuple(spans), evidence=tuple(their_spans), cosines=ours @ theirs.T)


def _normalised(states: Floats) -> Floats:
    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    result: Floats = (states / np.maximum(lengths, 1e-9)).astype(np.float32)
    return result
