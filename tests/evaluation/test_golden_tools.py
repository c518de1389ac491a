from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from golden_samples import ARTICLE, FACTS, TEXT, question, unanswerable

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.golden import Splits, load_golden, load_splits
from policy_qa.evaluation.golden_tools import Need, add_need, check_golden, copied_words, golden_stats

TEXTS = {ARTICLE: TEXT}


def need(**changes: Any) -> Need:
    fields: dict[str, Any] = {
        "type": "number",
        "questions": {"zh": "算力券一年发多少钱？", "en": "How much is paid out a year?"},
        "article_ids": (ARTICLE,),
        "evidence": ((FACTS[0],),),
        "answer": ("8.2亿元",),
    }
    return Need(**{**fields, **changes})


def test_a_need_is_added_in_both_languages_under_the_next_number(tmp_path: Path) -> None:
    path = tmp_path / "eval" / "golden.jsonl"
    add_need(path, need(), TEXTS)
    added = add_need(path, need(questions={"zh": "总额？", "en": "Total?"}), TEXTS)
    assert [q.id for q in added] == ["g002-zh", "g002-en"]
    assert [q.id for q in load_golden(path)] == ["g001-zh", "g001-en", "g002-zh", "g002-en"]
    assert "history" not in json.loads(path.read_text(encoding="utf-8").splitlines()[0])


def test_needs_of_one_type_are_dealt_out_to_both_splits(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    for _ in range(4):
        add_need(path, need(), TEXTS)
    splits = load_splits(tmp_path / "splits.json")
    assert (splits.dev, splits.test) == (("g001", "g003"), ("g002", "g004"))


def test_evidence_that_is_not_in_the_article_is_refused_and_nothing_written(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    with pytest.raises(BadInputError, match="没有写过"):
        add_need(path, need(evidence=(("没有写过",),)), TEXTS)
    assert not path.exists()
    assert not (tmp_path / "splits.json").exists()


def test_an_incomplete_need_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs article_ids, evidence and answer"):
        add_need(tmp_path / "g.jsonl", need(answer=()), TEXTS)
    with pytest.raises(UsageError, match="question is empty"):
        add_need(tmp_path / "g.jsonl", need(questions={"zh": "只有中文？"}), TEXTS)


def test_an_unanswerable_need_has_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    add_need(path, need(type="unanswerable", article_ids=(), evidence=(), answer=()), TEXTS)
    assert not any(q.answerable for q in load_golden(path))


def write(path: Path, *questions: Any) -> Path:
    path.write_text("\n".join(q.model_dump_json() for q in questions), encoding="utf-8")
    return path


def details(path: Path) -> dict[str, str]:
    return {problem.subject: problem.detail for problem in check_golden(path, TEXTS)}


def test_a_sound_set_has_no_problem(tmp_path: Path) -> None:
    english = question(id="g001-en", lang="en", question="How much is paid out a year?")
    assert details(write(tmp_path / "g.jsonl", question(), english)) == {}


def test_a_need_asked_in_one_language_is_a_problem(tmp_path: Path) -> None:
    assert "stands in zh" in details(write(tmp_path / "g.jsonl", question()))["g001"]


def test_a_pair_with_two_expectations_is_a_problem(tmp_path: Path) -> None:
    english = question(id="g001-en", lang="en", question="How much?", answer=("9亿元",))
    assert "differ" in details(write(tmp_path / "g.jsonl", question(), english))["g001"]


def test_a_question_asked_twice_is_a_problem_whatever_its_script(tmp_path: Path) -> None:
    again = question(id="x", question="算力券一年發多少錢？")
    assert "same as g001-zh" in details(write(tmp_path / "g.jsonl", question(), again))["x"]


def test_evidence_that_left_the_corpus_is_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path / "g.jsonl", question())
    (first, *_) = check_golden(path, {ARTICLE: "改写过的文章。"})
    assert (first.subject, first.serious) == ("g001-zh", True)


def test_splits_have_to_hold_every_pair_once(tmp_path: Path) -> None:
    english = question(id="g001-en", lang="en", question="How much?")
    path = write(tmp_path / "g.jsonl", question(), english)
    (tmp_path / "splits.json").write_text('{"dev": ["gone"], "test": []}')
    assert details(path)["g001"] == "is in no split"
    assert details(path)["gone"] == "is in a split but has no question"
    (tmp_path / "splits.json").write_text('{"dev": ["g001"], "test": ["g001"]}')
    assert details(path)["g001"] == "is in the splits more than once"


def test_a_question_that_repeats_its_evidence_is_advised_against() -> None:
    copied = question(question="为什么每家企业每年最多领取300万元？", evidence=((TEXT,),))
    assert copied_words(copied) == "每家企业每年最多领取300万元"
    assert copied_words(question()) == ""


def test_counts_are_of_needs_and_show_articles_that_nobody_asks_about() -> None:
    english = question(id="g001-en", lang="en")
    two = question(id="g003-zh", pair="g003", evidence=((FACTS[0],), (FACTS[1],)))
    stats = golden_stats(
        [question(), english, unanswerable(), two],
        (ARTICLE, "unread"),
        Splits(dev=("g001", "g002"), test=("g003",)),
    )
    assert (stats.pairs, stats.questions) == (3, {"zh": 3, "en": 1})
    assert (stats.types["number"], stats.types["unanswerable"], stats.types["list"]) == (2, 1, 0)
    assert stats.articles == {"unread": 0, ARTICLE: 2}
    assert stats.facts == (1 + 2) / 2
    assert stats.splits == {"dev": 2, "test": 1}
