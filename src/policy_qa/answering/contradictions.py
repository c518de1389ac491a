"""Articles that give different figures for the same thing, found so that both can be shown.

A figure of the answer is compared with figures of the same kind in sentences of other articles that
were found for the question. Two speak of the same thing if the words of their clauses agree, if what
the question asks about is in both, and if neither names a body or a batch that the other does not.
Figures of different dates are no contradiction: they are shown as a development.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from policy_qa.answering.expected_answer import expected_answer
from policy_qa.answering.figures import Figure, HitSentence
from policy_qa.citing.claims import Knowledge
from policy_qa.citing.names import missing_names
from policy_qa.citing.quantities import find_quantities
from policy_qa.citing.quantity import PartialDate, Quantity
from policy_qa.citing.quantity_comparison import same_quantity
from policy_qa.citing.verification import CitedSentence
from policy_qa.index.terms import fold
from policy_qa.records import Citation, Evidence, Hit, Passage, Record, Span
from policy_qa.retrieval.retriever import Retrieval

MOST_STATEMENTS: Final = 4
"""Statements shown side by side at most."""
ALIKE: Final = 0.45
"""Share of their pairs of characters that the clauses of two figures must have in common."""
ASKED_IN_BOTH: Final = 0.75
"""Share of what the question asks about and one sentence has that the other must have, too."""

_ASKS_WHICH: Final = re.compile(
    r"到底|究竟|谁[对错]|哪个[对错准]|矛盾|不一致|对不上|说法|有[的人].{1,20}有[的人]"
    r"|\bwhich (?:one )?is (?:right|wrong|correct)|\bdiffer|discrepan|contradict|variously|conflict|disagree",
    re.IGNORECASE,
)


class Statement(Record):
    """One figure and where it stands.

    Attributes:
        evidence: The exact sentence; its hit is a place in ``Contradiction.hits``.
        figure: The words of the figure.
        as_of: The date that the sentence gives for it, in its words.
    """

    evidence: Evidence
    figure: str
    as_of: str | None = None


class Contradiction(Record):
    """Different figures for the same thing: that of the answer first, or the newest.

    Attributes:
        over_time: Whether they are of different dates, and so no contradiction.
        statements: The figures.
        hits: Hits of the answer, and behind them passages that were taken for doubles of those.
    """

    over_time: bool
    statements: tuple[Statement, ...]
    hits: tuple[Hit, ...]


def find_contradiction(
    retrieval: Retrieval, shown: Sequence[CitedSentence], citations: Sequence[Citation], knowledge: Knowledge
) -> Contradiction | None:
    """Looks for other figures for what an answer says.

    Args:
        retrieval: What was found.
        shown: Sentences of the answer.
        citations: Their citations.
        knowledge: Names in both languages.
    """
    question = retrieval.question.text
    expected = expected_answer(question)
    if not (expected.is_quantity or _ASKS_WHICH.search(question)):
        return None
    hits = _all_hits(retrieval)
    figures = [figure for found in _sentences(hits, retrieval) for figure in found.figures(expected)]
    dated = any(quantity.kind == "date" for quantity in find_quantities(question))
    for anchor in _anchors(figures, shown, citations, hits):
        if not _about_the_question(anchor, shown, retrieval):
            continue
        rivals = [f for f in figures if _rival(f, anchor, hits, retrieval, knowledge)]
        now = [f for f in rivals if not _other_date(f, anchor)]
        chosen = now or ([] if dated and not _ASKS_WHICH.search(question) else rivals)
        if chosen:
            sides = [anchor, *_different(chosen)]
            if not now:
                sides.sort(key=_date, reverse=True)
            statements = tuple(map(_statement, sides[:MOST_STATEMENTS]))
            return Contradiction(over_time=not now, statements=statements, hits=tuple(hits))
    return None


def _all_hits(retrieval: Retrieval) -> list[Hit]:
    """The hits and, behind them, the passages they stand for: doubles may differ in a figure."""
    generation = retrieval.generation
    hits = list(retrieval.hits)
    for hit in retrieval.hits:
        rows = [generation.rows[passage_id] for passage_id in hit.duplicates]
        for passage in generation.store.passages(rows):
            metadata = generation.metadata[passage.article_id]
            double = {
                "passage_id": passage.passage_id,
                "article_id": passage.article_id,
                "title": metadata.title,
                "publisher": metadata.publisher,
                "published": metadata.published,
                "heading": passage.heading,
                "text": passage.text,
                "start": passage.start,
                "end": passage.end,
                "best_sentence": None,
                "duplicates": (),
            }
            hits.append(hit.model_copy(update=double))
    return hits


def _sentences(hits: Sequence[Hit], retrieval: Retrieval) -> Iterator[HitSentence]:
    generation = retrieval.generation
    rows = [generation.rows[hit.passage_id] for hit in hits]
    passages: dict[str, Passage] = {p.passage_id: p for p in generation.store.passages(rows)}
    for number, hit in enumerate(hits):
        article = generation.store.article(hit.article_id)
        for span in passages[hit.passage_id].sentences:
            yield HitSentence(number, article, Span(start=span.start, end=span.end))


def _anchors(
    figures: Sequence[Figure],
    shown: Sequence[CitedSentence],
    citations: Sequence[Citation],
    hits: Sequence[Hit],
) -> Iterator[Figure]:
    """Figures of the answer where they stand in what it cites."""
    for sentence in shown:
        claimed = find_quantities(sentence.text)
        for citation in (c for c in citations if c.marker in sentence.markers):
            for figure in figures:
                span = figure.said.span
                if (
                    hits[figure.said.hit].article_id == citation.article_id
                    and citation.start <= span.start
                    and span.end <= citation.end
                    and any(same_quantity(q, figure.quantity) for q in claimed)
                ):
                    yield figure


def _about_the_question(anchor: Figure, shown: Sequence[CitedSentence], retrieval: Retrieval) -> bool:
    """Whether a figure's sentence holds much of what the question asks about, and not only stands by."""
    there = [_asked(sentence.text, retrieval) for sentence in shown]
    return 2 * sum(_asked(anchor.said.text, retrieval)) >= max(map(sum, there), default=0)


