"""The cells of a model: which are filled, which of them are seen, and in what colour.

A cell is 1 stud x 1 stud x 1 plate (8 x 8 x 3.2 mm); arrays are indexed [z, y, x]. Three plate layers make a
brick layer, counted from z = 0 for the whole model. A *unit* is what one 1x1 part would fill: a brick cell
(three cells high), or a single cell where the model is built from plates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from .units import PLATES_PER_BRICK


@dataclass(frozen=True)
class Surface:
    """The mesh's mean colour, linear RGB float32, where it is seen.

    cells (M, 3) int32: z, y, x of visible cells; unit (M,): row in seen; of_cell (M, 3);
    seen (N, 3) int32: lowest cells of visible units, ascending; of_unit (N, 3). lost_share: how much of the surface
    has no cell behind it.
    """

    cells: np.ndarray
    unit: np.ndarray
    of_cell: np.ndarray
    seen: np.ndarray
    of_unit: np.ndarray
    lost_share: float = 0.0


@dataclass(frozen=True)
class Grid:
    """Cells, and the colours of the visible units.

    filled (Z, Y, X) bool, Z a multiple of 3. plates (Z / 3, Y, X) bool: brick cells that are built from plates.
    surface: the mesh's colours on the visible units. colour (N,) int16: palette row of each visible unit, or None
    before the colour stage.
    """

    filled: np.ndarray
    plates: np.ndarray
    surface: Surface
    colour: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(plates high, studs deep, studs wide)."""
        high, deep, wide = self.filled.shape
        return high, deep, wide

    @property
    def brick_cells(self) -> np.ndarray:
        """(Z / 3, Y, X) bool: brick cells that are filled and built from bricks."""
        return self.filled[::PLATES_PER_BRICK] & ~self.plates

    @property
    def plate_cells(self) -> np.ndarray:
        """(Z, Y, X) bool: filled cells that are built from plates."""
        return self.filled & np.repeat(self.plates, PLATES_PER_BRICK, axis=0)


def without_cells(grid: Grid, lost: np.ndarray) -> Grid:
    """The grid without the units that have cells in `lost` (Z, Y, X) bool, and without their colours."""
    unit_stays = ~lost[tuple(grid.surface.seen.T)]
    cell_stays = unit_stays[grid.surface.unit]
    number = np.cumsum(unit_stays) - 1
    surface = replace(
        grid.surface,
        cells=grid.surface.cells[cell_stays],
        unit=number[grid.surface.unit[cell_stays]],
        of_cell=grid.surface.of_cell[cell_stays],
        seen=grid.surface.seen[unit_stays],
        of_unit=grid.surface.of_unit[unit_stays],
    )
    colour = None if grid.colour is None else grid.colour[unit_stays]
    return replace(grid, filled=grid.filled & ~lost, surface=surface, colour=colour)


def enclosed(filled: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: empty cells that no way through faces of cells joins to the outside."""
    padded = np.pad(~filled, 1, constant_values=True)
    label, count = ndimage.label(padded)
    if count <= 1:
        return np.zeros(filled.shape, bool)
    return (padded & (label != label[0, 0, 0]))[1:-1, 1:-1, 1:-1]


def with_face_on(
    cells: np.ndarray, others: np.ndarray, outside: bool = False, axes: tuple[int, ...] = (0, 1, 2)
) -> np.ndarray:
    """(Z, Y, X) bool: `cells` that share a face with one of `others` along one of the axes.

    outside: whether what lies beyond the array is one of the others.
    """
    around = np.pad(others, 1, constant_values=outside)
    inner = (slice(1, -1),) * 3
    touching = np.zeros(cells.shape, bool)
    for axis in axes:
        for side in (slice(0, -2), slice(2, None)):
            touching |= around[tuple(side if i == axis else inner[i] for i in range(3))]
    return cells & touching


def visible(filled: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: filled cells with a face on the outside air."""
    return with_face_on(filled, ~filled & ~enclosed(filled), outside=True)


def units_of(cells: np.ndarray, plates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The units that cells (M, 3) z, y, x belong to: lowest cell of each (N, 3) ascending, and its row (M,)."""
    z, y, x = cells.astype(np.int64).T
    lowest = np.where(plates[z // PLATES_PER_BRICK, y, x], z, z - z % PLATES_PER_BRICK)
    shape = (plates.shape[0] * PLATES_PER_BRICK, *plates.shape[1:])
    units, row = np.unique(np.ravel_multi_index((lowest, y, x), shape), return_inverse=True)
    return np.stack(np.unravel_index(units, shape), axis=1).astype(np.int32), row.reshape(-1)


def unit_heights(seen: np.ndarray, plates: np.ndarray) -> np.ndarray:
    """(N,) how many plates high the units of lowest cells `seen` (N, 3) are: 1 or 3."""
    z, y, x = seen.T
    return np.where(plates[z // PLATES_PER_BRICK, y, x], 1, PLATES_PER_BRICK)
