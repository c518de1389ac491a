"""How the encoder's matrices are brought to 8 bits, and what is kept out of them.

The products run in int8 with one scale for a whole activation tensor, so a single large
activation costs all others their precision. Two places of this model have one, both at a
few tokens only ("massive activations", Sun et al. 2024, https://arxiv.org/abs/2402.17762):

* In most layers one neuron of the feed-forward network reaches 10 to 50 where the others
  stay below 5. It is the one whose output weights have the largest norm, and it is left
  to float32 (:func:`massive_neuron`).
* That neuron feeds one channel, which the layer norm of the next attention turns into
  values around 30. The input of the feed-forward network is therefore divided by a factor
  per channel and its weights are multiplied by it (SmoothQuant, Xiao et al. 2023,
  https://arxiv.org/abs/2211.10438), with the activations' range taken from the layer
  norm's own weights instead of sample texts (:func:`smoothing_factors`).

Together they lower the cosine error to float32 from .0043 to .0011 at worst.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.e5_weights import BlockMatrix

Floats = NDArray[np.float32]

# Without VNNI, x86 adds two products of uint8 by int8 in 16 bits: 2 * 255 * 63 fits, 127 would
# saturate. With 63 every processor computes the same integers, for .0004 of cosine.
_LARGEST: Final = 63

_ACTIVATION_SHARE: Final = 0.7  # SmoothQuant's alpha
_ORDINARY_DEVIATIONS: Final = 4.0


def quantise_rows(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return int8 values and one scale per row, so that ``values * scales[:, None] ≈ matrix``."""
    scales = np.abs(matrix).max(axis=1) / np.float32(_LARGEST)
    scales[scales == 0] = 1.0
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales


def pack_nibbles(matrix: BlockMatrix) -> NDArray[np.uint8]:
    """Return 4-bit values two to a byte, the earlier in the low half; shape ``(rows, columns / 2)``."""
    nibbles = matrix.nibbles()
    packed = nibbles[..., 0::2] | np.left_shift(nibbles[..., 1::2], 4, dtype=np.uint8)
    return packed.reshape(len(packed), -1)


def massive_neuron(output_weights: Floats) -> int:
    """Return the feed-forward neuron that writes the most into the states.

    Args:
        output_weights: Shape ``(hidden, neurons)``.
    """
    return int(np.linalg.norm(output_weights, axis=0).argmax())


def smoothing_factors(
    norm_weight: Floats, norm_bias: Floats, weights: Floats, massive_channel: int
) -> Floats:
    """Return what each channel of a layer norm's output is divided by before quantisation.

    The range of channel j is taken as ``4 |g_j| + |b_j|``, and ``sqrt(hidden) |g_j|`` (all of
    the variance in one channel) for the massive one.

    Args:
        norm_weight: The layer norm's g, shape ``(hidden,)``.
        norm_bias: Its b, shape ``(hidden,)``.
        weights: The matrix that reads the output, shape ``(outputs, hidden)``.
        massive_channel: The channel that carries the massive activations.

    Returns:
        Factors with geometric mean 1, shape ``(hidden,)``.
    """
    reach = _ORDINARY_DEVIATIONS * np.abs(norm_weight) + np.abs(norm_bias)
    reach[massive_channel] = math.sqrt(len(reach)) * abs(norm_weight[massive_channel])
    strongest = np.maximum(np.abs(weights).max(axis=0), 1e-5)
    logarithms = _ACTIVATION_SHARE * np.log(reach) - (1 - _ACTIVATION_SHARE) * np.log(strongest)
    factors: Floats = np.exp(logarithms - logarithms.mean()).astype(np.float32)
    return factors
