"""Entries of CC-CEDICT turned into English phrases."""

from __future__ import annotations

from policy_qa.retrieval.cedict import Entry, Fragment, compound_counts, fragments


def phrases(word: str, *senses: str) -> dict[str, Fragment]:
    return {item.phrase: item for item in fragments(Entry(word, "", senses)) if item.exact}


def test_surnames_measure_words_and_bygone_senses_are_skipped() -> None:
    assert phrases("李", "surname Li", "plum", "CL:個|个[ge4]", "(archaic) judge").keys() == {"plum"}


def test_a_later_sense_and_a_later_synonym_cost_more() -> None:
    found = phrases("攻击", "to attack; to assault", "to accuse")
    assert found["attack"].cost < found["assault"].cost < found["accuse"].cost


def test_an_acronym_counts_only_if_it_abbreviates_its_words() -> None:
    assert "WTO" in phrases("世贸", "World Trade Organization (WTO)")
    assert "UK" not in phrases("考文垂", "Coventry City (UK)")


def test_the_last_name_of_a_person_goes_with_the_last_part_of_the_chinese_name() -> None:
    found = {
        item.phrase: item.word for item in fragments(Entry("艾萨克·牛顿", "", ("Isaac Newton (1642-1727)",)))
    }
    assert found["Newton"] == "牛顿"


def test_a_word_inside_many_compounds_is_common() -> None:
    counts = compound_counts(["人", "人工", "人民", "男人", "瓷器"])
    assert counts["人"] > counts["人工"] == 0.0
