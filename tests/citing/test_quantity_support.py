from __future__ import annotations

import json
from pathlib import Path

import pytest

from policy_qa.citing.quantities import find_quantities, missing_quantities

BENCH = Path(__file__).parents[2] / ".." / "shared" / "bench"


def _missing(sentence: str, *quotes: str) -> list[str]:
    return [quantity.text for quantity in missing_quantities(sentence, quotes)]


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("The fund holds $8.2 billion [1].", "该基金规模为82亿美元。"),
        ("该基金规模为82亿美元。[1][2]", "The fund is worth US$8.2bn."),
        ("Both countries run two national labs.", "两国各有两座国家实验室。"),
        ("There are two competing approaches.", "存在双重路径之争。"),
        ("两家机构联合发布", "Both institutes published it."),
        ("A chip costs $25,000 for some and $60,000 for others.", "每片2.5万至6万美元。"),
        ("每片2.5万至6万美元", "It costs $25,000 at first and later $60,000."),
        ("It opened on 28 May 2025.", "2025年的开幕式在5月28日举行。"),
        ("It was the first in the country.", "这是全国首个项目。"),
        ("Half, or 50%, agreed.", "一半受访者同意。"),
        ("Spending doubled.", "支出翻番。"),
        ("It is reported once in 1 year.", "每年报告。"),
        ("Llama 3 was released.", "Llama-3 发布。"),
        ("It has three parts and 12 pages.", "共三部分、十二页。"),
        ("First, the rules changed.", "规则变了。"),
        ("这一变化与统一标准有关。", "标准已统一。"),
        ("", ""),
    ],
)
def test_a_sentence_whose_numbers_stand_in_its_quote_misses_none(sentence: str, quote: str) -> None:
    assert _missing(sentence, quote) == []


@pytest.mark.parametrize(
    ("sentence", "quote", "missing"),
    [
        ("The fund holds $8.3 billion.", "该基金规模为82亿美元。", ["$8.3 billion"]),
        ("推迟了三年", "推迟了三个月", ["三年"]),
        ("共有208家、228家两类", "共有208家", ["228家", "两类"]),
        ("每片2.5万美元", "每片2.5万至6万美元", ["2.5万美元"]),
        ("It opened on 28 May 2024.", "2025年的开幕式在5月28日举行。", ["28 May 2024"]),
        ("There are three firms.", "推迟了三个月。", ["three"]),
        ("There are four firms.", "三家公司。", ["four"]),
        ("超过两家", "两家", ["超过两家"]),
        ("There were 12 of them.", "", ["12"]),
        ("第三批", "第二批", ["第三批"]),
    ],
)
def test_a_number_absent_from_its_quote_is_named(sentence: str, quote: str, missing: list[str]) -> None:
    assert _missing(sentence, quote) == missing


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Use fell to 51 minutes a day, down from 74, over the year.", []),
        ("Use fell to 51 minutes a day, down from 75, over the year.", ["75"]),
        ("Use fell to 51 minutes a day among 74 users.", ["74"]),
        ("Use fell to 51 minutes a day for 74 of them.", ["74"]),
    ],
)
def test_a_unit_given_once_in_a_sentence_may_be_left_out_later(sentence: str, missing: list[str]) -> None:
    found = missing_quantities(sentence, ["日均使用由74分钟降到51分钟。"])
    assert [quantity.text for quantity in found] == missing


def test_each_number_needs_only_one_of_the_quotes() -> None:
    assert _missing("13家企业投入3%", "有13家企业", "占3%") == []
    assert _missing("13家企业投入3%", "有13家企业") == ["3%"]


def test_a_sentence_without_quotes_misses_all_its_numbers() -> None:
    assert _missing("13家企业投入3%") == ["13家", "3%"]


def _passages(name: str) -> dict[str, str]:
    path = BENCH / name / "corpus.jsonl"
    if not path.exists():
        pytest.skip(f"{name} is not in the shared folder")
    lines = path.read_text(encoding="utf-8").splitlines()
    return {record["_id"]: record["text"] for record in map(json.loads, lines)}


@pytest.mark.slow
@pytest.mark.parametrize(("source", "target"), [("xquad_en", "xquad_zh"), ("xquad_zh", "xquad_en")])
def test_numbers_of_a_translated_passage_are_nearly_all_found_in_the_other_language(
    source: str, target: str
) -> None:
    passages, translations = _passages(source), _passages(target)
    missing = sum(len(missing_quantities(text, [translations[key]])) for key, text in passages.items())
    found = sum(len(find_quantities(text)) for text in passages.values())
    # Measured .034 and .051. The rules were written with these passages in view, so this guards
    # against loss and says nothing about unseen text.
    assert missing / found < 0.07


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xquad_en", "xquad_zh"])
def test_a_passage_supports_all_its_own_numbers(name: str) -> None:
    assert [q.text for text in _passages(name).values() for q in missing_quantities(text, [text])] == []
