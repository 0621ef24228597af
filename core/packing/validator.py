"""Judges any layout: does it build exactly the grid, of parts that exist?"""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import extents, footprint_cells
from ..units import PLATES_PER_BRICK


def problems(layout: np.ndarray, grid: Grid, catalogue: Catalogue, made: np.ndarray) -> tuple[str, ...]:
    """What is wrong with the layout, in words; nothing if every cell is covered once, in its colour.

    made (P, C) bool: part made in palette colour.
    """
    outside = _outside(layout, grid, catalogue)
    if outside.any():
        return (f"{outside.sum()} parts reach out of the grid",)
    owner = np.full(grid.shape, -1, np.int64)
    covered = np.zeros(grid.shape, np.int32)
    part, x, y = footprint_cells(layout, catalogue)
    height = extents(layout, catalogue)[:, 2]
    for level in range(PLATES_PER_BRICK):
        here = height[part] > level
        place = (layout["z"][part[here]] + level, y[here], x[here])
        np.add.at(covered, place, 1)
        owner[place] = part[here]
    found = {
        "cells are covered twice": covered > 1,
        "cells outside the model are covered": (covered > 0) & ~grid.filled,
        "cells of the model are not covered": (covered == 0) & grid.filled,
    }
    words = [f"{np.count_nonzero(where)} {what}" for what, where in found.items() if where.any()]
    if not words:
        words += _colour_problems(layout, grid, owner, made)
    return tuple(words)


def _outside(layout: np.ndarray, grid: Grid, catalogue: Catalogue) -> np.ndarray:
    low = np.stack([layout["x"], layout["y"], layout["z"]], axis=1)
    return ((low < 0) | (low + extents(layout, catalogue) > np.array(grid.shape)[::-1])).any(axis=1)


def _colour_problems(layout: np.ndarray, grid: Grid, owner: np.ndarray, made: np.ndarray) -> list[str]:
    unmade = ~made[layout["part"], layout["colour"]]
    words = [f"{unmade.sum()} parts were never made in their colour"] if unmade.any() else []
    if grid.colour is not None and len(grid.surface.seen):
        wrong = layout["colour"][owner[tuple(grid.surface.seen.T)]] != grid.colour
        words += [f"{wrong.sum()} visible units have another part's colour"] if wrong.any() else []
    return words
