from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.errors import BadInputError
from policy_qa.evaluation.run_files import read_run, write_run


def test_a_run_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    write_run(path, {"q1": [("a", 2.5), ("b", 1.0)], "q2": [("c", -0.25)]}, "hybrid")
    assert path.read_text(encoding="utf-8").splitlines()[0] == "q1 Q0 a 1 2.500000 hybrid"
    assert read_run(path) == {"q1": [("a", 2.5), ("b", 1.0)], "q2": [("c", -0.25)]}


def test_the_score_decides_the_order_and_the_rank_among_equals(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("q Q0 low 1 0.1 x\nq Q0 second 3 0.9 x\nq Q0 first 2 0.9 x\n\n", encoding="utf-8")
    assert [document for document, _ in read_run(path)["q"]] == ["first", "second", "low"]


def test_a_line_without_six_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("q Q0 a 1 0.5 x\nq a 0.5\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=":2 does not hold the 6 columns"):
        read_run(path)


def test_an_id_with_white_space_cannot_stand_in_a_run(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="'a b'"):
        write_run(tmp_path / "run.trec", {"q": [("a b", 1.0)]}, "x")


def test_a_missing_run_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        read_run(tmp_path / "none.trec")
