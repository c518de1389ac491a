"""How the models that ship with policy_qa run on ONNX Runtime: sessions, threads and batches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from policy_qa.errors import ModelUnavailableError

# Larger batches fall out of the processor's cache: 15,400 tokens/s against 14,500 at 2,048, on 2 cores.
BATCH_TOKENS: Final = 1024
_BATCHES_PER_WORKER: Final = 3
_MOST_THREADS: Final = 8


def open_session(graph: Path, threads: int) -> Any:
    """Opens a model.

    Args:
        graph: The ONNX file.
        threads: Threads to compute with.

    Raises:
        ModelUnavailableError: ONNX Runtime cannot read it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # The graph is final as it stands. Higher levels would fuse sums and layer norms into
    # SkipLayerNormalization, whose CPU kernel takes eight times as long as the two apart.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no documented base
        raise ModelUnavailableError(
            f"onnxruntime {onnxruntime.__version__} cannot load {graph}: {error}. "
            "Run `pip install -U onnxruntime`, then try again."
        ) from error


def default_threads() -> int:
    """Return the processors of this process, bounded so that one engine leaves a large server usable."""
    affinity = getattr(os, "sched_getaffinity", None)
    usable = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches of similar length, each at most ``BATCH_TOKENS`` when padded."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Rows come in rising length, so the newcomer sets the padded width.
        if batch and lengths[row] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def even_batches(lengths: Sequence[int], workers: int) -> list[list[int]]:
    """Row numbers in batches of similar length that keep every worker busy to the end.

    A few batches per worker, of about the same number of tokens: with three batches of
    ``BATCH_TOKENS`` on two workers one of them would wait while the other does the third.

    Args:
        lengths: Tokens of each row.
        workers: Batches that run side by side.

    Returns:
        Batches of rising length, none empty.
    """
    total = sum(lengths)
    n = max(workers * _BATCHES_PER_WORKER, -(-total // BATCH_TOKENS))
    found: list[list[int]] = [[] for _ in range(n)]
    before = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        middle = before + lengths[row] / 2
        found[min(n - 1, int(middle * n / total))].append(row)
        before += lengths[row]
    return [batch for batch in found if batch]
