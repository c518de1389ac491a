"""The golden set itself: big enough, balanced, and true to the corpus."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from policy_qa.evaluation.golden import (
    QUESTION_TYPES,
    SPLITS_FILE,
    GoldenQuestion,
    corpus_texts,
    load_golden,
    load_splits,
)
from policy_qa.evaluation.golden_tools import check_golden, golden_stats
from policy_qa.index.terms import fold

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "eval" / "golden.jsonl"


@pytest.fixture(scope="module")
def questions() -> tuple[GoldenQuestion, ...]:
    return load_golden(GOLDEN)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return corpus_texts(ROOT / "corpus")


def test_the_set_has_no_serious_problem(texts: dict[str, str]) -> None:
    assert [problem for problem in check_golden(GOLDEN, texts) if problem.serious] == []


def test_at_least_130_needs_are_asked_in_both_languages(questions: tuple[GoldenQuestion, ...]) -> None:
    for language in ("zh", "en"):
        assert len({q.pair for q in questions if q.lang == language}) >= 130


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_every_type_has_at_least_ten_needs(questions: tuple[GoldenQuestion, ...], kind: str) -> None:
    assert len({q.pair for q in questions if q.type == kind}) >= 10


def test_every_article_is_asked_about(questions: tuple[GoldenQuestion, ...], texts: dict[str, str]) -> None:
    asked = golden_stats(questions, tuple(texts)).articles
    assert [article for article, count in asked.items() if count == 0] == []


def test_evidence_is_on_one_line_and_short_enough_to_be_quoted(
    questions: tuple[GoldenQuestion, ...],
) -> None:
    words = [w for q in questions for fact in q.evidence for w in fact]
    assert [w for w in words if "\n" in w or len(w) > 60] == []


def test_a_comparison_rests_on_two_facts(questions: tuple[GoldenQuestion, ...]) -> None:
    several = {"comparison", "contradiction", "multi_passage"}
    assert [q.id for q in questions if q.type in several and len(q.evidence) < 2] == []


def test_some_chinese_questions_are_in_traditional_script(questions: tuple[GoldenQuestion, ...]) -> None:
    lowered = [q.question.lower() for q in questions if q.lang == "zh"]
    assert (
        sum(any("一" <= a <= "鿿" and a != b for a, b in zip(q, fold(q), strict=True)) for q in lowered) >= 5
    )


def test_the_splits_share_out_the_pairs_of_every_type(questions: tuple[GoldenQuestion, ...]) -> None:
    splits = load_splits(GOLDEN.with_name(SPLITS_FILE))
    assert not set(splits.dev) & set(splits.test)
    assert {*splits.dev, *splits.test} == {q.pair for q in questions}
    counts = {
        part: Counter(q.type for q in questions if q.lang == "zh" and q.pair in splits.pairs(part))
        for part in ("dev", "test")
    }
    for kind in QUESTION_TYPES:
        assert abs(counts["dev"][kind] - counts["test"][kind]) <= 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_answers_reach_the_pinned_floors(tmp_path: Path) -> None:
    """The gate of `policy-qa eval --gate eval/baseline.json`, over an index built for the test."""
    from policy_qa.engine import PolicyQA
    from policy_qa.evaluation.gate import check_gate
    from policy_qa.evaluation.golden_run import evaluate_golden

    vectors = ROOT / "index" / "vectors.sqlite"
    if vectors.is_file():  # what was embedded before need not be embedded again
        shutil.copy(vectors, tmp_path)
    engine = PolicyQA(corpus=ROOT / "corpus", index=tmp_path)
    engine.index()
    try:
        check_gate(evaluate_golden(engine, GOLDEN, progress=False), ROOT / "eval" / "baseline.json")
    finally:
        engine.close()
