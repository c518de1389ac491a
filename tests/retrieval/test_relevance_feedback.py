from __future__ import annotations

import numpy as np
import pytest

from policy_qa.retrieval.feedback import BEST, GAIN, towards_best

QUESTION = np.array([1.0, 0.0, 0.0], np.float32)
PASSAGES = np.eye(3, dtype=np.float32)[[1, 1, 1, 2]]


def test_the_question_moves_towards_its_best_passages_and_keeps_its_length() -> None:
    moved = towards_best(QUESTION, PASSAGES, np.array([3.0, 2.0, 1.0, 0.0], np.float32))
    assert moved[1] / moved[0] == pytest.approx(GAIN)
    assert moved[2] == 0
    assert float(np.linalg.norm(moved)) == pytest.approx(1)


def test_fewer_passages_than_asked_for_are_enough() -> None:
    few = PASSAGES[: BEST - 1]
    assert towards_best(QUESTION, few, np.zeros(len(few), np.float32))[1] > 0


def test_without_passages_the_question_stays_as_it_is() -> None:
    nothing = np.empty((0, 3), np.float32)
    assert towards_best(QUESTION, nothing, np.empty(0, np.float32)).tolist() == QUESTION.tolist()
