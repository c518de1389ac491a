"""The reader as it ships: its files, offsets and speed, and what it can surely do."""

from __future__ import annotations

import json
import time

import pytest

from policy_qa.reading import Reader, ReadPassage, load_reader
from policy_qa.reading.weights import ABOUT, GRAPH, TOKENIZER, find_files, packaged_folder

LARGEST_BYTES = 45_000_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (packaged_folder() / ABOUT).is_file(), reason="no reader in this installation"),
]

PASSAGES = [
    ReadPassage(
        "海港市在2019年建成第一座数据中心，投资30亿元。该中心由南岸公司运营，有120名员工。", "海港市"
    ),
    ReadPassage(
        "山城的铁路全长45公里，于1998年通车，是当地最长的铁路。每天有数千名乘客使用这条线路。", "山城"
    ),
    ReadPassage("湖区的面积为320平方公里，其中湿地占一半。保护区由林业部门管理，禁止捕鱼。", "湖区"),
]
QUESTIONS = {
    "海港市在哪一年建成第一座数据中心？": (0, "2019"),
    "山城的铁路有多长？": (1, "45公里"),
    "湖区的面积是多少？": (2, "320平方公里"),
    "How large is the area of the lake district?": (2, "320平方公里"),
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = load_reader()
    assert found is not None
    return found


def test_files_are_small_and_as_recorded() -> None:
    files = find_files(packaged_folder())
    assert files is not None
    sizes = [files.checked(name).stat().st_size for name in (GRAPH, TOKENIZER)]
    assert sum(sizes) <= LARGEST_BYTES
    about = json.loads((packaged_folder() / ABOUT).read_text("utf-8"))
    assert files.identity.endswith(about["sha256"][GRAPH][:12])


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_right_passage_wins_and_its_words_answer(reader: Reader, question: str) -> None:
    right, words = QUESTIONS[question]
    readings = reader.read(question, PASSAGES)
    best = max(range(len(PASSAGES)), key=lambda i: readings[i].answerability)
    assert best == right
    assert words in PASSAGES[right].text[readings[right].start : readings[right].end]


def test_full_width_and_traditional_text_keep_their_offsets(reader: Reader) -> None:
    text = "湖區的面積為３２０平方公里，其中濕地佔一半。" * 30
    (reading,) = reader.read("湖區的面積是多少？", [ReadPassage(text, "湖區")])
    assert "３２０" in text[reading.start : reading.end]


def test_sixteen_passages_cost_little_computing(reader: Reader) -> None:
    """In processor time, which other work on the machine changes less than the clock."""
    passages = [ReadPassage(PASSAGES[i % 3].text * 5, "题") for i in range(16)]
    reader.read("湖区的面积是多少？", passages)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        reader.read("湖区的面积是多少？", passages)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 3.0
