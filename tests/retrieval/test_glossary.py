"""Names and terms of the field: the list itself and look-ups in it."""

from __future__ import annotations

import gzip
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.cedict import PACKAGE
from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.dictionary_file import DictionaryFile, compile_dictionary
from policy_qa.retrieval.english import phrase_key
from policy_qa.retrieval.glossary import Glossary, NamePair, translate_chinese_question, translate_question
from policy_qa.retrieval.term_groups import MAX_TERMS, TermGroup

GLOSSARY = Glossary.load()
LINES = """\
標識 标识 [biao1 zhi4] /sign; mark; label/
標籤 标签 [biao1 qian1] /label; tag/
影響 影响 [ying3 xiang3] /to affect; influence/
技術 技术 [ji4 shu4] /technology/
計算 计算 [ji4 suan4] /computing; to calculate/
力量 力量 [li4 liang5] /power; force/
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Iterator[BilingualDictionary]:
    with gzip.open(tmp_path / "source.gz", "wt", encoding="utf-8") as file:
        file.write(LINES)
    compile_dictionary(tmp_path / "source.gz", tmp_path / "small.sqlite", {})
    opened = BilingualDictionary(DictionaryFile(tmp_path / "small.sqlite"))
    yield opened
    opened.close()


def sources(groups: list[TermGroup]) -> list[str]:
    return [group.source for group in groups]


def test_the_list_is_long_enough_and_covers_every_kind() -> None:
    kinds = Counter(pair.kind for pair in GLOSSARY.pairs)
    assert len(GLOSSARY.pairs) >= 400
    assert {
        "think-tank",
        "body-us",
        "body-cn",
        "company",
        "person",
        "place",
        "law-cn",
        "policy",
        "term",
    } <= set(kinds)


def test_every_row_has_clean_variants() -> None:
    for pair in GLOSSARY.pairs:
        assert pair.english, pair
        assert pair.chinese, pair
        for name in (*pair.english, *pair.chinese):
            assert name == name.strip() != "", pair
        for name in pair.english:
            assert not has_han(name), pair
            assert phrase_key(name), pair


def test_chinese_names_are_written_in_simplified_characters() -> None:
    # Folding maps some characters of names (昇腾) too; those stand in Simplified text as they are.
    unusual = [
        name
        for pair in GLOSSARY.pairs
        for name in pair.chinese
        if has_han(name) and fold(name) != name.lower()
    ]
    assert all("昇" in name for name in unusual), unusual


def test_no_row_stands_twice() -> None:
    counts = Counter((pair.english, pair.chinese) for pair in GLOSSARY.pairs)
    assert [pair for pair, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("question", "source", "chinese"),
    [
        ("What did RAND say?", "RAND", "兰德公司"),
        ("What can BIS do?", "BIS", "工业与安全局"),
        ("Is it filed with the CAC?", "CAC", "国家网信办"),
        ("What did the U.S. Commerce Department decide?", "US Commerce Department", "美国商务部"),
        ("Who buys from SMIC?", "SMIC", "中芯国际"),
        ("Nvidia's H20", "Nvidia", "英伟达"),
        ("What is East Data, West Computing?", "East Data West Computing", "东数西算"),
        ("the small yard, high fence approach", "small yard high fence", "小院高墙"),
        ("Does the labeling of content matter?", "labeling", "标识"),
        ("Which export controls apply?", "export controls", "出口管制"),
        ("AI data centres in Guizhou", "AI data centres", "人工智能数据中心"),
        ("How many LLMs are there?", "LLMs", "大模型"),
        ("Interim Measures for Generative AI Services", "Interim Measures for Generative AI Services",
         "生成式人工智能服务管理暂行办法"),
    ],
)  # fmt: skip
def test_names_and_terms_are_found_in_questions(question: str, source: str, chinese: str) -> None:
    groups = {group.source: group.terms for group in GLOSSARY.translate(question)}
    assert chinese in groups[source]


def test_the_longest_name_wins() -> None:
    assert sources(GLOSSARY.translate("the Harvard University report")) == ["Harvard University", "report"]
    assert sources(GLOSSARY.translate("Made in China 2025")) == ["Made in China 2025"]


def test_a_pronoun_is_not_a_country_and_an_arm_is_no_company() -> None:
    assert "us" not in sources(GLOSSARY.translate("Tell us about Huawei"))
    assert sources(GLOSSARY.translate("the arm of Arm")) == ["Arm"]
    assert "美国" in GLOSSARY.translate("Does the US agree?")[0].terms


def test_a_question_without_capitals_still_finds_names_but_no_stop_words() -> None:
    found = sources(GLOSSARY.translate("what does bis do to us about huawei"))
    assert "bis" in found
    assert "huawei" in found
    assert not {"us", "does", "what"} & set(found)


def test_names_weigh_more_than_ordinary_words() -> None:
    name, word = GLOSSARY.translate("Huawei chips")
    assert name.weight > word.weight == 1.0


def test_latin_names_stay_among_the_terms_and_ordinary_words_do_not() -> None:
    name, word = GLOSSARY.translate("Huawei chips")
    assert "huawei" in name.terms
    assert "chips" not in word.terms


def test_groups_are_folded_short_and_without_repeats() -> None:
    for pair in GLOSSARY.pairs:
        for group in GLOSSARY.translate(pair.english[0]):
            assert 1 <= len(group.terms) <= MAX_TERMS
            assert len(set(group.terms)) == len(group.terms)
            assert all(term == fold(term) for term in group.terms)


def test_chinese_names_lead_to_english_ones() -> None:
    groups = {
        group.source: group.terms for group in GLOSSARY.translate_chinese("兰德公司和網信辦怎么看出口管制")
    }
    assert "rand" in groups["兰德公司"]
    assert "cac" in groups["網信辦"]
    assert "export controls" in groups["出口管制"]


def test_aliases_join_both_languages() -> None:
    aliases = GLOSSARY.aliases()
    assert {"兰德公司", "rand corporation"} <= aliases["rand"]
    assert {"cac", "国家互联网信息办公室"} <= aliases["网信办"]
    assert all(name not in others for name, others in aliases.items())


def test_mined_pairs_join_the_glossary() -> None:
    pair = NamePair(english=("Frontier Model Forum",), chinese=("前沿模型论坛",))
    loaded = Glossary.load([pair])
    assert "前沿模型论坛" in loaded.translate("What does the Frontier Model Forum do?")[0].terms
    assert loaded.aliases()["frontier model forum"] == {"前沿模型论坛"}


def test_a_mined_pair_that_is_known_changes_nothing() -> None:
    loaded = Glossary.load([NamePair(english=("AI",), chinese=("人工智能",))])
    assert loaded.pairs == GLOSSARY.pairs


def test_glossary_comes_first_and_the_dictionary_adds(dictionary: BilingualDictionary) -> None:
    groups = translate_question("How do labels affect Huawei?", dictionary, GLOSSARY)
    assert sources(groups) == ["labels", "affect", "Huawei"]
    assert groups[0].terms[:3] == ("标识", "标注", "标签")
    assert groups[1].terms[0] == "影响"


def test_the_words_of_a_term_count_half(dictionary: BilingualDictionary) -> None:
    groups = {g.source: g for g in translate_question("Who has computing power?", dictionary, GLOSSARY)}
    assert groups["computing power"].terms[0] == "算力"
    assert groups["computing"].weight < groups["computing power"].weight / 2
    assert "power" in groups


def test_the_words_of_a_name_are_not_taken_apart(dictionary: BilingualDictionary) -> None:
    groups = translate_question("What is the Bureau of Industry and Security?", dictionary, GLOSSARY)
    assert sources(groups) == ["Bureau of Industry and Security"]


def test_chinese_words_in_an_english_question_are_searched_for(dictionary: BilingualDictionary) -> None:
    groups = translate_question("What does 备案 mean?", dictionary, GLOSSARY)
    assert ("备案",) in [group.terms for group in groups]


def test_a_chinese_question_gets_english_names_and_words(dictionary: BilingualDictionary) -> None:
    groups = {
        g.source: g.terms for g in translate_chinese_question("华为怎样影响技术？", dictionary, GLOSSARY)
    }
    assert groups["华为"][0] == "huawei"
    assert "affects" in groups["影响"]
    assert "technology" in groups["技术"]


@pytest.mark.slow
def test_questions_of_the_field_are_translated_with_the_real_dictionary(tmp_path: Path) -> None:
    if importlib.util.find_spec(PACKAGE) is None:
        pytest.skip(f"the package {PACKAGE} with the dictionary is not installed")
    real = BilingualDictionary.open(tmp_path)
    question = (
        "How did iFlytek's switch from Nvidia to Huawei Ascend 910B chips delay development by three months?"
    )
    words = " ".join(term for group in translate_question(question, real, GLOSSARY) for term in group.terms)
    for chinese in ("科大讯飞", "英伟达", "910b", "芯片", "三个月", "开发"):
        assert re.search(chinese, words), chinese
