"""PolicyQA: the one place that puts the parts together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_qa.answering.confidence import Confidence
from policy_qa.answering.drafting import Drafters, draft_answer
from policy_qa.answering.extractive import ExtractiveDrafter
from policy_qa.answering.models import Models
from policy_qa.errors import UsageError
from policy_qa.index.generation import Filters, Generation, open_current
from policy_qa.index.manifest import Identity, current_name
from policy_qa.presentation import finish, unclear
from policy_qa.records import Answer, Article, Hit, Language, SearchResult
from policy_qa.retrieval.follow_up import condense, read_turns
from policy_qa.retrieval.question import Question, read_question
from policy_qa.retrieval.retriever import Retrieval, Retriever
from policy_qa.settings import Settings, load_settings

if TYPE_CHECKING:
    from policy_qa.citing.alignment import TokenModel
    from policy_qa.citing.claims import ClaimVerdict, Knowledge
    from policy_qa.citing.verification import CitedSentence
    from policy_qa.embedding.protocol import Embedder
    from policy_qa.index.builder import IndexReport
    from policy_qa.index.generation_writer import Progress
    from policy_qa.reading import Reader
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
        self.models = Models(self.settings)
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
    def reader(self) -> Reader | None:
        """The model that reads the first passages; ``None`` if switched off or not shipped."""
        if not self.settings.reader:
            return None
        from policy_qa.reading import load_reader

        return load_reader(self.settings.threads)

    @property
    def knowledge(self) -> Knowledge:
        """What sentences are verified with: names in both languages and an encoder."""
        from policy_qa.citing.claims import Knowledge

        translator = self._open().translator
        aliases, names, find = translator.aliases, translator.known_names, translator.locate
        return Knowledge(aliases, names, lambda: self._encoder, find, lambda: self.reader)

    @cached_property
    def _encoder(self) -> TokenModel | None:
        from policy_qa.citing.encoder import encoder_for

        return encoder_for(self.embedder, self.settings, given=self._given_embedder is not None)

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
        history: Sequence[Mapping[str, str]] | None = None,
        llm: object = None,
        on_sentence: Callable[[CitedSentence], None] = lambda _: None,
        on_hits: Callable[[Sequence[Hit]], None] = lambda _: None,
    ) -> Answer:
        """Answers a question with cited sentences, or abstains.

        Args:
            question: In Chinese or English.
            k: Number of hits in the answer.
            filters: Restrict the search to some articles.
            language: Language of the answer; that of the question if omitted.
            history: Earlier turns, oldest first, each with ``role`` and ``content``.
            llm: Who drafts: the configured endpoint if omitted, ``extractive``, the name of a model
                there, or any llama-index ``LLM``.
            on_sentence: Told of each sentence of a language model once it is verified.
            on_hits: Told what was found, best first, before the answer is drafted.

        Raises:
            IndexUnusableError: There is no index, or it does not fit the settings.
            UsageError: A language model is named and none is configured.
        """
        started = time.perf_counter()
        asked = self._read(question, language, history)
        if not asked.clear:
            return unclear(asked)
        model = self.models.chosen(llm)
        shown = k or self.settings.top_k
        retrieval = self._open().retriever.retrieve(asked, max(shown, _HITS_FOR_AN_ANSWER), filters, on_hits)
        answering = time.perf_counter()
        confidence = self._confidence.estimate(retrieval)
        threshold = self.settings.abstain_below
        drafted = None
        if confidence >= (self._confidence.threshold(retrieval) if threshold is None else threshold):
            who = Drafters(self._drafter, self.settings, model, on_sentence)
            drafted = draft_answer(retrieval, confidence, who, self.knowledge)
        answer = finish(asked, retrieval, shown, drafted, confidence, self._open().translator.english_name)
        now = time.perf_counter()
        timings = {"answer": (now - answering) * 1000, "total": (now - started) * 1000}
        return answer.model_copy(update={"timings_ms": {**retrieval.timings_ms, **timings}})

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
        """Checks whether a sentence is supported by quotes, or else by another passage (``wrong_source``).

        Args:
            sentence: The claim, in Chinese or English.
            quotes: The words it is said to rest on.
        """
        from policy_qa.citing.drafts import check_claim

        return check_claim(sentence, quotes, self._passages_for, self.knowledge)

    def verify_text(self, text: str) -> list[ClaimVerdict]:
        """Checks every sentence of a draft against the sources it lists, else against the corpus."""
        from policy_qa.citing.drafts import check_draft

        return check_draft(text, self.articles, self._passages_for, self.knowledge)

    def _passages_for(self, claim: str, article_ids: tuple[str, ...]) -> Sequence[Hit]:
        return self.search(claim, k=_QUOTES_FOR_A_CLAIM, filters=Filters(article_ids=article_ids)).hits

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
            retriever = Retriever(generation, self.embedder, translator, self.reader)
            # The old generation is not closed here: other threads may still be reading it, and
            # its files go with the last reference.
            self._opened = _Opened(published, generation, retriever, translator)
            return self._opened

    def _read(
        self,
        question: str,
        language: Language | None,
        history: Sequence[Mapping[str, str]] | None = None,
    ) -> Question:
        most = self.settings.max_question_characters
        asked = read_question(question, most, language)
        turns = read_turns(history)
        if not turns or asked.truncated:
            return asked
        alone = read_question(condense(asked.text, turns, self._open().translator.names), most)
        return alone.model_copy(update={"asked": asked.asked, "language": asked.language})
