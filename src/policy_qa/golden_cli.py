"""`policy-qa golden`: writing, checking and asking a golden set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from policy_qa.errors import UsageError
from policy_qa.records import Language

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.evaluation.golden import QuestionType, Turn
    from policy_qa.evaluation.golden_result import GoldenResult
    from policy_qa.settings import Settings

golden_app = typer.Typer(
    name="golden",
    help="Write, check and run a set of questions with known answers.",
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


@golden_app.command("run")
def run(
    context: typer.Context,
    golden: GoldenOption = _GOLDEN,
    split: Annotated[str | None, typer.Option(help="Only this part: dev or test.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report.")] = None,
    gate: Annotated[Path | None, typer.Option(help="Fail below the floors of this baseline.")] = None,
    write_baseline: Annotated[
        Path | None, typer.Option("--write-baseline", help="Pin floors just below this run.")
    ] = None,
    lower: Annotated[bool, typer.Option("--lower", help="Let pinned floors sink.")] = False,
    docs: Annotated[Path | None, typer.Option(help="Replace the figures in this Markdown file.")] = None,
) -> None:
    """Ask every question and measure the answers."""
    from policy_qa.engine import PolicyQA

    if lower and write_baseline is None:
        raise UsageError("--lower belongs to --write-baseline.")
    result = ask_golden(PolicyQA(_settings(context)), golden, split, json_out=json_out, report=report)
    if gate is not None:
        from policy_qa.evaluation.gate import check_gate

        check_gate(result, gate)
        print(f"All floors of {gate} are reached.")
    if write_baseline is not None:
        from policy_qa.evaluation import gate as gates

        pinned = gates.write_baseline(result, write_baseline, lower=lower)
        print(f"{len(pinned.floors)} floors pinned → {write_baseline}")
    if docs is not None:
        from policy_qa.evaluation.golden import SPLITS_FILE, load_splits
        from policy_qa.evaluation.golden_markdown import write_figures

        write_figures(docs, result, load_splits(golden.with_name(SPLITS_FILE)))
        print(f"figures → {docs}")


def ask_golden(
    engine: PolicyQA, golden: Path, split: str | None, *, json_out: Path | None, report: Path | None
) -> GoldenResult:
    """Runs the set, prints the table and writes what is asked for."""
    from rich.console import Console

    from policy_qa.evaluation.golden_run import evaluate_golden
    from policy_qa.evaluation.golden_table import golden_table
    from policy_qa.evaluation.report import write_report

    result = evaluate_golden(engine, golden, split)
    Console(highlight=False).print(golden_table(result))
    if json_out is not None:
        result.write(json_out)
    if report is not None:
        write_report(report, result, ())
    return result


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
