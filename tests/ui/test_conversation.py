from __future__ import annotations

from ui_samples import answered

from policy_qa.ui.conversation import Conversation, Scope, begin, fail, find, finish, history, judge, stop


def two_turns() -> Conversation:
    first = finish(begin((), "一", Scope()), answered())
    return finish(begin(first, "二", Scope()), answered())


def test_turns_are_numbered_in_order() -> None:
    assert [turn.number for turn in two_turns()] == [1, 2]


def test_an_edited_question_replaces_its_turn_and_all_after_it() -> None:
    edited = begin(two_turns(), "改", Scope(), at=1)
    assert [(turn.number, turn.question) for turn in edited] == [(1, "改")]
    assert edited[0].pending


def test_stopping_marks_what_is_pending_and_leaves_what_is_answered() -> None:
    assert stop(begin((), "一", Scope()))[0].stopped
    assert stop(two_turns()) == two_turns()
    assert stop(()) == ()


def test_an_error_ends_the_wait() -> None:
    failed = fail(begin((), "一", Scope()), "索引不见了")
    assert failed[0].error == "索引不见了"
    assert not failed[0].pending


def test_history_holds_answered_turns_only() -> None:
    conversation = stop(begin(two_turns(), "三", Scope()))
    assert [message["role"] for message in history(conversation)] == ["user", "assistant"] * 2


def test_a_judgement_stays_with_its_turn() -> None:
    judged = judge(two_turns(), 2, "down")
    assert [turn.thumb for turn in judged] == [None, "down"]
    assert find(judged, 3) is None
