"""What a layout and a mesh fill, in fine cells (`profiles.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..catalogue.parts import Catalogue
from ..grid import enclosed, with_face_on
from ..layout import extents, footprint_cells, part_cells
from ..parallel import in_order
from ..slicing.closing import Closed
from ..slicing.coverage import cell_shares
from ..slicing.trajectories import cut, plane_range
from ..units import PLATE_MM, STUD_MM
from .profiles import FINE, FINE_CELLS, body_shares, is_sloping, stud_shares

AIR, FULL, STUD = 0, 1, 2  # rows of every Solid's shares
_FINE_AT_ONCE = 6_000_000  # fine cells measured together


@dataclass(frozen=True)
class Solid:
    """What parts fill: shares (K, FINE_CELLS) float32 of the fine cells of one cell; code (Z, Y, X) int16: its row.

    The first rows are those of air, of a full cell, and of air with a stud. code has one layer more than the grid,
    for the studs on top.
    """

    shares: np.ndarray
    code: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of code."""
        high, deep, wide = self.code.shape
        return high, deep, wide


def solid_of(layout: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int]) -> Solid:
    """What the layout fills of a grid of (Z, Y, X) cells; studs only where nothing is built on them."""
    code = np.zeros((shape[0] + 1, *shape[1:]), np.int16)
    shares = [np.zeros((1, FINE_CELLS), np.float32), np.ones((1, FINE_CELLS), np.float32), stud_shares()[None]]
    sloping = is_sloping(catalogue)[layout["part"]]
    code[part_cells(layout[~sloping], catalogue)[1]] = FULL
    known = 3
    turned = layout["part"].astype(np.int64) * 4 + layout["turn"]
    for kind in np.unique(turned[sloping]).tolist():
        body = body_shares(catalogue.parts[kind // 4], kind % 4)
        here = layout[turned == kind]
        for level, deep, wide in np.ndindex(body.shape[:3]):
            code[here["z"] + level, here["y"] + deep, here["x"] + wide] = known
            known += 1
        shares.append(body.reshape(-1, FINE_CELLS))
    row, x, y = footprint_cells(layout, catalogue, "studs")
    place = (layout["z"] + extents(layout, catalogue)[:, 2])[row], y, x
    code[place] = np.where(code[place] == AIR, STUD, code[place])
    return Solid(np.concatenate(shares), code)


def mesh_slabs(closed: Closed, shape: tuple[int, int, int]) -> Iterator[tuple[int, np.ndarray]]:
    """The mesh in a grid of (Z, Y, X) cells, some layers at a time from the ground up.

    Lowest plate, shares (layers, 3, Y, 4, X, 4) float64: cells along z, y and x, each parted into its fine cells.
    """
    high, deep, wide = shape
    step = max(1, _FINE_AT_ONCE // (deep * wide * FINE_CELLS))
    slabs = [(low, min(low + step, high)) for low in range(0, high, step)]

    def measure(slab: tuple[int, int]) -> tuple[int, np.ndarray]:
        low, top = slab
        heights = (np.arange(low * FINE[0], top * FINE[0]) + 0.5) * (PLATE_MM / FINE[0])
        cuts = closed.corners[plane_range(closed.corners, heights)[1] > 0]
        shares = cell_shares(cut(cuts, heights), len(heights), (deep * FINE[1], wide * FINE[2]), STUD_MM / FINE[1])
        return low, shares.reshape(top - low, FINE[0], deep, FINE[1], wide, FINE[2])

    return in_order(measure, slabs)


def of_cells(fine: np.ndarray, z: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(M, FINE_CELLS) float32: the shares of some cells of a slab of `mesh_slabs`."""
    return fine[z, :, y, :, x].reshape(len(z), FINE_CELLS).astype(np.float32)


@dataclass(frozen=True)
class MeshShell:
    """The mesh around the surface of a grid's cells.

    near (Z, Y, X) bool: filled cells with a face on the outside air, and air with a face on filled cells; row
    (Z, Y, X) int32: row in shares of these and of the cells around them, or -1; shares (M, FINE_CELLS) float32.
    """

    near: np.ndarray
    row: np.ndarray
    shares: np.ndarray


def mesh_shell(closed: Closed, filled: np.ndarray) -> MeshShell:
    """What the mesh (Sliced.closed) fills around the surface of the cells `filled` (Z, Y, X) bool."""
    air = ~filled & ~enclosed(filled)
    near = with_face_on(filled, air, outside=True) | with_face_on(air, filled)
    band = ndimage.binary_dilation(near)
    row = np.full(filled.shape, -1, np.int32)
    row[band] = np.arange(np.count_nonzero(band))
    found = [np.zeros((0, FINE_CELLS), np.float32)]
    high, deep, wide = filled.shape
    for low, fine in mesh_slabs(closed, (high, deep, wide)):
        found.append(of_cells(fine, *np.nonzero(band[low : low + len(fine)])))
    return MeshShell(near, row, np.concatenate(found))
