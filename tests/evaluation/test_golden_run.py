from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden_samples import FACTS, answer, outcome, question, result, unanswerable

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import IndexMissingError
from policy_qa.evaluation.failures import failure, failures
from policy_qa.evaluation.golden import Turn
from policy_qa.evaluation.golden_result import GoldenResult
from policy_qa.evaluation.golden_retrieval import standalone
from policy_qa.evaluation.golden_run import ask_one, evaluate_golden
from policy_qa.evaluation.provenance import corpus_hash, settings_hash
from policy_qa.evaluation.ranking import scorer_over
from policy_qa.settings import load_settings

FIRST, SECOND = "每年发放总额为8.2亿元。", "每家企业每年最多领取300万元。"
TOTAL: dict[str, Any] = {
    "article_ids": ("computing-vouchers",),
    "evidence": (("每年发放总额为8.2亿元",),),
    "answer": ("8.2亿元",),
}


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    path = tmp_path / "golden.jsonl"
    asked = [
        question(question="算力券每年发放总额是多少？", **TOTAL),
        question(
            id="g001-en", lang="en", question="What is the yearly total of computing vouchers?", **TOTAL
        ),
        unanswerable(),
    ]
    lines = [json.dumps(q.model_dump(mode="json"), ensure_ascii=False) for q in asked]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def failing(engine: PolicyQA) -> Callable[[str], PolicyQA]:
    class Failing(PolicyQA):
        """An engine with a defect: it fails on one question."""

        bad = ""

        def ask(self, question: str, **options: Any) -> Any:
            if question == self.bad:
                raise RuntimeError("no idea")
            return super().ask(question, **options)

    def make(bad: str) -> PolicyQA:
        made = Failing(engine.settings, embedder=HashingEmbedder())
        made.bad = bad
        return made

    return make


def test_a_run_scores_every_question_and_sums_up_by_language_and_type(engine: PolicyQA, golden: Path) -> None:
    found = evaluate_golden(engine, golden, progress=False)
    assert [o.question.id for o in found.outcomes] == ["g001-zh", "g001-en", "g002-zh"]
    assert found.by_language["zh"]["right_quote"].value == 1
    assert found.by_language["zh"]["hallucination"].n == 1
    assert set(found.by_type) == {"number", "unanswerable"}
    assert found.gaps["right_quote"].pairs == 1
    assert found.provenance.corpus_hash == corpus_hash(engine.articles())


def test_a_run_survives_being_written_and_read(engine: PolicyQA, golden: Path, tmp_path: Path) -> None:
    found = evaluate_golden(engine, golden, progress=False)
    found.write(tmp_path / "out" / "run.json")
    assert GoldenResult.model_validate_json((tmp_path / "out" / "run.json").read_bytes()) == found


def test_two_runs_give_the_same_figures(engine: PolicyQA, golden: Path) -> None:
    one, two = (evaluate_golden(engine, golden, progress=False) for _ in range(2))
    assert one.by_language == two.by_language
    assert one.golden_hash == two.golden_hash


def test_a_crash_on_one_question_is_a_result_and_the_others_are_asked(
    failing: Callable[[str], PolicyQA], golden: Path
) -> None:
    found = evaluate_golden(failing("算力券每年发放总额是多少？"), golden, progress=False)
    crashed, other, _ = found.outcomes
    assert crashed.error == "RuntimeError: no idea"
    assert crashed.answer is None
    assert crashed.scores["evidence_top5"] == 0
    assert crashed.scores["wrong_abstention"] == 1
    assert other.error is None
    assert found.by_language["zh"]["crashed"].value == 1 / 2


def test_a_crash_on_an_unanswerable_question_gets_the_worst_score(
    failing: Callable[[str], PolicyQA],
) -> None:
    asked = unanswerable()
    engine = failing(asked.question)
    scored = ask_one(engine, asked, scorer_over(engine, engine.generation)).scores
    assert scored == {"hallucination": 1.0, "crashed": 1.0}


def test_without_an_index_nothing_is_asked(corpus: Path, tmp_path: Path, golden: Path) -> None:
    lost = PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=tmp_path / "none")
    with pytest.raises(IndexMissingError):
        evaluate_golden(lost, golden, progress=False)


def test_a_follow_up_is_asked_with_the_users_earlier_words_only() -> None:
    history = (
        Turn(role="user", content="算力券每年发多少？"),
        Turn(role="assistant", content="8.2亿元。"),
        Turn(role="user", content="每家企业呢？"),
        Turn(role="assistant", content="300万元。"),
    )
    asked = question(type="follow_up", question="多久报送？", history=history)
    assert standalone(asked) == "算力券每年发多少？ 每家企业呢？ 多久报送？"


def test_measures_that_do_not_apply_give_no_score() -> None:
    assert "evidence_top5" not in outcome(unanswerable(), answer()).scores
    assert "hallucination" not in outcome(question(), answer([FIRST])).scores
    abstained = outcome(question(), answer()).scores
    assert "citation_recall" not in abstained
    assert "relevant_quotes" not in abstained
    assert (abstained["evidence_quoted"], abstained["wrong_abstention"]) == (0, 1)


def test_the_mean_leaves_out_questions_without_a_score() -> None:
    found = result([outcome(question(), answer([FIRST])), outcome(unanswerable(), answer())])
    assert found.by_language["zh"]["evidence_top5"].n == 1
    assert found.by_language["zh"]["evidence_top5"].value == 1


def test_confidence_is_held_against_what_was_found_even_in_an_abstention() -> None:
    assert outcome(question(), answer()).can_be_right
    assert not outcome(unanswerable(), answer([FIRST])).can_be_right


def test_the_95th_percentile_of_twenty_times_is_the_nineteenth() -> None:
    outcomes = [
        outcome(question(id=str(i)), answer([FIRST], timings_ms={"total": float(i)})) for i in range(1, 21)
    ]
    latency = result(outcomes).latency["zh"]
    assert (latency.p50, latency.p95, latency.stages["total"]) == (10, 19, 10.5)


@pytest.mark.parametrize(
    ("facts", "quotes", "expected"),
    [
        ((FACTS[0],), [FIRST], None),
        ((FACTS[0],), [SECOND], "not_quoted"),
        ((FACTS[0], FACTS[1]), [FIRST], "partly_quoted"),
        ((FACTS[0], "没有的事"), [FIRST], "partly_found"),
        (("没有的事",), [FIRST], "not_found"),
        ((FACTS[0],), [], "abstained"),
    ],
)
def test_a_failed_question_is_listed_under_its_gravest_reason(
    facts: tuple[str, ...], quotes: list[str], expected: str | None
) -> None:
    asked = question(evidence=tuple((fact,) for fact in facts))
    assert failure(outcome(asked, answer(quotes))) == expected


def test_failures_are_grouped_and_empty_reasons_left_out() -> None:
    fine = outcome(question(), answer([FIRST]))
    invented = outcome(unanswerable(), answer([FIRST]))
    assert failures([fine, invented]) == {"hallucinated": [invented]}


def test_a_source_under_the_answer_counts_as_shown() -> None:
    asked = question(type="attribution", answer=("算力券办法",))
    assert outcome(asked, answer([FIRST])).scores["answer_contained"] == 1


def test_the_settings_hash_ignores_folders_and_sees_what_matters(tmp_path: Path) -> None:
    usual = settings_hash(load_settings())
    assert settings_hash(load_settings(index=tmp_path, threads=3)) == usual
    assert settings_hash(load_settings(passage_tokens=128)) != usual
