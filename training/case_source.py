"""Sets → the cases that training.evaluate measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from training.candidates import Pool, Translate, VectorCache
from training.chinese_scripts import to_simplified
from training.evaluation_cases import Case, Shown
from training.group_source import source_name
from training.groups import Group
from training.question_sets import QuestionSet, SourcePassage, SourceQuestion
from training.seeding import seeded
from training.splits import Split
from training.written_questions import ENGLISH_NAME, ESSAY_NAME
from training.written_questions import NAME as WRITTEN_NAME

RERANKED: Final = 16
"""Passages of a list to rerank."""

_READING: Final = ("xquad_zh", "xquad_en", "drcd_dev", "cmrc2018_trial", "expmrc_en")
_READING_WRITTEN: Final = (WRITTEN_NAME, ESSAY_NAME, ENGLISH_NAME)
_MOST_RERANKED: Final = 400
"""Questions of a set that are reranked, but for XQuAD, of which all are."""


def reading_cases(sets: Sequence[QuestionSet], split: Split) -> Iterator[Case]:
    """Held-out questions with the passage that answers them."""
    for one in sets:
        if one.name not in (*_READING, *_READING_WRITTEN):
            continue
        for question in filter(split.holds_out, one.questions):
            passage = one.passages[question.gold[0]]
            task = f"reading/{source_name(one.name, question.language)}"
            yield _reading(task, question, passage)
            if question.language == "zh-Hant":
                yield _simplified(_reading(f"{task} simplified", question, passage))


def _reading(task: str, question: SourceQuestion, passage: SourcePassage) -> Case:
    shown = (Shown(passage.title, passage.text, relevant=True),)
    return Case(task, question.question_id, question.text, shown, question.answers)


def _simplified(case: Case) -> Case:
    shown = tuple(Shown(to_simplified(s.title), to_simplified(s.text), s.relevant) for s in case.shown)
    answers = tuple(map(to_simplified, case.answers))
    return Case(case.task, case.case_id, to_simplified(case.question), shown, answers)


def held_out_answerability(groups: Iterable[Group], sources: Sequence[str]) -> Iterator[Case]:
    """Pairs of held-out groups that answer and pairs that do not: here thresholds are set.

    Args:
        groups: Groups of the held-out part.
        sources: Names of the sources to take.
    """
    for number, group in enumerate(groups):
        if group.source not in sources:
            continue
        for pair in group.pairs:
            if pair.relevant is None or pair.kind == "listed" or pair.answers is None:
                continue
            shown = (Shown(pair.passage.title, pair.passage.text, pair.relevant),)
            name = f"{group.source}/{number}/{pair.kind}"
            task = "answerability/held out"
            yield Case(task, name, pair.question, shown, pair.answers, pair.relevant, pair.kind)


def given_passage_answerability(
    one: QuestionSet, sets: Sequence[QuestionSet], split: Split
) -> Iterator[Case]:
    """Questions with their own passage, which answers them or not.

    The set shares paragraphs with XQuAD and ExpMRC; a passage of which a question was trained
    on is marked as seen.
    """
    squad = [other for other in sets if other.name.startswith(("xquad", "expmrc"))]
    trained = {q.need for other in squad for q in other.questions if not split.holds_out(q)}
    seen = {question.gold[0] for question in one.questions if question.need in trained}
    for question in one.questions:
        passage = one.passages[question.gold[0]]
        shown = (Shown(passage.title, passage.text, question.answerable),)
        yield Case(
            f"answerability/{one.name}",
            question.question_id,
            question.text,
            shown,
            question.answers,
            question.answerable,
            seen=question.gold[0] in seen,
        )


def listed_cases(sets: Sequence[QuestionSet], split: Split) -> Iterator[Case]:
    """Held-out questions with the passages shown with them, any or none of which answers."""
    for one in sets:
        for question in one.questions:
            if question.context and split.holds_out(question):
                passages = [one.passages[key] for key in question.context]
                shown = tuple(Shown(passage.title, passage.text) for passage in passages)
                task = f"listed/{source_name(one.name, question.language)}"
                yield Case(task, question.question_id, question.text, shown, (), question.answerable)


def reranking_cases(
    sets: Sequence[QuestionSet], split: Split, vectors: VectorCache | None, translate: Translate | None
) -> Iterator[Case]:
    """Held-out questions with the 16 passages our retriever shows first among all of the set."""
    for one in sets:
        if one.name not in {"xquad_zh", "drcd_dev", "stard_train"}:
            continue
        questions = [question for question in one.questions if split.holds_out(question)]
        if one.name != "xquad_zh" and len(questions) > _MOST_RERANKED:
            questions = seeded(one.name).sample(questions, _MOST_RERANKED)
        dense = vectors if one.name != "stard_train" else None
        pool = Pool(list(one.passages.values()), dense, sentences=one.name == "xquad_zh", translate=translate)
        ranked = pool.rank([question.text for question in questions], RERANKED)
        for question, rows in zip(questions, ranked, strict=True):
            shown = tuple(_candidate(pool.passages[row], score, question) for row, score in rows)
            task = f"reranking/{source_name(one.name, question.language)}"
            # How many passages are relevant in all decides what the best list could score.
            yield Case(
                task, question.question_id, question.text, shown, kind=f"relevant={len(question.gold)}"
            )


def _candidate(passage: SourcePassage, score: float, question: SourceQuestion) -> Shown:
    return Shown(passage.title, passage.text, passage.passage_id in question.gold, score)
