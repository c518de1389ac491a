"""What the routes of one application share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policy_qa.aio import AsyncPolicyQA, Turn
from policy_qa.engine import PolicyQA
from policy_qa.feedback import FeedbackStore
from policy_qa.library import Library
from policy_qa.records import Answer
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

    async def ask(self, question: str, history: Sequence[Turn], **options: Any) -> Answer:
        """Asks and counts."""
        answer = await self.asker.ask(question, history=history, **options)
        self.metrics.count(answer)
        return answer
