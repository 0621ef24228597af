"""Loose pieces are joined and weak joints relieved, without breaking the cover."""

from dataclasses import replace
from pathlib import Path

import grids
import numpy as np
import pytest
from brickprint.core.catalogue.parts import Catalogue
from brickprint.core.errors import Cancelled
from brickprint.core.interior import eroded
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.packing.built import built
from brickprint.core.packing.connecting import connect_layout, join_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.relieving import hanging, relieve_layout
from brickprint.core.packing.task import laid, layers_of
from brickprint.core.progress import Progress
from brickprint.core.structure.links import stud_links
from grids import BASIC, ball_cells, faults
from grids import CATALOGUE as ALL
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays


def task_of(units, plates=None, colours=1, seed=0, catalogue=ALL):
    """Brick cells (Z, Y, X), those in `plates` built from plates, with colours drawn by chance."""
    return grids.task_of(grids.grid_of(units, plates, colours, seed), catalogue, seed=seed)


def at_random(task, seed):
    """A layout that takes placements in an order drawn by chance."""
    rng = np.random.default_rng(seed)
    rows = [np.zeros(0, LAYOUT_DTYPE)]
    for layer in layers_of(task):
        free = layer.cells.copy()
        # Larger ones come earlier on the whole, so that layouts are like those of packers.
        order = np.argsort(-layer.placements["area"] * rng.random(len(layer.placements)))
        chosen = []
        for row in order:
            one = layer.placements[row]
            mask = task.catalogue.mask(one["part"], one["turn"])
            window = free[one["y"] : one["y"] + one["deep"], one["x"] : one["x"] + one["wide"]]
            if window[mask].all():
                window[mask] = False
                chosen.append(row)
        rows.append(laid(layer.placements[chosen], layer.z))
    return np.concatenate(rows)


def singles(task):
    """A layout of 1x1 parts only."""
    layers = ((layer, layer.placements["area"] == 1) for layer in layers_of(task))
    return np.concatenate([laid(layer.placements[one], layer.z) for layer, one in layers])


def held_by_one_stud(layout, task):
    """For each pair of units that lie on each other, how many parts hang there alone."""
    return hanging(built(layout, task.grid, task.catalogue))


def components(layout, task):
    return stud_links(layout, task.catalogue).components


cell_arrays = arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=8))


@settings(max_examples=60)
@given(cells=cell_arrays, colours=st.integers(1, 4), seed=st.integers(0, 99), with_plates=st.booleans())
def test_any_layout_stays_a_cover_in_no_more_pieces(cells, colours, seed, with_plates):
    plates = np.random.default_rng(seed).random(cells.shape) < (0.4 if with_plates else 0.0)
    task = task_of(cells, plates, colours, seed)
    layout = at_random(task, seed)
    before = layout.copy()
    joined = join_layout(layout, task)
    assert faults(joined, task) == ()
    pieces = components(layout, task)
    assert components(joined, task) <= pieces
    assert len(joined) <= len(layout) + max(0.005 * len(layout), 2 * (pieces - 1))
    assert np.array_equal(join_layout(layout, task), joined)
    relieved = relieve_layout(joined, task)
    assert faults(relieved, task) == ()
    assert len(relieved) <= len(joined)
    assert components(relieved, task) <= components(joined, task)
    if components(relieved, task) == components(joined, task):
        assert held_by_one_stud(relieved, task).sum() <= held_by_one_stud(joined, task).sum()
    assert np.array_equal(layout, before)


def row_of(catalogue, wide, deep, plates=3, kind="brick"):
    return next(
        row
        for row, part in enumerate(catalogue.parts)
        if (part.studs_x, part.studs_y, part.plates, part.kind) == (wide, deep, plates, kind) and not part.cells
    )


