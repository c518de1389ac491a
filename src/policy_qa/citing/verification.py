"""Draft → what may be shown: every sentence checked against the words it cites, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from policy_qa.citing.attribution import attributed_to
from policy_qa.citing.claims import Knowledge, check_facts, check_meaning, is_quoted
from policy_qa.citing.instructions import without_instructions
from policy_qa.records import Article, Check, Citation, Draft, DraftSentence, Evidence, Hit, Record, Span
from policy_qa.sentences import split_sentences

_OTHER_SOURCES = 4
"""Passages looked at when a sentence does not hold by the passage it cites."""


class CitedSentence(Record):
    """A sentence that passed every check, with the markers of its citations.

    ``citations`` are those its markers point to, in their order.
    """

    text: str
    markers: tuple[int, ...]
    citations: tuple[Citation, ...] = ()


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


class Verifier:
    """Checks the sentences of one answer as they come and numbers the citations of what holds."""

    def __init__(
        self,
        hits: Sequence[Hit],
        article: Callable[[str], Article],
        knowledge: Knowledge | None = None,
        *,
        move: bool = False,
    ) -> None:
        """Starts an answer.

        Args:
            hits: The hits that evidence refers to.
            article: Looks up an article by id.
            knowledge: Names in both languages and the encoder.
            move: Look for another passage for a sentence that its own does not bear out.
        """
        self._hits = hits
        self._article = article
        self._knowledge = knowledge or Knowledge()
        self._move = move
        self._sentences: list[CitedSentence] = []
        self._citations: list[Citation] = []
        self._checks: list[Check] = []

    @property
    def verified(self) -> Verified:
        """What holds so far."""
        return Verified(
            sentences=tuple(self._sentences), citations=tuple(self._citations), checks=tuple(self._checks)
        )

    def add(self, sentence: DraftSentence) -> CitedSentence | None:
        """Checks the next sentence.

        Returns:
            The sentence with its markers, or ``None`` if it must not be shown.
        """
        made = check_sentence(sentence, self._hits, self._article, self._knowledge)
        if self._move and not all(check.passed for check in made):
            moved = self._moved(sentence)
            if moved is not None:
                found = "wrong source: the words stand in another passage, and the marker points there now"
                note = Check(sentence=sentence.text, kind="marker", passed=True, detail=found)
                sentence, made = moved, [note]
        self._checks += made
        if not all(check.passed for check in made):
            return None
        markers = tuple(dict.fromkeys(self._cite(evidence) for evidence in sentence.evidence))
        cited = CitedSentence(
            text=sentence.text, markers=markers, citations=tuple(self._citations[m - 1] for m in markers)
        )
        self._sentences.append(cited)
        return cited

    def _moved(self, sentence: DraftSentence) -> DraftSentence | None:
        """The sentence with evidence of another passage that bears it out."""
        tried = {evidence.hit for evidence in sentence.evidence}
        for number, hit in enumerate(self._hits):
            if number in tried or number >= _OTHER_SOURCES:
                continue
            moved = sentence.model_copy(update={"evidence": (whole_passage(number, hit),)})
            if all(c.passed for c in check_sentence(moved, self._hits, self._article, self._knowledge)):
                return moved
        return None

    def _cite(self, evidence: Evidence) -> int:
        """The marker of a piece of evidence; a new citation if it has none yet."""
        hit = self._hits[evidence.hit]
        for known in self._citations:
            if (known.article_id, known.start, known.end) == (hit.article_id, evidence.start, evidence.end):
                return known.marker
        source = self._article(hit.article_id)
        self._citations.append(
            Citation(
                marker=len(self._citations) + 1,
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
        return self._citations[-1].marker


def verify_draft(
    draft: Draft | Iterable[DraftSentence],
    hits: Sequence[Hit],
    article: Callable[[str], Article],
    knowledge: Knowledge | None = None,
) -> Verified:
    """Checks a draft sentence by sentence and numbers the citations of what holds.

    Args:
        draft: Proposed sentences with the evidence they claim.
        hits: The hits the evidence refers to.
        article: Looks up an article by id.
        knowledge: Names in both languages and the encoder.
    """
    verifier = Verifier(hits, article, knowledge)
    for sentence in draft.sentences if isinstance(draft, Draft) else draft:
        verifier.add(sentence)
    return verifier.verified


def check_sentence(
    sentence: DraftSentence,
    hits: Sequence[Hit],
    article: Callable[[str], Article],
    knowledge: Knowledge | None = None,
) -> list[Check]:
    """All checks of one sentence: markers, quotes, numbers and names, then wording and meaning.

    A sentence that is itself quoted word for word cannot differ from its quote in meaning.
    """
    known = [evidence for evidence in sentence.evidence if 0 <= evidence.hit < len(hits)]
    if not known or len(known) < len(sentence.evidence):
        missing = "a citation is missing or points to no passage"
        return [Check(sentence=sentence.text, kind="marker", passed=False, detail=missing)]
    exact = all(
        article(hits[e.hit].article_id).text[e.start : e.end] == e.text and e.end > e.start for e in known
    )
    detail = "the quoted words stand in the article" if exact else "altered quote"
    quote = Check(sentence=sentence.text, kind="quote", passed=exact, detail=detail)
    quotes = [evidence.text for evidence in known]
    if sentence.text not in quotes:
        quotes = [without_instructions(quote) for quote in quotes]
    knows = knowledge or Knowledge()
    made = [quote, *check_facts(sentence.text, quotes, knows)]
    if not all(check.passed for check in made) or is_quoted(sentence.text, quotes):
        return made
    wording, meaning = check_meaning(sentence.text, quotes, knows)
    return [*made, *wording, *meaning]


def whole_passage(number: int, hit: Hit) -> Evidence:
    """A whole passage as evidence."""
    return Evidence(hit=number, start=hit.start, end=hit.end, text=hit.text, score=hit.score)


def narrowed(sentence: str, number: int, hit: Hit, choose: Callable[[str, list[str]], int]) -> Evidence:
    """The sentence of a passage that a claim rests on.

    Args:
        sentence: The claim.
        number: Index of the hit.
        hit: The passage.
        choose: Given the claim and the sentences of the passage, the index of the closest.
    """
    spans = split_sentences(hit.text)
    texts = [hit.text[span.start : span.end] for span in spans]
    span = spans[choose(sentence, texts)]
    return Evidence(
        hit=number,
        start=hit.start + span.start,
        end=hit.start + span.end,
        text=hit.text[span.start : span.end],
        score=hit.score,
    )
