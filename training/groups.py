"""A question with passages that answer it and passages that do not: the unit of training.

A group holds one pair that answers the question and up to three that do not, each wrong in
another way: an edited question on the same passage, a passage our own retriever would show,
a passage of the same article, or the same passage without the sentences of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from policy_qa.index.terms import fold
from policy_qa.reading.spans import Span
from policy_qa.sentences import split_sentences
from training.question_edits import QuestionEditor
from training.question_sets import SourcePassage

Kind = Literal["answered", "edited", "retrieved", "same_article", "cut", "listed", "supported", "unsupported"]
KINDS: Final[tuple[Kind, ...]] = (
    "answered",
    "edited",
    "retrieved",
    "same_article",
    "cut",
    "listed",
    "supported",
    "unsupported",
)

_HARDEST: Final = 5
_SHORTEST_REST: Final = 60


@dataclass(frozen=True)
class Pair:
    """A question and a passage.

    Attributes:
        question: The question.
        passage: The passage.
        relevant: Whether the passage answers the question; ``None`` if only the group knows.
        answers: Words of the passage that answer; empty if none do; ``None`` if no span is
            taught (the set gives none).
        kind: Where the pair comes from.
        span: The place of the answer, where it is known; else all its occurrences count.
    """

    question: str
    passage: SourcePassage
    relevant: bool | None
    answers: tuple[str, ...] | None
    kind: Kind
    span: Span | None = None


@dataclass(frozen=True)
class Group:
    """Pairs of one question, the one that answers it first.

    Attributes:
        source: Name of the set, with the direction where it has several (``xquad en→zh``).
        pairs: The pairs. If their relevance is unknown, at least one of them is relevant.
    """

    source: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Asked:
    """A question as it is asked on a passage.

    Attributes:
        source: Name of the group's source.
        text: The question.
        language: ``zh``, ``zh-Hant`` or ``en``.
        passage: A passage that answers it.
        answers: Words of the passage that answer it; ``None`` if the set gives none.
        span: The place of the answer, where it is known.
        twin: The passage in another language; empty without one.
        retrieved: What the retriever shows for it, best first.
        gold: Ids of all passages known to answer it.
        near_miss: A written question close to it that the passage does not answer; empty: one is
            made by an edit.
    """

    source: str
    text: str
    language: str
    passage: SourcePassage
    answers: tuple[str, ...] | None
    span: Span | None = None
    twin: str = ""
    retrieved: tuple[SourcePassage, ...] = ()
    gold: frozenset[str] = frozenset()
    near_miss: str = ""


class GroupMaker:
    """Adds pairs that do not answer to one that does.

    Args:
        editor: Makes edited questions.
        articles: Passages by set and article (``drcd_dev zhwiki/…``), of the part of the data the
            groups are for.
    """

    def __init__(self, editor: QuestionEditor, articles: Mapping[str, Sequence[SourcePassage]]) -> None:
        self._editor = editor
        self._articles = articles

    def group(self, asked: Asked, random: Random) -> Group:
        """The group of a question."""
        known = asked.answers
        first = Pair(asked.text, asked.passage, True, known, "answered", asked.span)
        wrong = [*self._edited(asked, random), *self._retrieved(asked, random)]
        others = [self._same_article, self._cut]
        random.shuffle(others)
        for make in others:
            if found := list(make(asked, random)):
                wrong += found
                break
        if asked.near_miss:  # worth more than what is cut out by rule: every other wrong pair is one
            wrong = [pair for pair in wrong if pair.kind in {"edited", "retrieved"}]
        if known is None:  # a span is never taught where only some pairs could have one
            wrong = [replace(pair, answers=None) for pair in wrong]
        return Group(asked.source, (first, *wrong))

    def _edited(self, asked: Asked, random: Random) -> Iterator[Pair]:
        if asked.near_miss:
            yield Pair(asked.near_miss, asked.passage, False, (), "edited")
            return
        passages = [f"{asked.passage.title}\n{asked.passage.text}", *([asked.twin] if asked.twin else [])]
        edit = self._editor.edit(asked.text, asked.language, passages, random)
        # Lay questions on statutes and search queries have more than one right passage: no edits there.
        if edit is not None and asked.answers is not None:
            yield Pair(edit.text, asked.passage, False, (), "edited")

    def _retrieved(self, asked: Asked, random: Random) -> Iterator[Pair]:
        options = [passage for passage in asked.retrieved if self._is_wrong(passage, asked)]
        if options:
            yield Pair(asked.text, random.choice(options[:_HARDEST]), False, (), "retrieved")
        if asked.answers is None and len(options) > _HARDEST:
            yield Pair(asked.text, random.choice(options[_HARDEST:]), False, (), "retrieved")

    def _same_article(self, asked: Asked, random: Random) -> Iterator[Pair]:
        if asked.answers is None:
            return
        own_set = asked.passage.passage_id.partition("/")[0]
        neighbours = self._articles.get(f"{own_set} {asked.passage.article}", ())
        options = [passage for passage in neighbours if self._is_wrong(passage, asked)]
        if options:
            yield Pair(asked.text, random.choice(options), False, (), "same_article")

    def _cut(self, asked: Asked, _: Random) -> Iterator[Pair]:
        if not asked.answers:
            return
        text = asked.passage.text
        rest = without_answers(text, asked.answers)
        if len(rest) >= _SHORTEST_REST and len(rest) < len(text):
            yield Pair(asked.text, replace(asked.passage, text=rest), False, (), "cut")

    @staticmethod
    def _is_wrong(passage: SourcePassage, asked: Asked) -> bool:
        """Whether a passage surely does not answer: it is not known to, nor holds the answer's words."""
        if passage.passage_id in asked.gold or passage.text == asked.passage.text:
            return False
        folded = fold(passage.text)
        return not any(fold(answer) in folded for answer in asked.answers or ())


def without_answers(text: str, answers: Sequence[str]) -> str:
    """The text without the sentences in which an answer stands; empty if one runs over their ends."""
    wanted = [fold(answer) for answer in answers]
    kept = []
    for span in split_sentences(text):
        sentence = text[span.start : span.end]
        if not any(answer in fold(sentence) for answer in wanted):
            kept.append(sentence)
    rest = (" " if text.isascii() else "").join(kept)
    return "" if any(answer in fold(rest) for answer in wanted) else rest
