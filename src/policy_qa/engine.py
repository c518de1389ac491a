"""PolicyQA: the one place that puts the parts together."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_qa.answering.confidence import Confidence
from policy_qa.answering.extractive import ExtractiveDrafter
from policy_qa.citing.verification import Verified, verify_draft
from policy_qa.errors import UsageError
from policy_qa.index.generation import Filters, Generation, open_current
from policy_qa.index.manifest import Identity, current_name
from policy_qa.presentation import NOT_IN_CORPUS, UNCLEAR, present
from policy_qa.records import Answer, Article, Language, SearchResult
from policy_qa.retrieval.question import Question, read_question
from policy_qa.retrieval.retriever import Retrieval, Retriever
from policy_qa.sentences import split_sentences
from policy_qa.settings import Settings, load_settings

if TYPE_CHECKING:
    from policy_qa.citing.claims import ClaimVerdict
    from policy_qa.embedding.protocol import Embedder
    from policy_qa.index.builder import IndexReport
    from policy_qa.index.generation_writer import Progress
    from policy_qa.retrieval.translation import QuestionTranslator


_QUOTES_FOR_A_CLAIM = 3
_HITS_FOR_AN_ANSWER = 10


class _Opened(NamedTuple):
    """A generation and what reads it.

    ``published`` is the name that was current when it was opened: the generation itself is an
    older one if the newest was damaged.
    """

    published: str
    generation: Generation
    retriever: Retriever
    translator: QuestionTranslator


class PolicyQA:
    """Asks, searches and indexes one corpus.

    Engines share nothing: two with different settings live in one process. One engine may be
    used from several threads.

    Example:
        >>> engine = PolicyQA(corpus="corpus", index="index")      # doctest: +SKIP
        >>> engine.ask("中国2025年的算力目标是多少？").short_answer  # doctest: +SKIP
        '300 EFLOPS'
    """

    def __init__(
        self, settings: Settings | None = None, *, embedder: Embedder | None = None, **overrides: Any
    ):
        """Sets up an engine; nothing is loaded before it is needed.

        Args:
            settings: All settings; read from environment and file if omitted.
            embedder: An embedding model to use instead of the configured one.
            **overrides: Single settings, such as ``corpus`` and ``index``.

        Raises:
            SettingsError: A setting is unknown or out of range.
        """
        if settings is not None and overrides:
            raise UsageError("Give either settings or single overrides, not both.")
        self.settings = settings or load_settings(**overrides)
        self._given_embedder = embedder
        self._lock = threading.RLock()
        self._opened: _Opened | None = None

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        if self._given_embedder is not None:
            return self._given_embedder
        from policy_qa.embedding import load_embedder

        return load_embedder(
            self.settings.embedding_model, cache_dir=self.settings.cache_dir, threads=self.settings.threads
        )

    @cached_property
    def _drafter(self) -> ExtractiveDrafter:
        return ExtractiveDrafter()

    @cached_property
    def _confidence(self) -> Confidence:
        return Confidence.load(self.settings.cache_dir)

    @property
    def identity(self) -> Identity:
        """What an index must have been made with to be read by this engine."""
        return Identity(
            model_id=self.embedder.model_id,
            dimension=self.embedder.dimension,
            passage_tokens=self.settings.passage_tokens,
        )

    def index(self, *, full: bool = False, progress: Progress | None = None) -> IndexReport:
        """Brings the index up to date with the corpus.

        Args:
            full: Read every file again and build anew even if nothing changed.
            progress: Told how far the work has come.

        Raises:
            BadInputError: The corpus folder is missing or holds no article.
            IndexLockedError: Another process is writing this index.
        """
        from policy_qa.index.builder import update_index
        from policy_qa.retrieval.mined_names import NameMiner

        return update_index(
            self.settings.corpus,
            self.settings.index,
            self.embedder,
            self.identity,
            chroma_url=self.settings.chroma_url,
            full=full,
            progress=progress,
            mine_names=NameMiner(self.settings.cache_dir),
        )

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        filters: Filters | None = None,
        language: Language | None = None,
    ) -> Answer:
        """Answers a question with cited sentences, or abstains.

        Args:
            question: In Chinese or English.
            k: Number of hits in the answer.
            filters: Restrict the search to some articles.
            language: Language of the answer; that of the question if omitted.

        Raises:
            IndexUnusableError: There is no index, or it does not fit the settings.
        """
        started = time.perf_counter()
        asked = self._read(question, language)
        if not asked.clear:
            return _unclear(asked)
        shown = k or self.settings.top_k
        retrieval = self.retrieve(asked, max(shown, _HITS_FOR_AN_ANSWER), filters)
        answering = time.perf_counter()
        confidence = self._confidence.estimate(retrieval)
        threshold = self.settings.abstain_below
        if confidence < (self._confidence.threshold(asked.language) if threshold is None else threshold):
            return _finish(asked, retrieval, shown, None, "", confidence, started, answering)
        draft = self._drafter.draft(retrieval, confidence)
        store, translator = retrieval.generation.store, self._open().translator
        verified = verify_draft(draft, retrieval.hits, store.article, translator.aliases)
        text = present(
            verified.sentences, verified.citations, asked.language, store.article, translator.english_name
        )
        answer = _finish(asked, retrieval, shown, verified, text, confidence, started, answering)
        return (
            answer.model_copy(update={"short_answer": draft.short_answer}) if verified.sentences else answer
        )

    def search(
        self,
        question: str,
        *,
        k: int | None = None,
        filters: Filters | None = None,
        language: Language | None = None,
    ) -> SearchResult:
        """Finds passages without answering; arguments as for ``ask``."""
        started = time.perf_counter()
        asked = self._read(question, language)
        if not asked.clear:
            return SearchResult(question=asked.asked, language=asked.language, hits=())
        found = self.retrieve(asked, k, filters)
        timings = {**found.timings_ms, "total": (time.perf_counter() - started) * 1000}
        return SearchResult(
            question=asked.asked, language=asked.language, hits=found.hits, timings_ms=timings
        )

    def retrieve(self, question: Question, k: int | None = None, filters: Filters | None = None) -> Retrieval:
        """Finds passages with all the evidence behind them, for evaluation and drafting."""
        return self._open().retriever.retrieve(question, k or self.settings.top_k, filters)

    def verify(self, sentence: str, quotes: Sequence[str]) -> ClaimVerdict:
        """Checks whether a sentence is supported by quotes.

        Args:
            sentence: The claim, in Chinese or English.
            quotes: The words it is said to rest on.
        """
        from policy_qa.citing.claims import verify_claim

        return verify_claim(sentence, quotes, self.embedder, self._open().translator.aliases)

    def verify_text(self, text: str) -> list[ClaimVerdict]:
        """Checks every sentence of a draft against the passages of the corpus closest to it."""
        sentences = [text[span.start : span.end] for span in split_sentences(text)]
        verdicts = []
        for sentence in sentences:
            found = self.search(sentence, k=_QUOTES_FOR_A_CLAIM)
            quotes = [hit.text for hit in found.hits]
            verdicts.append(self.verify(sentence, quotes))
        return verdicts

    def articles(self) -> list[Article]:
        """All articles of the index."""
        return self.generation.store.articles()

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            ArticleNotFoundError: No article has that id.
        """
        return self.generation.store.article(article_id)

    @property
    def generation(self) -> Generation:
        """The index generation in use; opened again when a newer one was published."""
        return self._open().generation

    def close(self) -> None:
        """Closes the index."""
        with self._lock:
            if self._opened is not None:
                self._opened.generation.close()
                self._opened = None

    def _open(self) -> _Opened:
        from policy_qa.retrieval.mined_names import read_names
        from policy_qa.retrieval.translation import QuestionTranslator

        published = current_name(self.settings.index)
        opened = self._opened
        if opened is not None and opened.published == published:
            return opened
        with self._lock:
            if self._opened is not None and self._opened.published == published:
                return self._opened
            generation = open_current(self.settings.index, self.identity)
            translator = QuestionTranslator(self.settings.cache_dir, read_names(generation.names))
            retriever = Retriever(generation, self.embedder, translator)
            # The old generation is not closed here: other threads may still be reading it, and
            # its files go with the last reference.
            self._opened = _Opened(published, generation, retriever, translator)
            return self._opened

    def _read(self, question: str, language: Language | None) -> Question:
        return read_question(question, self.settings.max_question_characters, language)


def _unclear(asked: Question) -> Answer:
    return Answer(
        question=asked.asked,
        language=asked.language,
        status="unclear_question",
        answer=UNCLEAR[asked.language],
    )


def _finish(
    asked: Question,
    retrieval: Retrieval,
    shown: int,
    verified: Verified | None,
    text: str,
    confidence: float,
    started: float,
    answering: float,
) -> Answer:
    now = time.perf_counter()
    answered = verified is not None and bool(verified.sentences)
    if asked.truncated:
        text += _CUT[asked.language] if answered else ""
    return Answer(
        question=asked.asked,
        language=asked.language,
        status="answered" if answered else "not_in_corpus",
        answer=text if answered else NOT_IN_CORPUS[asked.language],
        citations=verified.citations if verified else (),
        hits=retrieval.hits[:shown],
        checks=verified.checks if verified else (),
        confidence=confidence,
        generation=retrieval.generation.name,
        timings_ms={
            **retrieval.timings_ms,
            "answer": (now - answering) * 1000,
            "total": (now - started) * 1000,
        },
    )


_CUT: dict[Language, str] = {
    "zh": "\n\n*问题过长，只按开头部分作答。*",
    "en": "\n\n*The question was too long; only its beginning was answered.*",
}
