"""The reader's place in retrieval: order, scores, readings, and the way without it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import ModelUnavailableError
from policy_qa.reading import Reading, ReadPassage
from policy_qa.records import Hit
from policy_qa.retrieval.reranking import READ, READ_IN_CHINESE, WEIGHT, rerank


class KeywordReader:
    """Finds a passage relevant if it holds a word, and marks the word."""

    identity = "keyword"

    def __init__(self, word: str) -> None:
        self._word = word
        self.titles: list[str] = []

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        self.titles = [passage.title for passage in passages]
        places = [passage.text.find(self._word) for passage in passages]
        found = [(at, at + len(self._word)) if at >= 0 else (0, 0) for at in places]
        return [Reading(8.0 if end else -8.0, 4.0 if end else -4.0, start, end) for start, end in found]


class BrokenReader:
    """Fails as a reader with a damaged file does."""

    identity = "broken"

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        raise ModelUnavailableError("reader.onnx is damaged")


def hit(number: int, text: str) -> Hit:
    return Hit(
        passage_id=f"a:{number}", article_id="a", title="题", heading="章", text=text, start=0,
        end=len(text), score=0.5,
    )  # fmt: skip


def test_a_relevant_passage_rises_and_scores_never_do() -> None:
    hits = [hit(number, "答案" if number == 5 else "别的") for number in range(READ + 4)]
    fused = [3.0 - 0.1 * number for number in range(READ + 4)]
    found = rerank(KeywordReader("答案"), "what?", hits, fused)
    assert found.order[:2] == (5, 0)
    assert found.order[READ:] == tuple(range(READ, READ + 4))
    assert sorted(found.order) == list(range(READ + 4))
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert found.scores[0] == pytest.approx(2.5 + 8 * WEIGHT)
    assert len(found.readings) == READ
    assert found.readings[0].end == 2


def test_fewer_passages_are_read_for_a_question_in_chinese() -> None:
    hits = [hit(number, "别的") for number in range(READ)]
    found = rerank(KeywordReader("答案"), "问？", hits, [1.0] * READ)
    assert len(found.readings) == READ_IN_CHINESE < READ
    assert sorted(found.order) == list(range(READ))


def test_equal_relevance_keeps_the_order() -> None:
    hits = [hit(number, "别的") for number in range(4)]
    assert rerank(KeywordReader("答案"), "问？", hits, [2.0, 1.0, 1.0, 0.5]).order == (0, 1, 2, 3)


def test_title_and_headings_are_read_too() -> None:
    reader = KeywordReader("答案")
    rerank(reader, "问？", [hit(0, "文")], [1.0])
    assert reader.titles == ["题 › 章"]


QUESTION = "芯片企业的研究员是谁？"


def engine_with(reader: object, corpus: Path, index: Path) -> PolicyQA:
    made = PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=index, abstain_below=0.0)
    made.__dict__["reader"] = reader  # in place of the cached property
    return made


def test_an_engine_gives_a_reading_for_every_hit_in_their_order(engine: PolicyQA, corpus: Path) -> None:
    made = engine_with(KeywordReader("林一舟"), corpus, engine.settings.index)
    found = made.search(QUESTION, k=3)
    assert "林一舟" in found.hits[0].text
    assert [hit.scores["reader"] for hit in found.hits] == sorted(
        (hit.scores["reader"] for hit in found.hits), reverse=True
    )
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert "read" in found.timings_ms
    made.close()


def test_the_reader_s_words_become_the_short_answer(engine: PolicyQA, corpus: Path) -> None:
    made = engine_with(KeywordReader("林一舟"), corpus, engine.settings.index)
    answer = made.ask(QUESTION)
    assert answer.status == "answered"
    assert answer.short_answer == "林一舟"
    assert any("林一舟" in citation.quote for citation in answer.citations)
    made.close()


def test_without_a_reader_hits_carry_no_trace_of_one(engine: PolicyQA) -> None:
    assert engine.reader is None
    found = engine.search(QUESTION, k=3)
    assert all("reader" not in hit.scores for hit in found.hits)
    assert "read" not in found.timings_ms


def test_a_damaged_reader_is_an_error_that_says_so(engine: PolicyQA, corpus: Path) -> None:
    made = engine_with(BrokenReader(), corpus, engine.settings.index)
    with pytest.raises(ModelUnavailableError, match=r"reader\.onnx is damaged"):
        made.search(QUESTION)
    made.close()
