"""Hard questions have the form of the golden set and are none of its questions."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.hard_questions import hard_questions
from policy_qa.evaluation.golden import corpus_texts

EVAL = Path("eval")


def test_the_evidence_of_every_hard_question_stands_in_its_article() -> None:
    texts = corpus_texts(Path("corpus"))
    asked = [question for question in hard_questions() if question["answerable"]]
    assert len(asked) > 400
    for question in asked:
        (article,) = question["article_ids"]
        assert question["evidence"][0][0] in texts[article]


def test_every_need_is_asked_in_both_languages_and_followed_by_its_near_miss() -> None:
    asked = hard_questions()
    for need, miss in zip(asked[::2], asked[1::2], strict=True):
        assert (need["answerable"], miss["answerable"]) == (True, False)
        assert (need["pair"], need["lang"]) == (miss["pair"], miss["lang"])
        assert miss["article_ids"] == []
    assert len({q["pair"] for q in asked}) * 4 == len(asked)


def test_no_question_that_measures_is_fitted_on() -> None:
    golden = {
        json.loads(line)["question"] for line in (EVAL / "golden.jsonl").read_text("utf-8").splitlines()
    }
    for line in (EVAL / "independent.jsonl").read_text("utf-8").splitlines():
        golden |= {json.loads(line)["zh"], json.loads(line)["en"]}
    assert not golden & {question["question"] for question in hard_questions()}