def laid_at(*rows):
    """A layout of (part, x, y, z, turn), colour 0."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    for name, values in zip(("part", "x", "y", "z", "turn"), zip(*rows, strict=True), strict=True):
        layout[name] = values
    return layout


def test_two_towers_side_by_side_are_joined_across_their_seam():
    square = row_of(ALL, 2, 2)
    layout = laid_at(*((square, x, 0, z, 0) for z in range(0, 18, 3) for x in (0, 2)))
    raised = layout[layout["z"] + layout["x"] > 0]  # one tower hangs in the air, beside the other
    cells = np.ones((6, 2, 4), bool)
    cells[0, :, :2] = False
    task = task_of(cells)
    assert components(raised, task) == 2
    joined = connect_layout(raised, task)
    assert components(joined, task) == 1
    assert len(joined) <= len(raised)
    assert faults(joined, task) == ()


def test_a_body_apart_stays_as_it_is():
    cells = np.zeros((4, 3, 9), bool)
    cells[:, :, :4] = True
    cells[2:, :, 6:] = True
    task = task_of(cells)
    joined = connect_layout(at_random(task, 1), task)
    assert components(joined, task) == 2
    assert faults(joined, task) == ()


def test_pieces_of_two_colours_side_by_side_stay_apart():
    cells = np.ones((3, 1, 2), bool)
    cells[0, 0, 1] = False
    task = task_of(cells)
    two = replace(task, grid=replace(task.grid, colour=task.grid.surface.seen[:, 2].astype(np.int16)))
    assert components(connect_layout(singles(two), two), two) == 2
    assert components(connect_layout(singles(task), task), task) == 1


def test_a_plate_beside_a_brick_does_not_join_it_but_one_above_both_does():
    cells, plates = np.ones((2, 1, 2), bool), np.zeros((2, 1, 2), bool)
    cells[0, 0, 1] = False
    plates[1, 0, 1] = True
    task = task_of(cells, plates)
    assert components(connect_layout(singles(task), task), task) == 2
    roofed = np.concatenate([cells, np.ones((1, 1, 2), bool)])
    task = task_of(roofed, np.concatenate([plates, np.ones((1, 1, 2), bool)]))
    assert components(singles(task), task) == 2
    assert components(connect_layout(singles(task), task), task) == 1


@pytest.mark.parametrize("wide", [40, 220])
def test_a_part_more_is_laid_where_nothing_else_joins(wide):
    # Columns of 1 x 2 bricks; the last two hang in the air, and only 1 x 1 bricks can shift their seams.
    few = Catalogue("1 x 1 and 1 x 2", tuple(BASIC.parts[row] for row in (row_of(BASIC, 1, 1), row_of(BASIC, 2, 1))))
    cells = np.ones((3, 1, wide), bool)
    cells[0, 0, -4:] = False
    task = task_of(cells, catalogue=few)
    layout = laid_at(*((1, x, 0, z, 0) for z in (0, 3, 6) for x in range(0, wide, 2) if z or x < wide - 4))
    assert components(layout, task) == 3
    joined = connect_layout(layout, task)
    assert components(joined, task) == 1
    assert len(layout) < len(joined) <= len(layout) + 2
    assert faults(joined, task) == ()


@pytest.mark.parametrize("diameter", [16, 24, 32])
def test_hollow_balls_become_one_piece_without_one_part_more(diameter):
    ball = ball_cells(diameter)
    task = task_of(ball & ~eroded(ball, 2), catalogue=BASIC)
    layout = at_random(task, 0)
    assert diameter < 24 or components(layout, task) > 1
    joined = join_layout(layout, task)
    assert components(joined, task) == 1
    assert len(joined) <= len(layout)
    assert faults(joined, task) == ()
    relieved = relieve_layout(joined, task)
    weak = [np.count_nonzero(held_by_one_stud(each, task) >= 3) for each in (joined, relieved)]
    assert weak[1] <= weak[0] / 2
    assert len(relieved) <= len(joined)
    assert components(relieved, task) == 1


SPOT = Path(__file__).parents[3] / "shared" / "data" / "grids" / "spot48.npy"


@pytest.mark.skipif(not SPOT.exists(), reason="needs shared/data/grids/spot48.npy")
def test_a_cow_becomes_one_piece_at_once():
    task = task_of(np.load(SPOT), catalogue=BASIC)
    layout = pack_fast(task)
    assert components(layout, task) > 1
    quick, whole = (connect_layout(layout, task, quick=quick) for quick in (True, False))
    for connected in (quick, whole):
        assert components(connected, task) == 1
        assert faults(connected, task) == ()
        assert len(connected) <= len(layout) * 1.005
    weak = [held_by_one_stud(each, task).sum() for each in (join_layout(layout, task), quick, whole)]
    assert weak == sorted(weak, reverse=True) and weak[2] < weak[0]


def test_part_sets_without_small_parts_are_kept_to():
    few = Catalogue("2 x 2 and 2 x 4", tuple(BASIC.parts[row] for row in (row_of(BASIC, 2, 2), row_of(BASIC, 4, 2))))
    cells = np.ones((4, 2, 8), bool)
    cells[0, :, :4] = False
    task = task_of(cells, catalogue=few)
    # Columns of 2 x 2 bricks: those over the gap hang on nothing.
    layout = laid_at(*((0, x, 0, z, 0) for z in range(0, 12, 3) for x in range(0, 8, 2) if z or x >= 4))
    joined = connect_layout(layout, task)
    assert components(layout, task) == 3
    assert components(joined, task) == 1
    assert faults(joined, task) == ()


def test_nothing_is_joined_to_nothing():
    task = task_of(np.zeros((1, 2, 2), bool))
    none = np.zeros(0, LAYOUT_DTYPE)
    assert not len(connect_layout(none, task))
    assert not len(relieve_layout(none, task))


def test_no_time_leaves_the_layout_and_a_wish_to_stop_is_heard():
    cells = np.ones((3, 4, 4), bool)
    cells[0, :2] = False
    task = task_of(cells)
    layout = singles(task)
    assert np.array_equal(connect_layout(layout, replace(task, deadline=0.0)), layout)
    for work in (connect_layout, relieve_layout):
        with pytest.raises(Cancelled):
            work(layout, task, Progress(cancelled=lambda: True))


def test_what_hangs_on_one_stud_gets_more():
    cells = np.zeros((4, 2, 9), bool)
    cells[0, :, :4] = True
    cells[1] = True
    cells[2:, :, 4:] = True
    task = task_of(cells, catalogue=BASIC)
    row = {size: row_of(BASIC, *size) for size in ((1, 1), (2, 1), (3, 1), (4, 1), (6, 1), (4, 2))}
    # A 1 x 6 brick holds a tower of seven parts, and rests on one stud.
    first = [(row[3, 1], 0, 0, 3, 0), (row[6, 1], 3, 0, 3, 0), (row[4, 1], 0, 1, 3, 0), (row[4, 1], 4, 1, 3, 0)]
    tower = [(row[4, 2], 4, 0, z, 0) for z in (6, 9)] + [(row[2, 1], 8, 0, z, 1) for z in (6, 9)]
    layout = laid_at((row[4, 2], 0, 0, 0, 0), *first, (row[1, 1], 8, 1, 3, 0), *tower)
    assert faults(layout, task) == ()
    assert held_by_one_stud(layout, task).max() == 7
    relieved = relieve_layout(layout, task)
    assert faults(relieved, task) == ()
    assert len(relieved) <= len(layout)
    assert held_by_one_stud(relieved, task).max(initial=0) < 3
