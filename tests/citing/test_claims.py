"""The whole verification with the bundled encoder, on sentences of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy_qa.citing.claims import ClaimStatus, Knowledge, verify_claim
from policy_qa.citing.support import JUDGED, load_support_models
from policy_qa.embedding.bundled import BundledE5
from policy_qa.retrieval.dictionary import BilingualDictionary

QUOTE = "据北岭研究所报告，2024年东湖市的芯片产量上升了12%，达到3.5万片；该市禁止企业向境外提供训练数据。"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    model = BundledE5()
    aliases = {
        "北岭研究所": frozenset({"north ridge institute"}),
        "north ridge institute": frozenset({"北岭研究所"}),
    }
    return Knowledge(aliases, frozenset({"日本"}), lambda: model, BilingualDictionary.open().locate)


@pytest.mark.parametrize(
    "sentence",
    [
        "北岭研究所的报告说，东湖市2024年芯片产量增长12%，为3.5万片。",
        "According to the North Ridge Institute, chip output in Donghu rose by 12% in 2024 to 35,000 pieces.",
        "报告称，该市不允许企业把训练数据提供到境外。",
        "The report says that the city forbids companies to provide training data abroad.",
    ],
)
def test_true_sentences_are_kept_in_both_languages(sentence: str, knowledge: Knowledge) -> None:
    verdict = verify_claim(sentence, [QUOTE], knowledge)
    assert (verdict.supported, verdict.status) == (True, "normalised"), verdict.checks


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("据北岭研究所报告，2024年东湖市的芯片产量下降了12%。", "altered"),
        ("The North Ridge Institute reports that chip output in Donghu fell by 12% in 2024.", "altered"),
        ("据北岭研究所报告，2024年东湖市的芯片产量上升了21%。", "altered"),
        ("据北岭研究所报告，2023年东湖市的芯片产量上升了12%。", "altered"),
        ("据北岭研究所报告，2024年日本的芯片产量上升了12%。", "altered"),
        ("报告称，该市允许企业向境外提供训练数据。", "altered"),
        ("The report says that the city allows companies to provide training data abroad.", "altered"),
        ("2024年东湖市的芯片产量上升了12%。", "altered"),
        ("据北岭研究所报告，东湖市的教师工资明年将由中央财政全额负担。", "unsupported"),
        ("The North Ridge Institute says that teachers in Donghu will be paid twice a month.", "unsupported"),
    ],
)
def test_wrong_sentences_are_found_out(sentence: str, status: ClaimStatus, knowledge: Knowledge) -> None:
    verdict = verify_claim(sentence, [QUOTE], knowledge)
    assert (verdict.supported, verdict.status) == (False, status), verdict.checks


def test_words_of_the_quote_are_exact(knowledge: Knowledge) -> None:
    assert verify_claim(QUOTE, [QUOTE], knowledge).status == "exact"


def test_a_number_moved_to_another_thing_is_found_out(knowledge: Knowledge) -> None:
    quote = "该市共有公司228家、学校77所、医院13家。"
    assert not verify_claim("The city has 77 companies and 228 schools.", [quote], knowledge).supported
    assert verify_claim("The city has 228 companies and 77 schools.", [quote], knowledge).supported


def test_a_sentence_with_a_wrong_number_is_not_put_to_the_reader(knowledge: Knowledge) -> None:
    asked: list[bool] = []

    def no_reader() -> None:
        asked.append(True)

    watched = replace(knowledge, reader=no_reader)
    quote = "每家企业每年最多领取300万元。"
    assert verify_claim("每家企业每年最多领取900万元。", [quote], watched).status == "altered"
    assert not asked
    verify_claim("一家企业一年至多领300万元。", [quote], watched)
    assert asked


def test_the_models_with_and_without_the_reader_differ_by_what_it_says() -> None:
    with_reader, without = load_support_models(read=True), load_support_models(read=False)
    for lang, fitted in with_reader.items():
        assert set(fitted.weights) - set(without[lang].weights) == set(JUDGED)
        assert fitted.weights["judged"] > 0
