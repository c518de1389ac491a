"""Trained weights on disk: float16 in numpy files of at most 15 MB.

The frozen word embeddings are not stored; they are those of ``start.npz``. The files are
small enough to be copied one by one from a machine that returns only small files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from policy_qa.errors import ModelUnavailableError
from training.reader import Reader

FROZEN: Final = "encoder.words.weight"
_SHARD_BYTES: Final = 15_000_000


def save_checkpoint(folder: Path, reader: Reader) -> list[Path]:
    """Writes ``weights-0.npz`` and so on; earlier ones in the folder are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    shards: list[dict[str, NDArray[Any]]] = [{}]
    size = 0
    for name, tensor in reader.state_dict().items():
        if name == FROZEN:
            continue
        values = tensor.detach().cpu().to(torch.float16).numpy()
        if shards[-1] and size + values.nbytes > _SHARD_BYTES:
            shards.append({})
            size = 0
        shards[-1][name] = values
        size += values.nbytes
    for old in folder.glob("weights-*.npz"):
        old.unlink()
    paths = [folder / f"weights-{number}.npz" for number in range(len(shards))]
    for path, shard in zip(paths, shards, strict=True):
        np.savez(path, **shard)  # type: ignore[arg-type]
    return paths


def load_checkpoint(folder: Path, reader: Reader) -> None:
    """Puts trained weights into a model made from the same start weights.

    Raises:
        ModelUnavailableError: There are none, or they do not fit.
    """
    tensors: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("weights-*.npz")):
        with np.load(path) as file:
            tensors |= {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
    expected = {name for name in reader.state_dict() if name != FROZEN}
    if set(tensors) != expected:
        missing = len(expected - set(tensors))
        raise ModelUnavailableError(
            f"{folder} lacks {missing} of {len(expected)} tensors (files weights-*.npz). "
            "Run `python -m training.train` with this folder as --out."
        )
    reader.load_state_dict(tensors, strict=False)
