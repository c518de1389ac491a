"""The engine for asynchronous callers: the same calls, in threads, a bounded number at a time."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from policy_qa.errors import OverloadedError, UsageError
from policy_qa.records import Answer, Language, SearchResult

if TYPE_CHECKING:
    from anyio import CapacityLimiter

    from policy_qa.engine import PolicyQA
    from policy_qa.index.generation import Filters

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Turn = Mapping[str, str]
"""An earlier message: ``role`` (``user`` or ``assistant``) and ``content``."""

_FEWEST_AT_ONCE = 4


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
        return await self.call(partial(ask_with, self.engine, question, history, llm, **options))

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


def ask_with(
    engine: PolicyQA, question: str, history: Sequence[Turn], llm: str | None, **options: Any
) -> Answer:
    """Asks with what a conversation adds, as far as the engine takes it.

    Args:
        engine: The engine.
        question: The question.
        history: Earlier messages, oldest first.
        llm: A language model to draft with.
        **options: Further arguments of ``PolicyQA.ask``.

    Raises:
        UsageError: A language model is named and the engine knows none.
    """
    known = inspect.signature(engine.ask).parameters
    if "llm" in known:
        options["llm"] = llm
    elif llm not in (None, "extractive"):
        raise UsageError(f"There is no language model {llm!r} here; answers are extractive. Leave llm out.")
    if not history:
        return engine.ask(question, **options)
    if "history" in known:
        options["history"] = [dict(turn) for turn in history]
        return engine.ask(question, **options)
    # What the reader asked before, without the answers: searching for the engine's own words would
    # find the last answer again.
    earlier = [turn["content"] for turn in history if turn["role"] == "user"]
    return engine.ask(" ".join([*earlier, question]), **options).model_copy(update={"question": question})
