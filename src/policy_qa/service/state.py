"""What the routes of one application share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request

from policy_qa.aio import AsyncPolicyQA, News, Turn
from policy_qa.engine import PolicyQA
from policy_qa.feedback import FeedbackStore
from policy_qa.library import Library
from policy_qa.records import Answer, Language
from policy_qa.retrieval.question import read_question
from policy_qa.service.observing import Metrics

_WAITING_CHANGES = 16


@dataclass(frozen=True)
class Shared:
    """The engine, its neighbours, and where things are counted.

    Changes of the corpus have a queue of their own, so that an upload never holds up a question.
    """

    engine: PolicyQA
    asker: AsyncPolicyQA
    changes: AsyncPolicyQA
    library: Library
    feedback: FeedbackStore
    metrics: Metrics

    @classmethod
    def around(cls, engine: PolicyQA) -> Shared:
        """What an application around an engine needs."""
        return cls(
            engine,
            AsyncPolicyQA(engine),
            AsyncPolicyQA(engine, at_once=1, waiting=_WAITING_CHANGES),
            Library(engine),
            FeedbackStore(engine.settings.feedback),
            Metrics(),
        )

    async def ask(self, request: Request, question: str, history: Sequence[Turn], **options: Any) -> Answer:
        """Asks and counts, and stops the work if the client goes away.

        Raises:
            ClientDisconnect: Nobody is there to hear the answer.
        """
        asking = asyncio.ensure_future(_answer_of(self.stream(question, history, **options)))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait((asking, gone), return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return asking.result()
            raise ClientDisconnect
        finally:
            asking.cancel()
            gone.cancel()

    async def stream(self, question: str, history: Sequence[Turn], **options: Any) -> AsyncGenerator[News]:
        """Asks, tells what there is as it comes, and counts."""
        async with aclosing(self.asker.stream(question, history=history, **options)) as news:
            async for one in news:
                if isinstance(one, Answer):
                    self.metrics.count(one)
                yield one

    def language_of(self, question: str) -> Language:
        """The language a question is answered in if none is asked for."""
        return read_question(question, self.engine.settings.max_question_characters).language


async def _answer_of(news: AsyncGenerator[News]) -> Answer:
    async with aclosing(news):
        async for one in news:
            if isinstance(one, Answer):
                return one
    raise AssertionError  # the news end with an answer or an error


async def _gone(request: Request) -> None:
    """Returns when the client goes away. The request's body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
