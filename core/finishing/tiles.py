"""Where a tile can lie: on flat tops of the mesh, with nothing on them.

A plate of a tile's size is exchanged for it at no cost, wherever its top is flat. Tiles over several plates, or over
bricks, cost parts, since what is under them is filled anew with plates; they must cover more than one stud.
"""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import LAYOUT_DTYPE, footprint_cells, part_cells
from ..packing.choosing import apart
from ..packing.placements import Shape, all_placements
from ..packing.task import laid
from ..units import PLATE_MM
from .colours import colour_codes
from .profiles import FINE, FINE_CELLS
from .solids import FULL, STUD, MeshShell, solid_of

# How far the mesh may be above a cell's top: down to half a plate lower; if it is higher, a stud lies nearer to it.
# Heights are known to a third of a plate, by planes: up to 0.5 mm above the top they count as level.
_FLAT_MM = (-PLATE_MM / 2 - 0.1, 0.5)
_FLAT_SHARE = 0.6  # of a cell that must be so
_LEAST_STUDS = 2  # of a tile that costs parts


def tile_places(layout: np.ndarray, grid: Grid, mesh: MeshShell, catalogue: Catalogue, made: np.ndarray) -> np.ndarray:
    """Rows (LAYOUT_DTYPE) of tiles that may take the place of what `layout` has on flat tops; none overlap.

    made (P, C) bool: part made in palette colour.
    """
    tiles = _all_tiles(flat_tops(layout, grid, mesh, catalogue), grid, catalogue, made)
    if not len(tiles):
        return layout[:0]
    owner = np.full(grid.shape, -1, np.int64)
    row, cells = part_cells(layout, catalogue)
    owner[cells] = row
    tile, x, y = footprint_cells(tiles, catalogue)
    under = owner[tiles["z"][tile], y, x]
    first = np.flatnonzero(np.diff(tile, prepend=-1))
    area = np.bincount(tile)
    one = np.minimum.reduceat(under, first) == np.maximum.reduceat(under, first)
    free = one & (np.bincount(row)[under[first]] == area)
    useful = free | (area >= _LEAST_STUDS)
    useful_tile = useful[tile]
    rank = np.where(useful, area + area.max() * free, 0)
    place = np.ravel_multi_index((tiles["z"][tile], y, x), grid.shape)
    return tiles[apart(rank, tile[useful_tile], place[useful_tile])]


def _all_tiles(flat: np.ndarray, grid: Grid, catalogue: Catalogue, made: np.ndarray) -> np.ndarray:
    """Every tile that covers only cells `flat` (Z, Y, X), all of one colour in which it was made."""
    rows = [row for row, part in enumerate(catalogue.parts) if part.kind == "tile"]
    shapes = tuple(Shape(row, turn, catalogue.mask(row, turn)) for row in rows for turn in catalogue.turns(row))
    used = np.flatnonzero(flat.any(axis=(1, 2)))
    if not len(used) or not shapes:
        return np.zeros(0, LAYOUT_DTYPE)
    code = colour_codes(grid)[used].astype(np.uint16)
    found = all_placements(flat[used], code, shapes, made)
    return np.concatenate([laid(tiles, z) for z, tiles in zip(used.tolist(), found, strict=True)])


def flat_tops(layout: np.ndarray, grid: Grid, mesh: MeshShell, catalogue: Catalogue) -> np.ndarray:
    """(Z, Y, X) bool: cells with a stud that nothing covers, where the mesh is flat and about as high as they are."""
    solid = solid_of(layout, catalogue, grid.shape)
    cells = np.argwhere((solid.code[1:] == STUD) & (solid.code[:-1] == FULL))
    # Above the grid there is no mesh.
    shares = np.concatenate([mesh.shares, np.zeros((1, FINE_CELLS), np.float32)])
    columns = shares.reshape(-1, FINE[0], FINE[1] * FINE[2]).sum(axis=1)
    row = np.concatenate([mesh.row, np.full_like(mesh.row[:1], -1)])
    z, y, x = cells.T
    own, above = columns[row[z, y, x]], columns[row[z + 1, y, x]]
    height = (own + above - FINE[0]) * (PLATE_MM / FINE[0])
    level = ((height > _FLAT_MM[0]) & (height < _FLAT_MM[1])).mean(axis=1) >= _FLAT_SHARE
    flat = np.zeros(grid.shape, bool)
    flat[tuple(cells[level].T)] = True
    return flat
