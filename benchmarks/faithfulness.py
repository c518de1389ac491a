"""Measures the verification on eval/faithfulness/pairs.jsonl: what is detected, what is kept.

A wrong sentence counts as detected if it is not supported, a true one as kept if it is. Rates come
with Wilson score intervals at 95 % (Wilson, JASA 1927).

Run: .venv/bin/python -m benchmarks.faithfulness [--split test] [--show KIND] [--pairs FILE]
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from policy_qa.engine import PolicyQA

PAIRS = Path("eval/faithfulness/pairs.jsonl")
TRUE_KINDS = ("paraphrase", "translation")
Z = 1.96


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Ends of the Wilson score interval of a proportion."""
    if not total:
        return 0.0, 1.0
    share = successes / total
    centre = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    below = 1 + Z * Z / total
    return (centre - half) / below, (centre + half) / below


def measure(engine: PolicyQA, pairs: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    """The verdict on every pair."""
    return [(pair, engine.verify(pair["sentence"], pair["quotes"])) for pair in pairs]


def print_rates(results: list[tuple[dict[str, Any], Any]]) -> None:
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
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--show", action="append", default=[], metavar="KIND")
    options = parser.parse_args()
    lines = options.pairs.read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines if line]
    chosen = [pair for pair in pairs if options.split in (None, pair.get("split"))]
    results = measure(PolicyQA(), chosen)
    print_rates(results)
    for pair, verdict in results:
        if verdict.supported != pair["supported"] and {pair["kind"], "all"} & set(options.show):
            failed = "; ".join(f"{c.kind}: {c.detail}" for c in verdict.checks if not c.passed)
            print(f"\n{pair['id']} {pair['kind']} [{verdict.status}]\n  {pair['sentence']}")
            print(f"  <- {' / '.join(pair['quotes'])}\n  {failed}")


if __name__ == "__main__":
    main()
