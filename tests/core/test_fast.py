"""The fast packer: few parts, whatever the cells and the parts; the better of two layouts; colours of hidden parts."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.interior import eroded
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.packing import fast
from brickprint.core.packing.choosing import best_apart, cells_of, sums_under
from brickprint.core.packing.crossing import crossed
from brickprint.core.packing.deterministic import pack_deterministic
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.placements import HIDDEN
from brickprint.core.packing.task import layers_of
from brickprint.core.structure.links import stud_links
from grids import BASIC, ball_cells, faults, grid_of, task_of, tasks, without_singles
from hypothesis import given, settings
from hypothesis import strategies as st


def rows_of(*parts, catalogue=BASIC):
    """A layout from (name, x, y, z, turn, colour)."""
    layout = np.zeros(len(parts), LAYOUT_DTYPE)
    names = [part.name for part in catalogue.parts]
    for row, (name, *rest) in enumerate(parts):
        layout["part"][row] = names.index(name)
        for field, value in zip(("x", "y", "z", "turn", "colour"), rest, strict=True):
            layout[field][row] = value
    return layout


@settings(max_examples=40)
@given(task=tasks())
def test_any_cells_are_covered_with_any_parts(task):
    assert faults(pack_fast(task), task) == ()


@settings(max_examples=20)
@given(task=tasks(), most=st.integers(1, 400))
def test_layers_filled_in_several_blocks_are_all_covered(task, most):
    whole = fast._PLACEMENTS_AT_ONCE
    fast._PLACEMENTS_AT_ONCE = most
    try:
        layout = pack_fast(task)
    finally:
        fast._PLACEMENTS_AT_ONCE = whole
    assert faults(layout, task) == ()


def test_a_tower_of_many_deep_layers_is_covered():
    """More rows of studs than a placement can count lie in different blocks."""
    cells = np.zeros((120, 300, 2), bool)
    cells[:, 140:160] = True
    task = task_of(grid_of(cells), BASIC)
    layout = pack_fast(task)
    assert faults(layout, task) == ()
    assert stud_links(layout, BASIC).components == 1


# Solid balls take less than spec/layout.md knows of any peer, hollow ones nearly the least number.
@pytest.mark.parametrize(("diameter", "hollow", "most"), [(16, True, 242), (16, False, 240), (32, False, 1600)])
def test_balls_take_few_parts_in_one_piece(diameter, hollow, most):
    cells = ball_cells(diameter)
    task = task_of(grid_of(cells & ~eroded(cells, 2) if hollow else cells), BASIC)
    layout = pack_fast(task)
    assert faults(layout, task) == ()
    assert len(layout) <= most
    assert stud_links(layout, BASIC).components == 1


def test_an_empty_grid_takes_no_parts():
    assert len(pack_fast(task_of(grid_of(np.zeros((2, 3, 3), bool))))) == 0


def test_no_singles_are_needed_where_other_parts_fit():
    parts = without_singles()
    task = task_of(grid_of(np.ones((3, 4, 6), bool)), parts)
    assert faults(pack_fast(task), task) == ()


@settings(max_examples=30)
@given(task=tasks())
def test_sums_under_placements_are_those_of_their_cells(task):
    for layer in layers_of(task):
        values = np.random.default_rng(task.seed).integers(0, 9, layer.cells.shape).astype(np.int32)
        owner, cell = cells_of(layer.placements, task.catalogue, values.shape[1])
        expected = np.bincount(owner, values.ravel()[cell], len(layer.placements))
        assert np.array_equal(sums_under(layer.placements, task.catalogue, values), expected)


@settings(max_examples=30)
@given(task=tasks(max_side=6), seed=st.integers(0, 9))
def test_choosing_equals_taking_one_by_one(task, seed):
    for layer in layers_of(task):
        ranked = np.random.default_rng(seed).permutation(layer.placements)
        owner, cell = cells_of(ranked, task.catalogue, layer.cells.shape[1])
        taken, expected = set(), []
        for row in range(len(ranked)):
            mine = set(cell[owner == row].tolist())
            if not mine & taken:
                taken |= mine
                expected.append(row)
        chosen = best_apart(ranked, task.catalogue, layer.cells.shape)
        assert sorted(chosen.tolist()) == sorted(ranked[expected].tolist())


# The better of two layouts


@settings(max_examples=40)
@given(task=tasks())
def test_the_better_of_two_layouts_covers_the_same_with_no_more_parts(task):
    one, other = pack_deterministic(task), pack_fast(replace(task, seed=task.seed + 1))
    both = crossed(one, other, task.catalogue, task.grid.shape)
    assert faults(both, task) == ()
    per_layer = [np.bincount(layout["z"], minlength=task.grid.shape[0]) for layout in (one, other, both)]
    assert (per_layer[2] <= np.minimum(per_layer[0], per_layer[1])).all()


def test_every_region_comes_from_the_layout_with_fewer_parts():
    left, right = ("Brick 2 x 2", 0, 0, 0, 0, 0), ("Brick 2 x 4", 5, 0, 0, 0, 0)
    left_apart = [("Brick 1 x 2", 0, 0, 0, 0, 0), ("Brick 1 x 2", 0, 1, 0, 0, 0)]
    right_apart = [("Brick 2 x 2", 5, 0, 0, 0, 0), ("Brick 2 x 2", 7, 0, 0, 0, 0)]
    both = crossed(rows_of(left, *right_apart), rows_of(*left_apart, right), BASIC, (3, 2, 9))
    assert sorted(both.tolist()) == sorted(rows_of(left, right).tolist())


def test_of_equal_counts_the_layout_with_more_joints_is_taken():
    below = [("Brick 1 x 2", 0, 0, 0, 0, 0), ("Brick 1 x 2", 0, 1, 0, 0, 0)]
    stacked = [("Brick 1 x 2", 0, 0, 3, 0, 0), ("Brick 1 x 2", 0, 1, 3, 0, 0)]
    across = [("Brick 1 x 2", 0, 0, 3, 1, 0), ("Brick 1 x 2", 1, 0, 3, 1, 0)]
    both = crossed(rows_of(*below, *stacked), rows_of(*below, *across), BASIC, (6, 2, 2))
    assert sorted(both.tolist()) == sorted(rows_of(*below, *across).tolist())
    assert len(stud_links(both, BASIC).lower) == 4


# Colours of hidden parts


def test_hidden_parts_take_the_colour_that_most_of_their_surface_touches():
    layout = rows_of(
        ("Brick 1 x 1", 0, 0, 0, 0, 3),
        ("Brick 1 x 1", 1, 0, 0, 0, HIDDEN),
        ("Brick 1 x 1", 2, 0, 0, 0, HIDDEN),
        ("Brick 1 x 8", 3, 0, 0, 1, 5),
        ("Brick 1 x 1", 2, 1, 0, 0, 5),
    )
    coloured = colour_hidden(layout, BASIC, np.ones((len(BASIC.parts), 6), bool))
    assert coloured["colour"].tolist() == [3, 3, 5, 5, 5]


def test_hidden_parts_take_only_colours_they_were_made_in():
    layout = rows_of(("Brick 1 x 1", 0, 0, 0, 0, 3), ("Brick 1 x 2", 1, 0, 0, 0, HIDDEN))
    made = np.ones((len(BASIC.parts), 6), bool)
    made[layout["part"][1]] = [False, True, False, False, True, False]
    assert colour_hidden(layout, BASIC, made)["colour"].tolist() == [3, 1]


@settings(max_examples=30)
@given(task=tasks())
def test_colours_spread_only_to_hidden_parts(task):
    layout = pack_fast(task)
    coloured = colour_hidden(layout, task.catalogue, task.made)
    seen = layout["colour"] != HIDDEN
    assert np.array_equal(coloured["colour"][seen], layout["colour"][seen])
    assert task.made[coloured["part"], coloured["colour"]].all()
    moved = layout.copy()
    moved["x"] -= 7
    moved["z"] += 3
    assert np.array_equal(colour_hidden(moved, task.catalogue, task.made)["colour"], coloured["colour"])
