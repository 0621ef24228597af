"""Walls thinner than half a cell, which the half-area rule alone would lose."""

from __future__ import annotations

import numpy as np

_GRAZED = 0.1  # below this share of its area a cell holds nothing worth keeping


def thin_cells(shares: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """(L, Y, X) bool: unfilled cells to be filled so that thin walls stay.

    shares (L, Y, X) in 0..1; filled: those from one half up. A cell stays if it has at least the share of both its
    neighbours along x or along y, more than one of them, and no filled neighbour in its layer: the rim of something
    thick never does. So that a fin does not come off, cells between such a cell and a filled one stay too.
    """
    grazed = (shares >= _GRAZED) & ~filled
    ridge = np.zeros_like(filled)
    for axis in (1, 2):
        before, after = _neighbours(shares, axis)
        ridge |= (shares >= before) & (shares >= after) & ((shares > before) | (shares > after))
    ridge &= grazed
    kept = ridge & ~_beside(filled)
    return kept | (ridge & _beside(filled) & _beside(kept))


def _neighbours(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The values one cell before and after along an axis; beyond the layer they are 0."""
    padded = np.pad(values, [(1, 1) if i == axis else (0, 0) for i in range(3)])
    before = tuple(slice(0, -2) if i == axis else slice(None) for i in range(3))
    after = tuple(slice(2, None) if i == axis else slice(None) for i in range(3))
    return padded[before], padded[after]


def _beside(cells: np.ndarray) -> np.ndarray:
    """Cells with one of `cells` beside them in their layer."""
    return np.logical_or.reduce([side for axis in (1, 2) for side in _neighbours(cells, axis)])
