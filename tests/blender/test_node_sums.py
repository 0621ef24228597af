"""The sums of colour nodes against other formulas for the same."""

import colorsys

import numpy as np
from brickprint.scene.source_colour.node_sums import brightened, hue_shifted
from hypothesis import given
from hypothesis import strategies as st

SHARES = st.floats(0, 1)
COLOURS = st.tuples(SHARES, SHARES, SHARES)


def number(value):
    return np.array([value])


@given(COLOURS)
def test_a_hue_shift_of_nothing(colour):
    same = hue_shifted(np.array(colour), number(0.5), number(1.0), number(1.0), number(1.0))
    np.testing.assert_allclose(same, colour, atol=1e-6)


@given(COLOURS, SHARES, SHARES, st.floats(0, 2), SHARES)
def test_hue_saturation_and_value(colour, hue, saturation, value, share):
    h, s, v = colorsys.rgb_to_hsv(*colour)
    changed = colorsys.hsv_to_rgb((h + hue + 0.5) % 1, s * saturation, v * value)
    expected = np.array(colour) * (1 - share) + np.array(changed) * share
    result = hue_shifted(np.array(colour), number(hue), number(saturation), number(value), number(share))
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_whole_textures_at_once():
    colours = np.random.default_rng(0).random((5, 7, 3))
    turned = hue_shifted(colours, number(0.5 + 1 / 3), number(1.0), number(1.0), number(1.0))
    np.testing.assert_allclose(turned, colours[..., [2, 0, 1]], atol=1e-6)  # red becomes green becomes blue


@given(COLOURS, st.floats(-1, 1))
def test_contrast_turns_about_the_middle(colour, contrast):
    np.testing.assert_allclose(brightened(np.full(3, 0.5), number(0.0), number(contrast)), 0.5)
    brighter = brightened(np.array(colour), number(0.25), number(0.0))
    np.testing.assert_allclose(brighter, np.array(colour) + 0.25)
