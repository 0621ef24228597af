"""Where a sloping part would lie nearer to the mesh than the steps that are there.

Every sloping part is tried at every place of the surface, in four turns, over filled and empty cells alike. Its gain
is the volume, measured in fine cells, by which it agrees better with the mesh than what is there now, studs included:
the sum over the fine cells of (2 m - 1) (after - before), m, before and after being shares inside the mesh and the
parts. That sum is a product of two matrices: cells by fine cells, and fine cells by the few shapes a cell can have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import LAYOUT_DTYPE
from ..packing.choosing import apart
from ..units import PLATES_PER_BRICK
from .field import RIM, Field, field_of
from .profiles import FINE_CELLS, body_shares, is_sloping
from .solids import MeshShell

_LEAST_MM3 = 60.0  # a part that gains less is not worth laying; a brick cell has 614
# The corner of the footprint, in shares of its depth and width, that is on the low side, by turn.
_LOW_CORNER = ((0, 0), (0, 1), (1, 0), (0, 0))


@dataclass(frozen=True)
class _Shape:
    """A sloping part in one turn, as steps from its lowest corner in a field.

    number (C,): the shape of each of its cells, steps cells (C,) to them from the lowest layer up; layer: how many
    cells each of its layers has, plates: how many layers. slanted (K,): from the lowest corner to the cells that must
    be open in front of the slanted cells; studs (S,): to those into which its studs reach; low: to the low end.
    """

    part: int
    turn: int
    hanging: bool
    plates: int
    layer: int
    number: np.ndarray
    cells: np.ndarray
    slanted: np.ndarray
    studs: np.ndarray
    low: int


@dataclass(frozen=True)
class _Found:
    """Candidates: layout rows (N,), gain (N,) mm3, cells (N, C) that each needs to itself."""

    rows: np.ndarray
    gain: np.ndarray
    cells: np.ndarray


def slope_places(layout: np.ndarray, grid: Grid, mesh: MeshShell, catalogue: Catalogue, made: np.ndarray) -> np.ndarray:
    """Rows (LAYOUT_DTYPE) of sloping parts that would bring `layout` nearer to the mesh; none overlap.

    made (P, C) bool: part made in palette colour.
    """
    turned = [(row, turn) for row in np.flatnonzero(is_sloping(catalogue)).tolist() for turn in range(4)]
    if not turned:
        return layout[:0]
    bodies = [body_shares(catalogue.parts[row], turn) for row, turn in turned]
    every = np.concatenate([body.reshape(-1, FINE_CELLS) for body in bodies])
    shares, number = np.unique(every, axis=0, return_inverse=True)
    field = field_of(layout, grid, mesh, catalogue, shares)
    found, first = [], 0
    for (row, turn), body in zip(turned, bodies, strict=True):
        count = body[..., 0].size
        shape = _shape(row, turn, body.shape[0], number.ravel()[first : first + count], catalogue, field.steps)
        found.append(_candidates(field, shape, made))
        first += count
    rows, gain = (np.concatenate([getattr(one, name) for one in found]) for name in ("rows", "gain"))
    needed = np.repeat([one.cells.shape[1] for one in found], [len(one.rows) for one in found])
    cells = np.concatenate([one.cells.ravel() for one in found])
    return rows[apart(gain, np.repeat(np.arange(len(rows)), needed), cells)]


def _shape(row: int, turn: int, plates: int, number: np.ndarray, catalogue: Catalogue, steps: np.ndarray) -> _Shape:
    hanging = catalogue.parts[row].kind == "inverted slope"
    studs, tubes = (catalogue.mask(row, turn, of) for of in ("studs", "tubes"))
    deep, wide = studs.shape
    box = np.argwhere(np.ones((plates, deep, wide), bool))
    low_y, low_x = _LOW_CORNER[turn]
    low = (plates - 1 if hanging else 0, low_y * (deep - 1), low_x * (wide - 1))
    return _Shape(
        row,
        turn,
        hanging,
        plates,
        deep * wide,
        number,
        box @ steps,
        _at_level(~tubes, -1, steps) if hanging else _at_level(~studs, plates, steps),
        _at_level(studs, plates, steps),
        int(np.array(low) @ steps),
    )


def _at_level(mask: np.ndarray, level: int, steps: np.ndarray) -> np.ndarray:
    """Steps to the marked cells of a footprint, some layers above its lowest corner."""
    place = np.argwhere(mask)
    return np.column_stack([np.full(len(place), level), place]) @ steps


def _candidates(field: Field, shape: _Shape, made: np.ndarray) -> _Found:
    """Where the part may lie and gains something; its low end lies in a cell of the surface."""
    lowest = _fitting(field, field.near - shape.low, shape)
    cells = lowest[:, None] + shape.cells
    code = field.code[cells]
    colour = code.max(axis=1, initial=0)
    alike = ((code == 0) | (code == colour[:, None])).all(axis=1) & (colour > 0)
    fits = alike & field.filled[cells].any(axis=1) & made[shape.part][colour - 1]
    lowest, cells, colour = lowest[fits], cells[fits], colour[fits]
    gain = _gain(field, shape, lowest, cells)
    worth = gain > _LEAST_MM3
    lowest, cells = lowest[worth], cells[worth]
    rows = np.zeros(len(lowest), LAYOUT_DTYPE)
    rows["part"], rows["turn"], rows["colour"] = shape.part, shape.turn, colour[worth] - 1
    z, rest = np.divmod(lowest, field.steps[0])
    y, x = np.divmod(rest, field.steps[1])
    rows["z"], rows["y"], rows["x"] = z - RIM, y - RIM, x - RIM
    return _Found(rows, gain[worth], np.concatenate([cells, lowest[:, None] + shape.slanted], axis=1))


def _fitting(field: Field, lowest: np.ndarray, shape: _Shape) -> np.ndarray:
    """The lowest corners from which all cells are free, what is slanted is open, and no brick cell is cut."""
    for step in shape.cells.tolist():
        lowest = lowest[field.free[lowest + step]]
    for step in shape.slanted.tolist():
        lowest = lowest[field.open[lowest + step]]
    # Brick cells are taken whole: cut into plates they would cost a part more for each slope (measured).
    for edge, above in ((shape.cells[: shape.layer], 0), (shape.cells[-shape.layer :], shape.plates)):
        off = (lowest // field.steps[0] - RIM + above) % PLATES_PER_BRICK > 0
        lowest = lowest[~(off & field.brick[lowest[:, None] + edge].any(axis=1))]
    return lowest


def _gain(field: Field, shape: _Shape, lowest: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """(N,) mm3, with the studs that come and go."""
    row = field.row[cells]
    gain = (field.gains[row, shape.number] - field.now[row]).sum(axis=1)
    if not shape.hanging:
        gain -= field.now[field.row[lowest[:, None] + shape.slanted]].sum(axis=1)
    above = lowest[:, None] + shape.studs
    row = field.row[above]
    return gain + np.where(field.open[above], field.stud[row] - field.now[row], 0).sum(axis=1)
