"""Measures a trained reader: ``python -m training.evaluate --data FOLDER --weights FOLDER --out FILE``.

With ``--onnx FILE`` in place of ``--weights`` the exported model is measured. A passage counts
as answering where relevance and span margin together reach a threshold, which is set on
held-out pairs of the training sets and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.retrieval.reranking import WEIGHT
from training.evaluation_cases import Case, read_evaluation
from training.measures import (
    abstention_f1,
    area_under_curve,
    balanced_threshold,
    exact_match,
    interval,
    ndcg,
    overlap_f1,
)
from training.scoring import Reading, onnx_predictor, read_cases, torch_predictor
from training.seeding import seeded
from training.start_weights import read_start_weights

HELD_OUT: Final = "answerability/held out"
WRONG_ABSTENTIONS: Final = (0.05, 0.10, 0.15, 0.20)
"""At these rates of wrong abstention the rate of hallucination is given too."""
CLAIMS_KEPT: Final = (0.95, 0.85)
"""Shares of supported claims kept, at which the share of detected ones is given."""

Floats = NDArray[np.float64]
Read = list[tuple[Case, list[Reading]]]
Measured = dict[str, Any]


def confidence(readings: Sequence[Reading]) -> float:
    """How sure the model is that one of the passages answers: the best relevance plus half a margin.

    The margin is a sum of two logits, start and end, hence the half.
    """
    return max(reading.relevance + reading.margin / 2 for reading in readings)


def measure_task(task: str, read: Read, threshold: float) -> Measured:
    """The measures of a task.

    Args:
        task: Its name; the part before the slash says what is measured.
        read: Its cases with what the model says.
        threshold: From which confidence on a case is called answerable.
    """
    measures: dict[str, Callable[[], Measured]] = {
        "reading": lambda: _measure_reading(read),
        "answerability": lambda: _measure_answerability(read, threshold),
        "listed": lambda: _measure_listed(read, threshold),
        "reranking": lambda: _measure_reranking(read),
        "claims": lambda: _measure_claims(read),
    }
    return {"cases": len(read)} | measures[task.partition("/")[0]]()


def _mean(values: Sequence[float]) -> Measured:
    numbers = np.array(values, np.float64)
    low, high = interval(len(numbers), lambda sample: float(numbers[sample].mean()))
    return {"value": round(float(numbers.mean()), 4), "ci95": [round(low, 4), round(high, 4)]}


def _measure_reading(read: Read) -> Measured:
    """The best span is taken even where the model would rather give none."""
    return {
        "exact_match": _mean([exact_match(readings[0].answer, case.answers) for case, readings in read]),
        "f1": _mean([overlap_f1(readings[0].answer, case.answers) for case, readings in read]),
    }


def _scores(read: Read) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    scores = np.array([confidence(readings) for _, readings in read], np.float64)
    return scores, np.array([case.answerable for case, _ in read], np.bool_)


def _measure_answerability(read: Read, threshold: float) -> Measured:
    scores, answerable = _scores(read)
    found: Measured = _abstention(scores, answerable, threshold)
    unseen = np.array([not case.seen for case, _ in read])
    if not unseen.all():
        found["unseen passages only"] = _abstention(scores[unseen], answerable[unseen], threshold)
    kinds = np.array([case.kind for case, _ in read])
    found["called unanswerable by kind"] = {
        kind: round(float((scores[kinds == kind] < threshold).mean()), 4)
        for kind in sorted(set(kinds.tolist()) - {""})
    }
    return found


def _abstention(scores: NDArray[np.float64], answerable: NDArray[np.bool_], threshold: float) -> Measured:
    called = scores >= threshold
    low, high = interval(len(scores), lambda sample: abstention_f1(called[sample], answerable[sample]))
    best = max(abstention_f1(scores >= t, answerable) for t in np.quantile(scores, np.linspace(0, 1, 101)))
    value = abstention_f1(called, answerable)
    return {
        "cases": len(scores),
        "f1_unanswerable": {"value": round(value, 4), "ci95": [round(low, 4), round(high, 4)]},
        "f1_unanswerable at the best threshold": round(best, 4),
        "auc": round(area_under_curve(scores, answerable), 4),
    }


def _measure_listed(read: Read, threshold: float) -> Measured:
    """Hallucination: unanswerable cases not abstained on. Wrong abstention: answerable ones abstained on."""
    scores, answerable = _scores(read)
    called = scores >= threshold
    found: Measured = {
        "hallucination": _mean(called[~answerable].astype(float).tolist()),
        "wrong_abstention": _mean((~called[answerable]).astype(float).tolist()),
        "auc": round(area_under_curve(scores, answerable), 4),
    }
    for rate in WRONG_ABSTENTIONS:
        at = np.quantile(scores[answerable], rate)
        found[f"hallucination at wrong abstention {rate:.0%}"] = round(
            float((scores[~answerable] >= at).mean()), 4
        )
    return found


def _measure_reranking(read: Read) -> Measured:
    """The retriever's order, the model's, and two sums of both, with the gain over the retriever's.

    ``product`` adds what the product adds to fused scores; ``both`` adds z-scores, for lists
    whose scores are on another scale (BM25).
    """
    orders: dict[str, Callable[[Floats, Floats], Floats]] = {
        "retriever": lambda before, _: before,
        "reader": lambda _, after: after,
        "product": lambda before, after: before + WEIGHT * after,
        "both": lambda before, after: _standardised(before) + _standardised(after),
    }
    found: Measured = {}
    plain: dict[str, NDArray[np.float64]] = {}
    for name, combine in orders.items():
        first, gains = [], []
        for case, readings in read:
            before = np.array([shown.score for shown in case.shown])
            after = np.array([reading.relevance for reading in readings])
            order = np.argsort(-combine(before, after), kind="stable")
            relevant = [case.shown[i].relevant for i in order]
            first.append(float(relevant[0]))
            gains.append(ndcg(relevant, int(case.kind.removeprefix("relevant="))))
        values = {"P@1": np.array(first), "nDCG@10": np.array(gains)}
        plain = plain or values
        found[name] = {measure: _mean(some.tolist()) for measure, some in values.items()}
        if name != "retriever":
            found[name] |= {
                f"gain in {measure}": _mean((some - plain[measure]).tolist())
                for measure, some in values.items()
            }
    return found


def _measure_claims(read: Read) -> Measured:
    """Relevance as a judge of claims; what it detects where it keeps set shares of the supported ones."""
    logits = np.array([readings[0].relevance for _, readings in read], np.float64)
    supported = np.array([case.answerable for case, _ in read], np.bool_)
    kinds = np.array([case.kind for case, _ in read])
    found: Measured = {"auc": round(area_under_curve(logits, supported), 4)}
    for kept in CLAIMS_KEPT:
        caught = logits < np.quantile(logits[supported], 1 - kept)
        found[f"detected where {kept:.0%} are kept"] = _mean(caught[~supported].astype(float).tolist())
        found[f"by kind where {kept:.0%} are kept"] = {
            kind: round(float(caught[kinds == kind].mean()), 4) for kind in sorted(set(kinds.tolist()) - {""})
        }
    return found


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training.build_data")
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--weights", type=Path, help="folder of training.train")
    model.add_argument("--onnx", type=Path, help="file of training.export")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--sample", type=int, default=0, help="cases of each task; 0 for all")
    parser.add_argument(
        "--task", action="append", default=[], help="beginning of the names of tasks to measure"
    )
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    chosen = parser.parse_args(arguments)
    data = read_evaluation(chosen.data)
    if chosen.onnx is not None:
        predict = onnx_predictor(chosen.onnx, chosen.threads)
    else:
        predict = torch_predictor(chosen.data, chosen.weights, chosen.device, chosen.threads)
    padding = read_start_weights(chosen.data / "start.npz").markers.pad
    report: Measured = {"model": (chosen.onnx or chosen.weights).name, "sample": chosen.sample, "tasks": {}}
    threshold = 0.0
    for task, cases in _tasks(data.cases, chosen.task, chosen.sample):
        started = time.perf_counter()
        read = list(zip(cases, read_cases(cases, data, predict, padding), strict=True))
        if task == HELD_OUT:
            threshold = balanced_threshold(*_scores(read))
            report["threshold"] = threshold
        found = measure_task(task, read, threshold)
        report["tasks"][task] = found | {"seconds": round(time.perf_counter() - started, 1)}
        print(f"{task}: {json.dumps(report['tasks'][task])}", flush=True)
        chosen.out.write_text(json.dumps(report, indent=1, ensure_ascii=False), "utf-8")
    return 0


def _tasks(cases: Sequence[Case], wanted: Sequence[str], sample: int) -> list[tuple[str, list[Case]]]:
    """Cases by task, the one that sets the threshold first."""
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.task == HELD_OUT or not wanted or case.task.startswith(tuple(wanted)):
            found[case.task].append(case)
    for task, some in found.items():
        if sample and len(some) > sample:
            found[task] = seeded(task).sample(some, sample)
    return sorted(found.items(), key=lambda item: (item[0] != HELD_OUT, item[0]))


if __name__ == "__main__":
    raise SystemExit(main())
