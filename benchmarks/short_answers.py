"""How often the short answer is right, with the reader and without, on the golden set.

Single-fact, number and date questions; abstention is left out of account. An answer is right if it
holds an accepted one, in its words or by value. Settings of the reader's part are compared on the
dev half; the test half is only reported.

Run: OMP_WAIT_POLICY=PASSIVE .venv/bin/python benchmarks/short_answers.py --index index
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from policy_qa import PolicyQA
from policy_qa.answering import short_answer
from policy_qa.answering.extractive import ExtractiveDrafter
from policy_qa.evaluation.correctness import contains_answer
from policy_qa.evaluation.significance import bootstrap_ci
from policy_qa.retrieval.question import read_question

TYPES = ("single_fact", "number", "date")
HITS = 10
LEAST_SURE = (-20.0, -8.0, -4.0, -2.0, 0.0, 1.0)


def right(given: str | None, accepted: list[str]) -> float:
    """1 for a right answer, 0 for a wrong or missing one."""
    return float(given is not None and contains_answer(given, accepted))


def main() -> None:
    """Prints a line for each setting, half and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--half", default="dev")
    parser.add_argument("--threads", type=int, help="1 is best on a busy machine")
    parser.add_argument("--shipped", action="store_true", help="the shipped setting only")
    parser.add_argument("--show", action="store_true", help="print every answer")
    chosen = parser.parse_args()
    wanted = set(json.loads(chosen.golden.with_name("splits.json").read_text("utf-8"))[chosen.half])
    golden = [json.loads(line) for line in chosen.golden.read_text("utf-8").splitlines()]
    engines = {on: PolicyQA(index=chosen.index, reader=on, threads=chosen.threads) for on in (True, False)}
    drafter = ExtractiveDrafter()
    shipped = dict(short_answer.LEAST_SURE)
    grid = [] if chosen.shipped else list(LEAST_SURE)
    scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for question in golden:
        if question["pair"] not in wanted or question["type"] not in TYPES or not question["answerable"]:
            continue
        asked = read_question(question["question"], 2000)
        found = {on: engine.retrieve(asked, HITS) for on, engine in engines.items()}
        lang = question["lang"]
        plain = drafter.draft(found[False], 1.0).short_answer
        scores["without reader", lang].append(right(plain, question["answer"]))
        for setting in sorted({shipped[lang], *grid}):
            short_answer.LEAST_SURE = {"zh": setting, "en": setting}
            read = drafter.draft(found[True], 1.0).short_answer
            scores[f"with reader from {setting:+.0f}", lang].append(right(read, question["answer"]))
            if chosen.show and setting == shipped[lang]:
                _show(question, plain, read)
    for (name, lang), values in sorted(scores.items(), key=lambda item: (item[0][1], item[0][0])):
        low, high = bootstrap_ci(values)
        print(f"{chosen.half} {lang} n={len(values)} {name}: {np.mean(values):.3f} ({low:.3f} to {high:.3f})")


def _show(question: dict[str, Any], plain: str | None, read: str | None) -> None:
    marks = "".join("+" if right(words, question["answer"]) else "-" for words in (plain, read))
    print(
        f"{marks} {question['id']} {question['type']}: {plain!r} → {read!r},"
        f" accepted {question['answer'][0]!r}"
    )


if __name__ == "__main__":
    main()
