"""A real, badly behaved language model answers the golden set: how much that is unsupported gets through?

Starts a small model in llama.cpp's OpenAI-compatible server (`xllamacpp`, installed apart from this
project; any GGUF file) or uses one that runs already, asks a sample of the golden set through it and
writes every draft, every check and every answer to a log. A shown sentence counts as supported if
its quotes bear it out by the strictest reading here: all checks of `policy-qa verify`, with each
cited quote alone. What the checks let through wrongly has to be judged by a reader: the log lists
every sentence shown with its quotes.

Run: python -m benchmarks.bad_model --url http://127.0.0.1:8080/v1 --model NAME [--sample 20] --log FILE
or:  python -m benchmarks.bad_model --python VENV/bin/python --gguf MODEL.gguf [--sample 20] --log FILE
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy_qa.engine import PolicyQA
from policy_qa.evaluation.golden import load_golden
from policy_qa.records import Answer

GOLDEN = Path("eval/golden.jsonl")
SEED = 5
PORT = 8093
_START_SECONDS = 120
_SERVER = """
import sys, threading, xllamacpp as x
p = x.CommonParams()
p.model.path = sys.argv[1]; p.hostnames = ["127.0.0.1"]; p.port = int(sys.argv[2])
p.n_ctx = 4096; p.n_parallel = 1; p.cpuparams.n_threads = 2
s = x.Server(p)
threading.Event().wait()
"""


@contextmanager
def server(python: Path, gguf: Path) -> Iterator[str]:
    """A running llama.cpp server; its base address."""
    url = f"http://127.0.0.1:{PORT}"
    process = subprocess.Popen(
        [str(python), "-c", _SERVER, str(gguf), str(PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=2).close()  # noqa: S310
                break
            except (urllib.error.URLError, OSError):
                time.sleep(1)
        yield f"{url}/v1"
    finally:
        process.terminate()
        process.wait(timeout=20)


def describe(answer: Answer) -> dict[str, object]:
    """What of an answer goes into the log."""
    quotes = {c.marker: c.quote for c in answer.citations}
    return {
        "question": answer.question,
        "model": answer.model,
        "answer": answer.answer,
        "quotes": quotes,
        "dropped": [c.model_dump(mode="json") for c in answer.checks if not c.passed],
    }


def run(url: str, model: str, sample: int, seconds: float, log: Path) -> None:
    """Asks a sample and prints what was shown and what was dropped."""
    questions = [q for q in load_golden(GOLDEN) if q.answerable and not q.history]
    chosen = random.Random(SEED).sample(questions, min(sample, len(questions)))  # noqa: S311
    engine = PolicyQA(llm_url=url, llm_model=model, llm_seconds=seconds, abstain_below=0.0)
    written, shown, dropped, unsupported = 0, 0, set[str](), 0
    with log.open("w", encoding="utf-8") as file:
        for question in chosen:
            answer = engine.ask(question.question)
            dropped |= {c.sentence for c in answer.checks if not c.passed}
            if answer.model == model:
                written += 1
                sentences = {c.sentence for c in answer.checks} - {
                    c.sentence for c in answer.checks if not c.passed
                }
                quotes = [c.quote for c in answer.citations]
                shown += len(sentences)
                unsupported += sum(not engine.verify(s, quotes).supported for s in sentences)
            file.write(json.dumps(describe(answer), ensure_ascii=False) + "\n")
            file.flush()
            print(f"{question.id}: {answer.model}", flush=True)
    print(f"{len(chosen)} questions; {written} answered in the model's own words, the rest by extraction")
    print(
        f"{len(dropped)} of the model's sentences dropped, {shown} shown, {unsupported} of them unsupported"
    )


def main() -> None:
    """Starts the server if asked to, then runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--model", default="local")
    parser.add_argument("--python", type=Path)
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--log", type=Path, required=True)
    options = parser.parse_args()
    if options.url:
        run(options.url, options.model, options.sample, options.seconds, options.log)
        return
    if not (options.python and options.gguf):
        parser.error("give --url, or --python and --gguf")
    with server(options.python, options.gguf) as url:
        run(url, options.model, options.sample, options.seconds, options.log)


if __name__ == "__main__":
    main()
