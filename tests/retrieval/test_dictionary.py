"""The general dictionary: compiling, look-ups, translation in both directions."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.errors import ModelUnavailableError
from policy_qa.retrieval.cedict import PACKAGE, read_entries
from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.dictionary_file import DictionaryFile, compile_dictionary
from policy_qa.retrieval.term_groups import MAX_TERMS, TermGroup

SHARED = Path(__file__).parents[2] / ".." / "shared"
LINES = """\
# a comment
政策 政策 [zheng4 ce4] /policy/CL:個|个[ge4]/
方針 方针 [fang1 zhen1] /policy; guiding principle/
政策性 政策性 [zheng4 ce4 xing4] /policy-related/
攻擊 攻击 [gong1 ji1] /to attack; to assault; to accuse/
砝 砝 [fa3] /(archaic) to attack/
中國 中国 [Zhong1 guo2] /China/
瓷器 瓷器 [ci2 qi4] /china; porcelain/
電腦芯片 芯片 [xin1 pian4] /computer chip; microchip/
人工智能 人工智能 [ren2 gong1 zhi4 neng2] /artificial intelligence (AI)/
人工 人工 [ren2 gong1] /artificial; manpower/
智能 智能 [zhi4 neng2] /intelligent; smart/
曼寧 曼宁 [Man4 ning2] /Manning (name)/
人 人 [ren2] /man; person; people/
男人 男人 [nan2 ren2] /a man; a male/
生產 生产 [sheng1 chan3] /to produce; to manufacture/
艾薩克·牛頓 艾萨克·牛顿 [Ai4 sa4 ke4 · Niu2 dun4] /Isaac Newton (1642-1727), British physicist/
李 李 [Li3] /surname Li/plum/
世界貿易組織 世界贸易组织 [Shi4 jie4 Mao4 yi4 Zu3 zhi1] /World Trade Organization (WTO)/
城市 城市 [cheng2 shi4] /city; town/
"""


def write_source(folder: Path, lines: str = LINES) -> Path:
    path = folder / "source.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(lines)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Iterator[BilingualDictionary]:
    compile_dictionary(write_source(tmp_path), tmp_path / "small.sqlite", {})
    dictionary = BilingualDictionary(DictionaryFile(tmp_path / "small.sqlite"))
    yield dictionary
    dictionary.close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> BilingualDictionary:
    if importlib.util.find_spec(PACKAGE) is None:
        pytest.skip(f"the package {PACKAGE} with the dictionary is not installed")
    return BilingualDictionary.open(tmp_path_factory.mktemp("cache"))


def group(groups: list[TermGroup], source: str) -> TermGroup:
    return next(item for item in groups if item.source == source)


def test_translations_of_a_word_come_best_first(small: BilingualDictionary) -> None:
    assert group(small.translate("Which policy?"), "policy").terms[:2] == ("政策", "方针")


def test_a_capital_decides_between_the_country_and_the_porcelain(small: BilingualDictionary) -> None:
    assert group(small.translate("Where is China?"), "China").terms[0] == "中国"
    assert group(small.translate("Where is my china?"), "china").terms[0] == "瓷器"


def test_the_longest_phrase_wins_and_its_words_follow_with_less_weight(small: BilingualDictionary) -> None:
    groups = small.translate("What does artificial intelligence do?")
    assert group(groups, "artificial intelligence").terms == ("人工智能",)
    assert group(groups, "artificial").weight < group(groups, "artificial intelligence").weight


def test_a_phrase_does_not_reach_across_a_comma(small: BilingualDictionary) -> None:
    assert all(
        item.source != "artificial intelligence" for item in small.translate("artificial, intelligence")
    )


def test_the_main_word_of_a_gloss_finds_it(small: BilingualDictionary) -> None:
    assert "芯片" in group(small.translate("How many chips?"), "chips").terms


def test_a_noun_is_found_through_its_verb(small: BilingualDictionary) -> None:
    assert "生产" in group(small.translate("How did production grow?"), "production").terms


def test_a_name_in_the_middle_of_a_question_is_not_taken_for_an_inflected_word(
    small: BilingualDictionary,
) -> None:
    terms = group(small.translate("How often did Manning play?"), "Manning").terms
    assert terms[0] == "曼宁"
    assert "男人" not in terms


def test_unknown_words_stand_for_themselves(small: BilingualDictionary) -> None:
    assert group(small.translate("What is DeepSeek?"), "DeepSeek").terms == ("deepseek",)
    assert group(small.translate("What is an H20 chip?"), "H20").terms == ("h20",)


def test_stop_words_alone_give_no_group(small: BilingualDictionary) -> None:
    assert small.translate("What is it that they were, and why?") == []
    assert small.translate("") == []


def test_numbers_and_dates_are_translated_in_place(small: BilingualDictionary) -> None:
    groups = small.translate("Was the policy of May 2025 worth $8.2 billion?")
    assert [item.source for item in groups] == ["policy", "May 2025", "2025", "worth", "$8.2 billion"]
    assert "82亿" in group(groups, "$8.2 billion").terms
    assert group(groups, "May 2025").terms[0] == "2025年5月"


@pytest.mark.slow
def test_no_group_holds_more_terms_than_allowed_or_the_same_term_twice(real: BilingualDictionary) -> None:
    for item in real.translate(
        "How do people make, take, get, run, set and break good old state power lines?"
    ):
        assert 1 <= len(item.terms) <= MAX_TERMS
        assert len(set(item.terms)) == len(item.terms)


def test_a_chinese_question_is_cut_into_the_longest_words(small: BilingualDictionary) -> None:
    groups = small.translate_chinese("中国的人工智能政策是什么？")
    assert [item.source for item in groups] == ["中国", "人工智能", "政策"]
    assert {"policy", "policies"} <= set(group(groups, "政策").terms)


def test_chinese_numbers_become_english_ones(small: BilingualDictionary) -> None:
    groups = small.translate_chinese("2025年5月投入82亿，增长百分之三，历时三个月，见第十七条，用H20")
    found = [item.terms[0] for item in groups]
    assert {"2025", "may", "8.2 billion", "3%", "3 months", "article 17", "h20"} <= set(found)


def test_surname_readings_come_first(tmp_path: Path) -> None:
    lines = "曾 曾 [ceng2] /once/\n曾 曾 [Zeng1] /surname Zeng/\n"
    compile_dictionary(write_source(tmp_path, lines), tmp_path / "x.sqlite", {})
    assert DictionaryFile(tmp_path / "x.sqlite").readings("曾") == {"曾": ("zeng", "ceng")}


def test_known_frequencies_decide_the_order(tmp_path: Path) -> None:
    compile_dictionary(write_source(tmp_path), tmp_path / "x.sqlite", {"方针": -9.0})
    found = DictionaryFile(tmp_path / "x.sqlite").phrases(["policy"])["policy"]
    assert [word for word, _ in found.words][:2] == ["方针", "政策"]


def test_compiling_twice_gives_the_same_rows(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    for name in ("a", "b"):
        compile_dictionary(source, tmp_path / name, {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_compiled_file_is_used_again_and_no_part_is_left(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    cache = tmp_path / "cache"
    DictionaryFile.open(cache, source).close()
    (path,) = cache.iterdir()
    before = path.stat().st_mtime_ns
    DictionaryFile.open(cache, source).close()
    assert [p.name for p in cache.iterdir()] == [path.name]
    assert path.stat().st_mtime_ns == before


def test_other_data_is_compiled_into_another_file(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    DictionaryFile.open(cache, write_source(tmp_path)).close()
    DictionaryFile.open(cache, write_source(tmp_path, LINES + "火 火 [huo3] /fire/\n")).close()
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty"])
def test_a_damaged_compiled_file_is_built_again(tmp_path: Path, damage: str) -> None:
    source, cache = write_source(tmp_path), tmp_path / "cache"
    DictionaryFile.open(cache, source).close()
    (path,) = cache.iterdir()
    data = path.read_bytes()
    path.write_bytes({"truncated": data[: len(data) // 2], "garbage": b"x" * len(data), "empty": b""}[damage])
    assert DictionaryFile.open(cache, source).phrases(["policy"])


def test_a_damaged_source_is_named(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    source.write_bytes(source.read_bytes()[:-20])
    with pytest.raises(ModelUnavailableError, match=r"source\.gz"):
        list(read_entries(source))


def test_a_cache_that_cannot_be_written_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelUnavailableError, match="POLICY_QA_CACHE_DIR"):
        DictionaryFile.open(tmp_path / "file" / "cache", write_source(tmp_path))


def test_threads_share_one_dictionary(small: BilingualDictionary) -> None:
    results: list[tuple[str, ...]] = []

    def ask() -> None:
        results.extend(group(small.translate("Which policy?"), "policy").terms for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 200
    assert len(set(results)) == 1


@pytest.mark.slow
def test_the_real_dictionary_knows_words_of_the_field(real: BilingualDictionary) -> None:
    groups = real.translate("How do export controls affect semiconductor manufacturing and energy demand?")
    assert "半导体" in group(groups, "semiconductor").terms
    assert "出口" in group(groups, "export").terms
    assert "能源" in group(groups, "energy").terms
    assert "影响" in group(groups, "affect").terms


@pytest.mark.slow
def test_translating_takes_less_than_two_milliseconds(real: BilingualDictionary) -> None:
    question = (
        "How many foreign software applications did the computing centre in Chengdu use by the end of 2023?"
    )
    real.translate(question)
    times = []
    for _ in range(30):
        started = time.perf_counter()
        real.translate(question)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.002


@pytest.mark.slow
def test_opening_a_compiled_dictionary_is_quick(tmp_path: Path, real: BilingualDictionary) -> None:
    DictionaryFile.open(tmp_path).close()
    times = []
    for _ in range(10):
        started = time.perf_counter()
        file = DictionaryFile.open(tmp_path)
        file.phrases(["policy", "energy", "^china", "law", "data", "model", "chip", "state", "city", "team"])
        times.append(time.perf_counter() - started)
        file.close()
    assert min(times) < 0.005


@pytest.mark.slow
def test_dictionary_beats_own_words_across_languages(tmp_path: Path) -> None:
    folder = SHARED / "bench" / "xquad_zh"
    if not folder.is_dir():
        pytest.skip("the shared benchmarks are not here")
    script = Path(__file__).parents[2] / "benchmarks" / "dictionary_retrieval.py"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, script, folder], capture_output=True, text=True, check=True, env=environment
    )
    rows = {line[:24].strip(): float(line[24:33]) for line in result.stdout.splitlines()[3:]}
    assert rows["own words (baseline)"] < 0.2, json.dumps(rows)
    assert rows["dictionary"] >= 0.82
    assert rows["glossary + dictionary"] >= 0.82
