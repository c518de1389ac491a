"""Exports a trained reader: ``python -m training.export --data FOLDER --weights FOLDER --out FOLDER``.

Writes ``reader.onnx`` (int8), ``tokenizer.json`` and ``reader.json`` (sizes, checksums, the
threshold if one was measured, and how far the exported model is from the trained one).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from training.batches import pad
from training.rows import read_table
from training.scoring import onnx_predictor, torch_predictor
from training.start_weights import read_start_weights

LARGEST_BYTES: Final = 45_000_000
"""Of graph and tokenizer together."""

_COMPARED: Final = 64
_TIMED_ROWS, _TIMED_TOKENS = 4, 224


def export(data: Path, weights: Path, out: Path, threads: int = 0) -> dict[str, Any]:
    """Writes the files and returns what ``reader.json`` holds.

    Raises:
        ModelUnavailableError: Start weights or trained weights are missing.
        ValueError: The files are larger than ``LARGEST_BYTES``.
    """
    from training.checkpoints import FROZEN, load_checkpoint
    from training.reader import Reader
    from training.reader_graph import build_reader_graph

    out.mkdir(parents=True, exist_ok=True)
    start = read_start_weights(data / "start.npz")
    reader = Reader(start)
    load_checkpoint(weights, reader)
    tensors = {name: value.numpy() for name, value in reader.state_dict().items() if name != FROZEN}
    (out / "reader.onnx").write_bytes(build_reader_graph(start, tensors).SerializeToString())
    shutil.copyfile(data / "tokenizer.json", out / "tokenizer.json")
    files = {name: (out / name).read_bytes() for name in ("reader.onnx", "tokenizer.json")}
    size = sum(map(len, files.values()))
    if size > LARGEST_BYTES:
        raise ValueError(
            f"the exported files take {size:,} bytes, more than {LARGEST_BYTES:,}; keep fewer pieces"
        )
    about = {
        "markers": vars(start.markers),
        "bytes": {name: len(content) for name, content in files.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "against_float32": _compare(data, weights, out / "reader.onnx", threads),
        "pairs_per_second_and_core": _speed(out / "reader.onnx", start.shape.vocabulary),
    }
    (out / "reader.json").write_text(json.dumps(about, indent=1), "utf-8")
    return about


def _compare(data: Path, weights: Path, graph: Path, threads: int) -> dict[str, float]:
    """How far relevance, and start and end of the text, are from the trained model's on some rows."""
    table = read_table(data / "train.npz")
    padding = read_start_weights(data / "start.npz").markers.pad
    rows = np.random.default_rng(0).choice(len(table), min(_COMPARED, len(table)), replace=False)
    predictors = (torch_predictor(data, weights, "cpu", threads), onnx_predictor(graph, threads))
    relevance: list[list[float]] = [[], []]
    same = 0
    for row in np.sort(rows):
        ids, mask = pad([table.ids(int(row))], padding)
        found = [predict(ids, mask) for predict in predictors]
        for side, (logits, _, _) in zip(relevance, found, strict=True):
            side.append(float(logits[0]))
        # Other positions are never taught: they may differ as they please.
        places = [0, *range(int(table.text_start[row]), ids.shape[1] - 1)]
        same += int(all(found[0][k][0, places].argmax() == found[1][k][0, places].argmax() for k in (1, 2)))
    exact, rounded = map(np.array, relevance)
    return {
        "rows": len(rows),
        "relevance_mean_difference": round(float(np.abs(exact - rounded).mean()), 4),
        "relevance_largest_difference": round(float(np.abs(exact - rounded).max()), 4),
        "relevance_spread": round(float(exact.std()), 4),
        "same_start_and_end": round(same / len(rows), 4),
    }


def _speed(graph: Path, vocabulary: int) -> float:
    """Rows of a question and a passage of 200 tokens per second of one core, best of five.

    In processor time of one thread, which other work on the machine hardly changes.
    """
    predict = onnx_predictor(graph, 1)
    rng = np.random.default_rng(0)
    ids = rng.integers(4, vocabulary, (_TIMED_ROWS, _TIMED_TOKENS))
    seconds = []
    for _ in range(5):
        started = time.process_time()
        predict(ids, np.ones(ids.shape, np.bool_))
        seconds.append(time.process_time() - started)
    return round(_TIMED_ROWS / min(seconds), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training.build_data")
    parser.add_argument("--weights", type=Path, required=True, help="folder of training.train")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--threads", type=int, default=0)
    chosen = parser.parse_args(arguments)
    print(json.dumps(export(chosen.data, chosen.weights, chosen.out, chosen.threads), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
