"""A layout and the units it covers: what lies on what, what lies side by side, and into which pieces it falls.

Units are the grid's brick cells and plate cells. All parts that cells are packed of have studs all over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import footprint_cells
from ..units import PLATES_PER_BRICK


@dataclass(frozen=True)
class Units:
    """Brick cells and plate cells, ascending by z, y, x of their lowest plate.

    shape: of the grid; place (U,) int64: number of the lowest cell; z, y, x, plates (U,) int32: where, and how high;
    code (U,) int32: 0 when hidden, else palette row + 1. on (J, 2): units of which the second lies on the first.
    beside (S, 2): units side by side that one part may cover, as far as height and colour go.
    """

    shape: tuple[int, int, int]
    place: np.ndarray
    z: np.ndarray
    y: np.ndarray
    x: np.ndarray
    plates: np.ndarray
    code: np.ndarray
    on: np.ndarray
    beside: np.ndarray

    @property
    def ground(self) -> np.ndarray:
        """(U,) bool: units that stand on the ground."""
        return self.z == self.z[:1]

    @property
    def level(self) -> np.ndarray:
        """(U,) int32: a number for each lowest plate and height; parts that can share a window have the same."""
        return self.z * (PLATES_PER_BRICK + 1) + self.plates

    def around(self, of_unit: np.ndarray) -> np.ndarray:
        """(U, 2): the value of the units below and above each unit, -1 where there is none; 0 for the ground."""
        found = np.full((len(self.place), 2), -1, np.int64)
        lower, upper = self.on.T
        found[upper, 0], found[lower, 1] = of_unit[lower], of_unit[upper]
        found[self.ground, 0] = 0
        return found


def units_of_grid(grid: Grid) -> Units:
    """The units of a grid and their neighbours."""
    _, deep, wide = grid.shape
    cells = np.concatenate([np.argwhere(grid.brick_cells) * (PLATES_PER_BRICK, 1, 1), np.argwhere(grid.plate_cells)])
    plates = np.full(len(cells), 1, np.int32)
    plates[: np.count_nonzero(grid.brick_cells)] = PLATES_PER_BRICK
    place = (cells[:, 0] * deep + cells[:, 1]) * wide + cells[:, 2]
    order = np.argsort(place, kind="stable")
    place, plates = place[order], plates[order]
    z, y, x = cells[order].T.astype(np.int32)
    code = np.zeros(len(place), np.int32)
    if grid.colour is not None and len(grid.surface.seen):
        seen = grid.surface.seen.astype(np.int64)
        code[np.searchsorted(place, (seen[:, 0] * deep + seen[:, 1]) * wide + seen[:, 2])] = grid.colour + 1
    beside = []
    for step, room in ((1, x < wide - 1), (wide, y < deep - 1)):
        pairs = _pairs(place, np.flatnonzero(room), np.full(len(place), step))
        one, other = code[pairs].T
        alike = (one == other) | (one == 0) | (other == 0)
        beside.append(pairs[alike & (plates[pairs[:, 0]] == plates[pairs[:, 1]])])
    on = _pairs(place, np.arange(len(place)), plates.astype(np.int64) * deep * wide)
    return Units(grid.shape, place, z, y, x, plates, code, on, np.concatenate(beside))


def _pairs(place: np.ndarray, rows: np.ndarray, step: np.ndarray) -> np.ndarray:
    """(K, 2): those of the units `rows` that have another `step` further on, and that one."""
    wanted = place[rows] + step[rows]
    found = np.minimum(np.searchsorted(place, wanted), max(len(place) - 1, 0))
    there = place[found] == wanted
    return np.stack([rows[there], found[there]], axis=1)


@dataclass(frozen=True)
class Built:
    """A layout that covers every unit once; owner (U,) int32: its row on each unit.

    held (U,) bool: units whose parts stay as they are, so that no window has them; None is none.
    """

    units: Units
    layout: np.ndarray
    owner: np.ndarray
    held: np.ndarray | None = None

    def pieces(self, without: np.ndarray | None = None, cut: np.ndarray | None = None) -> np.ndarray:
        """(N,) connected piece of each part: 0 holds the ground, the others go by size; -1 for those `without`.

        without (N,) bool: parts that are taken to be away; cut (J,) bool: rows of units.on that do not hold.
        """
        count, gone = len(self.layout), np.zeros(len(self.layout), bool) if without is None else without
        on = self.units.on if cut is None else self.units.on[~cut]
        lower, upper = self.owner[on].T
        if without is not None:
            stay = ~(gone[lower] | gone[upper])
            lower, upper = lower[stay], upper[stay]
        ground = np.unique(self.owner[self.units.ground])
        ground = ground[~gone[ground]]
        ends = np.concatenate([lower, ground]), np.concatenate([upper, np.full(len(ground), count)])
        graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(count + 1, count + 1))
        label = connected_components(graph, directed=False)[1]
        size = np.bincount(label)
        size[label[:count][gone]] = 0
        size[label[count]] = count + 1
        number = np.empty(len(size), np.int64)
        number[np.argsort(-size, kind="stable")] = np.arange(len(size))
        return np.where(gone, -1, number[label[:count]])

    def window(self, units: np.ndarray, reach: int) -> np.ndarray:
        """The units of all parts that lie on the level of some units (side by side) and come that near to them."""
        on = self.units
        _, deep, wide = on.shape
        z = int(on.z[units[0]])
        low, high = np.searchsorted(on.place, np.array([z, z + 1]) * (deep * wide))
        level = np.arange(low, high)[on.plates[low:high] == on.plates[units[0]]]
        near = np.ones(len(level), bool)
        for axis in (on.y, on.x):
            at = axis[level]
            near &= (at >= axis[units].min() - reach) & (at <= axis[units].max() + reach)
        inside = np.zeros(len(self.layout), bool)
        inside[self.owner[level[near]]] = True
        if self.held is not None:
            inside[self.owner[self.held]] = False
        return level[inside[self.owner[level]]]

    def exchanged(self, gone: np.ndarray, new: np.ndarray, owner: np.ndarray, unit: np.ndarray) -> Built:
        """With other parts in the place of some: gone (N,) bool, new layout rows, and which of them has which unit."""
        number = np.cumsum(~gone, dtype=np.int32) - 1
        owners = number[self.owner]
        owners[unit] = np.count_nonzero(~gone) + owner
        return Built(self.units, np.concatenate([self.layout[~gone], new]), owners, self.held)


def built(layout: np.ndarray, grid: Grid, catalogue: Catalogue, held: int = 0) -> Built:
    """A layout that covers every cell of the grid once, with parts no higher than its units.

    held: how many of the first parts stay as they are.
    """
    units = units_of_grid(grid)
    part, x, y = footprint_cells(layout, catalogue)
    _, deep, wide = units.shape
    owner = np.zeros(len(units.place), np.int32)
    owner[np.searchsorted(units.place, (layout["z"][part].astype(np.int64) * deep + y) * wide + x)] = part
    return Built(units, layout, owner, owner < held if held else None)
