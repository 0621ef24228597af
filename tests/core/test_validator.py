"""The validator sees every kind of fault, and nothing else."""

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.grid import Grid
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.packing.validator import problems
from shapes import plain_surface

ALL = load_parts("all")
MADE = np.ones((len(ALL.parts), 3), bool)


def grid_of(units):
    """Brick cells (Z, Y, X), all of colour 1."""
    filled, plates = np.repeat(units, 3, axis=0), np.zeros(units.shape, bool)
    surface = plain_surface(filled, plates)
    return Grid(filled, plates, surface, np.ones(len(surface.seen), np.int16))


def named(name):
    return next(row for row, part in enumerate(ALL.parts) if part.name == name)


def layout_of(*rows):
    """Rows of part name, x, y, z, turn; all of colour 1."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    for row, (name, x, y, z, turn) in zip(layout, rows, strict=True):
        for field, value in zip(("part", "x", "y", "z", "turn"), (named(name), x, y, z, turn), strict=True):
            row[field] = value
    layout["colour"] = 1
    return layout


WALL = grid_of(np.ones((2, 2, 4), bool))
GOOD = layout_of(("Brick 2 x 4", 0, 0, 0, 0), ("Brick 2 x 2", 0, 0, 3, 0), ("Brick 2 x 2", 2, 0, 3, 0))


def changed(field, row, value):
    layout = GOOD.copy()
    layout[field][row] = value
    return layout


def test_a_good_layout_has_no_fault():
    assert problems(GOOD, WALL, ALL, MADE, connected=True) == ()


@pytest.mark.parametrize(
    ("layout", "fault"),
    [
        (changed("part", 0, -1), "1 parts are not in the catalogue"),
        (changed("part", 0, len(ALL.parts)), "1 parts are not in the catalogue"),
        (changed("turn", 0, 4), "turned in a way"),
        (changed("turn", 0, -1), "turned in a way"),
        (changed("turn", 0, 2), "turned in a way"),  # a 2 x 4 turned twice lies as it did
        (changed("turn", 1, 1), "turned in a way"),
        (changed("x", 0, 1), "1 parts reach out of the grid"),
        (changed("z", 1, -1), "1 parts reach out of the grid"),
        (changed("z", 1, 6), "1 parts reach out of the grid"),
        (changed("x", 1, 1), "cells are covered twice"),
        (changed("part", 1, named("Brick 1 x 2")), "6 cells of the model are not covered"),
        (GOOD[1:], "24 cells of the model are not covered"),
        (changed("colour", 0, -1), "1 parts have no colour of the palette"),
        (changed("colour", 0, 3), "1 parts have no colour of the palette"),
        (changed("colour", 0, 2), "8 visible units have another part's colour"),
    ],
)
def test_each_fault_is_named(layout, fault):
    assert any(fault in words for words in problems(layout, WALL, ALL, MADE))


def test_cells_outside_the_model_are_named():
    cells = np.ones((2, 2, 4), bool)
    cells[1, 0, 0] = False
    assert problems(GOOD, grid_of(cells), ALL, MADE) == ("3 cells outside the model are covered",)


def test_a_colour_a_part_was_never_made_in_is_named():
    made = MADE.copy()
    made[named("Brick 2 x 2"), 1] = False
    assert problems(GOOD, WALL, ALL, made) == ("2 parts were never made in their colour",)


def test_loose_parts_are_named_on_request():
    cells = np.ones((2, 2, 4), bool)
    cells[0, :, 2:] = False
    grid = grid_of(cells)
    loose = layout_of(("Brick 2 x 2", 0, 0, 0, 0), ("Brick 2 x 2", 0, 0, 3, 0), ("Brick 2 x 2", 2, 0, 3, 0))
    assert problems(loose, grid, ALL, MADE) == ()
    assert problems(loose, grid, ALL, MADE, connected=True) == ("1 parts in 1 pieces have no way to the ground",)
    held = layout_of(("Brick 2 x 2", 0, 0, 0, 0), ("Brick 2 x 4", 0, 0, 3, 0))
    assert problems(held, grid, ALL, MADE, connected=True) == ()


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_corner_bricks_cover_three_cells_in_four_turns(turn):
    corner = layout_of(("Brick 2 x 2 Corner", 0, 0, 0, turn))
    grid = grid_of(ALL.mask(corner["part"][0], turn)[None])
    assert problems(corner, grid, ALL, MADE) == ()
    other = corner.copy()
    other["turn"] = (turn + 1) % 4
    assert set(problems(other, grid, ALL, MADE)) == {
        "3 cells outside the model are covered",
        "3 cells of the model are not covered",
    }


def test_finished_layouts_are_judged_by_the_same_rules():
    finished = GOOD.copy()
    finished["part"][1] = named("Slope Brick 45 2 x 2")
    finished["turn"][1] = 3
    assert problems(finished, WALL, ALL, MADE, connected=True) == ()


def test_an_empty_layout_builds_an_empty_grid_only():
    none = np.zeros(0, LAYOUT_DTYPE)
    assert problems(none, grid_of(np.zeros((1, 2, 2), bool)), ALL, MADE, connected=True) == ()
    assert problems(none, grid_of(np.ones((1, 1, 1), bool)), ALL, MADE) == ("3 cells of the model are not covered",)