def _rival(
    figure: Figure, anchor: Figure, hits: Sequence[Hit], retrieval: Retrieval, knowledge: Knowledge
) -> bool:
    """Whether a figure of another article is another one for the same thing."""
    one, other = figure.quantity, anchor.quantity
    if hits[figure.said.hit].article_id == hits[anchor.said.hit].article_id:
        return False
    if (one.kind, one.unit) != (other.kind, other.unit):
        return False
    if any(_agree(q, other) for q in figure.said.quantities) or any(
        _agree(one, q) for q in anchor.said.quantities
    ):
        return False
    if figure.qualifiers != anchor.qualifiers:
        return False
    shared = len(figure.words & anchor.words)
    if shared < ALIKE * len(figure.words | anchor.words) or not shared:
        return False
    return _asked_in_both(figure.said.text, anchor.said.text, retrieval) and _same_names(
        figure.said, anchor.said, knowledge
    )


def _agree(one: Quantity, other: Quantity) -> bool:
    return same_quantity(one, other) is not None or same_quantity(other, one) is not None


def _asked_in_both(one: str, other: str, retrieval: Retrieval) -> bool:
    """Whether what the question asks about and the answer has stands in the other sentence, too."""
    has = zip(_asked(one, retrieval), _asked(other, retrieval), strict=True)
    there = [first for first, second in has if second]
    return sum(there) >= ASKED_IN_BOTH * len(there)


def _asked(text: str, retrieval: Retrieval) -> list[bool]:
    """Which of the things that the question asks about stand in a text."""
    folded = fold(text)
    return [any(fold(term) in folded for term in group.terms) for group in retrieval.content]


def _same_names(one: HitSentence, other: HitSentence, knowledge: Knowledge) -> bool:
    """Whether two sentences name the same bodies, people and batches."""
    pairs = ((one, other), (other, one))
    if any(missing_names(a.unattributed, [b.text], knowledge.aliases, knowledge.names) for a, b in pairs):
        return False
    ordinals = [[q for q in said.quantities if q.kind == "ordinal"] for said in (one, other)]
    return not all(ordinals) or any(_agree(a, b) for a in ordinals[0] for b in ordinals[1])


def _other_date(one: Figure, other: Figure) -> bool:
    return one.as_of is not None and other.as_of is not None and one.as_of.value != other.as_of.value


def _date(figure: Figure) -> tuple[int, int, int]:
    value = figure.as_of.value if figure.as_of else None
    if not isinstance(value, PartialDate):
        return 0, 0, 0
    return value.year or 0, value.month or 0, value.day or 0


def _different(figures: Sequence[Figure]) -> list[Figure]:
    """Each figure once, in the order found."""
    kept: list[Figure] = []
    for figure in figures:
        if not any(_agree(figure.quantity, other.quantity) for other in kept):
            kept.append(figure)
    return kept


def _statement(figure: Figure) -> Statement:
    span = figure.said.span
    evidence = Evidence(hit=figure.said.hit, start=span.start, end=span.end, text=figure.said.text, score=1.0)
    return Statement(evidence=evidence, figure=figure.quantity.text, as_of=figure.as_of_words)
