"""Two singles that meet at a corner only become one corner brick, which takes a third cell from beside them.

Paper T, row 6.13. The third cell must be hidden or of the same colour, what is left of its part must be a part too,
and the part must not lose a joint with what is below.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import LAYOUT_DTYPE, footprint_cells
from .choosing import apart
from .placements import HIDDEN
from .task import Layer, PackingTask

NOTHING, IMPOSSIBLE = -1, -2  # what is left of a single, of a part of which no part is left
_WINDOW = ((0, 0), (0, 1), (1, 1), (1, 0))  # y, x of the cells of 2 x 2, around


@dataclass(frozen=True)
class _Repairs:
    """Corner bricks that could be laid: the three rows (K, 3) they take cells from, the two singles first.

    corner, rest: what would be laid (LAYOUT_DTYPE); the rest's part is NOTHING where the third row vanishes.
    """

    rows: np.ndarray
    corner: np.ndarray
    rest: np.ndarray


def repair_corners(parts: np.ndarray, layer: Layer, below: np.ndarray, task: PackingTask) -> np.ndarray:
    """The layer's parts with corner bricks for diagonal pairs, where the part set has such bricks.

    parts: cover the layer; below: parts that end where it begins.
    """
    corners = corner_parts(task.catalogue, layer.plates)
    owner = _owners(parts, layer.cells.shape, task.catalogue)
    beneath = _owners(below, layer.cells.shape, task.catalogue)
    found = [
        _repairs(missing, *corners[missing], parts, owner, beneath, layer, task)
        for missing in sorted(corners)
        if min(owner.shape) > 1
    ]
    if not found:
        return parts
    every = [np.concatenate([getattr(some, name) for some in found]) for name in ("rows", "corner", "rest")]
    # No part is in two repairs; those that save a part more come first.
    saves = (every[2]["part"] == NOTHING).astype(int)
    taken = apart(saves, np.repeat(np.arange(len(saves)), every[0].shape[1]), every[0].ravel())
    rows, corner, rest = (values[taken] for values in every)
    kept = np.delete(parts, rows.ravel())
    return np.concatenate([kept, corner, rest[rest["part"] != NOTHING]])


@cache
def corner_parts(catalogue: Catalogue, plates: int) -> dict[int, tuple[int, int]]:
    """Part and turn of the brick of 2 x 2 without one cell, by the place of that cell in _WINDOW."""
    found: dict[int, tuple[int, int]] = {}
    for row in catalogue.packable(plates):
        for turn in catalogue.turns(row):
            mask = catalogue.mask(row, turn)
            if mask.shape == (2, 2) and np.count_nonzero(mask) == 3:
                y, x = np.argwhere(~mask)[0]
                found.setdefault(_WINDOW.index((int(y), int(x))), (row, turn))
    return found


def _owners(parts: np.ndarray, shape: tuple[int, ...], catalogue: Catalogue) -> np.ndarray:
    """(Y, X) the row of the part on each cell, -1 where there is none."""
    owner = np.full(shape, -1, np.int64)
    row, x, y = footprint_cells(parts, catalogue)
    owner[y, x] = row
    return owner


def _repairs(
    missing: int,
    part: int,
    turn: int,
    parts: np.ndarray,
    owner: np.ndarray,
    beneath: np.ndarray,
    layer: Layer,
    task: PackingTask,
) -> _Repairs:
    """All corner bricks without the cell `missing` of _WINDOW that could be laid."""
    places = [_WINDOW[(missing + step) % 4] for step in (1, 3, 2)]  # the pair, and the third cell opposite the gap
    windows = [np.s_[dy : owner.shape[0] - 1 + dy, dx : owner.shape[1] - 1 + dx] for dy, dx in places]
    area = task.catalogue.spots("cells").count[parts["part"], parts["turn"]]
    single = (owner >= 0) & (area[owner] == 1)
    codes = np.stack([layer.code[window].astype(np.int64) for window in windows])
    code = codes.max(axis=0)
    fits = single[windows[0]] & single[windows[1]] & (owner[windows[2]] >= 0)
    fits &= ((codes == 0) | (codes == code)).all(axis=0)
    fits &= np.where(code > 0, task.made[part][code - 1], task.made[part].any())
    y, x = np.nonzero(fits)
    rows = np.stack([owner[window][y, x] for window in windows], axis=1)
    y3, x3 = y + places[2][0], x + places[2][1]
    rest = _rests(parts, rows[:, 2], y3, x3, owner, layer, task)
    possible = (rest["part"] != IMPOSSIBLE) & _keeps_joints(rows[:, 2], owner, beneath, y3, x3, rest)
    corner = np.zeros(len(y), LAYOUT_DTYPE)
    corner["part"], corner["turn"], corner["colour"] = part, turn, code[y, x] - 1
    corner["x"], corner["y"], corner["z"] = x, y, layer.z
    return _Repairs(rows[possible], corner[possible], rest[possible])


def _rests(
    parts: np.ndarray, row: np.ndarray, y: np.ndarray, x: np.ndarray, owner: np.ndarray, layer: Layer, task: PackingTask
) -> np.ndarray:
    """What is left (K,) of the parts `row` without their cells y, x."""
    left = parts[row].copy()
    table = _left_over(task.catalogue, layer.plates)
    entry = table[parts["part"][row], parts["turn"][row], y - parts["y"][row], x - parts["x"][row]]
    seen = np.bincount(owner[owner >= 0], weights=layer.code[owner >= 0] > 0, minlength=len(parts))
    hidden = seen[row] == (layer.code[y, x] > 0)
    left["part"], left["turn"] = entry[:, 0], entry[:, 1]
    left["y"] += entry[:, 2]
    left["x"] += entry[:, 3]
    left["colour"] = np.where(hidden, HIDDEN, left["colour"])
    there = np.maximum(left["part"], 0)
    made = np.where(hidden, task.made[there].any(axis=1), task.made[there, left["colour"]])
    left["part"][(left["part"] >= 0) & ~made] = IMPOSSIBLE
    return left


@cache
def _left_over(catalogue: Catalogue, plates: int) -> np.ndarray:
    """(P, 4, Y, X, 4) int16: part, turn and move along y and x of what is left of a part without the cell y, x."""
    forms: dict[tuple[tuple[int, ...], bytes], tuple[int, int]] = {}
    for row in catalogue.packable(plates):
        for turn in catalogue.turns(row):
            mask = catalogue.mask(row, turn)
            forms.setdefault((mask.shape, mask.tobytes()), (row, turn))
    side = int(catalogue.sizes[:, :2].max())
    table = np.full((len(catalogue.parts), 4, side, side, 4), (IMPOSSIBLE, 0, 0, 0), np.int16)
    for row in catalogue.packable(plates):
        for turn in range(4):
            mask = catalogue.mask(row, turn)
            for y, x in np.argwhere(mask):
                left = mask.copy()
                left[y, x] = False
                table[row, turn, y, x] = _named(left, forms)
    return table


def _named(left: np.ndarray, forms: dict[tuple[tuple[int, ...], bytes], tuple[int, int]]) -> tuple[int, int, int, int]:
    """Part, turn, and move along y and x of the cells left."""
    if not left.any():
        return NOTHING, 0, 0, 0
    cells = np.argwhere(left)
    (y, x), (y1, x1) = cells.min(axis=0), cells.max(axis=0) + 1
    trimmed = np.ascontiguousarray(left[y:y1, x:x1])
    part, turn = forms.get((trimmed.shape, trimmed.tobytes()), (IMPOSSIBLE, 0))
    return part, turn, int(y), int(x)


def _keeps_joints(
    row: np.ndarray, owner: np.ndarray, beneath: np.ndarray, y: np.ndarray, x: np.ndarray, rest: np.ndarray
) -> np.ndarray:
    """(K,) bool: the third part vanishes, has nothing under the cell, or lies on that part with another cell too."""
    many = int(beneath.max(initial=-1)) + 2
    joints, cells = np.unique(owner[owner >= 0] * many + beneath[owner >= 0] + 1, return_counts=True)
    under = beneath[y, x]
    joint = np.searchsorted(joints, row * many + under + 1)
    return (rest["part"] == NOTHING) | (under < 0) | (cells[np.minimum(joint, len(cells) - 1)] > 1)
