"""Models that come as voxels: every voxel is one brick cell (8 x 8 x 9.6 mm), in its own colour or in none.

They need no slicing. Their size is their own, and what is asked about surfaces says nothing to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np

from .errors import BadSetting, TooLarge
from .grid import Surface, units_of, visible
from .mesh import Material
from .settings import Settings
from .sizing import PEAK_BYTES_PER_CELL, machine_memory
from .units import PLATES_PER_BRICK

# Settings that ask about a mesh: its size, its slices, its surface.
MESH_SETTINGS = (
    "studs", "scale", "level", "fineness", "marking", "sampler", "cusp", "keep_thin", "opacity", "colours_from",
    "cell_colour", "tiles", "slopes",
)  # fmt: skip


@dataclass(frozen=True)
class VoxelModel:
    """Brick cells with colours.

    cells (Z, Y, X) bool: x to the right, y away, z up, as in `Grid`, but of bricks. colour (N, 3) float32 linear RGB:
    of the filled cells in the order of the array, or None where they have none. warnings: what the reader left out.
    """

    name: str
    cells: np.ndarray
    colour: np.ndarray | None = None
    warnings: tuple[str, ...] = ()


def refuse_too_large_box(name: str, shape: tuple[int, ...]) -> None:
    """Raise TooLarge when brick cells (Z, Y, X) would not fit into this machine's memory."""
    high, deep, wide = map(int, shape)
    need, have = high * deep * wide * PLATES_PER_BRICK * PEAK_BYTES_PER_CELL, machine_memory()
    if need > 0.8 * have:
        raise TooLarge(
            f"{name} spans {wide} x {deep} studs and {high} bricks, about {need / 2**30:,.0f} GB of memory, and this "
            f"machine has {have / 2**30:,.0f} GB; move its parts together, or convert them one by one."
        )


def turned_upright(model: VoxelModel, up: str, flips: Iterable[str]) -> VoxelModel:
    """The model with its axis `up` (X, Y or Z) pointing up, then mirrored along `flips`, as `oriented` does meshes.

    Raises BadSetting for other names of axes.
    """
    row = np.full(model.cells.shape, -1, np.int32)  # of each cell in `colour`
    row[model.cells] = np.arange(np.count_nonzero(model.cells), dtype=np.int32)
    if up == "X":
        row = row.transpose(2, 0, 1)
    elif up == "Y":
        row = row.transpose(1, 0, 2)[:, ::-1]
    for axis in "".join(flips).upper():
        if axis not in "XYZ":
            raise BadSetting(f"{axis!r} is no axis; use X, Y or Z.")
        row = np.flip(row, "ZYX".index(axis))
    cells = row >= 0
    return replace(model, cells=cells, colour=None if model.colour is None else model.colour[row[cells]])


def voxel_colours(model: VoxelModel, filled: np.ndarray, plates: np.ndarray) -> Surface:
    """The voxels' colours on the visible cells and units of a grid that has just their cells (see Grid).

    Voxels without colours have that of a mesh without material.
    """
    cells = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(cells, plates)

    def colour_of(cell: np.ndarray) -> np.ndarray:
        if model.colour is None:
            return np.tile(np.array(Material().base_colour[:3], np.float32), (len(cell), 1))
        voxel = (cell[:, 0] // PLATES_PER_BRICK, cell[:, 1], cell[:, 2])
        voxels = np.flatnonzero(model.cells)
        return model.colour[np.searchsorted(voxels, np.ravel_multi_index(voxel, model.cells.shape))]

    return Surface(cells, unit, colour_of(cells), seen, colour_of(seen))


def idle_settings(settings: Settings) -> list[str]:
    """A warning for what was chosen about meshes."""
    usual = {item.name: item.default for item in fields(Settings)}
    idle = [f"--{name.replace('_', '-')}" for name in MESH_SETTINGS if getattr(settings, name) != usual[name]]
    if not idle:
        return []
    return [f"A voxel model has its own cells and colours; {', '.join(idle)} changed nothing."]
