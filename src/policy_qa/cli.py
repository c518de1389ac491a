"""The `policy-qa` command: thin, and the only place where errors become exit codes."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from policy_qa.errors import BadInputError, PolicyQAError, UsageError
from policy_qa.eval_cli import evaluate
from policy_qa.golden_cli import golden_app
from policy_qa.records import Language

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.index.generation import Filters

app = typer.Typer(
    name="policy-qa",
    help="Cited answers over Chinese articles on AI policy, asked in Chinese or English.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(golden_app)
app.command("eval")(evaluate)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
KOption = Annotated[int | None, typer.Option("--k", min=1, max=100, help="Number of passages.")]
LangOption = Annotated[str, typer.Option("--lang", help="Language of the answer: zh, en or auto.")]
LlmOption = Annotated[str | None, typer.Option("--llm", help="Model that drafts, or `extractive`.")]
PublisherOption = Annotated[
    list[str] | None, typer.Option("--publisher", help="Only articles of this publisher; may be repeated.")
]
SinceOption = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Published on this day or later.")
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Published on this day or earlier.")
]
ArticleOption = Annotated[
    list[str] | None, typer.Option("--article", help="Only this article (an id); may be repeated.")
]


@app.callback()
def _common(
    context: typer.Context,
    corpus: Annotated[Path | None, typer.Option(help="Folder with the articles.")] = None,
    index: Annotated[Path | None, typer.Option(help="Folder of the index.")] = None,
) -> None:
    context.obj = {"corpus": corpus, "index": index}


def _engine(context: typer.Context) -> PolicyQA:
    from policy_qa.engine import PolicyQA
    from policy_qa.settings import load_settings

    return PolicyQA(load_settings(**context.obj))


def _filters(
    publisher: list[str] | None, since: datetime | None, until: datetime | None, article: list[str] | None
) -> Filters | None:
    from policy_qa.index.generation import Filters

    filters = Filters(
        publishers=tuple(publisher or ()),
        since=since.date() if since else None,
        until=until.date() if until else None,
        article_ids=tuple(article or ()),
    )
    if filters.since and filters.until and filters.since > filters.until:
        raise UsageError(f"--since {filters.since} is later than --until {filters.until}.")
    return filters if filters else None


def _language(lang: str) -> Language | None:
    if lang == "auto":
        return None
    if lang == "zh":
        return "zh"
    if lang == "en":
        return "en"
    raise UsageError(f"--lang is zh, en or auto, not {lang!r}.")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


@app.command()
def index(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Read every file again and build the index anew.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and follow changes of the corpus.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if any file was skipped.")] = False,
) -> None:
    """Bring the index up to date with the corpus."""
    from policy_qa.terminal import index_with_progress, watch_corpus

    engine = _engine(context)
    report = index_with_progress(engine, full=full)
    if watch:
        watch_corpus(engine)
    if strict and report.skipped:
        raise BadInputError(f"{len(report.skipped)} files were skipped (--strict).")


@app.command()
def ask(
    context: typer.Context,
    question: str,
    as_json: JsonOption = False,
    k: KOption = None,
    lang: LangOption = "auto",
    llm: LlmOption = None,
    publisher: PublisherOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    article: ArticleOption = None,
) -> None:
    """Answer one question with cited sentences, or say that the corpus does not."""
    filters = _filters(publisher, since, until, article)
    answer = _engine(context).ask(question, k=k, filters=filters, language=_language(lang), llm=llm)
    if as_json:
        _print_json(answer.model_dump(mode="json"))
    else:
        from policy_qa.terminal import print_answer

        print_answer(answer)


@app.command()
def search(
    context: typer.Context,
    question: str,
    as_json: JsonOption = False,
    k: KOption = None,
    publisher: PublisherOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    article: ArticleOption = None,
) -> None:
    """Find passages without answering."""
    result = _engine(context).search(question, k=k, filters=_filters(publisher, since, until, article))
    if as_json:
        _print_json(result.model_dump(mode="json"))
    else:
        from policy_qa.terminal import print_hits

        print_hits(result.hits)


@app.command()
def batch(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help='Lines {"id", "question"}.')],
    out: Annotated[Path, typer.Option("--out", help="File for the answers.")],
    workers: Annotated[int, typer.Option(min=1, max=64, help="Questions at a time.")] = 1,
) -> None:
    """Answer many questions in one process."""
    from policy_qa.batch import answer_file

    report = answer_file(_engine(context), source, out, workers)
    print(f"{report.done} answered, {len(report.bad_lines)} bad lines → {out}")
    _report_bad_lines(source, report.bad_lines)


@app.command()
def show(
    context: typer.Context,
    article_id: str,
    as_json: JsonOption = False,
    removed: Annotated[bool, typer.Option("--removed", help="Show what cleaning took away.")] = False,
) -> None:
    """Show an article: its metadata and cleaned text."""
    article = _engine(context).article(article_id)
    if as_json:
        _print_json(article.model_dump(mode="json", exclude=None if removed else {"removed"}))
    else:
        from policy_qa.terminal import print_article, print_removed

        (print_removed if removed else print_article)(article)


@app.command()
def articles(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the articles of the index."""
    found = _engine(context).articles()
    if as_json:
        _print_json([a.model_dump(mode="json", exclude={"text", "removed"}) for a in found])
    else:
        from policy_qa.terminal import print_articles

        print_articles(found)


