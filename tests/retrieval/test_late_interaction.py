from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from policy_qa.embedding.protocol import Vectors
from policy_qa.engine import PolicyQA
from policy_qa.retrieval.late_interaction import WEIGHT, LateInteraction, TokenEmbedder

_DIMENSION = 4096


class CharacterStates:
    """One unit vector a character: two texts are alike as far as they share characters."""

    def __init__(self) -> None:
        self.passages: list[str] = []

    def token_states(self, texts: Sequence[str], side: str) -> list[Vectors]:
        if side == "passage":
            self.passages += texts
        return [_states([c for c in text if c.isalnum()]) for text in texts]


def _states(characters: list[str]) -> Vectors:
    states = np.zeros((len(characters), _DIMENSION), dtype=np.float32)
    states[range(len(characters)), [ord(c) % _DIMENSION for c in characters]] = 3.0
    return states


@pytest.fixture
def late(engine: PolicyQA) -> LateInteraction:
    return LateInteraction(CharacterStates(), engine.generation)


def test_a_passage_scores_the_share_of_the_questions_tokens_it_holds(
    late: LateInteraction, engine: PolicyQA
) -> None:
    passage = engine.generation.store.passages([0])[0]
    inside = passage.text[:4]
    assert late.similarities(inside, [0])[0] == pytest.approx(1.0, abs=1e-3)
    assert late.similarities(inside + "Жщюя", [0])[0] == pytest.approx(4 / 8, abs=1e-3)


def test_the_better_passage_rises_by_the_weighted_difference(late: LateInteraction, engine: PolicyQA) -> None:
    fused = np.zeros(engine.generation.size, dtype=np.float32)
    question = engine.generation.store.passages([1])[0].text[:8]
    scores = late(question, fused)
    assert int(scores.argmax()) == 1
    similar = late.similarities(question, range(engine.generation.size))
    assert scores == pytest.approx(WEIGHT * (similar - similar.min()), abs=1e-3)


def test_states_of_a_passage_are_made_once(engine: PolicyQA) -> None:
    states = CharacterStates()
    late = LateInteraction(states, engine.generation)
    for _ in range(2):
        late.similarities("算力", [0, 1])
    assert len(states.passages) == 2


def test_a_question_without_tokens_changes_nothing(late: LateInteraction, engine: PolicyQA) -> None:
    fused = np.arange(engine.generation.size, dtype=np.float32)
    assert np.argsort(late("？", fused)).tolist() == np.argsort(fused).tolist()


def test_only_models_with_token_states_are_token_embedders(engine: PolicyQA) -> None:
    assert isinstance(CharacterStates(), TokenEmbedder)
    assert not isinstance(engine.embedder, TokenEmbedder)
