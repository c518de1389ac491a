"""Questions written by us: about policy pages, about our essays, and in English about DRCD.

``questions.jsonl`` holds questions in Chinese and English, near misses that the passage does not
answer, and the place of each answer in its passage; no word of the pages themselves. Without the
pages (a private copy, see docs/reader.md) there is nothing to place them in, and the set is empty.
``essay_questions.jsonl`` holds the same about the essays in ``essays/``, which are ours: analyses
and reports of invented institutes, for what pages of law lack (reasons, judgements, who says what).
``english_questions.jsonl`` asks in English what DRCD asks in Chinese, under the id of its question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training.chinese_scripts import to_simplified
from training.clozes import read_policy_passages
from training.question_sets import QuestionSet, SourcePassage, SourceQuestion

QUESTIONS: Final = Path(__file__).with_name("questions.jsonl")
ENGLISH_QUESTIONS: Final = Path(__file__).with_name("english_questions.jsonl")
ESSAYS: Final = Path(__file__).with_name("essays")
ESSAY_QUESTIONS: Final = Path(__file__).with_name("essay_questions.jsonl")
NAME: Final = "written"
ESSAY_NAME: Final = "essays"
ENGLISH_NAME: Final = "english"

_PAGES: Final = "policy_pages"
_LANGUAGES: Final = ("zh", "en")


def written_set(
    pages: Path, questions: Path = QUESTIONS, name: str = NAME, source: str = _PAGES
) -> QuestionSet:
    """The written questions with the passages they are about.

    Args:
        pages: Folder with the pages as Markdown.
        questions: File of questions; a line is ``{"passage", "digest", "start", "end", "zh", "en",
            "near_zh", "near_en"}``, places counted in characters of the passage.
        name: Name of the set.
        source: What the ids of the passages begin with.

    Raises:
        ValueError: A passage is no longer the text that a question was written about.
    """
    passages = {passage.passage_id: passage for passage in read_policy_passages(pages, source)}
    found = tuple(_questions(questions, passages, name)) if passages else ()
    return QuestionSet(name, passages if found else {}, found)


def essay_set() -> QuestionSet:
    """The questions about our essays.

    Raises:
        ValueError: An essay was changed after its questions were written.
    """
    return written_set(ESSAYS, ESSAY_QUESTIONS, ESSAY_NAME, ESSAY_NAME)


def digest(text: str) -> str:
    """Short checksum of a passage, by which a changed page is noticed."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _questions(path: Path, passages: Mapping[str, SourcePassage], name: str) -> Iterator[SourceQuestion]:
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        record: dict[str, Any] = json.loads(line)
        passage = passages.get(record["passage"])
        if passage is None or digest(passage.text) != record["digest"]:
            raise ValueError(
                f"{path.name}, line {number + 1}: {record['passage']} is not the passage that the "
                "question was written about. Use the pages of that time, or drop the line."
            )
        place = (int(record["start"]), int(record["end"]))
        for language in _LANGUAGES:
            yield SourceQuestion(
                f"{name}/{number}/{language}",
                record[language],
                language,
                (passage.passage_id,),
                (passage.text[slice(*place)],),
                need=f"{name}/{number}",
                place=place,
                near_miss=record[f"near_{language}"],
            )


def english_set(drcd: QuestionSet, questions: Path = ENGLISH_QUESTIONS) -> QuestionSet:
    """English questions about the passages of DRCD, which are turned into Simplified characters.

    Args:
        drcd: The set whose questions they ask in English; its passages give the answers.
        questions: File of questions; a line is ``{"id", "en"}``, the id that of DRCD's question.

    Raises:
        ValueError: A line names a question that the set does not hold.
    """
    asked = {question.question_id: question for question in drcd.questions}
    found = []
    for number, line in enumerate(questions.read_text("utf-8").splitlines()):
        record: dict[str, str] = json.loads(line)
        known = asked.get(record["id"])
        if known is None:
            raise ValueError(f"{questions.name}, line {number + 1}: {drcd.name} has no {record['id']}")
        found.append(
            SourceQuestion(
                f"{ENGLISH_NAME}/{known.question_id}",
                record["en"],
                "en",
                tuple(map(_own_id, known.gold)),
                tuple(map(to_simplified, known.answers)),
                need=known.need,
            )
        )
    passages = {
        _own_id(key): SourcePassage(
            _own_id(key), passage.article, to_simplified(passage.title), to_simplified(passage.text)
        )
        for key, passage in drcd.passages.items()
    }
    return QuestionSet(ENGLISH_NAME, passages, tuple(found))


def _own_id(passage_id: str) -> str:
    return f"{ENGLISH_NAME}/{passage_id.partition('/')[2]}"
