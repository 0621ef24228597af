"""Where supports have room: the empty brick cells around a model, and what of it they can stand on or hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import enclosed
from ..layout import extents, footprint_cells, owners
from ..units import PLATES_PER_BRICK

NO_BASE = -1


@dataclass(frozen=True)
class Space:
    """What the parts leave free. Supports are bricks in brick layers; plates close the gaps to the model.

    occupied (Z, Y, X) bool: plate cells that parts take; takes_stud: those that take a stud from below; stud: those
    with a stud on top that supports may stand on.
    """

    occupied: np.ndarray
    takes_stud: np.ndarray
    stud: np.ndarray

    @cached_property
    def free(self) -> np.ndarray:
        """(L, Y, X) bool: brick cells without any part in them."""
        return ~self._bricks.any(axis=1)

    @cached_property
    def base(self) -> np.ndarray:
        """(L, Y, X) int8: by how many plates what stands in a brick cell falls short of its top, 0 to 2.

        NO_BASE where the cell is free, or nothing can stand on what is in it.
        """
        found = np.full(self.free.shape, NO_BASE, np.int8)
        studs = self.stud.reshape(self._bricks.shape)
        above = np.zeros_like(self.free)
        for short in range(PLATES_PER_BRICK):
            top = self._bricks[:, -1 - short]
            found[top & ~above & studs[:, -1 - short]] = short
            above |= top
        return found

    @cached_property
    def under(self) -> np.ndarray:
        """(L, Y, X) bool: free brick cells directly below a part, which their studs would hold."""
        above = np.zeros_like(self.free)
        above[:-1] = self._bricks[1:, 0]
        return self.free & above

    @cached_property
    def beside(self) -> np.ndarray:
        """(L, Y, X) bool: free brick cells with a part at one of their four sides."""
        padded = np.pad(~self.free, ((0, 0), (1, 1), (1, 1)))
        sides = padded[:, :-2, 1:-1] | padded[:, 2:, 1:-1] | padded[:, 1:-1, :-2] | padded[:, 1:-1, 2:]
        return self.free & sides

    @property
    def _bricks(self) -> np.ndarray:
        return self.occupied.reshape(-1, PLATES_PER_BRICK, *self.occupied.shape[1:])


def space_of(
    layout: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int], standing: np.ndarray | None = None
) -> Space:
    """The room that a layout leaves in a grid of this shape; below its lowest part is the ground.

    standing (N,) bool: parts that supports may stand on; None for all.
    """
    occupied = owners(layout, catalogue, shape) >= 0
    takes_stud, stud = np.zeros(shape, bool), np.zeros(shape, bool)
    row, x, y = footprint_cells(layout, catalogue, "tubes")
    takes_stud[layout["z"][row], y, x] = True
    row, x, y = footprint_cells(layout, catalogue, "studs")
    here = slice(None) if standing is None else standing[row]
    top = layout["z"] + extents(layout, catalogue)[:, 2] - 1
    stud[top[row[here]], y[here], x[here]] = True
    ground = layout["z"].min()
    occupied[:ground] = stud[:ground] = True
    return Space(occupied, takes_stud, stud)


def inside(layout: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int]) -> np.ndarray:
    """(Z, Y, X) bool: empty cells that the parts close in."""
    return enclosed(owners(layout, catalogue, shape) >= 0)


def shifted(cells: np.ndarray, dy: int, dx: int, beyond: float | bool) -> np.ndarray:
    """The array whose [..., y, x] is that of `cells` at [..., y + dy, x + dx], or `beyond` outside."""
    moved = np.full_like(cells, beyond)
    deep, wide = cells.shape[-2:]
    to_y, from_y = slice(max(0, -dy), deep - max(0, dy)), slice(max(0, dy), deep - max(0, -dy))
    to_x, from_x = slice(max(0, -dx), wide - max(0, dx)), slice(max(0, dx), wide - max(0, -dx))
    if abs(dy) < deep and abs(dx) < wide:
        moved[..., to_y, to_x] = cells[..., from_y, from_x]
    return moved
