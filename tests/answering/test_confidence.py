from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from policy_qa.answering.confidence import CALIBRATION_FILE, Calibration
from policy_qa.answering.question_content import _atoms
from policy_qa.answering.support import _atom_features, _Scope
from policy_qa.citing.quantities import find_quantities


def _gaps(question: str, sentence: str, title: str = "", published: str = "") -> dict[str, float]:
    atoms = _atoms(question, find_quantities(question))
    scopes = [_Scope.of(text) for text in (sentence, title, sentence, published)]
    return _atom_features(atoms, scopes[0], scopes[1], scopes[2], scopes[3])


def test_a_sentence_about_another_year_conflicts() -> None:
    assert _gaps("2033年底有多少基站？", "到2031年底，基站有30万个。")["conflict"] == 1
    assert _gaps("2031年底有多少基站？", "到2031年底，基站有30万个。")["conflict"] == 0


def test_a_year_in_the_title_counts_for_the_sentence() -> None:
    assert _gaps("2031年要点有几项任务？", "共有16项任务。", "2031年工作要点")["year_near"] == 0
    assert _gaps("2031年要点有几项任务？", "共有16项任务。", "工作要点")["year_near"] == 1


def test_a_day_of_publication_is_weaker_than_a_year_in_the_text() -> None:
    gaps = _gaps("2031年有几项任务？", "共有16项任务。", published="2031年3月1日")
    assert (gaps["year_dated"], gaps["year_passage"]) == (0, 1)


@pytest.mark.parametrize("question", ["第七批清单何时公布？", "框架3.0版何时公布？"])
def test_another_batch_or_edition_leaves_a_gap(question: str) -> None:
    assert _gaps(question, "第五批清单和框架2.0版于周一公布。")["edition_gap"] == 2


def test_log_odds_add_up_over_standardised_features() -> None:
    calibration = Calibration(
        features=("near",), mean=(0.5,), spread=(0.25,), weights=(2.0,), intercept=-1.0, threshold=0.4
    )
    np.testing.assert_allclose(calibration.logits([{"near": 0.5}, {"near": 1.0}]), [-1.0, 3.0])


def test_the_shipped_calibration_is_complete_and_says_where_it_comes_from() -> None:
    raw = json.loads((files("policy_qa.answering") / CALIBRATION_FILE).read_text(encoding="utf-8"))
    assert len(raw["provenance"]["golden_sha256"]) == 64
    for language in ("zh", "en"):
        calibration = Calibration.model_validate(raw["languages"][language])
        assert 0 < calibration.threshold < 1
        assert len(calibration.features) == len(calibration.weights) == len(calibration.mean)
