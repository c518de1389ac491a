from __future__ import annotations

import numpy as np
import pytest

from policy_qa.embedding.e5_weights import BlockMatrix
from policy_qa.embedding.quantisation import massive_neuron, pack_nibbles, quantise_rows, smoothing_factors


def test_the_largest_weight_of_a_row_becomes_63() -> None:
    values, scales = quantise_rows(np.array([[6.3, -3.1, 0.0], [0.0, 0.0, -1.0]], np.float32))
    assert values.tolist() == [[63, -31, 0], [0, 0, -63]]
    np.testing.assert_allclose(scales, [6.3 / 63, 1.0 / 63], rtol=1e-6)


def test_a_row_of_zeros_stays_zero() -> None:
    values, scales = quantise_rows(np.zeros((1, 4), np.float32))
    assert values.tolist() == [[0, 0, 0, 0]]
    assert np.isfinite(scales).all()


def test_products_of_two_largest_values_fit_in_16_bits() -> None:
    values, _ = quantise_rows(np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32))
    assert 2 * 255 * int(np.abs(values).max()) <= np.iinfo(np.int16).max


def test_nibbles_are_packed_two_to_a_byte_the_earlier_one_low() -> None:
    packed = np.zeros((1, 1, 16), np.uint8)
    packed[0, 0, 0], packed[0, 0, 1] = 0x21, 0x43  # weights 0, 1 = 1, 3; weights 16, 17 = 2, 4
    result = pack_nibbles(BlockMatrix(np.ones((1, 1), np.float16), packed))
    assert result.shape == (1, 16)
    assert result[0, 0] == 0x31
    assert result[0, 8] == 0x42


def test_the_massive_neuron_is_the_one_with_the_largest_output_weights() -> None:
    outer = np.full((4, 6), 0.1, np.float32)
    outer[2, 5] = -3.0
    assert massive_neuron(outer) == 5


def test_smoothing_divides_the_wide_channels_and_keeps_the_product() -> None:
    rng = np.random.default_rng(1)
    scale, shift = np.ones(64, np.float32), np.zeros(64, np.float32)
    weights = rng.normal(size=(8, 64)).astype(np.float32)
    factors = smoothing_factors(scale, shift, weights, massive_channel=9)
    assert np.log(factors).mean() == pytest.approx(0, abs=1e-5)
    # The massive channel reaches sqrt(64) = 8 instead of 4: 2 ** 0.7 wider with equal weights.
    equal = smoothing_factors(scale, shift, np.ones((8, 64), np.float32), massive_channel=9)
    assert equal[9] / equal[0] == pytest.approx(2**0.7, rel=1e-5)
    states = rng.normal(size=(3, 64)).astype(np.float32)
    np.testing.assert_allclose((states / factors) @ (weights * factors).T, states @ weights.T, atol=1e-4)
