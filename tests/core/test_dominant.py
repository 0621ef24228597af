import sys

import numpy as np
import pytest
import shapes
from brickprint.core.colour.differences import nearest_colours
from brickprint.core.colour.dominant import dominant_colours, surface_colours
from brickprint.core.colour.neighbours import patchiness, unit_neighbours
from brickprint.core.colour.palettes import load_palette
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.errors import BadSetting, MissingLibrary
from brickprint.core.mesh import Material, Mesh

RED, BLUE, YELLOW, SKIN, BROWN = srgb_to_linear(
    np.array([(0.7, 0.0, 0.0), (0.1, 0.2, 0.8), (0.98, 0.78, 0.04), (0.95, 0.75, 0.6), (0.35, 0.2, 0.05)])
)
SPACES = pytest.mark.parametrize("space", ["rgb", "lab"])


def noisy(colours, noise=0.04, seed=0):
    """Linear colours with noise, as large in dark as in light ones."""
    encoded = np.random.default_rng(seed).normal(0, noise, colours.shape)
    return np.clip(colours + srgb_to_linear(np.abs(encoded)), 0, 1)


@SPACES
def test_two_clusters_give_their_two_means(space):
    colours = np.repeat([RED, BLUE], (700, 300), axis=0)
    found = dominant_colours(noisy(colours, 0.005), None, 2, space)
    assert found.warnings == ()
    order = np.argsort(found.linear[:, 2])
    np.testing.assert_allclose(found.linear[order], [RED, BLUE], atol=0.002)


@SPACES
def test_at_most_k_colours_remain_and_each_is_the_nearest_centre(space):
    colours = np.random.default_rng(0).random((5000, 3))
    for k in (1, 4, 7):
        found = dominant_colours(colours, None, k, space)
        replaced = found.replace(colours)
        assert found.linear.shape == (k, 3)
        assert len(np.unique(replaced, axis=0)) == k
        metric = {"rgb": "rgb", "lab": "cie76"}[space]
        np.testing.assert_array_equal(replaced, found.linear[nearest_colours(colours, found.linear, metric)[0]])


def test_the_centre_is_the_mean_of_the_encoded_colours():
    encoded = np.array([[0.2, 0.2, 0.2], [0.6, 0.2, 0.2]])
    found = dominant_colours(srgb_to_linear(encoded), np.array([3.0, 1.0]), 1)
    np.testing.assert_allclose(found.linear, srgb_to_linear([[0.3, 0.2, 0.2]]), atol=1e-12)


@SPACES
def test_a_rare_yellow_among_reds_vanishes(space):
    # A figure: red cap, blue trousers, skin, brown shoes, and two yellow buttons.
    common = np.repeat([RED, BLUE, SKIN, BROWN], 400, axis=0)
    button = np.tile(YELLOW, (4, 1))
    colours = np.concatenate([noisy(common, 0.1), button])
    palette = load_palette("pick-a-brick-29")
    yellow = [colour.name for colour in palette.colours].index("Yellow")
    assert (nearest_colours(button, palette.linear)[0] == yellow).all()
    few = dominant_colours(colours, None, 4, space).replace(colours)
    assert yellow not in nearest_colours(few, palette.linear)[0]
    # With a fifth colour, and as much weight as the others, they stay.
    weight = np.concatenate([np.ones(1600), np.full(4, 400.0)])
    kept = dominant_colours(colours, weight, 5, space).replace(button)
    assert (nearest_colours(kept, palette.linear)[0] == yellow).all()


def test_what_weighs_nothing_is_no_dominant_colour():
    found = dominant_colours(np.array([RED, BLUE, YELLOW]), np.array([1.0, 0.0, 2.0]), 2)
    np.testing.assert_allclose(found.linear[np.argsort(found.linear[:, 1])], [RED, YELLOW], atol=1e-12)


@SPACES
def test_the_same_seed_gives_the_same_and_order_of_cells_does_not_matter(space):
    colours = np.random.default_rng(3).random((3000, 3))
    first = dominant_colours(colours, None, 5, space, seed=7).linear
    np.testing.assert_array_equal(first, dominant_colours(colours, None, 5, space, seed=7).linear)
    shuffled = np.random.default_rng(1).permutation(colours)
    np.testing.assert_allclose(first, dominant_colours(shuffled, None, 5, space, seed=7).linear, atol=1e-9)


