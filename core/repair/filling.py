"""More bricks where nobody sees them: pillars from the floor of a cavity to its ceiling, and thicker walls."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter

from ..grid import Grid, enclosed
from ..layout import owners
from ..packing.built import Built, units_of_grid
from ..packing.recovering import PART, candidates_of, cheapest_cover, meeting, recovered
from ..packing.task import PackingTask
from ..structure.statics.constants import CONSTANTS
from ..units import PLATES_PER_BRICK
from .bearing import Bearing, lift_of, moved

_WIDTHS = (2, 1)  # studs of a pillar's sides; thinner ones only where no other fits
_AROUND = 8  # studs from a spot to the pillars that may help there
_WALL = 4  # studs from a spot to where walls get thicker; upwards half as many bricks
_MIXED = 0.5 * PART  # what a part is worth that joins new cells to old ones
_LOOSE = 2 * PART  # what a piece costs that nothing ties
_SECONDS = 2.0  # for one integer program


@dataclass(frozen=True)
class Filled:
    """The task with more cells, and the layout that covers them too."""

    task: PackingTask
    state: Built


@dataclass(frozen=True)
class _Columns:
    """Upright prisms of empty cells that are shut in, `width` studs wide and deep, from floor to ceiling.

    x, y, low, high (C,): lowest corner, first plate and the plate after the last; floor, ceiling (C,): rows of parts.
    """

    width: int
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray

    def cells(self, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """(Z, Y, X) bool: those of one column."""
        x, y, w = self.x[number], self.y[number], self.width
        found = np.zeros(shape, bool)
        found[self.low[number] : self.high[number], y : y + w, x : x + w] = True
        return found


def pillar_at(state: Built, task: PackingTask, bearing: Bearing, spot: np.ndarray) -> np.ndarray | None:
    """(Z, Y, X) bool: cells of the pillar near a spot whose ends would move most towards or from each other."""
    number = np.full(len(state.layout), -1)
    number[bearing.rows] = np.arange(len(bearing.rows))
    for width in _WIDTHS:
        found = _columns(state, task, width)
        middle = np.stack([found.x, found.y], axis=1) + width / 2
        ends = number[found.floor], number[found.ceiling]
        level = (found.low - PLATES_PER_BRICK * _AROUND <= spot[2]) & (
            spot[2] <= found.high + PLATES_PER_BRICK * _AROUND
        )
        near = np.flatnonzero((abs(middle - spot[:2]) <= _AROUND).all(axis=1) & level & (np.minimum(*ends) >= 0))
        if not len(near):
            continue
        lift, steps = lift_of(bearing.model, bearing.state), []
        for end, plate in zip(ends, (found.low, found.high), strict=True):
            place = np.column_stack([middle, plate * CONSTANTS.plate_pitches])[near]
            steps.append(moved(lift[end[near]], bearing.model.middle[end[near]], place)[:, 2])
        best = near[np.argmax(abs(steps[0] - steps[1]))]
        return found.cells(int(best), task.grid.shape)
    return None


def pillars_for_loose(state: Built, task: PackingTask, loose: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: cells of one pillar for each piece that hangs on nothing and can get one.

    loose (N,): the piece of each part, 0 for what reaches the ground.
    """
    cells = np.zeros(task.grid.shape, bool)
    served = np.zeros(int(loose.max(initial=0)) + 1, bool)
    for width in _WIDTHS:
        found = _columns(state, task, width)
        ends = loose[found.floor], loose[found.ceiling]
        joining = np.flatnonzero((ends[0] == 0) != (ends[1] == 0))
        for number in joining[np.argsort((found.high - found.low)[joining], kind="stable")].tolist():
            piece = int(max(ends[0][number], ends[1][number]))
            if not served[piece]:
                served[piece] = True
                cells |= found.cells(number, cells.shape)
    return cells


