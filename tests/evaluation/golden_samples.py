"""Questions, hits, citations and answers for the tests of the measures, written by us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policy_qa.evaluation.golden import GoldenQuestion
from policy_qa.evaluation.golden_measures import score_answer
from policy_qa.evaluation.golden_result import GoldenResult, Outcome, sum_up
from policy_qa.evaluation.provenance import Provenance
from policy_qa.records import Answer, Citation, Hit

ARTICLE = "vouchers"
TEXT = "每年发放总额为8.2亿元。每家企业每年最多领取300万元。\n企业应在三个月内报送用量。"
FACTS = ("发放总额为8.2亿元", "最多领取300万元", "三个月内报送用量")


def question(**changes: Any) -> GoldenQuestion:
    """An answerable question that needs one fact."""
    fields: dict[str, Any] = {
        "id": "g001-zh",
        "pair": "g001",
        "lang": "zh",
        "question": "算力券一年发多少钱？",
        "type": "number",
        "answerable": True,
        "article_ids": (ARTICLE,),
        "evidence": ((FACTS[0],),),
        "answer": ("8.2亿元",),
    }
    return GoldenQuestion(**{**fields, **changes})


def unanswerable(**changes: Any) -> GoldenQuestion:
    """A question that the corpus does not answer."""
    fields = {
        "id": "g002-zh",
        "pair": "g002",
        "question": "火星券一年发多少钱？",
        "type": "unanswerable",
        "answerable": False,
        "article_ids": (),
        "evidence": (),
        "answer": (),
    }
    return question(**{**fields, **changes})


def hit(text: str = TEXT, article_id: str = ARTICLE) -> Hit:
    """A passage found."""
    return Hit(
        passage_id=f"{article_id}:1",
        article_id=article_id,
        title="算力券办法",
        text=text,
        start=0,
        end=len(text),
        score=0.9,
        scores={"dense": 0.8, "lexical": 3.0},
    )


def citation(quote: str, marker: int = 1, article_id: str = ARTICLE, start: int | None = None) -> Citation:
    """A citation of the words; their place is looked up in ``TEXT`` unless given."""
    begin = TEXT.index(quote) if start is None else start
    return Citation(
        marker=marker,
        article_id=article_id,
        title="算力券办法",
        publisher="东湖市科技局",
        author=None,
        published=None,
        url=None,
        passage_id=f"{article_id}:1",
        quote=quote,
        start=begin,
        end=begin + len(quote),
    )


def answer(quotes: Sequence[str] = (), **changes: Any) -> Answer:
    """An answer that quotes sentences of ``TEXT``; an abstention without any."""
    cited = tuple(citation(quote, i) for i, quote in enumerate(quotes, 1))
    body = "".join(f"“{quote}”[{i}]" for i, quote in enumerate(quotes, 1))
    fields: dict[str, Any] = {
        "question": "算力券一年发多少钱？",
        "language": "zh",
        "status": "answered" if quotes else "not_in_corpus",
        "answer": f"东湖市科技局：{body}" if quotes else "现有文章没有回答这个问题。",
        "citations": cited,
        "hits": (hit(),),
        "confidence": 0.8,
        "timings_ms": {"embed": 2.0, "total": 10.0},
    }
    return Answer(**{**fields, **changes})


def outcome(asked: GoldenQuestion, given: Answer) -> Outcome:
    """A question with its answer, scored."""
    return Outcome(
        question=asked,
        asked=asked.question,
        answer=given,
        error=None,
        scores=score_answer(asked, given, lexical_hits=3),
    )


def result(outcomes: Sequence[Outcome], **changes: Any) -> GoldenResult:
    """A run with these outcomes."""
    provenance = Provenance(
        model_id="fake",
        settings_hash="s" * 16,
        corpus_hash=changes.pop("corpus_hash", "c" * 16),
        generation="0123456789ab-1",
        versions={"python": "3.11"},
    )
    fields = {"golden": "golden.jsonl", "golden_hash": "g" * 16, "split": None, "seconds": 1.0}
    return sum_up(outcomes, provenance=provenance, **{**fields, **changes})
