"""The cells of a model: which are filled, which of them are seen, and in what colour.

A cell is 1 stud x 1 stud x 1 plate (8 x 8 x 3.2 mm); arrays are indexed [z, y, x]. Three plate layers make a
brick layer, counted from z = 0 for the whole model. A *unit* is what one 1x1 part would fill: a brick cell
(three cells high), or a single cell where the model is built from plates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .units import PLATES_PER_BRICK


@dataclass(frozen=True)
class Grid:
    """Cells, and the colours of the visible units.

    filled (Z, Y, X) bool, Z a multiple of 3. plates (Z / 3, Y, X) bool: brick cells that are built from plates.
    seen (N, 3) int32: z, y, x of the lowest cell of each visible unit, ascending. surface (N, 3) float32: linear
    RGB of the mesh there. colour (N,) int16: palette row, or None before the colour stage.
    """

    filled: np.ndarray
    plates: np.ndarray
    seen: np.ndarray
    surface: np.ndarray
    colour: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(plates high, studs deep, studs wide)."""
        z, y, x = self.filled.shape
        return z, y, x

    @property
    def brick_cells(self) -> np.ndarray:
        """(Z / 3, Y, X) bool: brick cells that are filled and built from bricks."""
        return self.filled[::PLATES_PER_BRICK] & ~self.plates

    @property
    def plate_cells(self) -> np.ndarray:
        """(Z, Y, X) bool: filled cells that are built from plates."""
        return self.filled & np.repeat(self.plates, PLATES_PER_BRICK, axis=0)


def enclosed(filled: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: empty cells that no way through faces of cells joins to the outside."""
    padded = np.pad(~filled, 1, constant_values=True)
    label, count = ndimage.label(padded)
    if count <= 1:
        return np.zeros(filled.shape, bool)
    return (padded & (label != label[0, 0, 0]))[1:-1, 1:-1, 1:-1]


def with_face_on(cells: np.ndarray, others: np.ndarray, outside: bool = False) -> np.ndarray:
    """(Z, Y, X) bool: `cells` that share a face with one of `others`; `outside`: what lies beyond the array."""
    around = np.pad(others, 1, constant_values=outside)
    inner = (slice(1, -1),) * 3
    touching = np.zeros(cells.shape, bool)
    for axis in range(3):
        for side in (slice(0, -2), slice(2, None)):
            touching |= around[tuple(side if i == axis else inner[i] for i in range(3))]
    return cells & touching


def visible(filled: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: filled cells with a face on the outside air."""
    return with_face_on(filled, ~filled & ~enclosed(filled), outside=True)
