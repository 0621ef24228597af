"""The shape itself thickened under overhangs: the boundary above, drawn in by one stud a layer (T, 7.4 and 7.5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from ..grid import Grid, Surface, enclosed, units_of, visible
from ..units import PLATES_PER_BRICK
from .overhangs import hanging_cells

_AROUND = np.ones((3, 3), bool)
_SAME_COLUMN = 1000.0  # a stud aside counts as so many plates: an underside's colour goes straight down


def offset_layers(layers: np.ndarray) -> np.ndarray:
    """(L, Y, X) bool: cells to add below overhangs of more than one stud, until every span is 1.

    layers (L, Y, X) bool. Under a layer that hangs over by n studs come cells up to n - 1 studs out, then n - 2, and
    so on. Regions that rest on nothing at all get nothing: they need supports. What is enclosed stays as it is.
    """
    grown = layers.copy()
    closed = enclosed(layers)
    for layer in range(len(layers) - 1, 0, -1):
        grown[layer - 1] |= _drawn_in(grown[layer], grown[layer - 1]) & ~closed[layer - 1]
    return grown & ~layers


def _drawn_in(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """(Y, X) bool: cells of the upper layer that hang over the lower one, but for the outermost."""
    hanging = upper & ~lower
    reached = upper & lower
    inner = np.zeros_like(upper)
    front = reached
    while front.any():
        # A cell that others follow, further out, is no outermost one.
        ahead = ndimage.binary_dilation(front, _AROUND) & hanging & ~reached
        inner |= ndimage.binary_dilation(ahead, _AROUND) & front & hanging
        reached = reached | ahead
        front = ahead
    return inner


def offset_cells(grid: Grid) -> np.ndarray:
    """(Z, Y, X) bool: plate cells to add to the grid so that no brick layer hangs over by more than a stud.

    Whole brick cells, down from the underside of what they hold.
    """
    bricks = grid.filled.reshape(-1, PLATES_PER_BRICK, *grid.filled.shape[1:])
    added = offset_layers(bricks.any(axis=1))
    # Where the underside above begins within a brick cell, the gap is closed too.
    gap = np.zeros_like(added)
    gap[1:] = bricks[1:].any(axis=1) & added[:-1]
    below = np.maximum.accumulate(bricks[:, ::-1], axis=1)[:, ::-1]
    closing = gap[:, None] & below & ~bricks
    return (np.broadcast_to(added[:, None], bricks.shape) | closing).reshape(grid.filled.shape)


def with_offset(grid: Grid, added: np.ndarray) -> Grid:
    """The grid with the added cells (Z, Y, X) bool; what is seen of them has the mesh's colour of what is above."""
    filled = grid.filled | added
    bricks = filled.reshape(-1, PLATES_PER_BRICK, *filled.shape[1:])
    touched = added.reshape(bricks.shape).any(axis=1)
    plates = grid.plates | (touched & ~bricks.all(axis=1))
    cells = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(cells, plates)
    old = grid.surface
    cell_from = _sources(cells, old.cells, added, grid.filled)
    unit_from = _sources(seen, old.seen, added, grid.filled)
    surface = Surface(cells, unit, old.of_cell[cell_from], seen, old.of_unit[unit_from], old.lost_share)
    colour = None if grid.colour is None else grid.colour[unit_from]
    return replace(grid, filled=filled, plates=plates, surface=surface, colour=colour)


def _sources(places: np.ndarray, known: np.ndarray, added: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """(N,) row of `known` (M, 3) whose colour a place (N, 3) takes: its own, or that of the underside above it."""
    scale = np.array([1.0, _SAME_COLUMN, _SAME_COLUMN])
    row = cKDTree(known * scale).query(places * scale)[1]
    new = added[tuple(places.T)]
    under = np.flatnonzero(hanging_cells(filled)[tuple(known.T)])
    if new.any() and len(under):
        row[new] = under[cKDTree(known[under] * scale).query(places[new] * scale)[1]]
    return row
