"""The weights that training starts from: multilingual-e5-small with a pruned vocabulary.

One compressed file of about 20 MB, read with numpy alone: on the training machine neither
the package that carries the weights nor a tokenizer is needed. Matrices stay in the 4-bit
blocks of the original; no precision is lost.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.e5_weights import BlockMatrix, E5Weights, EncoderShape, Vocabulary
from policy_qa.errors import ModelUnavailableError

WORDS: Final = "emb.word"
MATRICES: Final = ("q", "k", "v", "ao", "fi", "fo")
NORMS: Final = ("aln", "oln")


@dataclasses.dataclass(frozen=True)
class Markers:
    """Ids of the special tokens in the pruned vocabulary."""

    bos: int
    eos: int
    pad: int


class StartWeights:
    """Read access by the names of the original file, as ``E5Weights`` gives it."""

    def __init__(self, shape: EncoderShape, markers: Markers, arrays: dict[str, NDArray[Any]]) -> None:
        self.shape = shape
        self.markers = markers
        self._arrays = arrays

    def vector(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor as one row."""
        return np.asarray(self._arrays[name], dtype=np.float32)

    def matrix(self, name: str, rows: int) -> BlockMatrix:
        """A tensor in 4-bit blocks with the given number of rows.

        Raises:
            ModelUnavailableError: It has another number of rows.
        """
        scales, packed = self._arrays[f"{name}/scales"], self._arrays[f"{name}/packed"]
        if len(scales) != rows:
            raise ModelUnavailableError(f"start weights: {name} has {len(scales)} rows, not {rows}")
        return BlockMatrix(scales=scales, packed=packed)


def write_start_weights(path: Path, weights: E5Weights, vocabulary: Vocabulary, kept: Sequence[int]) -> None:
    """Writes the weights with the embeddings of some pieces only.

    Args:
        path: File to write, ``.npz``.
        weights: The original.
        vocabulary: The pruned vocabulary.
        kept: Original ids of its pieces, in its order.
    """
    shape = weights.shape
    arrays: dict[str, NDArray[Any]] = {}

    def add(name: str, matrix: BlockMatrix) -> None:
        arrays[f"{name}/scales"], arrays[f"{name}/packed"] = matrix.scales, matrix.packed

    words = weights.matrix(WORDS, shape.vocabulary)
    add(WORDS, BlockMatrix(words.scales[list(kept)], words.packed[list(kept)]))
    for layer in range(shape.layers):
        for part in MATRICES:
            name = f"l{layer}.{part}.w"
            add(name, weights.matrix(name, shape.feed_forward if part == "fi" else shape.hidden))
    taken = {key.rpartition("/")[0] for key in arrays}
    arrays.update({name: weights.vector(name) for name in weights.names if name not in taken})
    about = {
        "shape": dataclasses.asdict(dataclasses.replace(shape, vocabulary=len(kept))),
        "markers": dataclasses.asdict(Markers(vocabulary.bos, vocabulary.eos, vocabulary.pad)),
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_start_weights(path: Path) -> StartWeights:
    """Reads what ``write_start_weights`` wrote.

    Raises:
        ModelUnavailableError: The file is missing.
    """
    if not path.is_file():
        raise ModelUnavailableError(f"{path} does not exist. Run `python -m training.build_data` first.")
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files if name != "about"}
        about = json.loads(file["about"].tobytes())
    return StartWeights(EncoderShape(**about["shape"]), Markers(**about["markers"]), arrays)
