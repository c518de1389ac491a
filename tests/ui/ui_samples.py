"""Answers and articles of our own making, hostile ones among them."""

from __future__ import annotations

from datetime import date

from policy_qa.records import (
    Answer,
    Article,
    ArticleMetadata,
    Check,
    Citation,
    Hit,
    OriginalWork,
    RemovedSpan,
    Span,
)
from policy_qa.ui.conversation import Turn

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> ![x](https://evil.example/x.png) \"'`${1}{{1}}"
)

TEXT = "# 算力券办法\n\n## 发放\n\n每家企业每年最多领取300万元。\n\n- 报送用量\n- 接受检查\n"


def article(
    text: str = TEXT, title: str = "算力券办法", url: str | None = "https://example.org/a"
) -> Article:
    return Article(
        article_id="vouchers",
        source="vouchers.md",
        content_hash="0" * 64,
        metadata=ArticleMetadata(
            title=title,
            publisher="东湖市科技局",
            author="林一舟",
            published=date(2025, 3, 14),
            url=url,
            original=OriginalWork(title="Chips at Sea", publisher="北岭研究所", url="javascript:alert(1)"),
        ),
        text=text,
        removed=(RemovedSpan(rule="back_to_top", text="返回顶部" + HOSTILE, line=3),),
    )


def citation(
    marker: int = 1, quote: str = "每家企业每年最多领取300万元。", title: str = "算力券办法"
) -> Citation:
    start = TEXT.find(quote)
    return Citation(
        marker=marker,
        article_id="vouchers",
        title=title,
        publisher="东湖市科技局",
        author="林一舟",
        published=date(2025, 3, 14),
        url="https://example.org/a",
        passage_id="vouchers:1",
        quote=quote,
        start=max(start, 0),
        end=max(start, 0) + len(quote),
        attributed_to="北岭研究所",
    )


def answered(text: str = "东湖市科技局：“每家企业每年最多领取300万元。”[1]", **more: object) -> Answer:
    given: dict[str, object] = {
        "question": "最多领取多少？",
        "language": "zh",
        "status": "answered",
        "answer": text,
        "short_answer": "300万元",
        "citations": (citation(),),
        "checks": (Check(sentence="每家", kind="number", passed=True, detail="fine"),),
        "confidence": 0.93,
        "timings_ms": {"total": 41.6},
    }
    return Answer.model_validate({**given, **more})


def abstained(status: str = "not_in_corpus") -> Answer:
    hit = Hit(
        passage_id="vouchers:1",
        article_id="vouchers",
        title="算力券办法",
        publisher="东湖市科技局",
        text="每家企业每年最多领取300万元。\n\n报送用量",
        start=18,
        end=40,
        score=0.4,
        best_sentence=Span(start=18, end=34),
    )
    return Answer.model_validate(
        {
            "question": "火星上有水吗？",
            "language": "zh",
            "status": status,
            "answer": "没有回答。",
            "hits": (hit,) if status == "not_in_corpus" else (),
            "confidence": 0.07,
        }
    )


def turn(answer: Answer | None = None, number: int = 1, question: str = "最多领取多少？") -> Turn:
    return Turn(number=number, question=question, answer=answer)
