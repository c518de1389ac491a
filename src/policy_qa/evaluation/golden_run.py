"""Asks the golden set and measures the answers."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_qa.evaluation.golden import GoldenQuestion, load_golden
from policy_qa.evaluation.golden_measures import score_answer, score_crash
from policy_qa.evaluation.golden_result import GoldenResult, Outcome, sum_up
from policy_qa.evaluation.provenance import provenance_of
from policy_qa.records import Answer

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA

_DIGITS = 16


def evaluate_golden(
    engine: PolicyQA, golden: Path, split: str | None = None, *, progress: bool = True
) -> GoldenResult:
    """Asks every question of a golden set.

    A question that ends in an error is a result with the error in it; the others are still asked.

    Args:
        engine: The engine, with an index of the corpus that the set is about.
        golden: The file of questions.
        split: ``dev`` or ``test``; all questions if omitted.
        progress: Show a progress bar on standard error.

    Raises:
        BadInputError: The golden set cannot be used.
        IndexUnusableError: There is no index, or it does not fit the settings.
        UsageError: There is no such split, or it is empty.
    """
    questions = load_golden(golden, split)
    provenance = provenance_of(engine)
    started = time.perf_counter()
    outcomes = [ask_one(engine, question) for question in _with_bar(questions, progress)]
    return sum_up(
        outcomes,
        golden=golden.name,
        golden_hash=golden_hash(questions),
        split=split,
        provenance=provenance,
        seconds=time.perf_counter() - started,
    )


def ask_one(engine: PolicyQA, question: GoldenQuestion) -> Outcome:
    """Asks one question; an error becomes part of the outcome."""
    asked = question.question
    try:
        answer, asked = _ask(engine, question)
        scores = score_answer(question, answer, _lexical_hits(engine, asked))
    except Exception as error:  # an evaluation has to survive any defect of what it measures
        return Outcome(
            question=question,
            asked=asked,
            answer=None,
            error=f"{type(error).__name__}: {error}",
            scores=score_crash(question),
        )
    return Outcome(question=question, asked=asked, answer=answer, error=None, scores=scores)


def standalone(question: GoldenQuestion) -> str:
    """A follow-up as one question: what the user asked before, oldest first, then the question.

    The assistant's turns are left out: they hold the engine's own words, and searching for those
    would find the last answer again.
    """
    earlier = [turn.content for turn in question.history if turn.role == "user"]
    return " ".join([*earlier, question.question])


def golden_hash(questions: Sequence[GoldenQuestion]) -> str:
    """Hash of a set of questions with all that is expected of the answers."""
    text = "\n".join(question.model_dump_json() for question in questions)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _with_bar(questions: Sequence[GoldenQuestion], shown: bool) -> Iterable[GoldenQuestion]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(questions, description="asking", console=console, transient=True, disable=not shown)


def _ask(engine: PolicyQA, question: GoldenQuestion) -> tuple[Answer, str]:
    if not question.history:
        return engine.ask(question.question), question.question
    if "history" in inspect.signature(engine.ask).parameters:
        ask: Any = engine.ask
        return ask(question.question, history=[t.model_dump() for t in question.history]), question.question
    asked = standalone(question)
    return engine.ask(asked), asked


def _lexical_hits(engine: PolicyQA, asked: str) -> int | None:
    from policy_qa.retrieval.question import read_question

    question = read_question(asked, engine.settings.max_question_characters)
    return engine.retrieve(question, 1).evidence.lexical_hits if question.clear else None
