from __future__ import annotations

import time

import pytest

from policy_qa.citing.names import find_names, missing_names

ALIASES = {
    "rand": frozenset({"兰德", "兰德公司", "rand corporation"}),
    "rand corporation": frozenset({"兰德", "兰德公司", "rand"}),
    "兰德公司": frozenset({"rand", "rand corporation", "兰德"}),
    "ministry of commerce": frozenset({"商务部", "mofcom"}),
    "商务部": frozenset({"ministry of commerce", "mofcom"}),
    "japan": frozenset({"日本", "japanese"}),
    "huawei": frozenset({"华为"}),
    "华为": frozenset({"huawei"}),
    "中兴": frozenset({"zte"}),
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("RAND and CSIS published it", ["RAND", "CSIS"]),
        ("a talk by Kyle Chan of DeepSeek", ["Kyle Chan", "DeepSeek"]),
        ("据Strider报告", ["Strider"]),
        (
            "the Ministry of Industry and Information Technology said",
            ["Ministry of Industry and Information Technology"],
        ),
        ("RAND's study of US-based Anthropic", ["RAND", "Anthropic"]),
        ("清华大学和兰德公司合作", ["清华大学", "兰德公司"]),
        ("根据商务部与教育部的通知", ["商务部", "教育部"]),
        ("《新一代人工智能发展规划》提出", ["新一代人工智能发展规划"]),
        ("国家发展和改革委员会", ["改革委员会"]),
    ],
)
def test_a_name_is_found_by_its_form(text: str, names: list[str]) -> None:
    found = find_names(text)
    assert [name.text for name in found] == names
    assert all(text[name.start : name.end] == name.text for name in found)


@pytest.mark.parametrize(
    "text",
    [
        "In March 2025 China and the United States talked about AI and GPUs.",
        "Article 27 of Phase II is in the Five-Year Plan",
        "数据中心和计算中心由中国公司和外国公司建设",
        "各部门、各大学、这家公司与全部内部人员",
        "300 EFLOPS and 7 nm for US$8.2 billion",
        "GPT-4与910B",
        "以人民为中心",
    ],
)
def test_ordinary_words_are_no_names(text: str) -> None:
    assert [name.text for name in find_names(text)] == []


def test_a_capital_at_the_head_of_a_sentence_is_an_uncertain_name() -> None:
    (name,) = find_names("Researchers disagree.")
    assert not name.certain
    assert missing_names("Researchers disagree.", ["Scholars differ."], ALIASES) == []


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("RAND published it.", "兰德公司发布了报告"),
        ("兰德公司发布了报告", "RAND published it."),
        ("The RAND Corporation agrees.", "RAND agrees."),
        ("It came from the Ministry of Commerce.", "商务部发布"),
        ("工信部发布", "工业和信息化部发布"),
        ("此外国防部表示", "美国国防部表示"),
        ("Chan agrees.", "Kyle Chan agrees."),
        ("A study by Kyle Chan", "a study by Chan"),
        ("the Center for Strategic and International Studies", "a CSIS report"),
        ("《个人信息保护法》规定", "《中华人民共和国个人信息保护法》规定"),
        ("《办法》规定", "自公布之日起施行"),
        ("Scholars like Liang Wenfeng agree.", "梁文锋也赞同"),
        ("GPT-4 and H20s", "GPT4与H20"),
        ("未来工厂研究院认为", "The institute believes"),
        ("", ""),
    ],
)
def test_a_name_borne_out_by_its_quote_in_any_form_is_not_missing(sentence: str, quote: str) -> None:
    assert missing_names(sentence, [quote], ALIASES) == []


@pytest.mark.parametrize(
    ("sentence", "quote", "missing"),
    [
        ("CSIS published it.", "兰德公司发布了报告", ["CSIS"]),
        ("RAND published it.", "战略与国际研究中心发布了报告", ["RAND"]),
        ("Firms in Japan agree.", "荷兰企业赞同", ["Japan"]),
        ("清华大学发布", "北京大学发布", ["清华大学"]),
        ("商务部发布", "教育部发布", ["商务部"]),
        ("商务部发布", "published by the Ministry of Education", ["商务部"]),
        ("《数据安全法》规定", "《网络安全法》规定", ["数据安全法"]),
        ("GPT-4 and H800", "GPT-4与H20", ["H800"]),
        ("A paper by Kyle Chan", "a paper by Diana Fu", ["Kyle Chan"]),
        ("北京智源人工智能研究院", "北京通用人工智能研究院", ["北京智源人工智能研究院"]),
    ],
)
def test_a_name_that_no_quote_holds_is_named(sentence: str, quote: str, missing: list[str]) -> None:
    assert missing_names(sentence, [quote], ALIASES) == missing


def test_a_listed_name_without_a_form_of_its_own_is_checked_too() -> None:
    known = {"华为", "中兴"}
    assert missing_names("华为发布芯片", ["中兴发布芯片"], ALIASES, known) == ["华为"]
    assert missing_names("华为发布芯片", ["Huawei released a chip"], ALIASES, known) == []
    assert missing_names("华为发布芯片", ["中兴发布芯片"], ALIASES) == []


def test_each_name_needs_only_one_of_the_quotes_and_is_named_once() -> None:
    assert missing_names("RAND and CSIS; CSIS", ["RAND", "CSIS"], {}) == []
    assert missing_names("RAND and CSIS; CSIS", ["RAND"], {}) == ["CSIS"]


@pytest.mark.parametrize(
    "hostile", ["A" * 10_000, "A-" * 5_000, "A of " * 2_000, "研究" * 5_000, "《" * 10_000]
)
def test_a_hostile_run_of_characters_is_searched_in_seconds_on_a_busy_machine(hostile: str) -> None:
    started = time.perf_counter()
    find_names(hostile)
    assert time.perf_counter() - started < 5.0
