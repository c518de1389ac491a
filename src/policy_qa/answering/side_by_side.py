"""A verified answer and the other figures that articles give → one with both, each with its citation."""

from __future__ import annotations

from policy_qa.answering.contradictions import find_contradiction
from policy_qa.citing.claims import Knowledge
from policy_qa.citing.verification import Verified, verify_draft
from policy_qa.records import Citation, DraftSentence, Record
from policy_qa.retrieval.retriever import Retrieval


class Side(Record):
    """One of several figures for the same thing.

    Attributes:
        marker: Its citation.
        figure: The words of the figure.
        as_of: The date it holds for, in the words of the article.
    """

    marker: int
    figure: str
    as_of: str | None = None


class SideBySide(Record):
    """Different figures for the same thing.

    Attributes:
        over_time: Whether they are of different dates, and so no contradiction.
        sides: The figures, that of the answer first, or the newest.
    """

    over_time: bool
    sides: tuple[Side, ...]


def side_by_side(
    retrieval: Retrieval, verified: Verified, knowledge: Knowledge
) -> tuple[Verified, SideBySide | None]:
    """Adds the citations of other figures to an answer.

    Args:
        retrieval: What was found.
        verified: The answer.
        knowledge: Names in both languages.

    Returns:
        The answer with further citations, and the figures; both as they were if there are no others.
    """
    found = find_contradiction(retrieval, verified.sentences, verified.citations, knowledge)
    if found is None:
        return verified, None
    article = retrieval.generation.store.article
    draft = [DraftSentence(text=s.evidence.text, evidence=(s.evidence,)) for s in found.statements]
    quoted = verify_draft(draft, found.hits, article, knowledge)
    citations = list(verified.citations)
    sides: list[Side] = []
    for statement in found.statements:
        place = (
            found.hits[statement.evidence.hit].article_id,
            statement.evidence.start,
            statement.evidence.end,
        )
        citation = next((c for c in quoted.citations if _place(c) == place), None)
        if citation is None:
            continue
        known = next((c for c in citations if _place(c) == place), None)
        if known is None:
            known = citation.model_copy(update={"marker": len(citations) + 1})
            citations.append(known)
        sides.append(Side(marker=known.marker, figure=statement.figure, as_of=statement.as_of))
    if len(sides) < 2:
        return verified, None
    checks = (*verified.checks, *quoted.checks)
    more = verified.model_copy(update={"citations": tuple(citations), "checks": checks})
    return more, SideBySide(over_time=found.over_time, sides=tuple(sides))


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.article_id, citation.start, citation.end
