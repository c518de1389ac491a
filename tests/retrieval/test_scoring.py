from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.retrieval.scoring import Scorer
from policy_qa.retrieval.term_groups import TermGroup

CHINESE = """# 算力券

东湖市每年发放算力券，企业可以在春天申请。每家企业最多领取三百万元，领取以后应当在三个月内报送用量。
"""
ENGLISH = """# Vouchers

The city of East Lake hands out computing vouchers to small companies every year, and they may apply
in spring. A company that has received vouchers reports how much computing it has used within three
months, or else it may not apply again in the year that follows.
"""
OTHER = """# Rivers

The two rivers of the province carry less water than ten years ago, as a report of the bureau shows.
Farmers below the dam asked for more in summer, and the bureau promised to open the gates earlier.
"""


class TwoWords:
    """Knows one word in each direction and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def translate(self, question: str) -> Sequence[TermGroup]:
        self.asked.append(f"en {question}")
        return [TermGroup(source="voucher", terms=("算力券",))]

    def translate_chinese(self, question: str) -> Sequence[TermGroup]:
        self.asked.append(f"zh {question}")
        return [TermGroup(source="算力券", terms=("voucher", "vouchers"))]

    def content_words(self, question: str) -> Sequence[TermGroup]:
        return []


def engine_over(folder: Path, **articles: str) -> PolicyQA:
    (folder / "corpus").mkdir()
    for name, text in articles.items():
        (folder / "corpus" / f"{name}.md").write_text(text, encoding="utf-8")
    engine = PolicyQA(embedder=HashingEmbedder(), corpus=folder / "corpus", index=folder / "index")
    engine.index()
    return engine


@pytest.fixture
def english(tmp_path: Path) -> Iterator[PolicyQA]:
    engine = engine_over(tmp_path, english=ENGLISH, other=OTHER)
    yield engine
    engine.close()


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[PolicyQA]:
    engine = engine_over(tmp_path, chinese=CHINESE, english=ENGLISH, other=OTHER)
    yield engine
    engine.close()


def lexical(engine: PolicyQA, question: str, words: TwoWords) -> dict[str, float]:
    """Best lexical score of each article."""
    scorer = Scorer(engine.generation, engine.embedder, words)
    scores = scorer.score(question, scorer.embed([question])[0]).evidence.lexical
    found: dict[str, float] = {}
    for key, score in zip(engine.generation.keys, scores, strict=True):
        found[key.article_id] = max(found.get(key.article_id, 0.0), float(score))
    return found


def test_a_chinese_question_finds_english_passages_by_translated_words(english: PolicyQA) -> None:
    words = TwoWords()
    assert lexical(english, "算力券", words)["english"] > 0
    assert words.asked == ["zh 算力券"]


def test_an_english_question_finds_english_passages_by_its_own_words(english: PolicyQA) -> None:
    words = TwoWords()
    assert lexical(english, "Who gets computing vouchers?", words)["english"] > 0
    assert words.asked == []


def test_in_a_corpus_of_both_languages_each_passage_is_searched_for_words_of_its_own(
    mixed: PolicyQA,
) -> None:
    for question in ("算力券", "Computing vouchers?"):
        found = lexical(mixed, question, TwoWords())
        assert found["chinese"] > 0
        assert found["english"] > 0


def test_the_drafter_sees_translated_words_only_where_most_passages_need_them(
    mixed: PolicyQA,
) -> None:
    """Two of the three articles are in English."""
    scorer = Scorer(mixed.generation, mixed.embedder, TwoWords())
    chinese, english = (scorer.score(q, scorer.embed([q])[0]) for q in ("算力券", "Computing vouchers?"))
    assert [group.source for group in chinese.groups] == ["算力券"]
    assert english.groups == ()
