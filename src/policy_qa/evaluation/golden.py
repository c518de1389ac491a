"""The golden set: questions with the words of the corpus that answer them.

One JSON object a line; every need stands in Chinese and in English under one ``pair``. A
second file, ``splits.json`` beside it, says which pairs may be used to fit thresholds
(``dev``) and which only to report (``test``).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError, model_validator

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.matching import Fact, squeeze
from policy_qa.records import Language, Record

QuestionType = Literal[
    "single_fact",
    "number",
    "date",
    "list",
    "attribution",
    "comparison",
    "multi_passage",
    "contradiction",
    "as_of",
    "follow_up",
    "unanswerable",
]
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)

SPLITS_FILE = "splits.json"
_SHOWN = 20


class Turn(Record):
    """An earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class GoldenQuestion(Record):
    """A question and what a right answer rests on.

    Attributes:
        id: Unique in the set.
        pair: The need; its Chinese and its English question share it.
        lang: Language of the question.
        question: The words as a person would type them.
        type: What kind of answer is asked for.
        answerable: Whether the corpus answers it.
        article_ids: Articles that hold the evidence.
        evidence: Facts a full answer needs, each as alternatives of exact corpus words.
        answer: Acceptable short answers or the key words of a longer one.
        history: Turns before the question, oldest first; only for follow-ups.
    """

    id: str
    pair: str
    lang: Language
    question: str
    type: QuestionType
    answerable: bool
    article_ids: tuple[str, ...]
    evidence: tuple[Fact, ...]
    answer: tuple[str, ...]
    history: tuple[Turn, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> GoldenQuestion:
        if not self.question.strip():
            raise ValueError("question is empty")
        if any(not fact or not all(squeeze(words) for words in fact) for fact in self.evidence):
            raise ValueError("evidence holds an empty fact or an empty string")
        expected = (self.article_ids, self.evidence, self.answer)
        if self.answerable and not all(expected):
            raise ValueError("an answerable question needs article_ids, evidence and answer")
        if not self.answerable and any(expected):
            raise ValueError("an unanswerable question has no article_ids, evidence or answer")
        if self.answerable == (self.type == "unanswerable"):
            raise ValueError(f"type {self.type} does not fit answerable={self.answerable}")
        if (self.type == "follow_up") != bool(self.history):
            raise ValueError("follow_up questions, and only they, have a history")
        if self.history and self.history[0].role != "user":
            raise ValueError("a history begins with the user")
        return self


class Splits(Record):
    """Which pairs belong to which part of the set.

    Attributes:
        dev: Pairs that thresholds may be fitted on.
        test: Pairs kept back for reporting.
    """

    dev: tuple[str, ...]
    test: tuple[str, ...]

    def pairs(self, split: str) -> frozenset[str]:
        """The pairs of one part.

        Raises:
            UsageError: There is no such part.
        """
        if split not in {"dev", "test"}:
            raise UsageError(f"There is no split {split!r}. Give dev or test.")
        return frozenset(self.dev if split == "dev" else self.test)


def load_golden(path: Path, split: str | None = None) -> tuple[GoldenQuestion, ...]:
    """Reads a golden set, in the order of the file.

    Args:
        path: The file of questions.
        split: ``dev`` or ``test``, looked up in ``splits.json`` beside the file; all if omitted.

    Raises:
        BadInputError: A file cannot be read, a line does not fit the format or an id is repeated;
            the message names every such line.
        UsageError: There is no such split.
    """
    questions: list[GoldenQuestion] = []
    problems: list[str] = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            questions.append(GoldenQuestion.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "line"
            problems.append(f"{path}:{number}: {where}: {first['msg']}")
    repeated = [name for name, count in Counter(q.id for q in questions).items() if count > 1]
    problems.extend(f"{path}: the id {name} stands on several lines" for name in repeated)
    if problems:
        more = f" … and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise BadInputError("The golden set cannot be used: " + "; ".join(problems[:_SHOWN]) + more + ".")
    if not questions:
        raise BadInputError(f"{path} holds no question. Add some with `policy-qa golden add`.")
    if split is None:
        return tuple(questions)
    wanted = load_splits(path.with_name(SPLITS_FILE)).pairs(split)
    return tuple(question for question in questions if question.pair in wanted)


def load_splits(path: Path) -> Splits:
    """Reads the file that divides the pairs.

    Raises:
        BadInputError: It is missing or not of the form ``{"dev": […], "test": […]}``.
    """
    try:
        return Splits.model_validate(json.loads(_read(path)))
    except (ValidationError, json.JSONDecodeError) as error:
        raise BadInputError(f'{path} is not of the form {{"dev": [pairs], "test": [pairs]}}.') from error


def missing_evidence(
    questions: Sequence[GoldenQuestion], texts: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Evidence that is not in the corpus.

    Args:
        questions: The golden set.
        texts: Cleaned text of every article by id.

    Returns:
        Question id and problem, in the order of the set: an unknown article, or words that
        stand in none of the articles listed.
    """
    squeezed = {article_id: squeeze(text) for article_id, text in texts.items()}
    problems: list[tuple[str, str]] = []
    for question in questions:
        unknown = [aid for aid in question.article_ids if aid not in squeezed]
        problems.extend((question.id, f"no article {aid} in the corpus") for aid in unknown)
        listed = [squeezed[aid] for aid in question.article_ids if aid in squeezed]
        problems.extend(
            (question.id, f"not in the articles listed: {words}")
            for fact in question.evidence
            for words in fact
            if not any(squeeze(words) in text for text in listed)
        )
    return tuple(problems)


def corpus_texts(corpus: Path) -> dict[str, str]:
    """Cleaned text of every readable article of a corpus folder, by article id.

    Raises:
        BadInputError: The folder is missing.
    """
    from policy_qa.articles import iter_sources, load_article
    from policy_qa.errors import NotAnArticleError

    texts: dict[str, str] = {}
    for path in iter_sources(corpus):
        try:
            article = load_article(path, root=corpus)
        except NotAnArticleError:
            continue
        texts[article.article_id] = article.text
    return texts


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read as UTF-8 text ({error}). Check the path.") from error
