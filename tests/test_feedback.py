from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy_qa.engine import PolicyQA
from policy_qa.errors import BadInputError
from policy_qa.evaluation.golden import GoldenQuestion
from policy_qa.feedback import Feedback, FeedbackStore, golden_candidates

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUESTION = "算力券每年发放总额是多少？"


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "kept" / "feedback.sqlite", now=lambda: NOON)


def test_a_judgement_is_kept_with_question_answer_articles_reason_and_time(
    store: FeedbackStore, engine: PolicyQA
) -> None:
    answer = engine.ask(QUESTION)
    store.add(Feedback.on(answer, "down", "  少了一个数  "))
    (kept,) = store.all()
    assert (kept.feedback_id, kept.given_at, kept.thumb, kept.reason) == (1, NOON, "down", "少了一个数")
    assert (kept.question, kept.answer, kept.generation) == (QUESTION, answer.answer, answer.generation)
    assert kept.article_ids[0] == "computing-vouchers"
    assert set(kept.article_ids) == {citation.article_id for citation in answer.citations}
    assert kept.quotes == tuple(citation.quote for citation in answer.citations)


def test_nothing_is_written_before_the_first_judgement(store: FeedbackStore, tmp_path: Path) -> None:
    assert store.all() == []
    assert list(tmp_path.iterdir()) == []


def test_judgements_can_be_had_by_thumb_and_come_in_their_order(store: FeedbackStore) -> None:
    for thumb, question in (("up", "a"), ("down", "b"), ("up", "c")):
        store.add(Feedback(thumb=thumb, question=question))
    assert [one.question for one in store.all("up")] == ["a", "c"]


def test_many_threads_lose_no_judgement(store: FeedbackStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.add(Feedback(thumb="up", question=str(n))), range(40)))
    assert {one.question for one in store.all()} == {str(n) for n in range(40)}


def test_words_of_a_reader_are_data_and_never_sql(store: FeedbackStore) -> None:
    words = "'); DROP TABLE feedback; --"
    store.add(Feedback(thumb="up", question=words, reason=words))
    assert [one.reason for one in store.all()] == [words]


def test_a_damaged_file_is_named(store: FeedbackStore, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "feedback.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(BadInputError, match=r"feedback\.sqlite"):
        store.add(Feedback(thumb="up", question="q"))


def test_an_endless_reason_is_refused_by_the_record() -> None:
    with pytest.raises(ValidationError):
        Feedback(thumb="up", question="q", reason="x" * 2001)


def test_a_praised_answer_becomes_a_golden_question_once_its_note_is_dropped(store: FeedbackStore) -> None:
    store.add(
        Feedback(
            thumb="up",
            question=QUESTION,
            article_ids=("computing-vouchers",),
            quotes=("每年发放总额为8.2亿元",),
            short_answer="8.2亿元",
        )
    )
    (candidate,) = golden_candidates(store.all())
    note = candidate.pop("note")
    question = GoldenQuestion.model_validate(candidate)
    assert question.evidence == (("每年发放总额为8.2亿元",),)
    assert question.answer == ("8.2亿元",)
    assert note["given_at"].startswith("2026-03-01T12:00")


def test_a_criticised_answer_proposes_the_question_without_its_evidence(store: FeedbackStore) -> None:
    store.add(
        Feedback(thumb="down", question=QUESTION, article_ids=("a",), quotes=("wrong",), reason="答非所问")
    )
    (candidate,) = golden_candidates(store.all())
    assert (candidate["evidence"], candidate["article_ids"], candidate["answer"]) == ([], [], [])
    assert candidate["note"]["reason"] == "答非所问"


def test_a_praised_abstention_becomes_an_unanswerable_question(store: FeedbackStore) -> None:
    store.add(Feedback(thumb="up", question="火星上有水吗？", status="not_in_corpus"))
    (candidate,) = golden_candidates(store.all())
    candidate.pop("note")
    assert GoldenQuestion.model_validate(candidate).type == "unanswerable"


def test_the_latest_judgement_of_a_question_counts(store: FeedbackStore) -> None:
    store.add(Feedback(thumb="up", question=QUESTION))
    store.add(Feedback(thumb="down", question=QUESTION))
    assert [one["note"]["thumb"] for one in golden_candidates(store.all())] == ["down"]


def test_the_file_is_plain_sqlite_that_others_can_read(store: FeedbackStore, tmp_path: Path) -> None:
    store.add(Feedback(thumb="up", question=QUESTION))
    with sqlite3.connect(tmp_path / "kept" / "feedback.sqlite") as db:
        assert db.execute("SELECT question, thumb FROM feedback").fetchall() == [(QUESTION, "up")]
