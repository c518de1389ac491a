"""The trained reader as an int8 ONNX graph, with the parts of the embedding model's graph.

=================  ==============  =====================================================
input_ids          int64 (b, t)    rows as in ``policy_qa.reading.rows``, padded on the right
attention_mask     int64 (b, t)    1 for a token, 0 for padding
relevance          float (b,)      logit that the passage answers the question
start_logits       float (b, t)    that a token begins the answer; position 0: no answer
end_logits         float (b, t)    that a token ends it
=================  ==============  =====================================================

Positions of the question, the title and padding are not masked: the caller compares only
position 0 and those of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

# The graph of the embedding model is built by one private class; its parts are what is reused.
from policy_qa.embedding.e5_graph import ATTENTION_MASK, INPUT_IDS, _Encoder
from policy_qa.embedding.e5_weights import BlockMatrix, E5Weights, EncoderShape
from policy_qa.embedding.onnx_graph import GraphBuilder
from training.start_weights import WORDS, StartWeights

if TYPE_CHECKING:
    from onnx import ModelProto

RELEVANCE: Final = "relevance"
START_LOGITS: Final = "start_logits"
END_LOGITS: Final = "end_logits"

Floats = NDArray[np.float32]
Tensors = dict[str, Floats]


@dataclass(frozen=True)
class DenseMatrix:
    """A trained matrix with the reading side of ``BlockMatrix``."""

    values: Floats

    def dequantise(self) -> Floats:
        """A copy, which the caller may change."""
        return self.values.copy()


class TrainedWeights:
    """Trained tensors under the names of the original file; word embeddings from the start.

    Args:
        start: The start weights.
        tensors: The state of ``training.reader.Reader`` in float32, without the embeddings.
    """

    def __init__(self, start: StartWeights, tensors: Tensors) -> None:
        self._start = start
        self._tensors = tensors

    @property
    def shape(self) -> EncoderShape:
        """Sizes of the encoder."""
        return self._start.shape

    def vector(self, name: str) -> Floats:
        """A tensor as one row."""
        if name == "emb.type":  # training adds it to the positions
            return np.zeros(self.shape.hidden * self.shape.token_types, np.float32)
        return self._tensors[_state_name(name)].reshape(-1)

    def matrix(self, name: str, rows: int) -> BlockMatrix | DenseMatrix:
        """A matrix: the word embedding in its blocks, others as they were trained."""
        if name == WORDS:
            return self._start.matrix(name, rows)
        return DenseMatrix(self._tensors[_state_name(name)])


def _state_name(name: str) -> str:
    """``l3.ao.w`` → ``encoder.layers.3.ao.weight``."""
    if name == "emb.pos":
        return "encoder.positions"
    *path, last = name.split(".")
    kind = {"w": "weight", "b": "bias"}[last]
    if path == ["emb", "ln"]:
        return f"encoder.norm.{kind}"
    return f"encoder.layers.{path[0].removeprefix('l')}.{path[1]}.{kind}"


def build_reader_graph(start: StartWeights, tensors: Tensors) -> ModelProto:
    """The reader as an ONNX model.

    Args:
        start: The weights training started from.
        tensors: The trained state in float32, by the names of ``training.reader.Reader``.
    """
    return _ReaderGraph(start, tensors).model()


class _ReaderGraph(_Encoder):
    def __init__(self, start: StartWeights, tensors: Tensors) -> None:
        super().__init__(GraphBuilder(), cast("E5Weights", TrainedWeights(start, tensors)))
        self._tensors = tensors
        self._eos = start.markers.eos

    def model(self) -> ModelProto:
        mask = self._graph.cast(ATTENTION_MASK, "INT32")
        states = self._embeddings()
        for layer in range(self._shape.layers):
            states = self._feed_forward(f"l{layer}", self._attention(f"l{layer}", states, mask))
        self._graph.name_output(self._relevance(states), RELEVANCE)
        span = self._linear("span", states)
        for value, name in zip(
            self._graph.nodes("Split", [span], outputs=2, axis=2, num_outputs=2),
            (START_LOGITS, END_LOGITS),
            strict=True,
        ):
            self._graph.name_output(self._graph.node("Squeeze", [value, self._graph.axis(2)]), name)
        return self._graph.model(
            "policy_qa reader",
            inputs={INPUT_IDS: ("b", "t"), ATTENTION_MASK: ("b", "t")},
            outputs={RELEVANCE: ("b",), START_LOGITS: ("b", "t"), END_LOGITS: ("b", "t")},
        )

    def _normalise(self, name: str, states: str) -> str:
        if name == "emb.ln":
            states = self._graph.node("Add", [states, self._passage_vector()])
        return super()._normalise(name, states)

    def _passage_vector(self) -> str:
        """What is added to the tokens behind the first ``</s>``."""
        graph = self._graph
        is_end = graph.node("Equal", [INPUT_IDS, graph.constant("eos", np.array([self._eos], np.int64))])
        before = graph.node(
            "CumSum",
            [graph.cast(is_end, "FLOAT"), graph.axis(1)],
            exclusive=1,
        )
        behind = graph.node("Min", [before, graph.constant("one", np.array([1], np.float32))])
        column = graph.node("Unsqueeze", [behind, graph.axis(2)])
        return graph.node("Mul", [column, graph.constant("passage", self._tensors["encoder.passage"])])

    def _relevance(self, states: str) -> str:
        graph = self._graph
        first = graph.node("Gather", [states, graph.axis(0)], axis=1)  # (b, 1, h)
        pooled = graph.node("Tanh", [self._linear("pool", first)])
        both = graph.constant("axes_1_2", np.array([1, 2], np.int64))
        return graph.node("Squeeze", [self._linear("relevance", pooled), both])

    def _linear(self, name: str, states: str) -> str:
        """A head, in float32."""
        weight = self._graph.constant(f"{name}.weight", self._tensors[f"{name}.weight"].T)
        bias = self._graph.constant(f"{name}.bias", self._tensors[f"{name}.bias"])
        return self._graph.node("Add", [self._graph.node("MatMul", [states, weight]), bias])


def session(model: bytes, threads: int = 0) -> Any:
    """An ONNX Runtime session set up as the product sets up its own."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
