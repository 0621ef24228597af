"""Largest part first: the rules of source I, against a packer that follows them cell by cell."""

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.layout import extents
from brickprint.core.packing.deterministic import pack_deterministic
from brickprint.core.progress import Progress
from grids import BASIC, CATALOGUE, ball_cells, faults, grid_of, task_of, tasks, without_singles
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

# Short and long side of the bricks, by falling area; of equal areas the wider one first.
SIZES = [(2, 8), (2, 6), (2, 4), (1, 8), (2, 3), (1, 6), (2, 2), (1, 4), (1, 3), (1, 2), (1, 1)]


def placed_by_hand(free, short, long, along_x):
    """Corners and sizes x, y, wide, deep of the windows that fit, taken row by row; `free` (Y, X) loses their cells."""
    wide, deep = (long, short) if along_x else (short, long)
    found = []
    for y in range(free.shape[0] - deep + 1):
        for x in range(free.shape[1] - wide + 1):
            if free[y : y + deep, x : x + wide].all():
                free[y : y + deep, x : x + wide] = False
                found.append((x, y, wide, deep))
    return found


def layer_by_hand(cells, even, equal):
    """What rows 6.4 and 6.5 say of one layer of one colour."""
    free, found = cells.copy(), []
    for short, long in SIZES[:-1]:
        if not (even and equal and long > 6):
            found += placed_by_hand(free, short, long, even)
    for length in (3, 2):
        # What is left has no pair along the layer's axis, so only the other direction can be joined.
        found += placed_by_hand(free, 1, length, not even)
    return set(found + placed_by_hand(free, 1, 1, True))


def layer_of(layout, z, catalogue=BASIC):
    rows = layout[layout["z"] == z]
    size = extents(rows, catalogue)
    return {(*place, *size[:2]) for place, size in zip(rows[["x", "y"]].tolist(), size.tolist(), strict=True)}


@settings(max_examples=60)
@given(task=tasks())
def test_any_grid_is_covered_exactly_in_its_colours(task):
    assert faults(pack_deterministic(task), task) == ()


@settings(max_examples=80)
@given(layer=arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=17)), fill=st.integers(0, 3))
def test_layers_are_filled_size_by_size_in_scan_order(layer, fill):
    layer = layer | (np.random.default_rng(fill).random(layer.shape) < fill / 3)
    layer[0, 0] = True  # so that every layer has cells
    cells = np.stack([layer] * 4)
    cells[1, -1, -1] = False
    layout = pack_deterministic(task_of(grid_of(cells), BASIC))
    for z in range(4):
        if cells[z].any():
            equal = z > 0 and np.array_equal(cells[z], cells[z - 1])
            assert layer_of(layout, 3 * z) == layer_by_hand(cells[z], z % 2 == 0, equal)


def test_long_sides_alternate_and_an_equal_even_layer_has_none_over_six_studs():
    layout = pack_deterministic(task_of(grid_of(np.ones((4, 8, 8), bool)), BASIC))
    assert layer_of(layout, 0) == {(0, y, 8, 2) for y in (0, 2, 4, 6)}
    assert layer_of(layout, 3) == layer_of(layout, 9) == {(x, 0, 2, 8) for x in (0, 2, 4, 6)}
    assert layer_of(layout, 6) == {(0, y, 6, 2) for y in (0, 2, 4, 6)} | {(6, y, 2, 2) for y in (0, 2, 4, 6)}


@pytest.mark.parametrize(("long", "joined"), [(1, [1]), (2, [2]), (3, [3]), (4, [1, 3]), (5, [2, 3]), (7, [1, 3, 3])])
def test_the_second_pass_joins_what_is_left_to_1x1(long, joined):
    layout = pack_deterministic(task_of(grid_of(np.ones((1, long, 1), bool)), BASIC))
    assert sorted(extents(layout, BASIC)[:, 1].tolist()) == joined


def test_plates_are_packed_by_the_same_rules():
    cells = np.ones((1, 8, 8), bool)
    layout = pack_deterministic(task_of(grid_of(cells, cells)))
    assert layer_of(layout, 0, CATALOGUE) == layer_of(layout, 1, CATALOGUE) == {(0, 0, 8, 8)}
    assert layer_of(layout, 2, CATALOGUE) == {(0, 0, 6, 4), (0, 4, 6, 4)} | {(6, y, 2, 2) for y in (0, 2, 4, 6)}


@pytest.mark.parametrize("colours", [1, 3])
def test_two_runs_are_byte_identical_whatever_the_seed(colours):
    grid = grid_of(ball_cells(17), ball_cells(17) & (np.arange(17) < 5)[:, None, None], colours)
    first = pack_deterministic(task_of(grid, seed=1))
    assert first.tobytes() == pack_deterministic(task_of(grid, seed=2)).tobytes()


def test_part_sets_that_cannot_fill_are_refused():
    with pytest.raises(BadSetting, match="cannot fill"):
        pack_deterministic(task_of(grid_of(np.ones((2, 1, 1), bool)), without_singles()))


def test_packing_reports_layers_and_can_be_cancelled():
    news = []
    task = task_of(grid_of(ball_cells(8)))
    layout = pack_deterministic(task, Progress(on_step=news.append))
    assert sum(len(step.layout) for step in news) == len(layout)
    assert [step.fraction for step in news] == sorted(step.fraction for step in news)
    with pytest.raises(Cancelled):
        pack_deterministic(task, Progress(cancelled=lambda: True))
