"""Asks the golden set and measures the answers."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_qa.errors import UsageError
from policy_qa.evaluation.golden import GoldenQuestion, load_golden
from policy_qa.evaluation.golden_measures import score_answer, score_crash
from policy_qa.evaluation.golden_result import GoldenResult, Outcome, sum_up
from policy_qa.evaluation.golden_retrieval import retrieval_of_golden, standalone
from policy_qa.evaluation.provenance import provenance_of
from policy_qa.evaluation.ranking import scorer_over
from policy_qa.records import Answer, Language
from policy_qa.retrieval.question import read_question
from policy_qa.retrieval.scoring import Scorer

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA

_DIGITS = 16


def evaluate_golden(
    engine: PolicyQA,
    golden: Path,
    split: str | None = None,
    *,
    language: Language | None = None,
    systems: Sequence[str] = (),
    progress: bool = True,
) -> GoldenResult:
    """Asks every question of a golden set.

    A question that ends in an error is a result with the error in it; the others are still asked.

    Args:
        engine: The engine, with an index of the corpus that the set is about.
        golden: The file of questions.
        split: ``dev`` or ``test``; all questions if omitted.
        language: Only questions in this language.
        systems: Systems whose rankings of passages are compared besides.
        progress: Show a progress bar on standard error.

    Raises:
        BadInputError: The golden set cannot be used.
        IndexUnusableError: There is no index, or it does not fit the settings.
        UsageError: There is no such split, or no question is in that language.
    """
    questions = [q for q in load_golden(golden, split) if language in (None, q.lang)]
    if not questions:
        raise UsageError(f"{golden} holds no question in {language!r}. Give zh or en.")
    provenance = provenance_of(engine)
    started = time.perf_counter()
    scorer = scorer_over(engine, engine.generation)
    outcomes = [ask_one(engine, question, scorer) for question in _with_bar(questions, progress)]
    result = sum_up(
        outcomes,
        golden=golden.name,
        golden_hash=golden_hash(questions),
        split=split,
        provenance=provenance,
        seconds=time.perf_counter() - started,
    )
    if not systems:
        return result
    compared = retrieval_of_golden(engine, golden.name, questions, systems)
    return result.model_copy(update={"retrieval": compared})


def ask_one(engine: PolicyQA, question: GoldenQuestion, scorer: Scorer) -> Outcome:
    """Asks one question; an error becomes part of the outcome.

    Args:
        engine: The engine.
        question: The question.
        scorer: Tells how many passages share a term with the question.
    """
    asked = question.question
    try:
        answer, asked = _ask(engine, question)
        scores = score_answer(question, answer, _lexical_hits(engine, scorer, asked))
    except Exception as error:  # an evaluation has to survive any defect of what it measures
        return Outcome(
            question=question,
            asked=asked,
            answer=None,
            error=f"{type(error).__name__}: {error}",
            scores=score_crash(question),
        )
    return Outcome(question=question, asked=asked, answer=answer, error=None, scores=scores)


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


def _lexical_hits(engine: PolicyQA, scorer: Scorer, asked: str) -> int | None:
    """Passages that share a term; asked of the scorer alone, since reading hits again takes long."""
    question = read_question(asked, engine.settings.max_question_characters)
    if not question.clear:
        return None
    return scorer.score(question.text, scorer.embed([question.text])[0]).evidence.lexical_hits
