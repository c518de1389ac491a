"""The engine for asynchronous callers: the same calls, in threads, a bounded number at a time."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from policy_qa.answering.extractive import MODEL_NAME
from policy_qa.citing.verification import CitedSentence
from policy_qa.errors import OverloadedError, PolicyQAError
from policy_qa.records import Answer, Hit, Language, Record, SearchResult

if TYPE_CHECKING:
    from anyio import CapacityLimiter

    from policy_qa.answering.chat_models import ChatModel
    from policy_qa.engine import PolicyQA
    from policy_qa.index.generation import Filters

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Turn = Mapping[str, str]
"""An earlier message: ``role`` (``user`` or ``assistant``) and ``content``."""

_FEWEST_AT_ONCE = 4
_LOOK_SECONDS: Final = 0.1
"""How often a question that waits for a language model looks whether anybody still waits for it."""


class Found(Record):
    """What was found, best first, before it is read closely; the answer has the hits in their final order."""

    hits: tuple[Hit, ...]


News = Found | CitedSentence | Answer
"""What a streamed question tells: hits, verified sentences of a language model, at last the answer."""


class StoppedError(PolicyQAError):
    """Nobody waits for the answer any more."""


class AsyncPolicyQA:
    """Asks an engine from an event loop without blocking it.

    Args:
        engine: The engine.
        at_once: Calls worked on at a time; by its settings if omitted.
        waiting: Calls that may wait for their turn; by its settings if omitted.

    Example:
        >>> answer = await AsyncPolicyQA(engine).ask("中国2025年的算力目标是多少？")  # doctest: +SKIP
    """

    def __init__(self, engine: PolicyQA, *, at_once: int | None = None, waiting: int | None = None) -> None:
        settings = engine.settings
        self.engine = engine
        self._at_once = at_once or settings.concurrent_questions or max(_FEWEST_AT_ONCE, os.cpu_count() or 1)
        self._waiting = settings.waiting_questions if waiting is None else waiting
        self._limiter: CapacityLimiter | None = None
        self._in_hand = 0
        self._streamed: set[asyncio.Task[Answer]] = set()

    @property
    def in_hand(self) -> int:
        """Calls worked on or waiting."""
        return self._in_hand

    async def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int | None = None,
        filters: Filters | None = None,
        language: Language | None = None,
        llm: str | None = None,
    ) -> Answer:
        """Answers a question; arguments and errors as for ``PolicyQA.ask``.

        Raises:
            OverloadedError: Too many calls are waiting already.
        """
        options: dict[str, Any] = {"k": k, "filters": filters, "language": language}
        return await self.call(self.engine.ask, question, history=history or None, llm=llm, **options)

    async def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int | None = None,
        filters: Filters | None = None,
        language: Language | None = None,
        llm: str | None = None,
    ) -> AsyncGenerator[News]:
        """Answers a question and tells what there is as it comes; arguments and errors as for ``ask``.

        Whoever closes the iterator before its end stops the work: at once where a language model
        is waited for, else at the next step.

        Yields:
            ``Found`` once; each sentence of a language model when it is verified; the ``Answer``,
            the same that ``ask`` gives. An unclear question has the answer alone.
        """
        loop, stop = asyncio.get_running_loop(), threading.Event()
        news: asyncio.Queue[News | None] = asyncio.Queue()

        def tell(one: News) -> None:
            if stop.is_set():
                raise StoppedError("Nobody waits for the answer any more.")
            loop.call_soon_threadsafe(news.put_nowait, one)

        shown = k or self.engine.settings.top_k

        def work() -> Answer:
            if stop.is_set():
                raise StoppedError("Nobody waits for the answer any more.")
            model = self.engine.models.chosen(llm)
            return self.engine.ask(
                question,
                history=history or None,
                k=k,
                filters=filters,
                language=language,
                llm=MODEL_NAME if model is None else StoppableModel(model, stop),
                on_hits=lambda hits: tell(Found(hits=tuple(hits[:shown]))),
                on_sentence=tell,
            )

        # The work is never cancelled from outside: it keeps its place among those worked on until
        # its thread is free again.
        asking = asyncio.ensure_future(self.call(work))
        self._streamed.add(asking)
        asking.add_done_callback(lambda done: self._ended(done, news))
        try:
            while (one := await news.get()) is not None:
                yield one
            yield asking.result()
        finally:
            stop.set()

    def _ended(self, asking: asyncio.Task[Answer], news: asyncio.Queue[News | None]) -> None:
        self._streamed.discard(asking)
        if not asking.cancelled():
            asking.exception()  # has been looked at now, even if nobody waits for it any more
        news.put_nowait(None)

    async def search(
        self,
        question: str,
        *,
        k: int | None = None,
        filters: Filters | None = None,
        language: Language | None = None,
    ) -> SearchResult:
        """Finds passages; arguments and errors as for ``PolicyQA.search``."""
        return await self.call(self.engine.search, question, k=k, filters=filters, language=language)

    async def call(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Runs blocking work in a thread when its turn comes.

        Raises:
            OverloadedError: Too many calls are waiting already.
        """
        from anyio import CapacityLimiter, to_thread

        if self._limiter is None:  # made here because it belongs to the running event loop
            self._limiter = CapacityLimiter(self._at_once)
        if self._in_hand >= self._at_once + self._waiting:
            raise OverloadedError(f"{self._in_hand} questions are waiting already. Try again in a moment.")
        self._in_hand += 1
        try:
            return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._limiter)
        finally:
            self._in_hand -= 1


class StoppableModel:
    """A language model that is given up as soon as nobody waits for its words.

    Args:
        model: The model.
        stop: Set when nobody waits any more.
    """

    def __init__(self, model: ChatModel, stop: threading.Event) -> None:
        self._model = model
        self._stop = stop

    def __getattr__(self, name: str) -> Any:
        """Whatever else the model can do."""
        return getattr(self._model, name)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[str]:
        """Writes as the model does.

        Raises:
            StoppedError: Nobody waits any more.
            ServiceError: The model failed.
        """
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        left = threading.Event()

        def read() -> None:
            try:
                for piece in self._model.stream(*args, **kwargs):
                    if left.is_set():
                        return
                    pieces.put(piece)
                pieces.put(None)
            except Exception as error:  # raised again where somebody hears it
                pieces.put(error)

        # A thread of its own, because a silent endpoint can be neither asked nor interrupted.
        threading.Thread(target=read, name="model", daemon=True).start()
        try:
            yield from self._passed_on(pieces)
        finally:
            left.set()

    def _passed_on(self, pieces: queue.SimpleQueue[str | Exception | None]) -> Iterator[str]:
        while not self._stop.is_set():
            try:
                piece = pieces.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
        raise StoppedError("Nobody waits for the answer any more.")
