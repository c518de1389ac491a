"""Short answers from the reader's words, and where rules go first."""

from __future__ import annotations

from policy_qa.answering.expected_answer import expected_answer
from policy_qa.answering.read_spans import ReadSpan
from policy_qa.answering.short_answer import LEAST_SURE, short_answer


def marked(sentence: str, words: str, sureness: float = 5.0, place: int = 0) -> ReadSpan:
    at = sentence.index(words)
    return ReadSpan(place, at, at + len(words), sureness)


def answer(question: str, sentence: str, *spans: ReadSpan) -> str | None:
    return short_answer(question, [sentence], expected_answer(question), spans=spans)


def test_a_name_comes_from_the_reader() -> None:
    sentence = "办法由东湖市科技局负责解释。"
    assert answer("办法由哪个部门负责解释？", sentence) is None
    assert answer("办法由哪个部门负责解释？", sentence, marked(sentence, "东湖市科技局")) == "东湖市科技局"


def test_a_number_that_the_rules_find_goes_before_the_reader_s_words() -> None:
    sentence = "试点一期接入52家企业。"
    assert answer("试点接入多少家企业？", sentence, marked(sentence, "试点一期")) == "52家"


def test_words_the_reader_is_not_sure_of_are_not_given() -> None:
    sentence = "办法由东湖市科技局负责解释。"
    unsure = marked(sentence, "东湖市科技局", LEAST_SURE["zh"] - 1)
    assert answer("办法由哪个部门负责解释？", sentence, unsure) is None


def test_words_of_the_question_long_runs_and_several_sentences_are_no_short_answer() -> None:
    sentence = "办法由东湖市科技局负责解释。企业" + "应当按时报送用量" * 6 + "。"
    question = "东湖市科技局归谁管？"
    assert answer(question, sentence, marked(sentence, "东湖市科技局")) is None
    assert answer("谁报送？", sentence, marked(sentence, "解释。企业")) is None
    assert answer("谁报送？", sentence, marked(sentence, "应当按时报送用量" * 6)) is None


def test_yes_or_no_and_lists_get_no_words() -> None:
    sentence = "办法由东湖市科技局负责解释。"
    assert answer("办法是否由科技局负责？", sentence, marked(sentence, "东湖市科技局")) is None
    assert answer("哪些部门分别负责？", sentence, marked(sentence, "东湖市科技局")) is None


def test_across_languages_the_reader_must_be_surer() -> None:
    sentence = "办法由东湖市科技局负责解释。"
    span = marked(sentence, "东湖市科技局", (LEAST_SURE["zh"] + LEAST_SURE["en"]) / 2)
    assert answer("Which department interprets the rules?", sentence, span) is None
    assert answer("办法由哪个部门负责解释？", sentence, span) == "东湖市科技局"
