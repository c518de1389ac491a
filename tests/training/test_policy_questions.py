"""Questions made from policy texts, and their words in the other language."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from policy_qa.retrieval.term_groups import Located, TermGroup
from training.clozes import cloze_set, make_clozes, read_policy_passages
from training.code_switching import CodeSwitcher
from training.groups import Group, Pair
from training.question_sets import SourcePassage
from training.question_variants import vary

TEXT = (
    "海港市数据条例自2031年5月1日起施行。本条例所称数据中心，是指集中放置服务器并向外提供算力的场所。"
    "数据中心运营者应当每年公布能源消耗情况。到2035年，全市算力规模达到12万台服务器。"
)


def passage(text: str = TEXT) -> SourcePassage:
    return SourcePassage("own/1", "own/1", "海港市数据条例", text)


def test_every_question_has_its_answer_at_the_place_given() -> None:
    found = {
        question: TEXT[start:end] for question, (start, end) in make_clozes(passage(), Random(0), most=20)
    }
    assert found["海港市数据条例从什么时候开始施行？"] == "2031年5月1日"
    assert found["什么是数据中心？"] == "集中放置服务器并向外提供算力的场所"
    assert found["数据中心运营者应当做什么？"] == "每年公布能源消耗情况"


@pytest.mark.parametrize("seed", range(5))
def test_a_question_never_holds_the_words_it_asks_for(seed: int) -> None:
    for question, (start, end) in make_clozes(passage(), Random(seed), most=20):
        assert TEXT[start:end] not in question


def test_page_furniture_is_no_passage(tmp_path: Path) -> None:
    body = "设为首页 加入收藏 当前位置：首页。" + TEXT + "版权所有 网站地图。"
    (tmp_path / "one.md").write_text(f'---\ntitle: "海港市数据条例"\n---\n\n{body}\n', "utf-8")
    (made,) = read_policy_passages(tmp_path, "pages")
    assert made.title == "海港市数据条例"
    assert made.text == TEXT
    assert made.article == "pages/one"


def test_a_folder_becomes_a_set_with_known_places(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(f"---\ntitle: 条例\n---\n{TEXT}\n", "utf-8")
    made = cloze_set(tmp_path, "pages", seed=0)
    assert made.questions
    for question in made.questions:
        assert question.place is not None
        text = made.passages[question.gold[0]].text
        assert (text[slice(*question.place)],) == question.answers


class TwoWords:
    """A dictionary of 算力 and 数据中心."""

    words = (("数据中心", "data center"), ("算力", "computing power"))

    def locate_chinese(self, question: str) -> list[Located]:
        found = [
            Located(
                question.index(word),
                question.index(word) + len(word),
                TermGroup(source=word, terms=(english,)),
            )
            for word, english in self.words
            if word in question
        ]
        return sorted(found, key=lambda item: item.start)


def switcher() -> CodeSwitcher:
    return CodeSwitcher(TwoWords())  # type: ignore[arg-type]


def test_words_are_replaced_in_place() -> None:
    options = {switcher().mixed("该数据中心的算力是多少？", Random(seed)) for seed in range(20)}
    assert "该 data center 的 computing power 是多少？" in options
    assert "该 data center 的算力是多少？" in options
    assert switcher().mixed("多少？", Random(0)) is None


def test_an_english_question_keeps_question_word_and_content() -> None:
    assert (
        switcher().english("该數據中心的算力是多少？", Random(0)) == "How many data center computing power?"
    )
    assert switcher().english("算力是多少？", Random(0)) is None


def test_a_traditional_group_is_also_given_in_simplified_characters() -> None:
    one = SourcePassage("own/1", "own/1", "", "數據中心在海港。")
    group = Group("drcd", (Pair("數據中心在哪裡？", one, True, ("海港",), "answered"),))
    both, question_only = False, False
    for seed in range(20):
        made = next(vary(group, "zh-Hant", switcher(), Random(seed)))
        assert made.source == "drcd script"
        assert made.pairs[0].question == "数据中心在哪里？"
        both |= made.pairs[0].passage.text == "数据中心在海港。"
        question_only |= made.pairs[0].passage.text == one.text
    assert both
    assert question_only
