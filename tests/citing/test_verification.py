from __future__ import annotations

import pytest

from policy_qa.citing.verification import Verifier, verify_draft
from policy_qa.records import Article, ArticleMetadata, Draft, DraftSentence, Evidence, Hit

TEXT = "基金规模为82亿美元。基金由两家公司出资。林一舟负责管理。"
ARTICLE = Article(
    article_id="fund", source="fund.md", content_hash="0", metadata=ArticleMetadata(title="基金"), text=TEXT
)
HIT = Hit(passage_id="fund:1", article_id="fund", title="基金", text=TEXT, start=0, end=len(TEXT), score=0.9)


def evidence(quote: str, hit: int = 0) -> Evidence:
    start = max(TEXT.find(quote), 0)
    return Evidence(hit=hit, start=start, end=start + len(quote), text=quote, score=1.0)


def draft(*sentences: DraftSentence) -> Draft:
    return Draft(sentences=sentences, confidence=1.0, model="test")


def failed_kinds(sentence: str, *quotes: Evidence) -> set[str]:
    verified = verify_draft(draft(DraftSentence(text=sentence, evidence=quotes)), [HIT], lambda _: ARTICLE)
    assert bool(verified.sentences) == all(check.passed for check in verified.checks)
    return {check.kind for check in verified.checks if not check.passed}


@pytest.mark.parametrize(
    "sentence", ["基金规模为82亿美元。", "The fund holds $8.2 billion.", "规模达到8,200,000,000美元。"]
)
def test_a_number_that_agrees_by_value_passes_in_any_notation(sentence: str) -> None:
    assert failed_kinds(sentence, evidence("基金规模为82亿美元。")) == set()


@pytest.mark.parametrize(
    "sentence", ["基金规模为28亿美元。", "The fund holds $82 billion.", "基金规模为82亿元。"]
)
def test_a_number_absent_from_its_quote_drops_the_sentence(sentence: str) -> None:
    assert failed_kinds(sentence, evidence("基金规模为82亿美元。")) == {"number"}


def test_altered_words_inside_a_quote_drop_the_sentence() -> None:
    altered = Evidence(hit=0, start=0, end=5, text="基金规格为", score=1.0)
    assert failed_kinds("基金规模。", altered) == {"quote"}


@pytest.mark.parametrize("quotes", [(), (evidence("基金规模为82亿美元。", hit=7),)])
def test_a_citation_that_points_to_no_passage_drops_the_sentence(quotes: tuple[Evidence, ...]) -> None:
    assert failed_kinds("基金规模为82亿美元。", *quotes) == {"marker"}


def test_a_name_absent_from_its_quote_drops_the_sentence() -> None:
    assert failed_kinds("RAND manages the fund.", evidence("林一舟负责管理。")) == {"name"}


def test_what_is_dropped_is_reported_and_the_rest_is_renumbered() -> None:
    verified = verify_draft(
        draft(
            DraftSentence(text="基金规模为99亿美元。", evidence=(evidence("基金规模为82亿美元。"),)),
            DraftSentence(text="基金由两家公司出资。", evidence=(evidence("基金由两家公司出资。"),)),
        ),
        [HIT],
        lambda _: ARTICLE,
    )
    assert [s.text for s in verified.sentences] == ["基金由两家公司出资。"]
    assert [c.marker for c in verified.citations] == [1]
    assert any(not check.passed and "99亿" in check.detail for check in verified.checks)


def test_two_sentences_on_the_same_words_share_one_citation() -> None:
    quote = evidence("基金规模为82亿美元。")
    verified = verify_draft(
        draft(
            DraftSentence(text="基金规模为82亿美元。", evidence=(quote,)),
            DraftSentence(text="The fund holds $8.2 billion.", evidence=(quote,)),
        ),
        [HIT],
        lambda _: ARTICLE,
    )
    assert [s.markers for s in verified.sentences] == [(1,), (1,)]
    assert len(verified.citations) == 1


def test_a_marker_moves_to_the_passage_that_bears_the_sentence_out() -> None:
    start = TEXT.find("林一舟")
    first = HIT.model_copy(
        update={"passage_id": "fund:1", "text": TEXT[start:], "start": start, "end": len(TEXT)}
    )
    place = {"start": TEXT.find("基金由"), "end": start}
    other = HIT.model_copy(update={"passage_id": "fund:2", "text": "基金由两家公司出资。", **place})
    wrong = Evidence(hit=0, start=start, end=len(TEXT), text=TEXT[start:], score=1.0)
    verifier = Verifier([first, other], lambda _: ARTICLE, move=True)
    cited = verifier.add(DraftSentence(text="基金由两家公司出资。", evidence=(wrong,)))
    assert cited is not None
    assert [c.quote for c in cited.citations] == ["基金由两家公司出资。"]
    assert any("wrong source" in check.detail for check in verifier.verified.checks)
