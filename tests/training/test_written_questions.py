"""Written questions are placed in the passages they are about, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.clozes import read_policy_passages
from training.group_source import source_name
from training.groups import Asked, GroupMaker
from training.names_inventory import NameInventory
from training.question_edits import QuestionEditor
from training.question_sets import QuestionSet, SourcePassage, SourceQuestion
from training.seeding import seeded
from training.written_questions import (
    ENGLISH_QUESTIONS,
    ESSAYS,
    QUESTIONS,
    digest,
    english_set,
    essay_set,
    written_set,
)

CORPUS = Path(__file__).parents[2] / "corpus"
SENTENCE = "海港市数据局应当自收到申请之日起十二个工作日内完成审核，并把结果告知申请单位。"
BODY = (
    SENTENCE
    + "申请单位对结果有异议的，可以在三十日内提出复核，复核由另外两名审核人员进行，费用由数据局承担。" * 2
)


def written(folder: Path, **changes: object) -> Path:
    (folder / "pages").mkdir()
    (folder / "pages" / "harbour.md").write_text(f"---\ntitle: 海港市审核办法\n---\n{BODY}", "utf-8")
    (passage,) = read_policy_passages(folder / "pages", "policy_pages")
    start = passage.text.index("十二个工作日")
    record = {
        "passage": passage.passage_id,
        "digest": digest(passage.text),
        "start": start,
        "end": start + 6,
        "zh": "海港市数据局审核一份申请最多几天？",
        "en": "How long may the Harbour City data bureau take over an application?",
        "near_zh": "海港市数据局审核一份申请收多少钱？",
        "near_en": "What does the Harbour City data bureau charge for an application?",
    }
    path = folder / "questions.jsonl"
    path.write_text(json.dumps(record | changes, ensure_ascii=False) + "\n", "utf-8")
    return path


def test_a_written_question_becomes_one_in_each_language_with_the_place_of_its_answer(tmp_path: Path) -> None:
    made = written_set(tmp_path / "pages", written(tmp_path))
    assert [question.language for question in made.questions] == ["zh", "en"]
    for question in made.questions:
        assert question.answers == ("十二个工作日",)
        assert question.place is not None
        assert made.passages[question.gold[0]].text[slice(*question.place)] == "十二个工作日"


def test_a_passage_that_has_changed_is_refused_with_the_line_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"questions\.jsonl, line 1: policy_pages/harbour#0 is not"):
        written_set(tmp_path / "pages", written(tmp_path, digest="000000000000"))


def test_without_pages_the_set_is_empty(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert written_set(tmp_path / "none").questions == ()


def test_the_near_miss_is_the_pair_that_does_not_answer() -> None:
    passage = SourcePassage("written/1", "written/a", "海港市审核办法", BODY)
    asked = Asked("written zh", "最多几天？", "zh", passage, ("十二个工作日",), near_miss="海港市收多少钱？")
    group = GroupMaker(QuestionEditor(NameInventory([BODY], {})), {}).group(asked, seeded("t"))
    edited = [pair for pair in group.pairs if pair.kind == "edited"]
    assert [(pair.question, pair.relevant, pair.answers) for pair in edited] == [
        ("海港市收多少钱？", False, ())
    ]


def test_english_questions_are_asked_of_simplified_passages(tmp_path: Path) -> None:
    passages = {"drcd_dev/1-1": SourcePassage("drcd_dev/1-1", "zhwiki/海港", "海港", "這座燈塔建於1901年。")}
    asked = SourceQuestion("drcd_dev/1-1-1", "燈塔建於哪一年?", "zh-Hant", ("drcd_dev/1-1",), ("1901年",))
    path = tmp_path / "english.jsonl"
    path.write_text('{"id": "drcd_dev/1-1-1", "en": "When was the lighthouse built?"}\n', "utf-8")
    made = english_set(QuestionSet("drcd_dev", passages, (asked,)), path)
    (question,) = made.questions
    assert question.text == "When was the lighthouse built?"
    assert made.passages[question.gold[0]].text == "这座灯塔建于1901年。"
    assert made.passages[question.gold[0]].article == "zhwiki/海港"


def test_an_english_question_without_its_original_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "english.jsonl"
    path.write_text('{"id": "drcd_dev/9-9-9", "en": "What?"}\n', "utf-8")
    with pytest.raises(ValueError, match="drcd_dev has no drcd_dev/9-9-9"):
        english_set(QuestionSet("drcd_dev", {}, ()), path)


def test_sources_of_written_questions_are_named_by_language() -> None:
    assert source_name("written", "en") == "written en"
    assert source_name("essays", "zh") == "essays zh"
    assert source_name("english", "en") == "english"


def test_the_shipped_questions_are_whole() -> None:
    records = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert len(records) > 800
    for record in records:
        assert 0 <= record["start"] < record["end"]
        assert record["end"] - record["start"] <= 60
        assert record["zh"] != record["near_zh"]
        assert record["en"] != record["near_en"]
    english = [json.loads(line) for line in ENGLISH_QUESTIONS.read_text("utf-8").splitlines()]
    assert len({record["id"] for record in english}) == len(english) > 1000


def test_every_question_about_an_essay_has_its_answer_in_the_essay() -> None:
    made = essay_set()
    assert len(made.questions) > 4000
    for question in made.questions:
        assert question.place is not None
        assert question.answers == (made.passages[question.gold[0]].text[slice(*question.place)],)
        assert question.answers[0].strip()
        assert question.near_miss not in ("", question.text)
    assert {p.article.partition("/")[2] for p in made.passages.values()} == {
        path.stem for path in ESSAYS.glob("*.md")
    }


def test_essays_repeat_no_sentence_of_the_corpus() -> None:
    def plain(path: Path) -> str:
        return "".join(path.read_text("utf-8").split())

    run = 20
    known = {
        text[at : at + run] for text in map(plain, CORPUS.glob("*.md")) for at in range(len(text) - run + 1)
    }
    for path in ESSAYS.glob("*.md"):
        text = plain(path)
        shared = next((text[at : at + run] for at in range(len(text)) if text[at : at + run] in known), None)
        assert shared is None, f"{path.name}: {shared}"
