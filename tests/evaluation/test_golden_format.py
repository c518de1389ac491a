from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from golden_samples import ARTICLE, FACTS, TEXT, question

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.golden import load_golden, load_splits, missing_evidence


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def record(**changes: Any) -> dict[str, Any]:
    return {**question().model_dump(mode="json"), **changes}


def test_a_set_is_read_in_the_order_of_its_file(tmp_path: Path) -> None:
    path = write(tmp_path / "g.jsonl", record(id="b"), record(id="a"))
    assert [q.id for q in load_golden(path)] == ["b", "a"]


def test_an_id_on_two_lines_is_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path / "g.jsonl", record(id="twice"), record(id="twice"))
    with pytest.raises(BadInputError, match="twice"):
        load_golden(path)


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "g.jsonl", record(lang="fr"), record(id="fine"), record(colour="red"))
    with pytest.raises(BadInputError) as caught:
        load_golden(path)
    assert "g.jsonl:1: lang" in str(caught.value)
    assert "g.jsonl:3: colour" in str(caught.value)
    assert "g.jsonl:2" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"evidence": []}, "needs article_ids"),
        ({"answer": []}, "needs article_ids"),
        ({"evidence": [[]]}, "empty"),
        ({"evidence": [["  "]]}, "empty"),
        ({"answerable": False}, "unanswerable question has no"),
        ({"type": "unanswerable"}, "does not fit"),
        ({"type": "follow_up"}, "history"),
        ({"history": [{"role": "user", "content": "早"}]}, "history"),
        ({"question": " "}, "question is empty"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadInputError, match=reason):
        load_golden(write(tmp_path / "g.jsonl", record(**changes)))


def test_a_missing_or_empty_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        load_golden(tmp_path / "none.jsonl")
    with pytest.raises(BadInputError, match="holds no question"):
        load_golden(write(tmp_path / "empty.jsonl"))


def test_a_split_keeps_both_languages_of_its_pairs_only(tmp_path: Path) -> None:
    path = write(
        tmp_path / "g.jsonl",
        record(id="a-zh", pair="a"),
        record(id="a-en", pair="a", lang="en"),
        record(id="b-zh", pair="b"),
    )
    (tmp_path / "splits.json").write_text('{"dev": ["a"], "test": ["b"]}')
    assert [q.id for q in load_golden(path, "dev")] == ["a-zh", "a-en"]
    assert [q.id for q in load_golden(path, "test")] == ["b-zh"]
    with pytest.raises(UsageError, match="train"):
        load_golden(path, "train")


def test_a_split_file_of_another_form_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "splits.json").write_text('["a"]')
    with pytest.raises(BadInputError, match="dev"):
        load_splits(tmp_path / "splits.json")


def test_evidence_is_found_across_line_breaks() -> None:
    broken = {ARTICLE: TEXT.replace("总额为", "总\n额 为")}
    assert missing_evidence([question()], broken) == ()


def test_evidence_of_another_article_does_not_count() -> None:
    texts = {ARTICLE: "别的文字。", "other": TEXT}
    ((name, detail),) = missing_evidence([question()], texts)
    assert name == "g001-zh"
    assert FACTS[0] in detail


def test_an_article_that_does_not_exist_is_named() -> None:
    problems = missing_evidence([question()], {"other": TEXT})
    assert ("g001-zh", f"no article {ARTICLE} in the corpus") in problems


def test_every_alternative_of_a_fact_must_be_in_the_corpus() -> None:
    asked = question(evidence=((FACTS[0], "没有写过的话"),))
    ((_, detail),) = missing_evidence([asked], {ARTICLE: TEXT})
    assert "没有写过的话" in detail