def wall_at(task: PackingTask, spot: np.ndarray, reach: int = _WALL) -> np.ndarray | None:
    """(Z, Y, X) bool: brick cells within so many studs of a spot that make the walls one stud thicker inside."""
    grid = task.grid
    room = enclosed(grid.filled).reshape(-1, PLATES_PER_BRICK, *grid.shape[1:]).all(axis=1)
    solid = grid.filled.reshape(-1, PLATES_PER_BRICK, *grid.shape[1:]).any(axis=1)
    beside = maximum_filter(solid, (1, 3, 3))
    x, y, z = spot
    layer, row, column = np.indices(room.shape, sparse=True)
    near = (abs(column + 0.5 - x) <= reach) & (abs(row + 0.5 - y) <= reach)
    near = near & (abs(layer + 0.5 - z / PLATES_PER_BRICK) <= reach / 2)
    cells = np.repeat(room & beside & near, PLATES_PER_BRICK, axis=0)
    return cells if cells.any() else None


def _columns(state: Built, task: PackingTask, width: int) -> _Columns:
    room = enclosed(task.grid.filled).transpose(1, 2, 0)
    step = np.diff(room.astype(np.int8), axis=2, prepend=0, append=0)
    y, x, low = np.nonzero(step > 0)
    high = np.nonzero(step < 0)[2]
    top = np.zeros(task.grid.shape, np.int32)
    top[low, y, x] = high
    room_y, room_x = (size - width + 1 for size in top.shape[1:])
    corner = top[:, :room_y, :room_x]
    even = corner > 0
    for dy in range(width):
        for dx in range(width):
            even &= top[:, dy : dy + room_y, dx : dx + room_x] == corner
    low, y, x = np.nonzero(even)
    high = corner[even]
    owner = owners(state.layout, task.catalogue, task.grid.shape)
    return _Columns(width, x, y, low, high, owner[low - 1, y, x], owner[high, y, x])


def filled_more(
    state: Built, task: PackingTask, cells: np.ndarray, rng: np.random.Generator, mixed: bool
) -> Filled | None:
    """With more cells (Z, Y, X) bool, all inside; None where they can't be covered.

    mixed: whether the parts beside them are taken out, so that new ones reach over both.
    """
    grid = _with_cells(task.grid, cells)
    units = units_of_grid(grid)
    old = np.searchsorted(units.place, state.units.place)
    fresh = np.ones(len(units.place), bool)
    fresh[old] = False
    # What covers the new cells until they are covered is no part; it is replaced at once.
    owner = np.full(len(units.place), len(state.layout), np.int32)
    owner[old] = state.owner
    blank = Built(units, np.concatenate([state.layout, np.zeros(1, state.layout.dtype)]), owner)
    task = replace(task, grid=grid)
    taken = fresh.copy()
    if mixed:
        gone = np.zeros(len(blank.layout), bool)
        one, other = units.beside.T
        gone[owner[one[fresh[other]]]] = True
        gone[owner[other[fresh[one]]]] = True
        taken |= gone[owner]
    window = np.flatnonzero(taken)
    window = window[np.argsort(units.level[window], kind="stable")]
    windows = np.split(window, np.flatnonzero(np.diff(units.level[window])) + 1)
    without = np.zeros(len(blank.layout), bool)
    without[owner[window]] = True
    candidates = candidates_of(task, units, windows)
    met = meeting(candidates.owner, candidates.unit, units.around(blank.pieces(without)[owner]))
    share = np.bincount(candidates.owner, fresh[candidates.unit]) / np.bincount(candidates.owner)
    bonus = np.where((share > 0) & (share < 1), _MIXED, 0.0)
    chosen = cheapest_cover(candidates, met, np.full(len(share), _LOOSE), rng, _SECONDS, bonus)
    if not len(chosen):
        return None
    return Filled(task, recovered(blank, windows, candidates, chosen, np.ones(len(windows), bool)))


def _with_cells(grid: Grid, cells: np.ndarray) -> Grid:
    """The grid with more cells, bricks where a whole brick cell is new."""
    new = cells.reshape(-1, PLATES_PER_BRICK, *cells.shape[1:])
    plates = (grid.plates & ~new.all(axis=1)) | (new.any(axis=1) & ~new.all(axis=1))
    return replace(grid, filled=grid.filled | cells, plates=plates)
