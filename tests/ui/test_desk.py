from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from ui_samples import abstained, answered

from policy_qa.citing.verification import CitedSentence
from policy_qa.engine import PolicyQA
from policy_qa.errors import IndexMissingError, UsageError
from policy_qa.feedback import FeedbackStore
from policy_qa.records import Answer
from policy_qa.ui.abstention_markup import Searched
from policy_qa.ui.conversation import Scope, begin, finish
from policy_qa.ui.desk import Desk, read_scope
from policy_qa.ui.examples import candidates, pick_examples
from policy_qa.ui.thread_markup import live_html


@pytest.fixture
def desk(engine: PolicyQA, tmp_path: Path) -> Desk:
    return Desk(engine, feedback=FeedbackStore(tmp_path / "feedback.sqlite"))


class Broken:
    """An engine that answers with an error."""

    def __init__(self, engine: PolicyQA, error: Exception) -> None:
        self.settings = engine.settings
        self.generation = engine.generation
        self._error = error

    def ask(self, question: str, **_: Any) -> Answer:
        raise self._error


class Talking(Broken):
    """An engine that tells what it finds and says before it is done."""

    def ask(self, question: str, *, on_hits: Any = None, on_sentence: Any = None, **_: Any) -> Answer:
        on_hits(abstained().hits)
        time.sleep(0.3)
        on_sentence(CitedSentence(text="最多300万元。", markers=(1,), citations=answered().citations[:1]))
        on_sentence(CitedSentence(text="每年一次。", markers=(1,)))
        time.sleep(0.3)
        return answered()


class Remembering(Broken):
    """An engine that keeps what it was asked."""

    def __init__(self, engine: PolicyQA) -> None:
        super().__init__(engine, ValueError())
        self.asked: list[Any] = []

    def ask(self, question: str, *, history: Any = None, **_: Any) -> Answer:
        self.asked.append((question, history))
        return answered()


def test_an_answer_follows_its_pending_question(desk: Desk) -> None:
    grown = list(desk.ask((), " 每家企业每年最多领取多少万元？ ", Scope(), "zh"))
    assert grown[0][0].pending
    assert grown[0][0].question == "每家企业每年最多领取多少万元？"
    assert grown[-1][0].answer is not None


def test_a_reader_sees_what_is_read_and_said_before_the_answer_is_there(engine: PolicyQA) -> None:
    desk = Desk(Talking(engine, ValueError()))  # type: ignore[arg-type]
    shown = [live_html(said, "zh", Searched()) for said in desk.ask((), "问", Scope(), "zh")]
    assert "正在检索…" in shown[0]
    assert any("正在读《算力券办法》……" in html for html in shown)
    (busy,) = [html for html in shown if "每年一次。" in html]
    assert 'aria-busy="true"' in busy
    assert re.search(r"最多300万元。<button[^>]*pq-chip[^>]*>1</button>每年一次。<button", busy)
    assert "正在读" not in shown[-1]


def test_a_failing_engine_says_why_on_the_page(engine: PolicyQA) -> None:
    desk = Desk(Broken(engine, IndexMissingError("Run `policy-qa index`.")))  # type: ignore[arg-type]
    assert list(desk.ask((), "问", Scope(), "zh"))[-1][0].error == "Run `policy-qa index`."


def test_an_unforeseen_error_shows_its_kind_and_no_inner_words(engine: PolicyQA) -> None:
    desk = Desk(Broken(engine, RuntimeError("password 123")))  # type: ignore[arg-type]
    assert list(desk.ask((), "问", Scope(), "zh"))[-1][0].error == "RuntimeError"


def test_an_engine_that_takes_history_gets_the_earlier_turns(engine: PolicyQA) -> None:
    remembering = Remembering(engine)
    desk = Desk(remembering)  # type: ignore[arg-type]
    said = finish(begin((), "一", Scope()), answered())
    list(desk.ask(said, "二", Scope(), "zh"))
    question, history = remembering.asked[-1]
    assert question == "二"
    assert [message["content"] for message in history] == ["一", answered().answer]


def test_a_judgement_is_kept_once(desk: Desk) -> None:
    said = finish(begin((), "一", Scope()), answered())
    judged = desk.judge(said, 1, "up", " 清楚 ")
    assert judged[0].thumb == "up"
    assert desk.judge(judged, 1, "down", "") == judged
    assert [(one.thumb, one.reason) for one in desk.feedback.all()] == [("up", "清楚")]


def test_judging_a_turn_that_is_not_there_keeps_nothing(desk: Desk) -> None:
    assert desk.judge((), 4, "up", "") == ()
    assert desk.feedback.all() == []


def test_filters_offer_what_the_library_has(desk: Desk) -> None:
    publishers, articles = desk.choices()
    assert set(publishers) == {"东湖市科技局", "海岸观察"}
    assert "算力券办法" in [title for title, _ in articles]


def test_the_scope_of_the_page_becomes_filters_of_the_engine() -> None:
    filters = read_scope(Scope(publishers=("甲",), articles=("a",), since="2025-01-31 00:00:00"), "zh")
    assert filters is not None
    assert (filters.publishers, filters.article_ids, str(filters.since)) == (("甲",), ("a",), "2025-01-31")
    assert read_scope(Scope(), "zh") is None


@pytest.mark.parametrize("scope", [Scope(since="昨天"), Scope(since="2025-02-01", until="2025-01-01")])
def test_dates_that_make_no_sense_are_refused_in_words(scope: Scope) -> None:
    with pytest.raises(UsageError, match="日期"):
        read_scope(scope, "zh")


def test_the_shelf_counts_passages_and_sees_every_article(desk: Desk) -> None:
    shelf = desk.shelf()
    assert len(shelf.articles) == 3
    assert sum(shelf.passages.values()) == desk.engine.generation.size


def test_examples_for_a_foreign_corpus_come_from_its_headings(engine: PolicyQA) -> None:
    questions = [question for _, question in candidates(engine.articles(), "zh")]
    assert "《算力券办法》对“发放”是怎么说的？" in questions


def test_only_questions_answered_from_their_own_article_are_examples(engine: PolicyQA) -> None:
    def elsewhere(question: str) -> Answer:
        return answered(question=question)  # cites an article no candidate is about

    assert pick_examples(engine.articles(), "zh", elsewhere) == ()


def test_a_file_that_cannot_be_read_does_not_stop_the_others(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "missing.md"
    outcomes = list(desk.add([missing, missing], False, lambda file: lambda stage, done, total: None))
    assert [getattr(outcome, "source", "") for outcome in outcomes] == ["missing.md", "missing.md"]
