"""Bricks become plates where a piece has no other hold; nothing else changes."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.grid import units_of
from brickprint.core.joints import with_joints
from brickprint.core.packing.connecting import join_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.structure.links import stud_links
from grids import BASIC, CATALOGUE, PALETTE, faults, grid_of, task_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

MADE = CATALOGUE.made_in(PALETTE)


def nose(colour=0):
    """A brick, plates on it, and beside these a brick over nothing, in a colour of its own."""
    units, plates = np.ones((2, 1, 2), bool), np.zeros((2, 1, 2), bool)
    units[0, 0, 1] = False
    plates[1, 0, 0] = True
    grid = grid_of(units, plates)
    return replace(grid, colour=np.where(grid.surface.seen[:, 2] == 1, colour, 0).astype(np.int16))


def without(name):
    """The catalogue's parts but one."""
    return tuple(part for part in CATALOGUE.parts if part.name != name)


def pieces(grid):
    task = task_of(grid)
    return stud_links(join_layout(pack_fast(task), task), CATALOGUE).components


def test_a_nose_one_brick_long_is_held_by_plates():
    joined = with_joints(nose(), CATALOGUE, MADE)
    assert np.argwhere(joined.plates).tolist() == [[1, 0, 0], [1, 0, 1]]
    assert (pieces(nose()), pieces(joined)) == (2, 1)


def test_a_nose_of_another_colour_stays_a_brick():
    assert with_joints(nose(colour=1), CATALOGUE, MADE).plates.sum() == 1
    assert pieces(nose(colour=1)) == 2


def test_bricks_that_only_bricks_hold_stay_bricks():
    # Two bricks side by side: as plates, the first one would be held, but lose the second.
    units, plates = np.ones((2, 1, 3), bool), np.zeros((2, 1, 3), bool)
    units[0, 0, 1:] = False
    plates[1, 0, 0] = True
    assert with_joints(grid_of(units, plates), CATALOGUE, MADE).plates.sum() == 1


@pytest.mark.parametrize("few", [BASIC, replace(CATALOGUE, parts=without("Plate 1 x 1"))])
def test_part_sets_without_the_smallest_plate_leave_the_grid_as_it_is(few):
    grid = nose()
    assert with_joints(grid, few, few.made_in(PALETTE)) is grid


def test_colours_in_which_no_plate_is_long_are_not_counted_on():
    single = CATALOGUE.made_in(PALETTE)
    single[[row for row, part in enumerate(CATALOGUE.parts) if part.studs_x > 1]] = False
    assert with_joints(nose(), CATALOGUE, single).plates.sum() == 1


@settings(max_examples=60)
@given(
    cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=6)),
    colours=st.integers(1, 3),
    seed=st.integers(0, 99),
    share=st.sampled_from((0.2, 0.5)),
)
def test_cells_and_colours_stay_and_nothing_more_comes_loose(cells, colours, seed, share):
    plates = np.random.default_rng(seed).random(cells.shape) < share
    grid = grid_of(cells, plates, colours, seed)
    joined = with_joints(grid, CATALOGUE, MADE)
    assert np.array_equal(joined.filled, grid.filled)
    assert (joined.plates >= grid.plates).all()
    assert np.array_equal(joined.surface.cells, grid.surface.cells)
    assert np.array_equal(joined.colour[joined.surface.unit], grid.colour[grid.surface.unit])
    seen, unit = units_of(joined.surface.cells, joined.plates)
    assert np.array_equal(joined.surface.seen, seen) and np.array_equal(joined.surface.unit, unit)
    assert faults(pack_fast(task_of(joined)), task_of(joined)) == ()
    again = with_joints(joined, CATALOGUE, MADE)
    assert np.array_equal(again.plates, joined.plates)
