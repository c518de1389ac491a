"""Trains the reader: ``python -m training.train --data FOLDER --out FOLDER``.

Needs torch and numpy only. Works through a budget of tokens (``--tokens`` or ``--epochs``),
the learning rate rising over the first part of it and falling to zero at its end. Writes
``weights-*.npz`` and ``train.json``, both anew at every tenth of the budget.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from training.batches import Batch, Batcher
from training.checkpoints import load_checkpoint, save_checkpoint
from training.cropping import crop
from training.losses import Losses, labels_of, losses
from training.reader import Reader
from training.rows import RowTable, read_table
from training.start_weights import read_start_weights

WARM_UP: Final = 0.06
"""Share of the budget over which the learning rate rises."""

_SAVES: Final = 10
_CROP_SEED: Final = 0
_LOGGED_EVERY: Final = 20
_WEIGHT_DECAY: Final = 0.01
_LARGEST_GRADIENT: Final = 1.0


@dataclass(frozen=True)
class Options:
    """How to train.

    Attributes:
        data: Folder written by ``training.build_data``.
        out: Folder for weights and log.
        tokens: Budget in tokens, padding not counted; 0: follows from ``epochs``.
        epochs: Passes over the data, where no budget is given.
        minutes: Ends the run by then, the learning rate following the clock where it is ahead of
            the tokens; 0 for no limit. A run that is to be repeated exactly does without it.
        batch_tokens: Tokens of a batch, padding counted.
        rate: Highest learning rate of the encoder.
        head_rate: Highest learning rate of the heads.
        wrong_pairs: Pairs per group kept beside the one that answers; 0 for all.
        shares: Shares of sources as ``name=0.5``.
        crop: Whether long rows are cropped around their answers (``training.cropping``).
        leave_out: First words of sources to drop before that, such as ``xquad``.
        start_from: Folder with trained weights to go on from.
        seed: Seed of the heads, the order and the dropout.
        device: ``cpu``, ``cuda`` or ``auto``.
        threads: Threads of torch on the CPU; 0 for its default.
        precision: ``bf16`` (autocast) or ``fp32``.
        compiled: Whether torch compiles the layers first, which needs a C++ compiler.
    """

    data: Path
    out: Path
    tokens: int = 0
    epochs: float = 3.0
    minutes: float = 0.0
    batch_tokens: int = 4096
    rate: float = 2e-4
    head_rate: float = 1e-3
    wrong_pairs: int = 0
    shares: tuple[str, ...] = ()
    crop: bool = False
    leave_out: tuple[str, ...] = ()
    start_from: Path | None = None
    seed: int = 0
    device: str = "auto"
    threads: int = 0
    precision: str = "bf16"
    compiled: bool = False


@dataclass
class Progress:
    """Running means since the last line of the log, and the log."""

    started: float = field(default_factory=time.perf_counter)
    tokens: int = 0
    rows: int = 0
    steps: int = 0
    log: list[dict[str, float]] = field(default_factory=list)
    _recent: list[list[float]] = field(default_factory=list)

    def add(self, batch: Batch, parts: Losses) -> None:
        """Counts a step."""
        self.steps += 1
        self.rows += len(batch.rows)
        self.tokens += int(batch.mask.sum())
        values = (parts.relevance, parts.order, parts.span)
        self._recent.append([float(value.detach()) for value in values])

    def share(self, budget: int, minutes: float) -> float:
        """Share of the budget that is used up, of the tokens or of the time."""
        elapsed = (time.perf_counter() - self.started) / 60
        return max(self.tokens / budget, elapsed / minutes if minutes else 0.0)

    def report(self, rate: float, share: float) -> None:
        """Prints and keeps the means since the last report."""
        seconds = time.perf_counter() - self.started
        relevance, order, span = np.mean(self._recent, axis=0).tolist()
        self._recent.clear()
        record = {"step": self.steps, "rows": self.rows, "tokens": self.tokens, "seconds": round(seconds, 1)}
        record |= {"relevance": relevance, "order": order, "span": span, "rate": rate}
        self.log.append(record)
        left = seconds * (1 - share) / share
        print(
            f"step {self.steps:5d}  {share:6.1%}  relevance {relevance:.3f}  order {order:.3f}"
            f"  span {span:.3f}  {self.tokens / seconds:,.0f} tokens/s  {left / 60:.0f} min left",
            flush=True,
        )


def train(options: Options) -> dict[str, Any]:
    """Trains and returns what ``train.json`` holds."""
    device = _prepare(options)
    weights = read_start_weights(options.data / "start.npz")
    table = _read_rows(options)
    torch.manual_seed(options.seed)
    reader = Reader(weights)
    if options.start_from is not None:
        load_checkpoint(options.start_from, reader)
    reader.to(device).train()
    if options.compiled:
        for layer in reader.encoder.layers:
            layer.compile(dynamic=True)
    batcher = Batcher(
        table,
        weights.markers.pad,
        batch_tokens=options.batch_tokens,
        wrong_pairs=options.wrong_pairs,
        shares={name: float(share) for name, _, share in (one.rpartition("=") for one in options.shares)},
        seed=options.seed,
    )
    budget = options.tokens or int(options.epochs * _epoch_tokens(batcher))
    progress = Progress()
    _run(reader, batcher, table, options, device, budget, progress)
    return _save(options, reader, progress, budget)


def _read_rows(options: Options) -> RowTable:
    rows = read_table(options.data / "train.npz")
    if options.crop:
        return crop(rows, _CROP_SEED, options.leave_out)
    if options.leave_out:
        raise ValueError("--leave-out goes with --crop; build the data with --leave-out otherwise")
    return rows


def _run(
    reader: Reader,
    batcher: Batcher,
    table: RowTable,
    options: Options,
    device: torch.device,
    budget: int,
    progress: Progress,
) -> None:
    optimiser = _optimiser(reader, options)
    trained = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=options.precision == "bf16")
    saves = 0
    for batch in _batches(batcher):
        share = progress.share(budget, options.minutes)
        factor = learning_rate_factor(share)
        for group in optimiser.param_groups:
            group["lr"] = factor * group["highest"]
        with autocast:
            ids = torch.as_tensor(batch.ids, device=device)
            readings = reader(ids, torch.as_tensor(batch.mask, device=device))
        parts = losses(readings, labels_of(batch, table, device))
        optimiser.zero_grad(set_to_none=True)
        parts.total.backward()
        torch.nn.utils.clip_grad_norm_(trained, _LARGEST_GRADIENT)
        optimiser.step()
        progress.add(batch, parts)
        share = progress.share(budget, options.minutes)
        done = share >= 1
        if done or progress.steps % _LOGGED_EVERY == 0:
            progress.report(factor * options.rate, share)
        if int(share * _SAVES) > saves:
            saves = int(share * _SAVES)
            _save(options, reader, progress, budget)
        if done:
            return


def learning_rate_factor(done: float) -> float:
    """Share of the highest learning rate after a share of the budget."""
    rising = done / WARM_UP
    falling = (1 - done) / (1 - WARM_UP)
    return max(min(rising, falling), 0.01)


def _batches(batcher: Batcher) -> Iterator[Batch]:
    for epoch in count():
        yield from batcher.epoch(epoch)


def _epoch_tokens(batcher: Batcher) -> int:
    return sum(int(batch.mask.sum()) for batch in batcher.epoch(0))


def _optimiser(reader: Reader, options: Options) -> torch.optim.AdamW:
    """AdamW; norms, biases and added vectors are not decayed, heads learn faster."""
    heads = {id(parameter) for parameter in reader.heads()}
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for parameter in reader.parameters():
        if parameter.requires_grad:
            groups.setdefault((id(parameter) in heads, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "weight_decay": _WEIGHT_DECAY if is_matrix else 0.0,
                "highest": options.head_rate if is_head else options.rate,
            }
            for (is_head, is_matrix), parameters in groups.items()
        ],
        lr=options.rate,
    )


def _prepare(options: Options) -> torch.device:
    if options.threads:
        torch.set_num_threads(options.threads)
    name = options.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    # Read by cuBLAS when it starts: without it, its sums differ from run to run.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device(name)


def _save(options: Options, reader: Reader, progress: Progress, budget: int) -> dict[str, Any]:
    save_checkpoint(options.out, reader)
    recorded = {
        key: str(value) if isinstance(value, Path) else value
        for key, value in dataclasses.asdict(options).items()
        if key not in {"data", "out"}
    }
    about = {
        "options": recorded,
        "budget_tokens": budget,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": next(reader.parameters()).device.type,
        "parameters": sum(p.numel() for p in reader.parameters() if p.requires_grad),
        "log": progress.log,
    }
    (options.out / "train.json").write_text(json.dumps(about, indent=1), "utf-8")
    return about


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training.build_data")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and log")
    parser.add_argument(
        "--tokens", type=int, default=0, help="budget in tokens (3500000: an hour on 2 cores)"
    )
    parser.add_argument("--epochs", type=float, default=3.0, help="passes over the data, without --tokens")
    parser.add_argument("--minutes", type=float, default=0.0, help="ends the run by then")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate of the encoder")
    parser.add_argument("--head-rate", type=float, default=1e-3, help="highest learning rate of the heads")
    parser.add_argument("--wrong-pairs", type=int, default=0, help="negatives kept per group; 0 for all")
    parser.add_argument("--share", dest="shares", action="append", default=[], metavar="SOURCE=SHARE")
    parser.add_argument("--crop", action="store_true", help="crop long rows around their answers")
    parser.add_argument(
        "--leave-out", action="append", default=[], metavar="NAME", help="sources to drop, with --crop"
    )
    parser.add_argument("--start-from", type=Path, help="folder with trained weights to go on from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16")
    parser.add_argument("--compiled", action="store_true", help="compile the layers first")
    values = vars(parser.parse_args(arguments))
    train(Options(**values | {name: tuple(values[name]) for name in ("shares", "leave_out")}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
