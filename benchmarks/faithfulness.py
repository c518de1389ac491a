"""Measures the verification on eval/faithfulness: what is detected, what is kept, how long it takes.

A wrong sentence counts as detected if it is not supported, a true one as kept if it is. Rates come
with Wilson score intervals at 95 % (Wilson, JASA 1927).

The sets are reported one by one: pairs.jsonl, the freely worded free.jsonl, heldout.jsonl, on which
nothing was fitted, and independent.jsonl and independent_2.jsonl, which others wrote, by halves. Single
misses of heldout.jsonl and of the test halves are never shown.

Run: .venv/bin/python -m benchmarks.faithfulness [--split test] [--show KIND] [--pairs FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from policy_qa.citing.alignment import Floats, TokenModel
from policy_qa.citing.claims import ClaimVerdict, Knowledge, verify_claim
from policy_qa.engine import PolicyQA

FOLDER = Path("eval/faithfulness")
HELD_OUT = "heldout.jsonl"
BY_HALVES = ("independent.jsonl", "independent_2.jsonl")
SETS = ("pairs.jsonl", "free.jsonl", HELD_OUT, *BY_HALVES)
TRUE_KINDS = ("paraphrase", "translation")
Z = 1.96
Result = TypeVar("Result")


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Ends of the Wilson score interval of a proportion."""
    if not total:
        return 0.0, 1.0
    share = successes / total
    centre = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    below = 1 + Z * Z / total
    return (centre - half) / below, (centre + half) / below


class TimedModel:
    """The encoder, with the processor time its callers spent in it."""

    def __init__(self, model: TokenModel) -> None:
        """Wraps an encoder."""
        self._model = model
        self.seconds = 0.0

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """As the encoder does."""
        return self._timed(lambda: self._model.embed_passages(texts))

    def token_states(self, texts: Sequence[str], side: Literal["query", "passage"]) -> list[Floats]:
        """As the encoder does."""
        return self._timed(lambda: self._model.token_states(texts, side))

    def token_spans(
        self, texts: Sequence[str], side: Literal["query", "passage"]
    ) -> list[list[tuple[int, int]]]:
        """As the encoder does."""
        return self._timed(lambda: self._model.token_spans(texts, side))

    def _timed(self, call: Callable[[], Result]) -> Result:
        begun = time.thread_time()
        result = call()
        self.seconds += time.thread_time() - begun
        return result


def measure(knowledge: Knowledge, pairs: list[dict[str, Any]]) -> list[tuple[dict[str, Any], ClaimVerdict]]:
    """The verdict on every pair; prints the median times of a sentence with and without the encoder."""
    model = knowledge.model()
    assert model is not None  # noqa: S101
    timed = TimedModel(model)
    knowledge = replace(knowledge, model=lambda: timed)
    results, whole, own = [], [], []
    for pair in pairs:
        encoder, begun, busy = timed.seconds, time.perf_counter(), time.thread_time()
        results.append((pair, verify_claim(pair["sentence"], pair["quotes"], knowledge)))
        whole.append(time.perf_counter() - begun)
        own.append(time.thread_time() - busy - (timed.seconds - encoder))
    print(
        f"a sentence: {statistics.median(own) * 1000:.1f} ms of processor time without the encoder, "
        f"{statistics.median(whole) * 1000:.0f} ms in all on this machine as busy as it is (medians)"
    )
    return results


def print_rates(results: list[tuple[dict[str, Any], ClaimVerdict]]) -> None:
    """One line a kind and language, then the totals."""
    rows: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for pair, verdict in results:
        right = verdict.supported == pair["supported"]
        true = pair["supported"]
        rows["kept" if true else "detected", "all"].append(right)
        rows["kept" if true else "detected", pair["lang"]].append(right)
        rows[pair["kind"], pair["lang"]].append(right)
    totals = [key for key in rows if key[0] in {"kept", "detected"}]
    print(f"{'kind':12} lang     n   right    rate   95 % interval")
    for key in [*sorted(set(rows) - set(totals)), *sorted(totals)]:
        found = rows[key]
        low, high = wilson(sum(found), len(found))
        print(
            f"{key[0]:12} {key[1]:4} {len(found):5} {sum(found):7} {sum(found) / len(found):7.3f}"
            f"   {low:.3f}–{high:.3f}"
        )


def main() -> None:
    """Prints the rates and, if asked, what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["dev", "test"])
    parser.add_argument("--pairs", type=Path, help="only this file")
    parser.add_argument("--show", action="append", default=[], metavar="KIND")
    options = parser.parse_args()
    knowledge = PolicyQA().knowledge
    for path in [options.pairs] if options.pairs else [FOLDER / name for name in SETS]:
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = [json.loads(line) for line in lines if line]
        chosen = [pair for pair in pairs if options.split in (None, pair.get("split"))]
        if not chosen:
            continue
        print(f"\n{path.name}: {len(chosen)} pairs")
        results = measure(knowledge, chosen)
        if path.name in BY_HALVES:
            for half in ("dev", "test"):
                found = [result for result in results if result[0]["split"] == half]
                if found:
                    print(f"{half} half: {len(found)} pairs")
                    print_rates(found)
            results_shown = [result for result in results if result[0]["split"] == "dev"]
            print("both halves:")
        else:
            results_shown = [] if path.name == HELD_OUT else results
        print_rates(results)
        print_misses(results_shown, {*options.show})


def print_misses(results: list[tuple[dict[str, Any], ClaimVerdict]], kinds: set[str]) -> None:
    """What went wrong in some kinds, or in all."""
    for pair, verdict in results:
        if verdict.supported != pair["supported"] and {pair["kind"], "all"} & kinds:
            failed = "; ".join(f"{c.kind}: {c.detail}" for c in verdict.checks if not c.passed)
            print(f"\n{pair['id']} {pair['kind']} [{verdict.status}]\n  {pair['sentence']}")
            print(f"  <- {' / '.join(pair['quotes'])}\n  {failed}")


if __name__ == "__main__":
    main()
