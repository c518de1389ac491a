"""Writing a golden set for a corpus of one's own: adding needs, checking them, counting them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import Field, ValidationError

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.golden import (
    QUESTION_TYPES,
    SPLITS_FILE,
    GoldenQuestion,
    QuestionType,
    Splits,
    Turn,
    load_golden,
    load_splits,
    missing_evidence,
)
from policy_qa.evaluation.matching import Fact, squeeze
from policy_qa.index.terms import fold
from policy_qa.records import Language, Record

LONGEST_COPY = 12
"""Characters a question may share with its evidence without a break before it counts as copied:
names of documents are that long, sentences are longer."""

_NUMBER = re.compile(r"g(\d+)")
_SIDES: tuple[Language, ...] = ("zh", "en")


class Need(Record):
    """Something a reader wants to know, asked in both languages.

    Attributes:
        type: What kind of answer is asked for; ``unanswerable`` if the corpus does not say.
        questions: The question by language.
        article_ids: Articles that hold the evidence.
        evidence: Facts a full answer needs, each as alternatives of exact corpus words.
        answer: Acceptable short answers, in both languages.
        history: Earlier turns by language, for a follow-up.
    """

    type: QuestionType
    questions: dict[Language, str]
    article_ids: tuple[str, ...] = ()
    evidence: tuple[Fact, ...] = ()
    answer: tuple[str, ...] = ()
    history: dict[Language, tuple[Turn, ...]] = Field(default_factory=dict)


class Problem(Record):
    """Something about a golden set that should be put right.

    Attributes:
        subject: Question or pair.
        detail: What is wrong.
        serious: Whether figures measured with it would be wrong; the rest is advice.
    """

    subject: str
    detail: str
    serious: bool = True


class GoldenStats(Record):
    """What a golden set consists of.

    Attributes:
        questions: Number of questions by language.
        pairs: Number of needs.
        types: Number of needs by type, in the order of ``QUESTION_TYPES``.
        articles: Number of needs that rest on each article; 0 for those that nobody asks about.
        facts: Mean number of facts an answerable question needs.
        splits: Number of pairs in each part; empty if there is no split file.
    """

    questions: dict[str, int]
    pairs: int
    types: dict[str, int]
    articles: dict[str, int]
    facts: float
    splits: dict[str, int]


def add_need(golden: Path, need: Need, texts: Mapping[str, str]) -> tuple[GoldenQuestion, ...]:
    """Appends a need to a golden set and gives its pair a place in the splits.

    The pair goes to the part that has fewer needs of its type, to ``dev`` if both have as many.

    Args:
        golden: The file of questions; made if it is missing.
        need: What to add.
        texts: Cleaned text of every article by id.

    Returns:
        The questions written.

    Raises:
        BadInputError: Evidence is not in the articles named, or the set cannot be read.
        UsageError: The need is not complete; the message says what is missing.
    """
    known = load_golden(golden) if golden.exists() else ()
    pair = f"g{_next_number(known):03d}"
    try:
        added = tuple(_asked_in(lang, pair, need) for lang in _SIDES)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"The need cannot be added: {reason}.") from error
    missing = missing_evidence(added[:1], texts)
    if missing:
        raise BadInputError(f"The need cannot be added: {'; '.join(detail for _, detail in missing)}.")
    golden.parent.mkdir(parents=True, exist_ok=True)
    _write_splits(golden.with_name(SPLITS_FILE), known, added[0])
    with golden.open("a", encoding="utf-8") as file:
        file.writelines(_line(question) for question in added)
    return added


def check_golden(golden: Path, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Looks for what is wrong with a golden set.

    Args:
        golden: The file of questions.
        texts: Cleaned text of every article by id.

    Raises:
        BadInputError: A file cannot be read or a line does not fit the format.
    """
    questions = load_golden(golden)
    problems = [Problem(subject=name, detail=detail) for name, detail in missing_evidence(questions, texts)]
    problems += _pair_problems(questions)
    problems += _repetitions(questions)
    problems += [
        Problem(subject=question.id, detail=f"copies its evidence: {copied}", serious=False)
        for question in questions
        if (copied := copied_words(question))
    ]
    splits = golden.with_name(SPLITS_FILE)
    if splits.exists():
        problems += _split_problems({q.pair for q in questions}, load_splits(splits))
    return tuple(problems)