@SPACES
def test_more_than_there_are_gives_all_with_a_warning(space):
    colours = np.array([RED, BLUE, RED, BLUE])
    for k, warnings in ((2, 0), (3, 1), (1000, 1)):
        found = dominant_colours(colours, None, k, space)
        assert len(found.linear) == 2 and len(found.warnings) == warnings
        np.testing.assert_allclose(found.replace(colours), colours, atol=1e-6)
    assert "1000" in found.warnings[0] and "2" in found.warnings[0]


def test_replacing_keeps_the_dtype_and_takes_no_colours():
    found = dominant_colours(np.array([RED, BLUE]), None, 2)
    assert found.replace(np.zeros((0, 3))).shape == (0, 3)
    assert found.replace(np.array([RED], np.float32)).dtype == np.float32


def test_bad_requests_are_refused():
    colours = np.array([RED, BLUE])
    for k in (0, -3):
        with pytest.raises(BadSetting, match=f"{k} .*at least 1"):
            dominant_colours(colours, None, k)
    with pytest.raises(BadSetting, match=r"hsv.*rgb, lab"):
        dominant_colours(colours, None, 2, "hsv")


def test_without_the_library_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingLibrary, match=r"scikit-learn.*install"):
        dominant_colours(np.random.default_rng(0).random((50, 3)), None, 3)


def test_patchiness_falls_with_fewer_colours():
    y, x = np.mgrid[:40, :40].reshape(2, -1)
    seen = np.column_stack([np.zeros(1600, int), y, x])
    neighbours = unit_neighbours(seen, np.full(1600, 3))
    colours = noisy(np.where((x < 20)[:, None], RED, BLUE), 0.25)
    palette = load_palette("solid").linear
    patchy = [patchiness(nearest_colours(colours, palette)[0], neighbours)]
    for k in (7, 4, 2):
        few = dominant_colours(colours, None, k).replace(colours)
        patchy.append(patchiness(nearest_colours(few, palette)[0], neighbours))
    assert patchy[0] > patchy[2] > patchy[3]
    assert 40 / 3120 <= patchy[3] < 0.03  # one straight edge in 3,120 pairs


def test_surface_colours_are_weighed_by_area():
    small = shapes.box((1, 1, 1))
    large = shapes.box((3, 3, 3), at=(5, 0, 0))
    vertices, triangles = shapes.joined(small, large)
    materials = (Material("red", (*RED, 1.0)), Material("blue", (*BLUE, 1.0)))
    mesh = Mesh(vertices, triangles, materials, np.repeat([0, 1], 12).astype(np.int32))
    colours, areas = surface_colours(mesh, count=5000)
    reddish = colours[:, 0] > colours[:, 2]
    assert areas[reddish].sum() == pytest.approx(6)
    assert areas[~reddish].sum() == pytest.approx(54)
    np.testing.assert_allclose(dominant_colours(colours, areas, 1).linear[0], 0.1 * RED + 0.9 * BLUE, atol=0.1)


def test_clear_surfaces_have_no_say():
    vertices, triangles = shapes.joined(shapes.box(), shapes.box((9, 9, 9), at=(5, 0, 0)))
    materials = (Material("red", (*RED, 1.0)), Material("glass", (*BLUE, 0.2)))
    mesh = Mesh(vertices, triangles, materials, np.repeat([0, 1], 12).astype(np.int32))
    colours, _ = surface_colours(mesh, opacity=0.7)
    np.testing.assert_allclose(colours, np.tile(RED, (len(colours), 1)), atol=1e-6)


def test_texture_colours_outlive_what_cells_mix():
    # Fine stripes: every cell would be purple, the texels are red and blue.
    texture = np.zeros((64, 64, 4), np.uint8)
    texture[:, ::2] = (200, 0, 0, 255)
    texture[:, 1::2] = (0, 0, 200, 255)
    vertices = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
    mesh = Mesh(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.int32), (Material("s", (1, 1, 1, 1), texture),), uvs=uvs)
    centres = dominant_colours(*surface_colours(mesh), 2)
    by_red = centres.linear[np.argsort(centres.linear[:, 0])]
    assert by_red[1, 0] > 2 * by_red[1, 2] and by_red[0, 2] > 2 * by_red[0, 0]
    reds = centres.replace(np.array([[0.30, 0.0, 0.26]]))
    assert reds[0, 0] > 2 * reds[0, 2]
