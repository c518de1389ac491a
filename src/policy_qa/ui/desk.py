"""What the page does, without the page: asking, reading, judging, the library. Knows no gradio."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from policy_qa.citing.verification import CitedSentence
from policy_qa.errors import PolicyQAError, UsageError
from policy_qa.feedback import Feedback, FeedbackStore, Thumb
from policy_qa.index.generation import Filters
from policy_qa.library import Library, LibraryReport
from policy_qa.records import Answer, Hit, Language
from policy_qa.ui.abstention_markup import Searched
from policy_qa.ui.conversation import (
    Conversation,
    Scope,
    begin,
    fail,
    find,
    finish,
    found,
    history,
    judge,
    say_on,
)
from policy_qa.ui.examples import pick_examples
from policy_qa.ui.library_markup import Refused, Shelf
from policy_qa.ui.wording import say

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.index.generation_writer import Progress

LONGEST_QUESTION: Final = 20_000
AT_ONCE: Final = 8
"""Questions one page works on at the same time."""

_PATIENCE: Final = 0.5
"""Seconds between two chances to stop waiting; each costs the page some work."""
_NAMED: Final = 3
"""Articles named while they are being read."""

News = Callable[[Conversation], Conversation]
"""What becomes of a conversation by something that was heard while the answer is pending."""

_log = logging.getLogger(__name__)


class Desk:
    """Serves the readers of one engine.

    Args:
        engine: Answers.
        library: Puts articles in and takes them out.
        feedback: Keeps judgements.
    """

    def __init__(
        self, engine: PolicyQA, library: Library | None = None, feedback: FeedbackStore | None = None
    ):
        self.engine = engine
        self.library = library or Library(engine)
        self.feedback = feedback or FeedbackStore(engine.settings.feedback)
        self._examples: dict[tuple[str, Language], tuple[str, ...]] = {}
        self._examples_lock = threading.Lock()
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask")

    def ask(
        self,
        conversation: Conversation,
        question: str,
        scope: Scope,
        language: Language,
        at: int | None = None,
    ) -> Iterator[Conversation]:
        """Asks, as the next turn or in place of an earlier one.

        Returns:
            The conversation as it grows. While the answer takes its time the pending conversation
            comes again and again, so that a reader can stop waiting.
        """
        said = begin(conversation, question.strip()[:LONGEST_QUESTION], scope, at)
        yield said
        news: SimpleQueue[News | None] = SimpleQueue()
        working = self._workers.submit(self._answer, said, language, news)
        working.add_done_callback(lambda _: news.put(None))
        while True:
            try:
                change = news.get(timeout=_PATIENCE)
            except Empty:
                yield said
                continue
            if change is None:
                break
            said = change(said)
            yield said
        try:
            yield finish(said, working.result())
        except PolicyQAError as error:
            yield fail(said, str(error))
        except Exception as error:  # the page must say that something broke, whatever it was
            _log.exception("A question could not be answered.")
            yield fail(said, type(error).__name__)

    def _answer(
        self, conversation: Conversation, language: Language, news: SimpleQueue[News | None]
    ) -> Answer:
        turn = conversation[-1]

        def on_hits(hits: Sequence[Hit]) -> None:
            titles = tuple(dict.fromkeys(hit.title for hit in hits))[:_NAMED]
            news.put(lambda said: found(said, titles))

        def on_sentence(cited: CitedSentence) -> None:
            sentence = cited.text + "".join(f"[{marker}]" for marker in cited.markers)
            news.put(lambda said: say_on(said, sentence, cited.citations))

        return self.engine.ask(
            turn.question,
            filters=read_scope(turn.scope, language),
            history=history(conversation[:-1]) or None,
            on_hits=on_hits,
            on_sentence=on_sentence,
        )

    def judge(self, conversation: Conversation, number: int, thumb: Thumb, reason: str) -> Conversation:
        """Keeps a judgement; the conversation then shows it.

        Raises:
            BadInputError: It cannot be kept.
        """
        turn = find(conversation, number)
        if turn is None or turn.answer is None or turn.thumb is not None:
            return conversation
        self.feedback.add(Feedback.on(turn.answer, thumb, reason))
        return judge(conversation, number, thumb)

    def searched(self) -> Searched:
        """What there is to search; nothing while the index cannot be opened."""
        try:
            generation = self.engine.generation
            titles = {article_id: known.title for article_id, known in generation.metadata.items()}
        except PolicyQAError:
            return Searched()
        return Searched(n_articles=len(titles), n_passages=generation.size, titles=titles)

    def choices(self) -> tuple[list[str], list[tuple[str, str]]]:
        """Publishers, and articles as title and id, to filter by."""
        try:
            known = self.engine.generation.metadata
        except PolicyQAError:
            return [], []
        publishers = Counter(metadata.publisher for metadata in known.values() if metadata.publisher)
        return [name for name, _ in publishers.most_common()], [
            (metadata.title, article_id) for article_id, metadata in known.items()
        ]

    def examples(self, language: Language) -> tuple[str, ...]:
        """Questions to start with; found once for each state of the corpus."""
        try:
            key = (self.engine.generation.name, language)
            with self._examples_lock:
                if key not in self._examples:
                    self._examples[key] = pick_examples(self.engine.articles(), language, self.engine.ask)
                return self._examples[key]
        except PolicyQAError:
            return ()

    def shelf(self) -> Shelf:
        """The library as it stands."""
        try:
            generation = self.engine.generation
        except PolicyQAError:
            return Shelf(articles=(), passages={})
        manifest = generation.manifest
        return Shelf(
            articles=tuple(generation.store.articles()),
            passages=Counter(key.article_id for key in generation.keys),
            duplicates=manifest.duplicates,
            skipped=tuple((s.source, s.skipped) for s in manifest.sources if s.skipped),
        )

    def add(
        self, files: Sequence[Path], replace: bool, progress: Callable[[Path], Progress]
    ) -> Iterator[LibraryReport | Refused]:
        """Adds files one after the other; one that is refused does not stop the rest."""
        for file in files:
            try:
                yield self.library.add(file.name, file.read_bytes(), replace=replace, progress=progress(file))
            except (PolicyQAError, OSError) as error:
                yield Refused(source=file.name, reason=str(error))

    def remove(self, article_id: str) -> LibraryReport | Refused:
        """Takes an article out."""
        try:
            return self.library.remove(article_id)
        except PolicyQAError as error:
            return Refused(source=article_id, reason=str(error))

    def evaluation_folders(self) -> list[Path]:
        """Where results of evaluations are looked for: beside the corpus, and where we run."""
        folders = (self.engine.settings.corpus.resolve().parent / "eval", Path("eval").resolve())
        return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def read_scope(scope: Scope, language: Language) -> Filters | None:
    """The filters the engine takes.

    Raises:
        UsageError: A date is none, or the period is empty.
    """
    since, until = _day(scope.since, language), _day(scope.until, language)
    if since and until and since > until:
        raise UsageError(say(language, "bad_period"))
    filters = Filters(publishers=scope.publishers, since=since, until=until, article_ids=scope.articles)
    return filters if filters else None


def _day(text: str, language: Language) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise UsageError(say(language, "bad_date")) from None
