"""What is inside: nothing but walls and floors, a shell of a given thickness, or bricks throughout."""

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


def hollow(grid: Grid, wall: int) -> Grid:
    """The grid with walls `wall` studs thick and single floors and ceilings, layer by layer, spec 5.4 (T).

    Of the region Rc of a brick layer stay its rim, what the region Ru above does not cover, what lies under the rim of
    Ru, what the region below does not carry, and what lies on the rim of that. This holds all four fill cases of the
    source: Ru inside Rc, across its border, around it, or apart from it. The source looks upwards only; then walls that
    lean outwards have nothing to stand on.
    """
    closed = grid.filled | enclosed(grid.filled)
    bricks = closed.reshape(-1, PLATES_PER_BRICK, *closed.shape[1:]).any(axis=1)
    nothing = np.zeros_like(bricks[:1])
    above, below = np.concatenate([bricks[1:], nothing]), np.concatenate([nothing, bricks[:-1]])
    rim = bricks & ~eroded(bricks, wall, flat=True)
    rim_above, rim_below = np.concatenate([rim[1:], nothing]), np.concatenate([nothing, rim[:-1]])
    kept = rim | (bricks & (~above | rim_above | ~below | rim_below))
    # A brick cell that is only partly filled is all surface.
    kept |= ~closed.reshape(-1, PLATES_PER_BRICK, *closed.shape[1:]).all(axis=1)
    return replace(grid, filled=grid.filled & np.repeat(kept, PLATES_PER_BRICK, axis=0))


def eroded(cells: np.ndarray, steps: int, flat: bool = False) -> np.ndarray:
    """(Z, Y, X) bool: cells more than `steps` faces away from the next empty cell; beyond the array all is empty.

    flat: steps stay in their layer.
    """
    middle = (slice(1, -1),) * 3
    for _ in range(steps):
        around = np.pad(cells, 1)
        for axis in (1, 2) if flat else (0, 1, 2):
            for side in (slice(0, -2), slice(2, None)):
                cells = cells & around[tuple(side if i == axis else middle[i] for i in range(3))]
    return cells


def hollow_out_ratio(kept: np.ndarray, full: np.ndarray) -> float:
    """1 - V(kept) / V(solid), spec 5.6 (T)."""
    total = int(np.count_nonzero(full))
    return 1 - int(np.count_nonzero(kept)) / total if total else 0.0
