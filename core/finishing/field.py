"""What slopes need to know of every cell: whether they may take it, its colour, and what a shape there would gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid, enclosed
from ..units import PLATES_PER_BRICK
from .colours import colour_codes
from .profiles import FINE_CELLS, FINE_MM3, stud_shares
from .solids import AIR, FULL, MeshShell, solid_of

RIM = 4  # cells around the grid, so that no part reaches out of the arrays
_INSIDE = 0.95  # an empty brick cell with more of it inside the mesh is part of a hollow


@dataclass(frozen=True)
class Field:
    """The cells of a grid with a rim of RIM cells, flattened.

    steps (3,): from a cell to the next along z, y and x. open, free, filled, brick (S,) bool: outside air, what a
    slope may take, what is built, and what of that from bricks. code (S,): colour, as `colour_codes` gives it; of
    empty cells that of the cell below. near (N,): the cells of the surface.
    row (S,): of each cell in now (M,), gains (M, K), stud (M,): by how many mm3 what is there now, each of K shapes,
    and a stud agree better with the mesh than air.
    """

    steps: np.ndarray
    open: np.ndarray
    free: np.ndarray
    filled: np.ndarray
    brick: np.ndarray
    code: np.ndarray
    near: np.ndarray
    row: np.ndarray
    now: np.ndarray
    gains: np.ndarray
    stud: np.ndarray


def field_of(layout: np.ndarray, grid: Grid, mesh: MeshShell, catalogue: Catalogue, shares: np.ndarray) -> Field:
    """The field around a layout that builds `grid`; shares (K, FINE_CELLS): of the shapes that cells may get."""
    filled = grid.filled
    air = ~filled & ~enclosed(filled)
    # Cells far from the surface are wholly outside or inside; they have the last two rows.
    count = len(mesh.shares)
    row = np.where(mesh.row >= 0, mesh.row, np.where(filled, count + 1, count))
    solid = solid_of(layout, catalogue, grid.shape)
    now = np.concatenate([solid.code[:-1][mesh.row >= 0], [AIR, FULL]])
    far = np.repeat(np.array([[-1.0], [1.0]], np.float32), FINE_CELLS, axis=1)
    worth = np.concatenate([2 * mesh.shares - 1, far]) * np.float32(FINE_MM3)
    # What lay below the lowest part would take the ground from all others.
    above_ground = np.logical_or.accumulate(filled.any(axis=(1, 2)))[:, None, None]
    opened = _rimmed(air, True)
    opened[:RIM] = False
    steps = np.array([opened.shape[1] * opened.shape[2], opened.shape[2], 1])
    code = colour_codes(grid)
    code[1:] = np.where(filled[1:], code[1:], code[:-1])
    return Field(
        steps,
        opened.ravel(),
        _rimmed(filled | (air & ~_hollow(filled, mesh) & above_ground), False).ravel(),
        _rimmed(filled, False).ravel(),
        _rimmed(filled & ~np.repeat(grid.plates, PLATES_PER_BRICK, axis=0), False).ravel(),
        _rimmed(code, 0).ravel(),
        (np.argwhere(mesh.near) + RIM) @ steps,
        _rimmed(row, count).ravel(),
        np.einsum("mf,mf->m", worth, solid.shares[now]),
        worth @ shares.T,
        worth @ stud_shares(),
    )


def _hollow(filled: np.ndarray, mesh: MeshShell) -> np.ndarray:
    """(Z, Y, X) bool: empty cells of brick cells that lie inside the mesh."""
    share = filled.astype(np.float32)
    share[mesh.row >= 0] = mesh.shares.mean(axis=1)
    brick = share.reshape(-1, PLATES_PER_BRICK, *filled.shape[1:]).mean(axis=1) > _INSIDE
    return np.repeat(brick, PLATES_PER_BRICK, axis=0) & ~filled


def _rimmed(cells: np.ndarray, beyond: bool | int) -> np.ndarray:
    return np.pad(cells, RIM, constant_values=beyond)
