"""Cases → what the model says: relevance of each passage and its best span, windows joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.reading.rows import Row
from policy_qa.reading.spans import best_span, tidy
from training.batches import pad
from training.evaluation_cases import Case, EvaluationData

Floats = NDArray[np.float32]
Predict = Callable[[NDArray[np.int64], NDArray[np.bool_]], tuple[Floats, Floats, Floats]]
"""Padded ids and mask → relevance ``(b,)``, start and end logits ``(b, t)``."""

_BATCH_TOKENS: Final = 4096


@dataclass(frozen=True)
class Reading:
    """What the model says about one passage.

    Attributes:
        relevance: Logit that it answers the question; the highest of its windows.
        margin: Score of the best span minus that of no answer; the highest of its windows.
        answer: The words of that span.
    """

    relevance: float
    margin: float
    answer: str


def read_cases(
    cases: Sequence[Case], data: EvaluationData, predict: Predict, padding: int
) -> Iterator[list[Reading]]:
    """The readings of the passages of each case, in order.

    Args:
        cases: The cases.
        data: Where their tokens are.
        predict: The model.
        padding: Token id put behind the ends of rows.
    """
    for start in range(0, len(cases), 64):
        some = cases[start : start + 64]
        rows = [(c, p, row) for c, case in enumerate(some) for p, row in _rows(case, data)]
        windows: dict[tuple[int, int], list[Reading]] = {}
        for c, p, reading in _read(rows, some, data, predict, padding):
            windows.setdefault((c, p), []).append(reading)
        for c, case in enumerate(some):
            yield [_joined(windows[c, p]) for p in range(len(case.shown))]


def _rows(case: Case, data: EvaluationData) -> Iterator[tuple[int, Row]]:
    question = data.tokens[case.question].ids
    for p, shown in enumerate(case.shown):
        title, text = data.tokens[shown.title].ids, data.tokens[shown.text].ids
        for first in data.layout.windows(title, text):
            yield p, data.layout.row(question, title, text, first)


def _read(
    rows: Sequence[tuple[int, int, Row]],
    cases: Sequence[Case],
    data: EvaluationData,
    predict: Predict,
    padding: int,
) -> Iterator[tuple[int, int, Reading]]:
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i][2].ids), i))
    at = 0
    while at < len(order):
        size = 1
        while at + size < len(order) and len(rows[order[at + size]][2].ids) * (size + 1) <= _BATCH_TOKENS:
            size += 1
        batch = [rows[i] for i in order[at : at + size]]
        relevance, starts, ends = predict(*pad([row.ids for _, _, row in batch], padding))
        for i, (c, p, row) in enumerate(batch):
            text = cases[c].shown[p].text
            margin, span = best_span(starts[i], ends[i], row)
            encoded = data.tokens[text]
            answer = ""
            if span is not None:
                first, last = (row.first + token for token in span)
                begin, end = tidy(text, int(encoded.starts[first]), int(encoded.ends[last]))
                answer = text[begin:end]
            yield c, p, Reading(float(relevance[i]), margin, answer)
        at += size


def _joined(windows: Sequence[Reading]) -> Reading:
    best = max(windows, key=lambda reading: reading.margin)
    return Reading(max(reading.relevance for reading in windows), best.margin, best.answer)


def torch_predictor(data: Path, weights: Path, device: str, threads: int) -> Predict:
    """Predictions of trained weights in torch, in bf16 on a GPU and in float32 otherwise."""
    import torch

    from training.checkpoints import load_checkpoint
    from training.reader import Reader
    from training.start_weights import read_start_weights

    if threads:
        torch.set_num_threads(threads)
    reader = Reader(read_start_weights(data / "start.npz"))
    load_checkpoint(weights, reader)
    reader.to(device).eval()

    def predict(ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            found = reader(torch.as_tensor(ids, device=device), torch.as_tensor(mask, device=device))
        values = (found.relevance, found.starts, found.ends)
        relevance, starts, ends = (value.float().cpu().numpy() for value in values)
        return relevance, starts, ends

    return predict


def onnx_predictor(path: Path, threads: int) -> Predict:
    """Predictions of an exported model."""
    from policy_qa.embedding.e5_graph import ATTENTION_MASK, INPUT_IDS
    from training.reader_graph import END_LOGITS, RELEVANCE, START_LOGITS, session

    opened: Any = session(path.read_bytes(), threads)

    def predict(ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        given = {INPUT_IDS: ids, ATTENTION_MASK: mask.astype(np.int64)}
        relevance, starts, ends = opened.run([RELEVANCE, START_LOGITS, END_LOGITS], given)
        return relevance, starts, ends

    return predict
