"""What is minimised: relevance of each pair, the order within a group, the answer's span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.batches import Batch
from training.reader import Readings
from training.rows import RELEVANT, UNKNOWN, RowTable

ORDER_WEIGHT: Final = 0.5
SPAN_WEIGHT: Final = 1.0

_NEVER: Final = -1e4


@dataclass(frozen=True)
class Labels:
    """The labels of a batch as tensors.

    Attributes:
        relevant: 1, 0 or -1 (unknown), shape ``(b,)``.
        taught: Whether a span is taught, shape ``(b,)``.
        spans: Positions of the answer, -1 where there is none, shape ``(b, places, 2)``.
        allowed: Where an answer may begin or end: ``<s>`` and the text; shape ``(b, t)``.
        group: Number of the group within the batch, shape ``(b,)``.
        groups: How many groups the batch holds.
    """

    relevant: Tensor
    taught: Tensor
    spans: Tensor
    allowed: Tensor
    group: Tensor
    groups: int


@dataclass(frozen=True)
class Losses:
    """The parts of the loss, each a mean, and their weighted sum."""

    relevance: Tensor
    order: Tensor
    span: Tensor

    @property
    def total(self) -> Tensor:
        """What is minimised."""
        return self.relevance + ORDER_WEIGHT * self.order + SPAN_WEIGHT * self.span


def labels_of(batch: Batch, table: RowTable, device: torch.device) -> Labels:
    """The labels of a batch."""
    rows = batch.rows
    position = np.arange(batch.ids.shape[1])
    last = batch.mask.sum(1, keepdims=True) - 1  # the marker behind the text
    in_text = (position >= table.text_start[rows][:, None]) & (position < last)
    _, group = np.unique(table.group[rows], return_inverse=True)

    def tensor(values: object) -> Tensor:
        return torch.as_tensor(np.asarray(values), device=device)

    return Labels(
        relevant=tensor(table.relevant[rows].astype(np.int64)),
        taught=tensor(table.taught[rows]),
        spans=tensor(table.spans[rows].astype(np.int64)),
        allowed=tensor(in_text | (position == 0)),
        group=tensor(group.astype(np.int64)),
        groups=int(group.max()) + 1,
    )


def losses(readings: Readings, labels: Labels) -> Losses:
    """The losses of a batch, in float32."""
    relevance = readings.relevance.float()
    return Losses(
        relevance=_relevance_loss(relevance, labels),
        order=_order_loss(relevance, labels),
        span=_span_loss(readings, labels),
    )


def _relevance_loss(logits: Tensor, labels: Labels) -> Tensor:
    """Binary cross-entropy; a group with unknown labels counts as one positive, its best pair.

    The latter is multiple-instance learning with the maximum as the group's score (Dietterich
    et al., Artificial Intelligence 89, 1997).
    """
    known = labels.relevant != UNKNOWN
    terms = [
        functional.binary_cross_entropy_with_logits(
            logits[known], labels.relevant[known].float(), reduction="none"
        )
    ]
    if not bool(known.all()):
        best = torch.full((labels.groups,), _NEVER, device=logits.device)
        best = best.scatter_reduce(0, labels.group[~known], logits[~known], "amax")
        terms.append(functional.softplus(-best[best > _NEVER]))
    return torch.cat(terms).mean()


def _order_loss(logits: Tensor, labels: Labels) -> Tensor:
    """Cross-entropy of the answering pair among the pairs of its group (ListNet's top one)."""
    positive = labels.relevant == RELEVANT
    size = torch.zeros(labels.groups, device=logits.device).scatter_add(
        0, labels.group, torch.ones_like(logits)
    )
    # Logits are bounded by the loss itself, far from where exp would overflow after the shift.
    shift = logits.detach().max()
    total = torch.zeros(labels.groups, device=logits.device).scatter_add(
        0, labels.group, (logits - shift).exp()
    )
    chosen = positive & (size[labels.group] > 1)
    if not bool(chosen.any()):
        return logits.sum() * 0
    return (total[labels.group[chosen]].log() + shift - logits[chosen]).mean()


def _span_loss(readings: Readings, labels: Labels) -> Tensor:
    """Negative log-likelihood of the answer, summed over the places where it stands.

    Half the sum over start and end (the marginal over occurrences: Clark & Gardner 2018,
    https://aclanthology.org/P18-1078).
    """
    taught = labels.taught
    if not bool(taught.any()):
        return readings.starts.sum() * 0
    hidden = ~labels.allowed[taught]
    starts = readings.starts[taught].float().masked_fill(hidden, _NEVER).log_softmax(-1)
    ends = readings.ends[taught].float().masked_fill(hidden, _NEVER).log_softmax(-1)
    spans = labels.spans[taught]
    places = spans.clamp(min=0)
    likelihood = starts.gather(1, places[..., 0]) + ends.gather(1, places[..., 1])
    likelihood = likelihood.masked_fill(spans[..., 0] < 0, float("-inf"))
    return -likelihood.logsumexp(1).mean() / 2
