"""The ONNX graph against the same encoder written in numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from policy_qa.embedding.e5_graph import build_graph
from policy_qa.embedding.e5_weights import E5Weights

Floats = NDArray[np.float32]
IDS = np.array([[0, 4, 7, 5, 2, 1, 1], [0, 8, 6, 13, 14, 9, 2]])
MASK = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 1]])


def _norm(weights: E5Weights, name: str, x: Floats) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + weights.shape.epsilon)
    result: Floats = centred / spread * weights.vector(f"{name}.w") + weights.vector(f"{name}.b")
    return result


def _linear(weights: E5Weights, name: str, x: Floats) -> Floats:
    bias = weights.vector(f"{name}.b")
    result: Floats = x @ weights.matrix(f"{name}.w", len(bias)).dequantise().T + bias
    return result


def _encode(weights: E5Weights, ids: NDArray[np.int64]) -> Floats:
    """Token states of one text without padding, in float32."""
    shape = weights.shape
    erf = np.vectorize(math.erf)
    words = weights.matrix("emb.word", shape.vocabulary).dequantise()[ids]
    positions = weights.vector("emb.pos").reshape(shape.positions, -1)[: len(ids)]
    x = _norm(weights, "emb.ln", words + positions + weights.vector("emb.type")[: shape.hidden])
    for layer in range(shape.layers):
        width = shape.hidden // shape.heads
        q, k, v = (
            _linear(weights, f"l{layer}.{part}", x).reshape(len(ids), shape.heads, width).transpose(1, 0, 2)
            for part in "qkv"
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(width)
        attention = np.exp(scores - scores.max(-1, keepdims=True))
        attention /= attention.sum(-1, keepdims=True)
        context = (attention @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = _norm(weights, f"l{layer}.aln", x + _linear(weights, f"l{layer}.ao", context))
        inner = _linear(weights, f"l{layer}.fi", x)
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = _norm(weights, f"l{layer}.oln", x + _linear(weights, f"l{layer}.fo", inner))
    return x


@pytest.fixture(scope="module")
def session(tiny_weights: E5Weights) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    model = build_graph(tiny_weights).SerializeToString()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _cosines(a: Floats, b: Floats) -> Floats:
    result: Floats = (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    return result


def test_token_states_agree_with_float32(session: Any, tiny_weights: E5Weights) -> None:
    (states,) = session.run(["token_states"], {"input_ids": IDS, "attention_mask": MASK})
    for row, ids in enumerate(IDS):
        real = MASK[row].astype(bool)
        assert _cosines(states[row, real], _encode(tiny_weights, ids[real])).min() > 0.995


def test_vectors_are_the_normalised_mean_over_real_tokens(session: Any) -> None:
    vectors, states = session.run(["vectors", "token_states"], {"input_ids": IDS, "attention_mask": MASK})
    for row in range(len(IDS)):
        mean = states[row, MASK[row].astype(bool)].mean(axis=0)
        np.testing.assert_allclose(vectors[row], mean / np.linalg.norm(mean), atol=1e-5)


def test_padding_hardly_changes_a_vector(session: Any) -> None:
    (padded,) = session.run(["vectors"], {"input_ids": IDS[:1], "attention_mask": MASK[:1]})
    (bare,) = session.run(["vectors"], {"input_ids": IDS[:1, :5], "attention_mask": MASK[:1, :5]})
    assert _cosines(padded, bare)[0] > 0.999
