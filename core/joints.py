"""Joints that no packing can make without help: brick cells are built from plates where a piece has no other hold.

Two units hang together if one lies on the other, or if one part may cover both: side by side, equally high, in one
colour. A brick beside plates is neither, so a nose that is one brick long falls off a face that is built from plates.
Built from three plates in its place, it looks the same, and a plate can reach across.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .catalogue.parts import Catalogue
from .grid import Grid, units_of
from .packing.built import Units, units_of_grid
from .units import PLATES_PER_BRICK

_ROUNDS = 8  # a piece may have to be joined to another one that is loose, too


def with_joints(grid: Grid, catalogue: Catalogue, made: np.ndarray) -> Grid:
    """The grid with plates in the place of some bricks, so that fewer of its pieces must stay apart.

    Cells and colours stay as they are. made (P, C) bool: part made in palette colour.
    """
    if not catalogue.has_single(1):
        return grid
    long = np.stack([_long_parts(catalogue, made, plates) for plates in (1, PLATES_PER_BRICK)])
    units = units_of_grid(grid)
    piece = _pieces(units, long)
    for _ in range(_ROUNDS):
        split = _worth_splitting(grid, units, piece, long[0]) if piece.any() else units.place[:0]
        if not len(split):
            break
        other = _of_plates(grid, units, split)
        units_after = units_of_grid(other)
        piece_after = _pieces(units_after, long)
        if piece_after.max() >= piece.max():
            break
        grid, units, piece = other, units_after, piece_after
    return grid


def _long_parts(catalogue: Catalogue, made: np.ndarray, plates: int) -> np.ndarray:
    """(C + 1,) bool: whether parts of this height cover two cells in each colour; the first is that of hidden ones."""
    rows = [row for row in catalogue.packable(plates) if row not in catalogue.singles(plates)]
    return np.concatenate([[bool(rows)], made[rows].any(axis=0)])


def _pieces(units: Units, long: np.ndarray) -> np.ndarray:
    """(U,) which units can hang together: 0 with the ground. long (2, C + 1): of plates and of bricks."""
    count = len(units.place)
    one, other = units.beside.T
    spans = long[(units.plates[one] > 1).astype(int), np.maximum(units.code[one], units.code[other])]
    standing = np.flatnonzero(units.ground)
    ends = [
        np.concatenate([units.on[:, side], units.beside[spans, side], rest])
        for side, rest in enumerate((standing, np.full(len(standing), count)))
    ]
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(count + 1, count + 1))
    label = connected_components(graph, directed=False)[1]
    # The ground is the last node; its piece changes places with the first.
    first, ground = label == 0, label == label[count]
    label[first], label[ground] = label[count], 0
    return label[:count]


def _worth_splitting(grid: Grid, units: Units, piece: np.ndarray, long: np.ndarray) -> np.ndarray:
    """Rows of brick units, one for each piece that they can join to another; piece (U,), long (C + 1,): of plates."""
    _, deep, wide = units.shape
    seen = np.zeros(grid.shape, bool)
    seen[tuple(grid.surface.cells.T)] = True
    # What neither lies nor carries hangs on its neighbours, and would lose them as plates.
    held = np.bincount(piece)[piece] == 1
    held[units.on.ravel()] = True
    held[units.ground] = True
    bricks = np.flatnonzero((units.plates == PLATES_PER_BRICK) & held)
    x, y, of = units.x[bricks], units.y[bricks], piece[bricks]
    sides = ((1, x < wide - 1), (-1, x > 0), (wide, y < deep - 1), (-wide, y > 0))
    joined, by = [], []
    for height in range(PLATES_PER_BRICK):
        code = np.where(seen[units.z[bricks] + height, y, x], units.code[bricks], 0)
        for step, room in sides:
            wanted = units.place[bricks] + height * deep * wide + step
            near = np.minimum(np.searchsorted(units.place, wanted), len(units.place) - 1)
            beside = room & (units.place[near] == wanted) & (units.plates[near] == 1) & (piece[near] != of)
            other = units.code[near]
            alike = ((code == other) | (code == 0) | (other == 0)) & long[np.maximum(code, other)]
            joined.append(np.maximum(of, piece[near])[beside & alike])
            by.append(bricks[beside & alike])
    return np.unique(np.concatenate(by)[np.unique(np.concatenate(joined), return_index=True)[1]])


def _of_plates(grid: Grid, units: Units, split: np.ndarray) -> Grid:
    """The grid with brick units `split` (K,) built from plates, in their colours."""
    plates = grid.plates.copy()
    plates[units.z[split] // PLATES_PER_BRICK, units.y[split], units.x[split]] = True
    surface = grid.surface
    seen, unit = units_of(surface.cells, plates)
    before = surface.unit[np.unique(unit, return_index=True)[1]]
    colour = None if grid.colour is None else grid.colour[before]
    surface = replace(surface, seen=seen, unit=unit, of_unit=surface.of_unit[before])
    return replace(grid, plates=plates, colour=colour, surface=surface)
