"""When does a text hold an expected piece of another: white space is ignored, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.records import Citation

Fact = tuple[str, ...]
"""Exact words of the corpus, any of which proves one needed fact."""


def squeeze(text: str) -> str:
    """Takes all white space out of a text, line breaks and full-width blanks included."""
    return "".join(text.split())


def holds_fact(text: str, fact: Fact) -> bool:
    """Whether a text contains any alternative of a fact, white space ignored."""
    squeezed = squeeze(text)
    return any(squeeze(words) in squeezed for words in fact)


def joined_quotes(citations: Sequence[Citation], gap: int = 2) -> list[tuple[str, str]]:
    """Quotes as a reader sees them: neighbours of one article count as one run of words.

    Evidence may reach over the end of a sentence, while a citation never does.

    Args:
        citations: The citations of one answer, in any order.
        gap: Characters that may lie between two neighbours: a line break and its indent.

    Returns:
        Article id and words of every run.
    """
    runs: list[tuple[str, str]] = []
    last: Citation | None = None
    for citation in sorted(citations, key=lambda c: (c.article_id, c.start, c.end)):
        if last is not None and last.article_id == citation.article_id and last.end <= citation.start:
            adjacent = citation.start - last.end <= gap
        else:
            adjacent = False
        if adjacent:
            runs[-1] = (citation.article_id, runs[-1][1] + citation.quote)
        else:
            runs.append((citation.article_id, citation.quote))
        last = citation
    return runs
