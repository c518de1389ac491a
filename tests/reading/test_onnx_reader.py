"""Windows, offsets and files of the reader, without its model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from fake_model import fake_reader

from policy_qa.errors import ModelUnavailableError
from policy_qa.reading import Reader, ReadPassage, load_reader
from policy_qa.reading.rows import QUESTION_TOKENS
from policy_qa.reading.weights import ABOUT, GRAPH, TOKENIZER

TEXT = "海港市在2019年建成第一座数据中心，投资30亿元。"


def test_the_marked_words_are_found_at_their_characters() -> None:
    reader, _ = fake_reader("30亿元")
    (reading,) = reader.read("投资多少？", [ReadPassage(TEXT, "海港市")])
    assert TEXT[reading.start : reading.end] == "30亿元"
    assert reading.margin == 12
    assert reading.answerability == 3 + 12 / 2


def test_words_of_the_title_are_never_the_answer() -> None:
    reader, _ = fake_reader("海港市")
    (reading,) = reader.read("哪个市？", [ReadPassage("该中心有120名员工。", "海港市")])
    assert "海港市" not in "该中心有120名员工。"[reading.start : reading.end]


def test_a_long_passage_is_read_to_its_end_in_windows() -> None:
    text = "山城的铁路于一九九八年通车。" * 60 + "湖区有湿地。" + "每天有数千名乘客。" * 60
    reader, session = fake_reader("湿地")
    (reading,) = reader.read("湖区有什么？", [ReadPassage(text)])
    assert text[reading.start : reading.end] == "湿地"
    assert len(session.widths) >= 2
    assert max(session.widths) <= 256 + 64 + 4


def test_readings_come_in_the_order_of_the_passages_whatever_their_lengths() -> None:
    passages = [ReadPassage("很长的一段。" * n + ("答案。" if n == 7 else "")) for n in (30, 7, 1, 12)]
    reader, _ = fake_reader("答案")
    assert [r.relevance for r in reader.read("问？", passages)] == [-3, 3, -3, -3]


def test_edge_punctuation_is_not_part_of_an_answer() -> None:
    reader, _ = fake_reader("，投资30亿元。")
    (reading,) = reader.read("投资多少？", [ReadPassage(TEXT)])
    assert TEXT[reading.start : reading.end] == "投资30亿元"


def test_nothing_to_read_and_empty_passages_are_no_error() -> None:
    reader, _ = fake_reader("答案")
    assert reader.read("问？", []) == []
    (reading,) = reader.read("", [ReadPassage("")])
    assert (reading.start, reading.end) == (0, 0)


def test_a_lone_surrogate_moves_no_offset() -> None:
    reader, _ = fake_reader("答案")
    text = "\ud83d\ude00\ud800答案"
    (reading,) = reader.read("问\udc00", [ReadPassage(text)])
    assert text[reading.start : reading.end] == "答案"


def test_a_very_long_question_is_cut() -> None:
    reader, session = fake_reader("答案")
    reader.read("问" * 5000, [ReadPassage("答案")])
    assert session.widths == [1 + QUESTION_TOKENS + 2 + 2 + 1]


def test_the_reader_keeps_its_protocol() -> None:
    reader, _ = fake_reader("答案")
    assert isinstance(reader, Reader)
    assert reader.identity == "policy-qa-reader@abababababab"


def test_without_files_there_is_no_reader(tmp_path: Path) -> None:
    assert load_reader(folder=tmp_path) is None


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A folder with small files of the right names and checksums."""
    contents = {GRAPH: b"graph", TOKENIZER: b"tokenizer"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    about = {
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        "markers": {"bos": 0, "eos": 2, "pad": 1},
    }
    (tmp_path / ABOUT).write_text(json.dumps(about), "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", [TOKENIZER, GRAPH])
def test_a_damaged_file_is_named(exported: Path, name: str) -> None:
    reader = load_reader(folder=exported)
    assert reader is not None
    (exported / name).write_bytes(b"other")
    files = reader._files
    with pytest.raises(ModelUnavailableError, match=f"{name} is damaged.*POLICY_QA_READER=false"):
        files.checked(name)


def test_a_missing_file_is_named_when_it_is_needed(exported: Path) -> None:
    (exported / TOKENIZER).unlink()
    reader = load_reader(folder=exported)
    assert reader is not None
    with pytest.raises(ModelUnavailableError, match=f"{TOKENIZER} cannot be read"):
        reader.read("问？", [ReadPassage("文")])


@pytest.mark.parametrize("content", ["", "[]", '{"sha256": {}}', '{"sha256": {"reader.onnx": 1}}'])
def test_a_damaged_record_is_named(exported: Path, content: str) -> None:
    (exported / ABOUT).write_text(content, "utf-8")
    with pytest.raises(ModelUnavailableError, match=f"{ABOUT} is damaged"):
        load_reader(folder=exported)
