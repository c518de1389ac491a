"""The encoder of multilingual-e5-small as an int8 ONNX graph, written node by node.

The matrices of the layers become int8 with one scale per output; activations are quantised
while running (see :mod:`policy_qa.embedding.quantisation`). The word embedding, four fifths
of the model, stays in its 4-bit blocks. Everything else is float32.

=================  ==============  =====================================================
input_ids          int64 (b, t)    token ids, padded on the right with any id
attention_mask     int64 (b, t)    1 for a token, 0 for padding
vectors            float (b, h)    mean over the token states, scaled to length 1
token_states       float (b, t, h) last hidden states; computed only if asked for
=================  ==============  =====================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from policy_qa.embedding.e5_weights import BLOCK, E5Weights
from policy_qa.embedding.onnx_graph import CONTRIB, GraphBuilder
from policy_qa.embedding.quantisation import (
    Floats,
    massive_neuron,
    pack_nibbles,
    quantise_rows,
    smoothing_factors,
)

if TYPE_CHECKING:
    from onnx import ModelProto

INPUT_IDS: Final = "input_ids"
ATTENTION_MASK: Final = "attention_mask"
VECTORS: Final = "vectors"
TOKEN_STATES: Final = "token_states"  # noqa: S105 - no password


def build_graph(weights: E5Weights) -> ModelProto:
    """Return the encoder as an ONNX model that maps token ids to sentence vectors."""
    return _Encoder(GraphBuilder(), weights).model()


class _Encoder:
    """Adds the encoder's parts to a graph; ``name`` is a tensor prefix of the weights file."""

    def __init__(self, graph: GraphBuilder, weights: E5Weights) -> None:
        self._graph = graph
        self._weights = weights
        self._shape = weights.shape

    def model(self) -> ModelProto:
        """Build all parts in order and return the model."""
        mask = self._graph.cast(ATTENTION_MASK, "INT32")
        states = self._embeddings()
        for layer in range(self._shape.layers):
            total = self._attention(f"l{layer}", states, mask)
            states = self._feed_forward(f"l{layer}", total)
        self._graph.name_output(states, TOKEN_STATES)
        self._graph.name_output(self._pool(states), VECTORS)
        hidden = self._shape.hidden
        return self._graph.model(
            "multilingual-e5-small",
            inputs={INPUT_IDS: ("b", "t"), ATTENTION_MASK: ("b", "t")},
            outputs={VECTORS: ("b", hidden), TOKEN_STATES: ("b", "t", hidden)},
        )

    def _embeddings(self) -> str:
        graph, shape, weights = self._graph, self._shape, self._weights
        words = weights.matrix("emb.word", shape.vocabulary)
        states = graph.node(
            "GatherBlockQuantized",
            [
                graph.constant("word", pack_nibbles(words)),
                INPUT_IDS,
                graph.constant("word.scales", words.scales.astype(np.float32)),
            ],
            domain=CONTRIB,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
            bits=4,
        )
        # All tokens are of type 0, so its row can be added to every position beforehand.
        offsets = weights.vector("emb.pos").reshape(shape.positions, shape.hidden)
        offsets = offsets + weights.vector("emb.type")[: shape.hidden]
        length = graph.node("Shape", [INPUT_IDS], start=1, end=2)
        start = graph.axis(0)
        positions = graph.node("Slice", [graph.constant("positions", offsets), start, length, start])
        total = graph.node("Add", [states, graph.node("Unsqueeze", [positions, start])])
        return self._normalise("emb.ln", total)

    def _attention(self, name: str, states: str, mask: str) -> str:
        """Return states plus attention, before the layer norm."""
        graph = self._graph
        parts = [f"{name}.q", f"{name}.k", f"{name}.v"]
        weights = np.concatenate([self._matrix(part) for part in parts])
        bias = np.concatenate([self._weights.vector(f"{part}.b") for part in parts])
        projected = self._int8(f"{name}.qkv", states, weights, bias)
        query, key, value = graph.nodes("Split", [projected], outputs=3, axis=2, num_outputs=3)
        context = graph.node(
            "MultiHeadAttention", [query, key, value, "", mask], domain=CONTRIB, num_heads=self._shape.heads
        )
        part = f"{name}.ao"
        attended = self._int8(part, context, self._matrix(part), self._weights.vector(f"{part}.b"))
        return graph.node("Add", [states, attended])

    def _feed_forward(self, name: str, total: str) -> str:
        """Normalise the sum of the attention block and apply the feed-forward block with its norm."""
        inner, outer = self._matrix(f"{name}.fi", self._shape.feed_forward), self._matrix(f"{name}.fo")
        inner_bias = self._weights.vector(f"{name}.fi.b").copy()
        states = self._normalise(f"{name}.aln", total)
        neuron = massive_neuron(outer)
        exact = self._one_neuron(name, states, inner[neuron], inner_bias[neuron], outer[:, neuron])
        channel = int(np.abs(outer[:, neuron]).argmax())
        inner[neuron], inner_bias[neuron], outer[:, neuron] = 0, 0, 0

        scale, shift = self._norm(f"{name}.aln")
        factors = smoothing_factors(scale, shift, inner, channel)
        smooth = self._layer_norm(f"{name}.smooth", total, scale / factors, shift / factors)
        hidden = self._int8(f"{name}.fi", smooth, inner * factors, inner_bias)
        hidden = self._graph.node("Gelu", [hidden], domain=CONTRIB)
        update = self._int8(f"{name}.fo", hidden, outer, self._weights.vector(f"{name}.fo.b"))
        update = self._graph.node("Add", [update, exact])
        return self._normalise(f"{name}.oln", self._graph.node("Add", [states, update]))

    def _one_neuron(self, name: str, states: str, inner: Floats, bias: np.float32, outer: Floats) -> str:
        """Return what one neuron adds to the states, in float32."""
        graph = self._graph
        weights = graph.constant(f"{name}.massive.inner", inner[:, None])
        drive = graph.node("MatMul", [states, weights])
        drive = graph.node("Add", [drive, graph.constant(f"{name}.massive.bias", np.array([bias]))])
        fired = graph.node("Gelu", [drive], domain=CONTRIB)
        return graph.node("Mul", [fired, graph.constant(f"{name}.massive.outer", outer)])

    def _pool(self, states: str) -> str:
        """Sum the states of real tokens and scale to length 1, which equals scaling their mean."""
        graph = self._graph
        row = graph.node("Unsqueeze", [graph.cast(ATTENTION_MASK, "FLOAT"), graph.axis(1)])
        total = graph.node("Squeeze", [graph.node("MatMul", [row, states]), graph.axis(1)])
        return graph.node("LpNormalization", [total], axis=-1, p=2)

    def _int8(self, name: str, states: str, weights: Floats, bias: Floats) -> str:
        """Return ``states @ weights.T + bias``, computed in int8."""
        quantised, scales = quantise_rows(weights)
        constants = [
            self._graph.constant(f"{name}.weight", quantised.T),
            self._graph.constant(f"{name}.scales", scales),
            "",  # zero points: none, the weights are symmetric
            self._graph.constant(f"{name}.bias", bias),
        ]
        return self._graph.node("DynamicQuantizeMatMul", [states, *constants], domain=CONTRIB)

    def _normalise(self, name: str, states: str) -> str:
        return self._layer_norm(name, states, *self._norm(name))

    def _layer_norm(self, name: str, states: str, scale: Floats, shift: Floats) -> str:
        constants = [
            self._graph.constant(f"{name}.scale", scale),
            self._graph.constant(f"{name}.shift", shift),
        ]
        return self._graph.node(
            "LayerNormalization", [states, *constants], axis=-1, epsilon=self._shape.epsilon
        )

    def _norm(self, name: str) -> tuple[Floats, Floats]:
        return self._weights.vector(f"{name}.w"), self._weights.vector(f"{name}.b")

    def _matrix(self, name: str, rows: int | None = None) -> Floats:
        return self._weights.matrix(f"{name}.w", rows or self._shape.hidden).dequantise()
