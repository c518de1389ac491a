"""The records that flow through policy_qa, in the order in which they arise.

All records are frozen: a stage returns new records and never edits its input. Offsets
are in Unicode code points of ``Article.text``, half-open, so that for every passage,
hit and citation ``article.text[record.start:record.end]`` is its text or quote.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
Status = Literal["answered", "not_in_corpus", "unclear_question"]
CheckKind = Literal["number", "name", "quote", "marker", "support"]


class Record(BaseModel):
    """Base of all records: frozen, unknown fields rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OriginalWork(Record):
    """The report or document that an article rests on, as far as the article names it."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None


class ArticleMetadata(Record):
    """What is known about an article. ``None`` means that the text does not say.

    Attributes:
        title: Title in the article's language; the first line of text if none is marked.
        title_en: English title, where the article carries one.
        publisher: Who published the article (outlet, body), not who is quoted in it.
        author: Named author or authors as written.
        published: Date of publication of the article itself.
        url: Address of the article.
        original: The report the article relays or translates.
        language: Language of the text.
    """

    title: str
    title_en: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    original: OriginalWork | None = None
    language: Language = "zh"


class RemovedSpan(Record):
    """A piece of the raw text that cleaning took away.

    Attributes:
        rule: Name of the cleaning rule.
        text: The removed words, exact.
        line: 1-based line of the decoded file in which the piece begins.
    """

    rule: str
    text: str
    line: int


class Article(Record):
    """A cleaned article.

    Attributes:
        article_id: Stable id: derived from the file's path inside the corpus, so that an
            edited file keeps its id (its passages do not keep theirs).
        source: Path of the file relative to the corpus folder, with forward slashes.
        content_hash: SHA-256 (hex) of the raw bytes of the file.
        metadata: What is known about it.
        text: The cleaned text. Nothing rewrites it after ingestion.
        removed: What cleaning took away, in order.
    """

    article_id: str
    source: str
    content_hash: str
    metadata: ArticleMetadata
    text: str
    removed: tuple[RemovedSpan, ...] = ()


class Span(Record):
    """A half-open range of an article's text: a sentence of a passage, say."""

    start: int
    end: int


class Passage(Record):
    """A run of whole sentences of one article, small enough for the model's window.

    Attributes:
        passage_id: ``<article_id>:<hash>``, derived from article id, offsets and text.
        article_id: The article it stands in.
        start: Start offset in the article's text.
        end: End offset in the article's text.
        text: ``article.text[start:end]``.
        heading: Headings above it, outermost first, joined by `` › ``; empty if none.
        sentences: Spans of its sentences in offsets of the article, in order.
        tokens: Length in tokens of the embedding model, prefix and heading included.
    """

    passage_id: str
    article_id: str
    start: int
    end: int
    text: str
    heading: str = ""
    sentences: tuple[Span, ...]
    tokens: int


class Hit(Record):
    """A passage found for a question, best first.

    Attributes:
        score: Fused score between 0 and 1.
        scores: The evidence behind it by name (``dense``, ``lexical``, ``sentence``).
        best_sentence: Span of the sentence closest to the question.
        duplicates: Passage ids of near-identical passages that this hit stands for.
    """

    passage_id: str
    article_id: str
    title: str
    publisher: str | None = None
    published: date | None = None
    heading: str = ""
    text: str
    start: int
    end: int
    score: float
    scores: dict[str, float] = Field(default_factory=dict)
    best_sentence: Span | None = None
    duplicates: tuple[str, ...] = ()


class Evidence(Record):
    """A sentence of a hit offered as (part of) an answer.

    Attributes:
        hit: Index of the hit in the list given to the drafter.
        start: Start offset in the article.
        end: End offset in the article.
        text: The exact words.
        score: How well it answers, between 0 and 1.
    """

    hit: int
    start: int
    end: int
    text: str
    score: float


class DraftSentence(Record):
    """A sentence proposed for the answer with the evidence it claims.

    Attributes:
        text: The sentence, without markers.
        evidence: What it rests on. Empty if the drafter named none.
    """

    text: str
    evidence: tuple[Evidence, ...]


class Draft(Record):
    """What a drafter proposes, before verification.

    Attributes:
        sentences: Proposed sentences in reading order.
        short_answer: The words that answer, if the drafter can name them.
        confidence: Calibrated probability that the evidence answers the question.
        model: Who drafted: ``extractive`` or the name of a language model.
        notice: A line for the reader about how the draft came about, if any.
    """

    sentences: tuple[DraftSentence, ...]
    short_answer: str | None = None
    confidence: float
    model: str
    notice: str | None = None


class Citation(Record):
    """A numbered pointer from an answer to the exact words of an article.

    Attributes:
        marker: The number in the answer's text, from 1.
        attributed_to: Who says it inside the article (a report, an expert), if named.
    """

    marker: int
    article_id: str
    title: str
    publisher: str | None
    author: str | None
    published: date | None
    url: str | None
    passage_id: str
    quote: str
    start: int
    end: int
    attributed_to: str | None = None


class Check(Record):
    """The outcome of one verification of one sentence.

    Attributes:
        sentence: The sentence checked.
        kind: What was checked.
        passed: Whether it held. A sentence with a failed check is not shown.
        detail: What was found, for a reader.
    """

    sentence: str
    kind: CheckKind
    passed: bool
    detail: str


class Answer(Record):
    """An answer whose every sentence carries a resolving citation, or an abstention.

    Attributes:
        question: The question as asked.
        language: Language of the answer's frame.
        status: ``answered``, ``not_in_corpus`` or ``unclear_question``.
        answer: Markdown; sentences end in ``[1]`` or ``[1][3]``.
        short_answer: The few words that answer, if they can be named.
        citations: In order of their markers.
        hits: Passages found, best first; also given with an abstention.
        checks: Every verification made, failed ones included.
        confidence: Calibrated probability that the corpus answers the question.
        model: ``extractive`` or the name of the language model.
        generation: Id of the index generation that answered; empty if none was asked.
        timings_ms: ``embed``, ``retrieve``, ``answer`` and ``total``.
    """

    question: str
    language: Language
    status: Status
    answer: str
    short_answer: str | None = None
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    checks: tuple[Check, ...] = ()
    confidence: float = 0.0
    model: str = "extractive"
    generation: str = ""
    timings_ms: dict[str, float] = Field(default_factory=dict)


class SearchResult(Record):
    """Hits for a question, without an answer."""

    question: str
    language: Language
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float] = Field(default_factory=dict)
