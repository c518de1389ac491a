"""Which articles are held out, so that no passage of a held-out question is ever trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from training.question_sets import QuestionSet, SourceQuestion

HELD_OUT_SHARE: Final = 0.2


class Split:
    """The articles of some sets in two parts: those trained on and those held out.

    Articles that share a question (a lay question on three statutes, say) form one block and
    go together; the part of a block follows from a hash of the seed and its smallest name,
    so that adding a set leaves the others as they were.

    Args:
        sets: The sets.
        share: Share of the blocks that is held out.
        seed: Another seed holds out other blocks.
        always: Articles held out in any case: those of sets that are left out, whose texts may
            also stand in others.
    """

    def __init__(
        self,
        sets: Sequence[QuestionSet],
        share: float = HELD_OUT_SHARE,
        seed: int = 0,
        always: Collection[str] = (),
    ) -> None:
        self._article = {key: passage.article for one in sets for key, passage in one.passages.items()}
        blocks = _blocks(
            sorted({self._article[key] for key in (*question.gold, *question.context)})
            for one in sets
            for question in one.questions
        )
        drawn = {article for article, name in blocks.items() if is_drawn(name, share, seed)}
        self.held_out = frozenset(drawn | set(always))

    def is_held_out(self, passage_id: str) -> bool:
        """Whether a passage may not be trained on."""
        return self._article[passage_id] in self.held_out

    def holds_out(self, question: SourceQuestion) -> bool:
        """Whether a question belongs to the held-out part."""
        return any(self.is_held_out(key) for key in (*question.gold, *question.context))


def _blocks(groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """Each article with the smallest name of its block (union-find)."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for group in groups:
        for other in group:
            first, second = sorted((root(group[0]), root(other)))
            parent[second] = first
    return {name: root(name) for name in list(parent)}


def is_drawn(block: str, share: float, seed: int = 0) -> bool:
    """Whether a block of articles, by its smallest name, is held out."""
    digest = hashlib.sha256(f"{seed}\0{block}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share
