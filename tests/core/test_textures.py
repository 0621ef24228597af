from itertools import pairwise

import numpy as np
import pytest
from brickprint.core.colour.textures import halved_levels, sample_levels
from hypothesis import given
from hypothesis import strategies as st

SIZES = st.integers(1, 17)


def opaque(colours):
    colours = np.asarray(colours, np.float32)
    return np.concatenate([colours, np.ones((*colours.shape[:2], 1), np.float32)], axis=-1)


def random_image(height, width, seed=0):
    return np.random.default_rng(seed).random((height, width, 4)).astype(np.float32)


@given(SIZES, SIZES)
def test_levels_halve_down_to_one_texel(height, width):
    levels = halved_levels(random_image(height, width))
    assert levels[-1].shape == (1, 1, 4)
    for fine, coarse in pairwise(levels):
        assert coarse.shape[:2] == (-(-fine.shape[0] // 2), -(-fine.shape[1] // 2))
        assert coarse.dtype == np.float32


def test_the_last_level_is_the_mean_of_an_even_image():
    image = random_image(16, 8)
    image[..., 3] = 1
    np.testing.assert_allclose(halved_levels(image)[-1][0, 0], image.mean(axis=(0, 1)), atol=1e-6)


@given(SIZES, SIZES)
def test_a_plain_image_stays_plain(height, width):
    colour = np.array([0.2, 0.4, 0.6, 0.5], np.float32)
    for level in halved_levels(np.broadcast_to(colour, (height, width, 4))):
        np.testing.assert_allclose(level, np.broadcast_to(colour, level.shape), rtol=1e-6)


def test_transparent_texels_do_not_bleed():
    image = np.array([[[1, 0, 0, 1], [0, 1, 0, 0]], [[1, 0, 0, 1], [0, 1, 0, 0]]], np.float32)
    np.testing.assert_allclose(halved_levels(image)[-1][0, 0], [1, 0, 0, 0.5])
    between = sample_levels((image,), np.array([[0.5, 0.5]]), np.ones(1))
    np.testing.assert_allclose(between, [[1, 0, 0, 0.5]])


def test_wholly_transparent_texels_keep_their_colour():
    image = np.zeros((2, 2, 4), np.float32)
    image[..., :3] = [0.1, 0.2, 0.3]
    np.testing.assert_allclose(halved_levels(image)[-1][0, 0], [0.1, 0.2, 0.3, 0])
    np.testing.assert_allclose(sample_levels((image,), np.full((1, 2), 0.3), np.ones(1)), [[0.1, 0.2, 0.3, 0]])


def test_the_middle_of_a_texel_is_its_colour():
    image = random_image(4, 8)
    y, x = np.mgrid[0:4, 0:8]
    uv = np.stack([(x + 0.5) / 8, (y + 0.5) / 4], axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(sample_levels((image,), uv, np.ones(32)), image.reshape(-1, 4), atol=1e-6)


def test_between_texels_colours_mix_and_the_image_repeats():
    image = opaque([[[0, 0, 0], [1, 1, 1]]])
    uv = np.array([[0.5, 0], [0.375, 0], [0.0, 0], [1.0, 0], [-1.0, 5.0]])
    colours = sample_levels(halved_levels(image), uv, np.ones(5))
    np.testing.assert_allclose(colours[:, 0], [0.5, 0.25, 0.5, 0.5, 0.5], atol=1e-6)


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(-3, 3), st.integers(-3, 3))
def test_whole_turns_change_nothing(u, v, more_u, more_v):
    levels = halved_levels(random_image(5, 7))
    here, there = sample_levels(levels, np.array([[u, v], [u + more_u, v + more_v]]), np.ones(2))
    np.testing.assert_allclose(here, there, atol=1e-4)


@pytest.mark.parametrize(("texels", "level"), [(0, 0), (1, 0), (1.4, 0), (2, 1), (4, 2), (5, 2), (16, 4), (1e9, 4)])
def test_the_footprint_chooses_the_level(texels, level):
    levels = tuple(np.full((2 ** (4 - n), 2 ** (4 - n), 4), n, np.float32) for n in range(5))
    np.testing.assert_allclose(
        sample_levels(levels, np.array([[0.3, 0.7]]), np.array([texels]))[:, :3], level, rtol=1e-6
    )


def test_a_fine_checkerboard_seen_from_afar_is_grey():
    board = opaque(np.repeat((np.indices((64, 64)).sum(axis=0) % 2)[..., None], 3, axis=-1))
    uv = np.random.default_rng(1).random((200, 2))
    colours = sample_levels(halved_levels(board), uv, np.full(200, 8.0))
    np.testing.assert_allclose(colours, np.broadcast_to([0.5, 0.5, 0.5, 1], (200, 4)), atol=1e-6)


def test_every_point_gets_the_colour_of_its_own_level():
    levels = halved_levels(random_image(16, 16))
    uv = np.random.default_rng(2).random((50, 2))
    texels = np.random.default_rng(3).uniform(0, 20, 50)
    together = sample_levels(levels, uv, texels)
    alone = [sample_levels(levels, uv[i : i + 1], texels[i : i + 1])[0] for i in range(50)]
    np.testing.assert_array_equal(together, alone)
