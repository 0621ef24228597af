import numpy as np
import pytest
from brickprint.core.colour.spaces import (
    decode_srgb_bytes,
    linear_to_lab,
    linear_to_srgb,
    srgb_to_lab,
    srgb_to_linear,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

UNIT = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(0, 1))


@pytest.mark.parametrize(
    ("encoded", "linear"), [(0, 0), (1, 1), (0.04045, 0.0031308), (0.5, 0.2140411), (188 / 255, 0.5028865)]
)
def test_srgb_curve(encoded, linear):
    assert srgb_to_linear(encoded) == pytest.approx(linear, abs=1e-7)
    assert linear_to_srgb(linear) == pytest.approx(encoded, abs=1e-6)


@given(UNIT)
def test_srgb_there_and_back(encoded):
    np.testing.assert_allclose(linear_to_srgb(srgb_to_linear(encoded)), encoded, atol=1e-6)


def test_the_curve_has_no_step_and_rises():
    encoded = np.linspace(0, 1, 100_001)
    linear = srgb_to_linear(encoded)
    assert (np.diff(linear) > 0).all()
    assert np.diff(linear).max() < 3e-5


def test_light_out_of_range_is_clipped():
    np.testing.assert_allclose(linear_to_srgb(np.array([-1.0, 2.0])), [0, 1], atol=1e-12)
    np.testing.assert_allclose(linear_to_lab([[2.0, 2.0, 2.0]]), linear_to_lab([[1.0, 1.0, 1.0]]))


def test_bytes_keep_their_alpha_straight():
    decoded = decode_srgb_bytes(np.array([[[0, 128, 255, 51]]], np.uint8))
    assert decoded.dtype == np.float32
    assert decoded.shape == (1, 1, 4)
    np.testing.assert_allclose(decoded[0, 0], [0, 0.2158605, 1, 0.2], atol=1e-6)


# CIE Lab of the primaries under D65, as published for sRGB.
@pytest.mark.parametrize(
    ("srgb", "lab"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((1, 1, 1), (100, 0, 0)),
        ((1, 0, 0), (53.2408, 80.0925, 67.2032)),
        ((0, 1, 0), (87.7347, -86.1827, 83.1793)),
        ((0, 0, 1), (32.2970, 79.1875, -107.8602)),
        ((1, 1, 0), (97.1393, -21.5537, 94.4780)),
        ((0.5, 0.5, 0.5), (53.3890, 0, 0)),
        ((1 / 255, 1 / 255, 1 / 255), (0.2742, 0, 0)),
    ],
)
def test_lab_of_known_colours(srgb, lab):
    np.testing.assert_allclose(srgb_to_lab(np.array(srgb, float)), lab, atol=0.01)


@given(st.floats(0, 1))
def test_greys_have_no_chroma(grey):
    lab = srgb_to_lab(np.full(3, grey))
    np.testing.assert_allclose(lab[1:], 0, atol=1e-9)
    assert 0 <= lab[0] <= 100 + 1e-9


def test_lab_keeps_leading_axes():
    linear = np.random.default_rng(0).random((2, 5, 3))
    np.testing.assert_allclose(linear_to_lab(linear)[1, 3], linear_to_lab(linear[1, 3]))
