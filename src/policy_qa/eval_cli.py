"""`policy-qa eval`: quality of answers on a golden set, of rankings on a retrieval set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_qa.errors import UsageError
from policy_qa.records import Language

if TYPE_CHECKING:
    from rich.console import Console

    from policy_qa.engine import PolicyQA
    from policy_qa.evaluation.golden_result import GoldenResult
    from policy_qa.evaluation.results import DatasetResult
    from policy_qa.index.generation_writer import Progress

_GOLDEN = Path("eval/golden.jsonl")


@dataclass(frozen=True)
class _Wanted:
    """The options of one call."""

    golden: Path | None
    dataset: Path | None
    query_lang: str | None
    split: str | None
    systems: tuple[str, ...] | None
    json_out: Path | None
    report: Path | None
    gate: Path | None
    write_baseline: Path | None
    lower: bool
    docs: Path | None
    run: Path | None
    from_run: Path | None
    compare: Path | None


def evaluate(
    context: typer.Context,
    golden: Annotated[Path | None, typer.Option(help="Questions with known answers.")] = None,
    dataset: Annotated[
        Path | None, typer.Option(help="Measure rankings on this folder in BEIR's layout instead.")
    ] = None,
    query_lang: Annotated[
        str | None, typer.Option("--query-lang", help="Only questions in this language: zh, en, zh-Hans…")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Only this part: dev, test, …")] = None,
    systems: Annotated[str | None, typer.Option(help="Systems to compare, with commas between them.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report.")] = None,
    gate: Annotated[Path | None, typer.Option(help="Fail below the floors of this baseline.")] = None,
    write_baseline: Annotated[
        Path | None, typer.Option("--write-baseline", help="Pin floors just below this run.")
    ] = None,
    lower: Annotated[bool, typer.Option("--lower", help="Let pinned floors sink.")] = False,
    docs: Annotated[Path | None, typer.Option(help="Replace the figures in this Markdown file.")] = None,
    run: Annotated[Path | None, typer.Option(help="Write the ranking as a TREC run.")] = None,
    from_run: Annotated[
        Path | None, typer.Option("--from-run", help="Measure the ranking in this TREC run.")
    ] = None,
    compare: Annotated[Path | None, typer.Option(help="Test against the JSON of another run.")] = None,
) -> None:
    """Measure the quality of answers, or with --dataset that of rankings."""
    from policy_qa.engine import PolicyQA
    from policy_qa.evaluation.systems import parse_names
    from policy_qa.settings import load_settings

    wanted = _Wanted(
        golden=golden, dataset=dataset, query_lang=query_lang, split=split,
        systems=parse_names(systems) if systems is not None else None, json_out=json_out, report=report,
        gate=gate, write_baseline=write_baseline, lower=lower, docs=docs, run=run, from_run=from_run,
        compare=compare,
    )  # fmt: skip
    _check(wanted)
    engine = PolicyQA(load_settings(**(context.obj or {})))
    if dataset is None:
        _evaluate_golden(engine, wanted)
    else:
        _evaluate_dataset(engine, dataset, wanted)


def _check(wanted: _Wanted) -> None:
    """Refuses options that mean nothing together.

    Raises:
        UsageError: The message names the options.
    """
    if wanted.lower and wanted.write_baseline is None:
        raise UsageError("--lower belongs to --write-baseline.")
    only_golden = {
        "--golden": wanted.golden,
        "--gate": wanted.gate,
        "--write-baseline": wanted.write_baseline,
        "--docs": wanted.docs,
    }
    only_dataset = {"--run": wanted.run, "--from-run": wanted.from_run}
    odd = [name for name, value in (only_golden if wanted.dataset else only_dataset).items() if value]
    if odd:
        raise UsageError(
            f"{', '.join(odd)} cannot be used {'with' if wanted.dataset else 'without'} --dataset."
        )
    if wanted.from_run and (wanted.systems or wanted.run):
        raise UsageError("--from-run measures a ranking as it is: leave --systems and --run out.")


def _evaluate_golden(engine: PolicyQA, wanted: _Wanted) -> None:
    from policy_qa.evaluation.comparison import compare_golden, read_result
    from policy_qa.evaluation.golden_result import GoldenResult
    from policy_qa.evaluation.golden_run import evaluate_golden
    from policy_qa.evaluation.golden_table import golden_table
    from policy_qa.evaluation.report import write_report
    from policy_qa.evaluation.systems import default_systems

    systems = wanted.systems
    if systems is None:
        systems = default_systems(with_reader=False) if wanted.report else ()
    golden = wanted.golden or _GOLDEN
    other = read_result(wanted.compare, GoldenResult) if wanted.compare else None
    result = evaluate_golden(
        engine, golden, wanted.split, language=_language(wanted.query_lang), systems=systems
    )
    console = _console()
    console.print(golden_table(result))
    _print_datasets(console, result.retrieval)
    if wanted.json_out is not None:
        result.write(wanted.json_out)
    if wanted.report is not None:
        write_report(wanted.report, result, result.retrieval)
    if other is not None:
        from policy_qa.evaluation.comparison import comparison_table

        console.print(comparison_table(compare_golden(result, other)))
    _gate(result, golden, wanted)


def _gate(result: GoldenResult, golden: Path, wanted: _Wanted) -> None:
    from policy_qa.evaluation import gate as gates

    if wanted.gate is not None:
        gates.check_gate(result, wanted.gate)
        print(f"All floors of {wanted.gate} are reached.")
    if wanted.write_baseline is not None:
        pinned = gates.write_baseline(result, wanted.write_baseline, lower=wanted.lower)
        print(f"{len(pinned.floors)} floors pinned → {wanted.write_baseline}")
    if wanted.docs is not None:
        from policy_qa.evaluation.golden import SPLITS_FILE, load_splits
        from policy_qa.evaluation.golden_markdown import write_figures

        write_figures(wanted.docs, result, load_splits(golden.with_name(SPLITS_FILE)))
        print(f"figures → {wanted.docs}")


def _evaluate_dataset(engine: PolicyQA, folder: Path, wanted: _Wanted) -> None:
    from policy_qa.evaluation.comparison import compare_datasets, comparison_table, read_result
    from policy_qa.evaluation.datasets import load_dataset
    from policy_qa.evaluation.external import evaluate_dataset, evaluate_run
    from policy_qa.evaluation.report import write_report
    from policy_qa.evaluation.results import DatasetResult
    from policy_qa.evaluation.run_files import read_run, write_run

    dataset = load_dataset(folder, wanted.split)
    other = read_result(wanted.compare, DatasetResult) if wanted.compare else None
    if wanted.from_run is not None:
        result = evaluate_run(dataset, read_run(wanted.from_run), wanted.from_run.stem, wanted.query_lang)
    else:
        with _bars() as progress:
            result, runs = evaluate_dataset(
                engine, dataset, language=wanted.query_lang, systems=wanted.systems, progress=progress
            )
        if wanted.run is not None:
            write_run(wanted.run, runs[result.system], result.system)
    console = _console()
    _print_datasets(console, (result,))
    if wanted.json_out is not None:
        result.write(wanted.json_out)
    if wanted.report is not None:
        write_report(wanted.report, None, (result,))
    if other is not None:
        console.print(comparison_table(compare_datasets(result, other)))


def _print_datasets(console: Console, results: tuple[DatasetResult, ...]) -> None:
    from policy_qa.evaluation.dataset_table import dataset_table

    for result in results:
        console.print(dataset_table(result))
        for name, why in result.left_out.items():
            console.print(f"{name} was left out: {why}")


def _console() -> Console:
    from rich.console import Console

    found = Console(highlight=False)
    # A table that is piped into a file must not be folded to 80 columns.
    return found if found.is_terminal else Console(highlight=False, width=200)


@contextmanager
def _bars() -> Iterator[Progress]:
    """Progress bars on standard error, one for each stage."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def _language(text: str | None) -> Language | None:
    if text is None:
        return None
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise UsageError(f"A golden set has questions in zh and en, not in {text!r}.")
