"""The model in torch: the encoder of multilingual-e5-small with two heads.

Plain torch, so that training needs nothing else. Word embeddings stay frozen in their
original 4-bit values: most pieces never occur in the training sets, and moving the others
away from them would break the languages apart; the exported file then holds them exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.start_weights import MATRICES, NORMS, WORDS, StartWeights

DROPOUT: Final = 0.0
"""Drawing the random numbers takes 40 % of the time on a CPU; over one or two epochs more rows gain more."""
_HEAD_SPREAD: Final = 0.02
_NEVER: Final = -1e4


@dataclass(frozen=True)
class Readings:
    """What the model says about a batch of rows.

    Attributes:
        relevance: Logit that the passage answers the question, shape ``(b,)``.
        starts: Logits that a token begins the answer, shape ``(b, t)``.
        ends: Logits that a token ends it, shape ``(b, t)``.
    """

    relevance: Tensor
    starts: Tensor
    ends: Tensor


class Layer(nn.Module):  # type: ignore[misc]
    """One transformer layer with the norm after each sum, as in BERT."""

    def __init__(self, hidden: int, feed_forward: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, feed_forward), nn.Linear(feed_forward, hidden)
        self.aln, self.oln = (nn.LayerNorm(hidden, eps=epsilon) for _ in range(2))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """New states of shape ``(b, t, h)``; ``mask`` is true where a token may be attended to."""
        b, t, h = states.shape
        query, key, value = (
            part(states).view(b, t, self.heads, h // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        # Written out: on a CPU faster, in particular backwards, than torch's fused attention.
        scores = torch.matmul(query * (h // self.heads) ** -0.5, key.transpose(-1, -2))
        shares = scores.float().masked_fill(~mask, _NEVER).softmax(-1)
        context = torch.matmul(shares.to(value.dtype), value).transpose(1, 2).reshape(b, t, h)
        states = self.aln(states + self.dropout(self.ao(context)))
        return self.oln(states + self.dropout(self.fo(functional.gelu(self.fi(states)))))


class Encoder(nn.Module):  # type: ignore[misc]
    """Token ids → token states.

    One vector is new: it is added to the tokens behind the first ``</s>``, so that the model
    can tell the passage from the question. It starts at zero, where the encoder equals the
    original.

    Args:
        weights: The weights to start from.
    """

    def __init__(self, weights: StartWeights) -> None:
        super().__init__()
        shape = weights.shape
        self.eos = weights.markers.eos
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Parameter(torch.zeros(shape.positions, shape.hidden))
        self.passage = nn.Parameter(torch.zeros(shape.hidden))
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(
            Layer(shape.hidden, shape.feed_forward, shape.heads, shape.epsilon) for _ in range(shape.layers)
        )
        self._load(weights)
        self.words.weight.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States of shape ``(b, t, h)``.

        Args:
            ids: Shape ``(b, t)``, padded on the right.
            mask: Shape ``(b, t)``, true for tokens.
        """
        ends = (ids == self.eos).long()
        behind = (ends.cumsum(1) - ends).clamp(max=1).unsqueeze(-1)
        states = self.words(ids) + self.positions[: ids.shape[1]] + behind * self.passage
        states = self.dropout(self.norm(states))
        attended = mask[:, None, None, :]
        for layer in self.layers:
            states = layer(states, attended)
        return states

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _load(self, weights: StartWeights) -> None:
        shape = weights.shape

        def put(target: Tensor, values: np.ndarray[Any, Any]) -> None:
            target.copy_(torch.from_numpy(values.reshape(target.shape).copy()))

        put(self.words.weight, weights.matrix(WORDS, shape.vocabulary).dequantise())
        offsets = weights.vector("emb.pos").reshape(shape.positions, -1)
        put(self.positions, offsets + weights.vector("emb.type")[: shape.hidden])
        put(self.norm.weight, weights.vector("emb.ln.w"))
        put(self.norm.bias, weights.vector("emb.ln.b"))
        for number, layer in enumerate(self.layers):
            for part in MATRICES:
                linear = getattr(layer, part)
                put(linear.weight, weights.matrix(f"l{number}.{part}.w", linear.out_features).dequantise())
                put(linear.bias, weights.vector(f"l{number}.{part}.b"))
            for part in NORMS:
                norm = getattr(layer, part)
                put(norm.weight, weights.vector(f"l{number}.{part}.w"))
                put(norm.bias, weights.vector(f"l{number}.{part}.b"))


class Reader(nn.Module):  # type: ignore[misc]
    """Encoder and heads.

    Relevance is read off the first token through one hidden layer, the span off every token.

    Args:
        weights: The weights to start from.
    """

    def __init__(self, weights: StartWeights) -> None:
        super().__init__()
        hidden = weights.shape.hidden
        self.encoder = Encoder(weights)
        self.pool = nn.Linear(hidden, hidden)
        self.relevance = nn.Linear(hidden, 1)
        self.span = nn.Linear(hidden, 2)
        for head in (self.pool, self.relevance, self.span):
            nn.init.normal_(head.weight, std=_HEAD_SPREAD)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> Readings:
        """Logits; those of padding and of tokens that cannot be answers are not masked."""
        states = self.encoder(ids, mask)
        relevance = self.relevance(torch.tanh(self.pool(states[:, 0])))
        starts, ends = self.span(states).unbind(-1)
        return Readings(relevance.squeeze(-1), starts, ends)

    def heads(self) -> list[nn.Parameter]:
        """Parameters that do not come from the original weights."""
        modules = (self.pool, self.relevance, self.span)
        return [self.encoder.passage, *(parameter for module in modules for parameter in module.parameters())]


def mean_pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Mean over real tokens, scaled to length 1: what the original model is used for."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)
