"""`policy-qa golden`: writing and checking a golden set; `policy-qa eval` asks it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from policy_qa.errors import UsageError
from policy_qa.records import Language

if TYPE_CHECKING:
    from policy_qa.evaluation.golden import QuestionType, Turn
    from policy_qa.settings import Settings

golden_app = typer.Typer(
    name="golden",
    help="Write and check a set of questions with known answers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

GoldenOption = Annotated[Path, typer.Option("--golden", help="File of questions.")]
_GOLDEN = Path("eval/golden.jsonl")
_OR = "||"


@golden_app.command("add")
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Option("--type", help="Kind of answer, such as number or date.")],
    chinese: Annotated[str, typer.Option("--zh", help="The question in Chinese.")],
    english: Annotated[str, typer.Option("--en", help="The question in English.")],
    article: Annotated[list[str] | None, typer.Option(help="Article with evidence; may be repeated.")] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Exact words of a needed fact; repeat for more facts, {_OR} between alternatives."
        ),
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="An acceptable short answer; may be repeated.")
    ] = None,
    history_zh: Annotated[
        list[str] | None, typer.Option(help="Earlier turns, user first; may be repeated.")
    ] = None,
    history_en: Annotated[list[str] | None, typer.Option(help="The same in English.")] = None,
    golden: GoldenOption = _GOLDEN,
) -> None:
    """Add a need in both languages; the evidence is looked up in the corpus."""
    from policy_qa.evaluation.golden import corpus_texts
    from policy_qa.evaluation.golden_tools import Need, add_need

    turns = {"zh": history_zh, "en": history_en}
    sides: tuple[Language, ...] = get_args(Language)
    need = Need(
        type=_question_type(kind),
        questions={"zh": chinese, "en": english},
        article_ids=tuple(article or ()),
        evidence=tuple(tuple(w.strip() for w in fact.split(_OR)) for fact in evidence or ()),
        answer=tuple(answer or ()),
        history={side: _turns(said) for side in sides if (said := turns[side])},
    )
    added = add_need(golden, need, corpus_texts(_settings(context).corpus))
    print(f"{', '.join(question.id for question in added)} → {golden}")


@golden_app.command("check")
def check(context: typer.Context, golden: GoldenOption = _GOLDEN) -> None:
    """Check format, evidence, pairs and splits; exit with 3 if figures would be wrong."""
    from policy_qa.evaluation.golden import corpus_texts
    from policy_qa.evaluation.golden_tools import check_golden

    problems = check_golden(golden, corpus_texts(_settings(context).corpus))
    for problem in problems:
        print(f"{'error ' if problem.serious else 'advice'} {problem.subject}: {problem.detail}")
    serious = sum(problem.serious for problem in problems)
    print(f"{serious} errors, {len(problems) - serious} pieces of advice in {golden}")
    if serious:
        raise typer.Exit(3)


@golden_app.command("stats")
def stats(context: typer.Context, golden: GoldenOption = _GOLDEN) -> None:
    """Count questions by language, type, article and split."""
    from policy_qa.evaluation.golden import SPLITS_FILE, corpus_texts, load_golden, load_splits
    from policy_qa.evaluation.golden_tools import golden_stats

    path = golden.with_name(SPLITS_FILE)
    splits = load_splits(path) if path.exists() else None
    found = golden_stats(load_golden(golden), tuple(corpus_texts(_settings(context).corpus)), splits)
    print(f"{found.pairs} needs; questions: {_listed(found.questions)}; splits: {_listed(found.splits)}")
    print(f"{found.facts:.2f} facts an answerable question")
    print("\nneeds by type\n" + _column(found.types))
    print("\nneeds by article\n" + _column(found.articles))


def _settings(context: typer.Context) -> Settings:
    from policy_qa.settings import load_settings

    return load_settings(**(context.obj or {}))


def _question_type(name: str) -> QuestionType:
    from policy_qa.evaluation.golden import QUESTION_TYPES

    for known in QUESTION_TYPES:
        if name == known:
            return known
    raise UsageError(f"--type is one of {', '.join(QUESTION_TYPES)}, not {name!r}.")


def _turns(said: list[str]) -> tuple[Turn, ...]:
    from policy_qa.evaluation.golden import Turn

    return tuple(
        Turn(role="assistant" if i % 2 else "user", content=content) for i, content in enumerate(said)
    )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _column(counts: dict[str, int]) -> str:
    return "\n".join(f"{count:>5}  {name}" for name, count in counts.items())
