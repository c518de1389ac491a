from __future__ import annotations

import numpy as np
import pytest

from policy_qa.retrieval.evidence import Evidence
from policy_qa.retrieval.fusion import LEAST_LEXICAL, LEXICAL_GAIN, NO_LEXICAL, TRANSLATED, lead, weights_for


def _evidence(*lexical: float) -> Evidence:
    scores = np.array(lexical, np.float32)
    return Evidence(scores, scores, scores, scores, lexical_hits=int((scores > 0).sum()))


def test_the_lead_is_the_best_score_over_the_tenth() -> None:
    assert lead(np.array([8.0, *[6.0] * 9, 1.0], np.float32)) == pytest.approx(0.25)
    assert lead(np.array([8.0, *[8.0] * 20], np.float32)) == 0
    assert lead(np.array([5.0, 0.0, 0.0], np.float32)) == 1
    assert lead(np.zeros(3, np.float32)) == 0


def test_words_that_single_out_a_passage_count_more_than_words_that_stand_everywhere() -> None:
    clear, flat = (_evidence(9.0, *[other] * 11) for other in (1.0, 9.0))
    assert weights_for(flat, translated=False).lexical == pytest.approx(LEAST_LEXICAL)
    assert weights_for(clear, translated=False).lexical == pytest.approx(LEAST_LEXICAL + LEXICAL_GAIN * 8 / 9)


@pytest.mark.parametrize("lexical", [(4.0, 3.0, 0.0), (7.0, 0.0, 0.0)])
def test_shares_add_up_to_one(lexical: tuple[float, ...]) -> None:
    weights = weights_for(_evidence(*lexical), translated=False)
    assert weights.dense + weights.sentence + weights.lexical == pytest.approx(1)


def test_translated_words_have_a_share_of_their_own_and_no_hit_has_none() -> None:
    assert weights_for(_evidence(4.0, 3.0), translated=True) == TRANSLATED
    assert weights_for(_evidence(0.0, 0.0), translated=False) == NO_LEXICAL
