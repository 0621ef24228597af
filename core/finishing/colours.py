"""The colours that parts exchanged at the surface must have."""

from __future__ import annotations

import numpy as np

from ..grid import Grid, units_of


def colour_codes(grid: Grid) -> np.ndarray:
    """(Z, Y, X) int16: 0 where any colour may be built, else palette row + 1 of the cell's visible unit."""
    code = np.zeros(grid.shape, np.int16)
    if grid.colour is None or not len(grid.surface.seen):
        return code
    of_unit = np.zeros(grid.shape, np.int16)
    of_unit[tuple(grid.surface.seen.T)] = grid.colour + 1
    cells = np.argwhere(grid.filled)
    units, row = units_of(cells, grid.plates)
    code[grid.filled] = of_unit[tuple(units.T)][row]
    return code
