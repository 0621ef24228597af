"""A slightly wrong colour that saves a part: never more wrong than asked for, and not at all by default."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.building import with_colours_of
from brickprint.core.colour.differences import difference
from brickprint.core.layout import owners
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.packers import PACKERS
from brickprint.core.packing.placements import HIDDEN
from brickprint.core.packing.tolerance import Tolerance, tolerable_colours
from grids import CATALOGUE, PALETTE, faults, grid_of, task_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

DIFFERENCES = difference(PALETTE.linear[:, None], PALETTE.linear[None])
NEXT = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))  # rows far apart differ more


def shown(layout, task):
    """The part on each visible unit."""
    return owners(layout, CATALOGUE, task.grid.shape)[tuple(task.grid.surface.seen.T)]


def wrong(layout, task):
    """(N,) how wrong the colour of each part is, summed over its visible units."""
    part = shown(layout, task)
    error = task.tolerance.differences[task.grid.colour, layout["colour"][part]]
    return np.bincount(part, error, len(layout))


@settings(max_examples=40)
@given(
    cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=6)),
    colours=st.integers(1, 5),
    seed=st.integers(0, 99),
    most=st.sampled_from((0.0, 5.0, 20.0, 60.0)),
    packer=st.sampled_from(("fast", "best")),
)
def test_no_part_is_more_wrong_than_the_tolerance(cells, colours, seed, most, packer):
    task = task_of(grid_of(cells, None, colours, seed), tolerance=Tolerance(DIFFERENCES, most))
    layout = PACKERS[packer](task).layout
    assert (wrong(layout, task) <= most + 1e-9).all()
    assert (layout["colour"][shown(layout, task)] != HIDDEN).all()
    as_built = replace(task, grid=with_colours_of(layout, task.grid, CATALOGUE), tolerance=None)
    assert faults(layout, as_built) == ()
    assert faults(connect_layout(layout, as_built), as_built) == ()
    if most == 0:
        assert faults(layout, replace(task, tolerance=None)) == ()


@pytest.mark.parametrize("packer", ["fast", "best"])
def test_more_tolerance_takes_fewer_parts(packer):
    grid = grid_of(np.random.default_rng(1).random((3, 8, 8)) < 0.95, None, 4, 1)
    pack = PACKERS[packer]
    tasks = [task_of(grid, tolerance=Tolerance(DIFFERENCES, most)) for most in (0.0, 30.0, 300.0)]
    counts = [len(pack(task).layout) for task in tasks]
    assert counts == sorted(counts, reverse=True) and counts[2] < counts[1] < counts[0]
    assert counts[0] == len(pack(task_of(grid)).layout)


@pytest.mark.parametrize(
    ("codes", "most", "colour"),
    [
        ([1, 1, 2], 1.0, 0),  # one cell of three is wrong by 1
        ([1, 1, 2], 0.5, -1),
        ([1, 2, 3], 2.0, 1),  # the one between is nearest to all
        ([0, 0, 4], 0.0, 3),  # hidden cells ask for nothing
        ([1, 4, 4], 3.0, 3),
    ],
)
def test_the_least_wrong_colour_of_its_own_cells_is_taken(codes, most, colour):
    made = np.ones(4, bool)
    assert tolerable_colours(np.array([codes]), made, Tolerance(NEXT, most)).tolist() == [colour]


def test_a_colour_that_the_part_does_not_exist_in_is_not_taken():
    made = np.array([True, False, True, True])
    assert tolerable_colours(np.array([[1, 2, 3]]), made, Tolerance(NEXT, 3.0)).tolist() == [0]
