from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import ArticleNotFoundError, IndexMismatchError, IndexMissingError, UsageError
from policy_qa.index.generation import Filters
from policy_qa.settings import load_settings

QUESTIONS = (
    "算力券每年发放总额是多少？",
    "出口管制使研发周期延长了多久？",
    "林一舟怎么看国产芯片的良率？",
    "全国一体化算力网络有几个枢纽节点？",
    "How many chip companies did the North Ridge Institute study?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_exact_words_of_its_article(engine: PolicyQA, question: str) -> None:
    answer = engine.ask(question)
    assert answer.status == "answered"
    assert answer.citations
    for citation in answer.citations:
        assert engine.article(citation.article_id).text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_marker_of_an_answer_has_a_citation_and_the_other_way_round(
    engine: PolicyQA, question: str
) -> None:
    answer = engine.ask(question)
    assert all(f"[{citation.marker}]" in answer.answer for citation in answer.citations)
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_exact_ranges_of_their_articles(engine: PolicyQA, question: str) -> None:
    for hit in engine.search(question).hits:
        assert engine.article(hit.article_id).text[hit.start : hit.end] == hit.text
        assert 0 <= hit.score <= 1


def test_the_answer_to_a_question_of_fact_quotes_the_fact(engine: PolicyQA) -> None:
    quotes = " ".join(c.quote for c in engine.ask("算力券每年发放总额是多少？").citations)
    assert "8.2亿元" in quotes


def test_a_reported_view_names_the_one_who_holds_it(engine: PolicyQA) -> None:
    answer = engine.ask("出口管制使研发周期延长了多久？")
    speakers = {c.attributed_to for c in answer.citations if "四个月" in c.quote}
    assert speakers == {"北岭研究所"}


def test_an_english_answer_keeps_the_chinese_quote_and_adds_english_numbers(engine: PolicyQA) -> None:
    answer = engine.ask("How long must companies wait to report usage of computing vouchers?")
    assert answer.language == "en"
    assert any("三个月" in c.quote for c in answer.citations)
    assert "3 months" in answer.answer


@pytest.mark.parametrize("question", ["", "   ", "？？", "😀"])
def test_a_question_without_words_gets_no_search(engine: PolicyQA, question: str) -> None:
    answer = engine.ask(question)
    assert answer.status == "unclear_question"
    assert answer.hits == ()
    assert answer.citations == ()


def test_below_the_threshold_the_engine_abstains_and_shows_the_nearest_passages(
    corpus: Path, engine: PolicyQA
) -> None:
    strict = PolicyQA(
        embedder=HashingEmbedder(),
        corpus=corpus,
        index=engine.settings.index,
        abstain_below=1.0,
        reader=False,
    )
    answer = strict.ask(QUESTIONS[0])
    assert answer.status == "not_in_corpus"
    assert answer.citations == ()
    assert answer.hits
    strict.close()


def test_a_very_long_question_is_cut_and_the_answer_says_so(engine: PolicyQA) -> None:
    answer = engine.ask("算力券每年发放总额是多少？" * 1000)
    assert "问题过长" in answer.answer


def test_filters_restrict_by_publisher_date_and_article(engine: PolicyQA) -> None:
    def found(**fields: object) -> set[str]:
        hits = engine.search("算力", k=20, filters=Filters(**fields)).hits  # type: ignore[arg-type]
        return {engine.article(hit.article_id).source for hit in hits}

    assert found(publishers=("东湖",)) == {"computing-vouchers.md"}
    assert found(since=date(2025, 1, 1)) == {"computing-vouchers.md"}
    assert found(until=date(2024, 12, 31)) == {"chip-report.md"}
    assert found(article_ids=("nobody",)) == set()


@pytest.mark.parametrize("stated", ["2087年", "5.7版"])
def test_a_year_or_edition_that_no_article_states_leaves_no_confidence(engine: PolicyQA, stated: str) -> None:
    assert engine.ask(QUESTIONS[0]).confidence > 0
    answer = engine.ask(f"{stated}{QUESTIONS[0]}")
    assert (answer.confidence, bool(answer.hits)) == (0.0, True)


def test_a_year_that_only_dates_an_article_is_not_unheard_of(engine: PolicyQA) -> None:
    published = {m.published.year for m in engine.generation.metadata.values() if m.published}
    assert published
    for year in published:
        assert engine.ask(f"{year}年算力券每年发放总额是多少？").confidence > 0


def test_no_hit_at_all_is_an_abstention(engine: PolicyQA) -> None:
    answer = engine.ask("算力券", filters=Filters(article_ids=("nobody",)))
    assert (answer.status, answer.hits, answer.confidence) == ("not_in_corpus", (), 0.0)


def test_an_unknown_article_id_is_an_error_that_names_it(engine: PolicyQA) -> None:
    with pytest.raises(ArticleNotFoundError, match="nobody"):
        engine.article("nobody")


def test_asking_without_an_index_names_the_command(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="policy-qa index"):
        PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=tmp_path / "none").ask("算力券是什么？")


def test_another_model_refuses_the_index_and_names_the_difference(corpus: Path, engine: PolicyQA) -> None:
    other = PolicyQA(embedder=HashingEmbedder(dimension=32), corpus=corpus, index=engine.settings.index)
    with pytest.raises(IndexMismatchError, match="dimension"):
        other.ask("算力券是什么？")


def test_settings_and_overrides_together_are_refused() -> None:
    with pytest.raises(UsageError):
        PolicyQA(load_settings(), top_k=3)


def test_new_text_is_answered_after_indexing_without_a_restart(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path / "corpus")
    engine = PolicyQA(
        embedder=HashingEmbedder(),
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        abstain_below=0.0,
        reader=False,
    )
    engine.index()
    before = engine.ask("量子计算机的目标是多少？").generation
    (tmp_path / "corpus" / "quantum.md").write_text(
        "# 量子规划\n\n量子计算机的目标是在2030年达到1000个逻辑比特，由省科技厅负责组织实施。",
        encoding="utf-8",
    )
    report = engine.index()
    answer = engine.ask("量子计算机的目标是多少？")
    assert report.added == ("quantum.md",)
    assert answer.generation != before
    assert any("1000个逻辑比特" in c.quote for c in answer.citations)
    engine.close()


def test_one_engine_answers_many_threads_alike(engine: PolicyQA) -> None:
    expected = [engine.ask(question).answer for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda q: engine.ask(q).answer, QUESTIONS * 8))
    assert answers == expected * 8


def test_two_engines_with_different_settings_live_in_one_process(corpus: Path, tmp_path: Path) -> None:
    small = PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=tmp_path / "a", top_k=1, reader=False)
    large = PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=tmp_path / "b", top_k=3, reader=False)
    for one in (small, large):
        one.index()
    assert (len(small.search("算力").hits), len(large.search("算力").hits)) == (1, 3)


def test_a_draft_of_ones_own_is_checked_against_the_corpus(engine: PolicyQA) -> None:
    verdicts = engine.verify_text("每家企业每年最多领取300万元。每家企业每年最多领取900万元。")
    assert [v.supported for v in verdicts] == [True, False]
    assert verdicts[0].status == "exact"
