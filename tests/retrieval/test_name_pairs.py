"""Pairs of names that articles give themselves, and Chinese people under their pinyin."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.dictionary_file import DictionaryFile, compile_dictionary
from policy_qa.retrieval.glossary import Glossary
from policy_qa.retrieval.personal_names import find_personal_names

GLOSSARY = Glossary.load()
UNKNOWN = Glossary(())
LINES = """\
技術 技术 [ji4 shu4] /technology/
堆棧 堆栈 [dui1 zhan4] /stack (computing)/
墊腳石 垫脚石 [dian4 jiao3 shi2] /stepping stone/
崔 崔 [Cui1] /surname Cui/
明 明 [ming2] /bright/
遠 远 [yuan3] /far/
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Iterator[BilingualDictionary]:
    with gzip.open(tmp_path / "source.gz", "wt", encoding="utf-8") as file:
        file.write(LINES)
    compile_dictionary(tmp_path / "source.gz", tmp_path / "small.sqlite", {})
    opened = BilingualDictionary(DictionaryFile(tmp_path / "small.sqlite"))
    yield opened
    opened.close()


def mined(text: str, known: Glossary = UNKNOWN) -> list[tuple[str, str]]:
    return [(pair.english[0], pair.chinese[0]) for pair in known.mine_pairs(text)]


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("报告由远山研究所（Yuanshan Institute）撰写。", "Yuanshan Institute", "远山研究所"),
        ("据美国知名智库北方政策中心(NPCX)称，", "NPCX", "北方政策中心"),
        ("他在《算力之路》（The Road to Compute）一书中写道", "The Road to Compute", "算力之路"),
        ("所谓“高塔计划”（Tower Project）", "Tower Project", "高塔计划"),
        ("研究员玛丽·史密斯（Mary Smith）指出", "Mary Smith", "玛丽·史密斯"),
        ("中心主任威廉.E.史密斯 (William E. Smith)表示", "William E. Smith", "威廉·E·史密斯"),
        ("作者是陈远明（Robin Chen），", "Robin Chen", "陈远明"),
        ("并与蓝湖大学（Blue Lake University）合作", "Blue Lake University", "蓝湖大学"),
        ("美国咨询公司欧瑞集团（Aurea Group）认为", "Aurea Group", "欧瑞集团"),
        ("清河大学安全与战略研究中心（Center for Security and Strategy）", "Center for Security and Strategy",
         "清河大学安全与战略研究中心"),
        ("远山研究所（英文名为“Yuanshan Institute”）发布", "Yuanshan Institute", "远山研究所"),
        ("由Blue Lake Group（蓝湖集团）推出", "Blue Lake Group", "蓝湖集团"),
    ],
)  # fmt: skip
def test_pairs_with_a_certain_boundary_are_mined(text: str, english: str, chinese: str) -> None:
    assert (english, chinese) in mined(text)


@pytest.mark.parametrize(
    "text",
    [
        "训练框架MindSpore（华为）落后",
        "数据中心集中在加州（靠近硅谷）",
        "使用PyTorch（深度学习框架）开发",
        "位于旧金山的Blue AI（一家数据标注公司）",
        "依据《产品要求》（GB/T 20986-2023）",
        "（PDF）下载",
        "请登录平台（www.example.org）",
        "阿里巴巴（BABA）股价上涨",
        "公司与两家研究院（Institute A）合作",
        "工业和信息化委员会（Commission on Trade）",
        "目标很高（我们都知道）",
    ],
)
def test_brackets_that_hold_no_certain_name_are_left_alone(text: str) -> None:
    assert GLOSSARY.mine_pairs(text) == []


def test_a_known_name_marks_its_own_beginning() -> None:
    assert mined("美国商务部工业与安全局(BIS)宣布", GLOSSARY) == [("BIS", "工业与安全局")]
    assert mined("中国科学家追求通用人工智能（AGI）", GLOSSARY) == [("AGI", "通用人工智能")]


def test_a_bracket_may_give_the_full_name_and_the_acronym() -> None:
    (pair,) = UNKNOWN.mine_pairs("美国远方竞争研究项目(Special Faraway Studies Project,SFSP)发布")
    assert pair.english == ("Special Faraway Studies Project", "SFSP")
    assert pair.chinese == ("美国远方竞争研究项目",)


def test_a_person_is_found_by_surname_afterwards() -> None:
    (pair,) = UNKNOWN.mine_pairs("专家彼得·汉森（Peter Hansen）说")
    loaded = Glossary.load([pair])
    assert "汉森" in loaded.translate("What does Hansen expect?")[0].terms


def test_ordinary_words_are_mined_only_with_a_dictionary(dictionary: BilingualDictionary) -> None:
    text = "涵盖整个AI技术堆栈（technology stack），是一块垫脚石（stepping stone）"
    assert UNKNOWN.mine_pairs(text) == []
    assert [pair.chinese for pair in UNKNOWN.mine_pairs(text, dictionary)] == [("技术堆栈",), ("垫脚石",)]


def test_a_pair_is_reported_once_in_the_order_of_the_text() -> None:
    text = "作者是陈远明（Robin Chen）。由前沿模型论坛（Frontier Forum）发布。作者是陈远明（Robin Chen）。"
    assert mined(text) == [("Robin Chen", "陈远明"), ("Frontier Forum", "前沿模型论坛")]


def test_mining_a_long_line_stays_quick() -> None:
    text = "研究中心的" * 20_000 + "（Center）" + "（" * 5_000 + "A B" * 20_000
    started = time.perf_counter()
    GLOSSARY.mine_pairs(text)
    assert time.perf_counter() - started < 2


def test_chinese_people_are_found_by_their_pinyin(dictionary: BilingualDictionary) -> None:
    pairs = find_personal_names("崔明远认为，算力重要。", dictionary)
    assert pairs[0].chinese == ("崔明远",)
    assert {"Cui Mingyuan", "Mingyuan Cui", "Cui Ming-Yuan"} <= set(pairs[0].english)
    loaded = Glossary.load(pairs)
    assert "崔明远" in loaded.translate("What does Cui Mingyuan think?")[0].terms


def test_an_author_given_by_name_needs_no_context(dictionary: BilingualDictionary) -> None:
    assert [
        pair.chinese for pair in find_personal_names("算力重要。", dictionary, ["崔明远", "某某公司"])
    ] == [("崔明远",)]
