"""Draft → what may be shown: every sentence checked against the words it cites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policy_qa.citing.attribution import attributed_to
from policy_qa.citing.names import missing_names
from policy_qa.citing.quantities import missing_quantities
from policy_qa.records import Article, Check, Citation, Draft, DraftSentence, Evidence, Hit, Record, Span

Aliases = Mapping[str, frozenset[str]]


class CitedSentence(Record):
    """A sentence that passed every check, with the markers of its citations."""

    text: str
    markers: tuple[int, ...]


class Verified(Record):
    """What is left of a draft.

    Attributes:
        sentences: Sentences to show, in order.
        citations: Their citations in the order of their markers.
        checks: Every check made, those of dropped sentences included.
    """

    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    checks: tuple[Check, ...]


def verify_draft(
    draft: Draft, hits: Sequence[Hit], article: Callable[[str], Article], aliases: Aliases
) -> Verified:
    """Checks a draft sentence by sentence and numbers the citations of what holds.

    Args:
        draft: Proposed sentences with the evidence they claim.
        hits: The hits the evidence refers to.
        article: Looks up an article by id.
        aliases: Equivalent names by folded name.
    """
    sentences: list[CitedSentence] = []
    citations: list[Citation] = []
    checks: list[Check] = []
    for sentence in draft.sentences:
        made = check_sentence(sentence, hits, article, aliases)
        checks += made
        if not all(check.passed for check in made):
            continue
        markers = [_cite(evidence, hits, article, citations) for evidence in sentence.evidence]
        sentences.append(CitedSentence(text=sentence.text, markers=tuple(dict.fromkeys(markers))))
    return Verified(sentences=tuple(sentences), citations=tuple(citations), checks=tuple(checks))


def check_sentence(
    sentence: DraftSentence, hits: Sequence[Hit], article: Callable[[str], Article], aliases: Aliases
) -> list[Check]:
    """All checks of one sentence: markers resolve, quotes are exact, numbers and names agree."""

    def check(kind: str, passed: bool, detail: str) -> Check:
        return Check.model_validate(
            {"sentence": sentence.text, "kind": kind, "passed": passed, "detail": detail}
        )

    known = [evidence for evidence in sentence.evidence if 0 <= evidence.hit < len(hits)]
    if not known or len(known) < len(sentence.evidence):
        return [check("marker", False, "a citation is missing or points to no passage")]
    exact = all(
        article(hits[e.hit].article_id).text[e.start : e.end] == e.text and e.end > e.start for e in known
    )
    made = [check("quote", exact, "the quoted words stand in the article" if exact else "altered quote")]
    quotes = [evidence.text for evidence in known]
    return [*made, *check_against_quotes(sentence.text, quotes, aliases)]


def check_against_quotes(sentence: str, quotes: Sequence[str], aliases: Aliases) -> list[Check]:
    """Whether the numbers and names of a sentence stand in its quotes, across notations and languages."""
    numbers = missing_quantities(sentence, quotes)
    names = missing_names(sentence, quotes, aliases)
    return [
        Check(
            sentence=sentence,
            kind="number",
            passed=not numbers,
            detail=_found("numbers", [q.text for q in numbers]),
        ),
        Check(sentence=sentence, kind="name", passed=not names, detail=_found("names", names)),
    ]


def _found(what: str, missing: Sequence[str]) -> str:
    if not missing:
        return f"all {what} stand in the quotes"
    return f"{what} that stand in no quote: {', '.join(missing)}"


def _cite(
    evidence: Evidence, hits: Sequence[Hit], article: Callable[[str], Article], citations: list[Citation]
) -> int:
    """The marker of a piece of evidence; a new citation if it has none yet."""
    hit = hits[evidence.hit]
    for known in citations:
        if (known.article_id, known.start, known.end) == (hit.article_id, evidence.start, evidence.end):
            return known.marker
    source = article(hit.article_id)
    citations.append(
        Citation(
            marker=len(citations) + 1,
            article_id=hit.article_id,
            title=source.metadata.title,
            publisher=source.metadata.publisher,
            author=source.metadata.author,
            published=source.metadata.published,
            url=source.metadata.url,
            passage_id=hit.passage_id,
            quote=evidence.text,
            start=evidence.start,
            end=evidence.end,
            attributed_to=attributed_to(source, Span(start=evidence.start, end=evidence.end)),
        )
    )
    return citations[-1].marker
