"""An edited question is one that its passage does not answer."""

from __future__ import annotations

from random import Random

import pytest

from policy_qa.citing.quantities import missing_quantities
from policy_qa.retrieval.cedict import Entry
from training.names_inventory import NameInventory, proper_names
from training.quantity_edits import another_quantity, another_unit
from training.question_edits import QuestionEditor

KNOWN = {"海港": "place", "山城": "place", "湖区": "place"}
PASSAGE = "2019年，海港建成最大的数据中心，全长45公里的光缆连接三个城市。"
TEXTS = [PASSAGE, "山城在内陆。", "湖区在北方。"]


@pytest.fixture
def editor() -> QuestionEditor:
    return QuestionEditor(NameInventory(TEXTS, KNOWN))


@pytest.mark.parametrize("seed", range(10))
def test_an_edited_year_stands_nowhere_in_the_passage(seed: int) -> None:
    question = "2019年海港建成了什么？"
    change = another_quantity(question, [PASSAGE], Random(seed))
    assert change is not None
    start, end, year = change
    assert question[start:end] == "2019年"
    assert year not in PASSAGE
    assert missing_quantities(year + question[end:], [PASSAGE])


def test_a_quantity_that_the_passage_does_not_state_is_left_alone() -> None:
    assert another_quantity("2035年海港建成了什么？", [PASSAGE], Random(0)) is None


def test_a_year_must_be_missing_from_the_passage_in_every_language() -> None:
    passages = ["2019年建成。", "Years: " + ", ".join(f"{year}" for year in range(2000, 2040))]
    assert another_quantity("2019年建成了什么？", passages, Random(0)) is None


def test_a_unit_is_swapped_for_one_of_another_dimension() -> None:
    question = "光缆全长多少公里？"
    change = another_unit(question, [PASSAGE], Random(0))
    assert change is not None
    assert change[:2] == (6, 8)
    assert change[2] not in PASSAGE
    assert change[2] not in ("英里", "米", "公尺", "千米")


@pytest.mark.parametrize("seed", range(10))
def test_a_name_is_swapped_for_another_of_its_kind_that_the_passage_lacks(
    editor: QuestionEditor, seed: int
) -> None:
    edit = editor.edit("海港有什么设施？", "zh", [PASSAGE], Random(seed))
    assert edit is not None
    assert edit.kind == "name"
    assert edit.before == "海港"
    assert edit.after in {"山城", "湖区"}


def test_an_opposite_is_asked_for_only_where_the_passage_states_the_word(editor: QuestionEditor) -> None:
    edit = editor.edit("最大的设施是什么？", "zh", [PASSAGE], Random(0))
    assert edit is not None
    assert edit.text == "最小的设施是什么？"
    assert editor.edit("最小的设施是什么？", "zh", [PASSAGE], Random(0)) is None
    assert editor.edit("最大的设施是什么？", "zh", [PASSAGE + "最小的在山里。"], Random(0)) is None


def test_what_is_put_in_has_the_script_of_the_question(editor: QuestionEditor) -> None:
    edit = editor.edit("海港有什麼設施？", "zh-Hant", ["海港建成數據中心，山城在內陸。"], Random(1))
    assert edit is not None
    assert edit.after == "湖區"


def test_the_same_seed_gives_the_same_edit(editor: QuestionEditor) -> None:
    edits = {editor.edit("2019年海港最大的设施是什么？", "zh", [PASSAGE], Random(3)) for _ in range(5)}
    assert len(edits) == 1


def test_a_word_that_is_a_name_and_an_ordinary_word_is_no_name() -> None:
    entries = [
        Entry("海港", "Hai3 gang3", ("Haigang, district of a city",)),
        Entry("和平", "He2 ping2", ("Heping, a district",)),
        Entry("和平", "he2 ping2", ("peace",)),
    ]
    assert proper_names(entries) == {"海港": "place"}
