from __future__ import annotations

from policy_qa.answering.expected_answer import expected_answer
from policy_qa.answering.read_spans import ReadSpan
from policy_qa.answering.short_answer import short_answer


def _answer(question: str, *sentences: str, language: str | None = None) -> str | None:
    return short_answer(question, sentences, expected_answer(question), language)


def test_the_quantity_next_to_the_words_asked_about_answers() -> None:
    sentence = "试点一期接入52家企业，另有19家医院参加。"
    assert _answer("试点有多少家医院参加？", sentence) == "19家"


def test_an_english_question_gets_the_quoted_words_and_their_english_form() -> None:
    assert _answer("How long must the logs be kept?", "日志应当保存三个月。") == "三个月 (3 months)"


def test_a_day_is_given_as_it_stands() -> None:
    assert _answer("办法哪天施行？", "办法自2031年4月2日起施行。") == "2031年4月2日"


def test_a_number_the_question_states_is_not_repeated() -> None:
    assert _answer("2031年有多少家医院参加？", "2031年的名单尚未公布。") is None


def test_open_questions_get_no_short_answer() -> None:
    assert _answer("为什么要试点？", "试点有19家医院参加。") is None


def test_a_reason_is_left_to_the_sentence_that_gives_it() -> None:
    question, sentence, marked = "试点为什么推迟？", "试点因经费不足而推迟。", [ReadSpan(0, 3, 7, 9.0)]
    assert short_answer(question, [sentence], expected_answer(question), spans=marked) is None
    assert (
        short_answer("试点怎么了？", [sentence], expected_answer("试点怎么了？"), spans=marked) == "经费不足"
    )


def test_marked_words_of_another_kind_than_asked_for_are_not_given() -> None:
    sentence, marked = "外资医院有19家，约占全部医院的三成。", [ReadSpan(0, 5, 8, 9.0)]
    question = "外资医院有多大占比？"
    without_share = "外资医院有19家。"
    assert short_answer(question, [without_share], expected_answer(question), spans=marked) is None
    assert short_answer(question, [sentence], expected_answer(question), spans=marked) == "三成"
