"""Grids to pack, for tests: cells, some built from plates, in colours drawn by chance."""

import numpy as np
from brickprint.core.catalogue.parts import Catalogue, load_parts
from brickprint.core.colour.palettes import load_palette, usable_palette
from brickprint.core.grid import Grid
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.task import PackingTask
from brickprint.core.packing.validator import problems
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from shapes import plain_surface

CATALOGUE = load_parts("all")
PALETTE = usable_palette(load_palette("solid"), CATALOGUE, (3, 1))
BASIC = load_parts("basic-11")


def ball_cells(diameter):
    """Cells of the ball of spec/layout.md section 2."""
    offset = np.indices((diameter,) * 3) - (diameter - 1) / 2
    return (offset**2).sum(axis=0) <= (diameter / 2) ** 2


def grid_of(units, plates=None, colours=1, seed=0):
    """A grid of brick cells (Z, Y, X), those in `plates` built from plates, with colours drawn by chance."""
    plates = np.zeros(units.shape, bool) if plates is None else plates
    filled = np.repeat(units, 3, axis=0)
    surface = plain_surface(filled, plates)
    colour = np.random.default_rng(seed).integers(0, colours, len(surface.seen)).astype(np.int16)
    return Grid(filled, plates, surface, colour)


def task_of(grid, catalogue=CATALOGUE, **rest):
    """The grid, to be built from parts in the colours they were made in."""
    return PackingTask(grid, catalogue, catalogue.made_in(PALETTE), **rest)


def faults(layout, task):
    """What is wrong with a packer's layout."""
    return problems(colour_hidden(layout, task.catalogue, task.made), task.grid, task.catalogue, task.made)


def without_singles():
    """The catalogue without parts one stud long."""
    return Catalogue("no 1x1", tuple(part for part in CATALOGUE.parts if part.studs_x > 1))


@st.composite
def tasks(draw, max_side=8):
    """Any cells in any colours, of bricks and plates, to be built from any parts that can fill them."""
    cells = draw(arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=max_side)))
    seed = draw(st.integers(0, 99))
    plates = np.random.default_rng(seed).random(cells.shape) < draw(st.sampled_from((0.0, 0.4, 1.0)))
    kept = draw(st.sets(st.sampled_from(CATALOGUE.parts))) if draw(st.booleans()) else set(CATALOGUE.parts)
    singles = {part for part in CATALOGUE.parts if part.name in ("Brick 1 x 1", "Plate 1 x 1")}
    catalogue = Catalogue("some", tuple(part for part in CATALOGUE.parts if part in kept | singles))
    return task_of(grid_of(cells, plates, draw(st.integers(1, 6)), seed), catalogue, seed=seed)