@app.command()
def verify(
    context: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="[IN.jsonl]", help='Lines {"id", "sentence", "quotes": […]}.')
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File for the verdicts.")] = None,
    text: Annotated[Path | None, typer.Option("--text", help="A draft to check against the corpus.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check sentences against their quotes, or a draft against the corpus."""
    from policy_qa.batch import verify_file
    from policy_qa.terminal import print_draft_verdicts

    if text is not None and source is None:
        verdicts = _engine(context).verify_text(_read_text(text))
        if as_json:
            _print_json([verdict.model_dump(mode="json") for verdict in verdicts])
        else:
            print_draft_verdicts(verdicts)
        return
    if source is None or out is None or text is not None:
        raise UsageError("Give IN.jsonl with --out OUT.jsonl, or --text FILE alone.")
    report = verify_file(_engine(context), source, out)
    print(f"{report.done} verified, {len(report.bad_lines)} bad lines → {out}")
    _report_bad_lines(source, report.bad_lines)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; with more than one there is no chat page.")
    ] = 1,
) -> None:
    """Serve the chat page at /, the API at /v1, its reference at /docs and MCP at /mcp."""
    from policy_qa.service.server import run_server

    run_server(_engine(context), host, port, workers)


@app.command()
def feedback(
    context: typer.Context, golden: Annotated[bool, typer.Option(help="As golden candidates.")] = False
) -> None:
    """Print readers' judgements, one JSON object a line."""
    from policy_qa.feedback import FeedbackStore, golden_candidates

    kept = FeedbackStore(_engine(context).settings.feedback).all()
    for line in golden_candidates(kept) if golden else [one.model_dump(mode="json") for one in kept]:
        print(json.dumps(line, ensure_ascii=False))


@app.command()
def mcp(context: typer.Context) -> None:
    """Serve the MCP tools over stdio."""
    from policy_qa.service.mcp_tools import run_stdio

    run_stdio(_engine(context))


@app.command()
def doctor(context: typer.Context) -> None:
    """Check the model, the index and the corpus, and say what to do."""
    from policy_qa.doctor import examine
    from policy_qa.terminal import print_findings

    findings = examine(_engine(context))
    print_findings(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(4)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read as UTF-8 text ({error}).") from error


def _report_bad_lines(source: Path, bad_lines: tuple[tuple[int, str], ...]) -> None:
    for number, reason in bad_lines:
        print(f"{source}:{number}: {reason}", file=sys.stderr)
    if bad_lines:
        raise typer.Exit(BadInputError.exit_code)


def _fail(error: PolicyQAError) -> NoReturn:
    print(f"policy-qa: {error}", file=sys.stderr)
    sys.exit(error.exit_code)


def main() -> None:
    """Entry point: runs a command and turns errors into messages and exit codes."""
    try:
        app()
    except PolicyQAError as error:
        _fail(error)
    except BrokenPipeError:
        # The reader of our output has gone (`… | head`): nothing to report, nobody to report to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