def golden_stats(
    questions: Sequence[GoldenQuestion], article_ids: Sequence[str], splits: Splits | None = None
) -> GoldenStats:
    """Counts what a golden set consists of.

    Args:
        questions: The set.
        article_ids: All articles of the corpus.
        splits: The parts, if there are any.
    """
    first = {question.pair: question for question in reversed(questions)}.values()
    types = Counter(question.type for question in first)
    asked = Counter(aid for question in first for aid in question.article_ids)
    answerable = [question for question in first if question.answerable]
    return GoldenStats(
        questions=dict(Counter(question.lang for question in questions)),
        pairs=len(first),
        types={name: types[name] for name in QUESTION_TYPES},
        articles={aid: asked[aid] for aid in sorted({*article_ids, *asked})},
        facts=sum(len(q.evidence) for q in answerable) / len(answerable) if answerable else 0.0,
        splits={"dev": len(splits.dev), "test": len(splits.test)} if splits else {},
    )


def copied_words(question: GoldenQuestion) -> str:
    """The longest run of a question that also stands in its evidence, if it is too long."""
    asked = squeeze(fold(question.question))
    longest = ""
    for words in (w for fact in question.evidence for w in fact):
        expected = squeeze(fold(words))
        match = SequenceMatcher(None, asked, expected, autojunk=False).find_longest_match()
        longest = max(longest, asked[match.a : match.a + match.size], key=len)
    return longest if len(longest) > LONGEST_COPY else ""


def _asked_in(lang: Language, pair: str, need: Need) -> GoldenQuestion:
    return GoldenQuestion(
        id=f"{pair}-{lang}",
        pair=pair,
        lang=lang,
        question=need.questions.get(lang, ""),
        type=need.type,
        answerable=need.type != "unanswerable",
        article_ids=need.article_ids,
        evidence=need.evidence,
        answer=need.answer,
        history=need.history.get(lang, ()),
    )


def _next_number(known: Sequence[GoldenQuestion]) -> int:
    numbers = [int(match[1]) for question in known if (match := _NUMBER.fullmatch(question.pair))]
    return max(numbers, default=0) + 1


def _line(question: GoldenQuestion) -> str:
    record = question.model_dump(mode="json", exclude=None if question.history else {"history"})
    return json.dumps(record, ensure_ascii=False) + "\n"


def _write_splits(path: Path, known: Sequence[GoldenQuestion], added: GoldenQuestion) -> None:
    splits = load_splits(path) if path.exists() else Splits(dev=(), test=())
    alike = {question.pair for question in known if question.type == added.type}
    in_dev, in_test = len(alike & set(splits.dev)), len(alike & set(splits.test))
    part = "dev" if in_dev <= in_test else "test"
    parts = splits.model_dump(mode="json")
    parts[part].append(added.pair)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def _pair_problems(questions: Sequence[GoldenQuestion]) -> list[Problem]:
    pairs: dict[str, list[GoldenQuestion]] = {}
    for question in questions:
        pairs.setdefault(question.pair, []).append(question)
    problems = []
    for pair, members in pairs.items():
        languages = sorted(question.lang for question in members)
        if languages != ["en", "zh"]:
            detail = f"stands in {', '.join(languages)}; needs one question each in en and zh"
            problems.append(Problem(subject=pair, detail=detail))
        expected = {(q.type, q.article_ids, q.evidence, q.answer) for q in members}
        if len(expected) > 1:
            detail = "its questions differ in type, article_ids, evidence or answer"
            problems.append(Problem(subject=pair, detail=detail))
    return problems


def _repetitions(questions: Sequence[GoldenQuestion]) -> list[Problem]:
    first: dict[tuple[str, tuple[Turn, ...]], str] = {}
    problems = []
    for question in questions:
        key = (squeeze(fold(question.question)), question.history)
        if key in first:
            problems.append(Problem(subject=question.id, detail=f"asks the same as {first[key]}"))
        first.setdefault(key, question.id)
    return problems


def _split_problems(pairs: set[str], splits: Splits) -> list[Problem]:
    counts = Counter((*splits.dev, *splits.test))
    wrong = {
        "is in no split": sorted(pairs - counts.keys()),
        "is in a split but has no question": sorted(counts.keys() - pairs),
        "is in the splits more than once": sorted(pair for pair, n in counts.items() if n > 1),
    }
    return [Problem(subject=pair, detail=detail) for detail, found in wrong.items() for pair in found]
