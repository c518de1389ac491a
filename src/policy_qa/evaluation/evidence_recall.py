"""How much of the expected evidence reaches the reader.

The recall of gold evidence as in KILT (Petroni et al., NAACL 2021) and HotpotQA's supporting
facts (Yang et al., EMNLP 2018), at the level of facts: a fact is found if the exact words of
any of its alternatives are there. White space is ignored. A question can need several facts
and scores the share it got.
"""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.evaluation.golden import GoldenQuestion
from policy_qa.evaluation.matching import holds_fact, joined_quotes, squeeze
from policy_qa.records import Citation, Hit

TOP = 5
"""Hits within which evidence has to be found."""

_OVERLAP = 8
"""Characters a quote has to share with evidence, without a break, to bear on it; shorter evidence
has to be there in full."""


def facts_in_hits(question: GoldenQuestion, hits: Sequence[Hit], top: int = TOP) -> float:
    """Share of the expected facts within the first hits of the articles listed, 0 to 1.

    Args:
        question: An answerable question.
        hits: Best first.
        top: How many of them count.
    """
    texts = [hit.text for hit in hits[:top] if hit.article_id in question.article_ids]
    return _share(question, texts)


def facts_in_quotes(question: GoldenQuestion, citations: Sequence[Citation]) -> float:
    """Share of the expected facts within the answer's quotes, 0 to 1; 0 without an answer."""
    runs = joined_quotes(citations)
    return _share(question, [words for aid, words in runs if aid in question.article_ids])


def relevant_quotes(question: GoldenQuestion, citations: Sequence[Citation]) -> float | None:
    """Share of an answer's quotes that bear on the expected evidence; ``None`` without quotes.

    A quote bears on evidence if it holds it, lies inside it or shares a long run of characters
    with it. The rest is padding: true, but not what was asked.
    """
    if not citations:
        return None
    bearing = [citation for citation in citations if _bears(question, citation)]
    return len(bearing) / len(citations)


def _share(question: GoldenQuestion, texts: Sequence[str]) -> float:
    found = [fact for fact in question.evidence if any(holds_fact(text, fact) for text in texts)]
    return len(found) / len(question.evidence)


def _bears(question: GoldenQuestion, citation: Citation) -> bool:
    if citation.article_id not in question.article_ids:
        return False
    quote = squeeze(citation.quote)
    return any(_overlaps(quote, squeeze(words)) for fact in question.evidence for words in fact)


def _overlaps(quote: str, words: str) -> bool:
    length = min(_OVERLAP, len(words))
    return any(words[i : i + length] in quote for i in range(len(words) - length + 1)) or quote in words
