"""What is inside: a shell of a given thickness, or bricks throughout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .grid import Grid, enclosed
from .units import PLATES_PER_BRICK


def solid(grid: Grid) -> Grid:
    """The grid without enclosed air: every empty cell that is shut in is filled."""
    filled = grid.filled | enclosed(grid.filled)
    return replace(grid, filled=filled)


def shell(grid: Grid, thickness: int) -> Grid:
    """The grid with only what lies within `thickness` steps of the outside: studs sideways, bricks upwards.

    A step goes through a face, so depth is counted as in a 6-neighbour erosion. A solid cube of 20 cells keeps
    20^3 - 14^3 with a thickness of 3. Real cavities of the mesh stay open.
    """
    closed = grid.filled | enclosed(grid.filled)
    bricks = closed.reshape(-1, PLATES_PER_BRICK, *closed.shape[1:]).all(axis=1)
    core = eroded(bricks, thickness)
    return replace(grid, filled=grid.filled & ~np.repeat(core, PLATES_PER_BRICK, axis=0))


def eroded(cells: np.ndarray, steps: int) -> np.ndarray:
    """(Z, Y, X) bool: cells more than `steps` faces away from the next empty cell; beyond the array all is empty."""
    for _ in range(steps):
        around = np.pad(cells, 1)
        cells = (
            cells
            & around[:-2, 1:-1, 1:-1]
            & around[2:, 1:-1, 1:-1]
            & around[1:-1, :-2, 1:-1]
            & around[1:-1, 2:, 1:-1]
            & around[1:-1, 1:-1, :-2]
            & around[1:-1, 1:-1, 2:]
        )
    return cells


def hollow_out_ratio(kept: np.ndarray, full: np.ndarray) -> float:
    """1 - V(kept) / V(solid), spec 5.6 (T)."""
    total = int(np.count_nonzero(full))
    return 1 - int(np.count_nonzero(kept)) / total if total else 0.0
