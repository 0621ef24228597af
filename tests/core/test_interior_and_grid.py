"""Enclosed air, visible cells, shell and solid."""

from itertools import pairwise

import numpy as np
import pytest
from brickprint.core.grid import Grid, enclosed, visible
from brickprint.core.interior import eroded, hollow, hollow_out_ratio, shell, solid
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage
from shapes import plain_surface


def grid_of(bricks):
    """A grid without colours, of whole brick cells (Z, Y, X)."""
    filled = np.repeat(bricks, 3, axis=0)
    plates = np.zeros(bricks.shape, bool)
    return Grid(filled, plates, plain_surface(filled, plates))


cell_arrays = arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=7))


def test_shell_of_a_cube_of_20():
    cube = grid_of(np.ones((20, 20, 20), bool))
    kept = shell(cube, 3)
    assert kept.filled.sum() == 3 * (20**3 - 14**3) == 3 * 5256
    assert hollow_out_ratio(kept.filled, cube.filled) == pytest.approx(0.343)


def test_solid_fills_what_is_shut_in():
    hollow = np.ones((5, 5, 5), bool)
    hollow[2, 2, 2] = False
    assert solid(grid_of(hollow)).filled.all()
    hollow[2, 2, 3:] = False  # a channel to the outside
    assert np.array_equal(solid(grid_of(hollow)).filled, np.repeat(hollow, 3, axis=0))


def test_a_shell_thicker_than_the_model_changes_nothing():
    cells = np.random.default_rng(1).random((4, 5, 6)) < 0.7
    assert np.array_equal(shell(grid_of(cells), 5).filled, np.repeat(cells, 3, axis=0))


@given(cells=cell_arrays, steps=st.integers(1, 3))
def test_erosion_is_scipys(cells, steps):
    assert np.array_equal(eroded(cells, steps), ndimage.binary_erosion(cells, iterations=steps))


@given(cell_arrays)
def test_enclosed_air_is_what_filling_holes_fills(cells):
    assert np.array_equal(enclosed(cells), ndimage.binary_fill_holes(cells) & ~cells)


@given(cell_arrays)
def test_visible_cells_touch_air_that_reaches_outside(cells):
    air = np.pad(~ndimage.binary_fill_holes(cells), 1, constant_values=True)
    near = ndimage.binary_dilation(air)[1:-1, 1:-1, 1:-1]
    assert np.array_equal(visible(cells), cells & near)


@given(cells=cell_arrays, thickness=st.integers(1, 3))
def test_a_shell_keeps_every_visible_cell(cells, thickness):
    kept = shell(grid_of(cells), thickness).filled
    assert kept[visible(np.repeat(cells, 3, axis=0))].all()
    assert not (kept & ~np.repeat(cells, 3, axis=0)).any()


def test_hollow_keeps_the_four_fill_cases():
    low = np.zeros((5, 30, 30), bool)
    low[:2] = True  # the current regions: layer 1, carried by layer 0
    low[2, 5:25, 5:25] = True  # above: inside, so the rest of the current region is a ledge
    kept = hollow(grid_of(low), 1).filled[::3]
    current, above = low[1], low[2]
    rim_above = above & ~eroded(low[2:3], 1, flat=True)[0]
    assert (kept[1] | ~((current & ~above) | rim_above)).all()  # (a)
    assert not kept[1, 10:20, 10:20].any()
    overhang = np.zeros((3, 30, 30), bool)
    overhang[:2, :, :20], overhang[2, :, 10:] = True, True  # (b) across the border
    kept = hollow(grid_of(overhang), 1).filled[::3]
    assert kept[1, :, :10].all()
    assert kept[1, 1:-1, 10].all() and not kept[1, 5:25, 12:18].any()
    wider = np.zeros((3, 30, 30), bool)
    wider[:2, 5:25, 5:25], wider[2] = True, True  # (c) the region above contains the current one
    kept = hollow(grid_of(wider), 1).filled[::3]
    assert np.count_nonzero(kept[1]) == 20 * 20 - 18 * 18
    assert kept[2].all()  # its own top
    apart = np.zeros((2, 30, 30), bool)
    apart[0, :10], apart[1, 20:] = True, True  # (d) disjoint: all of it
    assert np.array_equal(hollow(grid_of(apart), 1).filled[::3], apart)


@pytest.mark.parametrize("upside_down", [False, True])
def test_leaning_hollow_walls_stand_on_each_other(upside_down):
    z, y, x = np.indices((8, 30, 30))
    cells = np.maximum(np.abs(y - 14.5), np.abs(x - 14.5)) < 4 + z  # each layer a stud wider than the one below
    kept = hollow(grid_of(cells[::-1] if upside_down else cells), 1).filled[::3]
    assert all((lower & upper).any() for lower, upper in pairwise(kept))
    assert np.count_nonzero(kept[2:-2]) < 0.7 * np.count_nonzero(cells[2:-2])


@given(cells=cell_arrays, wall=st.integers(1, 3))
def test_hollow_keeps_every_visible_cell_and_adds_none(cells, wall):
    full = np.repeat(cells, 3, axis=0)
    kept = hollow(grid_of(cells), wall).filled
    assert kept[visible(full)].all()
    assert not (kept & ~full).any()
