"""From a mesh in millimetres to the grid it fills: slices, cell areas, and the surface's colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import NothingToBuild, UnusableMesh
from ..grid import Grid, visible
from ..mesh import Mesh
from ..progress import SILENT, Progress
from ..sizing import ModelSize
from ..units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from .closing import Closed, close
from .coverage import cell_shares
from .surface import Samples, sample_surface, unit_colours
from .trajectories import cut, plane_range

_CELLS_AT_ONCE = 4_000_000  # cells times slices that are measured together
_SEGMENTS_AT_ONCE = 1_000_000
_HALF = 0.5 - 1e-9  # a cell is filled from half its area up


@dataclass(frozen=True)
class Sliced:
    """The grid with its surface colours, and what the mesh itself fills.

    target (Z, Y, X) bool: plate cells at least half inside the mesh; samples: points of the surface, on
    corners (T, 3, 3); warnings: what had to be guessed.
    """

    grid: Grid
    target: np.ndarray
    samples: Samples
    corners: np.ndarray
    warnings: tuple[str, ...]


def slice_to_cells(
    mesh: Mesh, size: ModelSize, plates_only: bool, sub_planes: int, opacity: float, progress: Progress = SILENT
) -> Sliced:
    """Slice a mesh that stands in the grid; raises UnusableMesh, NothingToBuild, Cancelled."""
    solid, warnings = _opaque(mesh, opacity)
    closed = close(solid.vertices, solid.triangles)
    if closed.open_share > 0.001:
        warnings += (
            f"{mesh.name} is open: holes worth {closed.open_share:.1%} of its surface were closed straight across. "
            "If the shape looks wrong, close the mesh or give it thickness with a Solidify modifier.",
        )
    progress.at(0.1, "Slicing")
    target, units = _fill(closed, size, 1 if plates_only else PLATES_PER_BRICK, sub_planes, progress)
    if not units.any():
        raise NothingToBuild(
            f"{mesh.name} fills no cell of the grid at this size; ask for more studs, or thicken its thin walls."
        )
    progress.at(0.7, "Colouring the surface")
    samples = sample_surface(solid, closed.flipped, spacing=PLATE_MM if plates_only else STUD_MM / 2)
    seen = np.argwhere(visible(units)).astype(np.int32)
    height = PLATE_MM * (len(target) // len(units))
    surface = unit_colours(samples, units, seen, (STUD_MM, STUD_MM, height), opacity)
    plates = np.full((len(target) // PLATES_PER_BRICK, *units.shape[1:]), plates_only)
    seen[:, 0] *= len(target) // len(units)
    filled = np.repeat(units, len(target) // len(units), axis=0)
    return Sliced(Grid(filled, plates, seen, surface), target, samples, solid.corners, warnings)


def _opaque(mesh: Mesh, opacity: float) -> tuple[Mesh, tuple[str, ...]]:
    """The triangles that are not see-through, judged by the mean alpha of each."""
    if not _may_be_clear(mesh):
        return mesh, ()
    centre = np.full((len(mesh.triangles), 3), 1 / 3)
    alpha = mesh.colour_at(np.arange(len(mesh.triangles)), centre, np.sqrt(mesh.areas))[:, 3]
    if (alpha >= opacity).all():
        return mesh, ()
    solid = mesh.only(alpha >= opacity)
    if not len(solid.triangles):
        raise UnusableMesh(
            f"All of {mesh.name} is more transparent than {opacity:g}; lower the opacity setting to keep it."
        )
    share = 1 - solid.areas.sum() / mesh.areas.sum()
    return solid, (f"{share:.1%} of the surface of {mesh.name} is transparent and was left out.",)


def _may_be_clear(mesh: Mesh) -> bool:
    corners = mesh.corner_colours is not None and bool((mesh.corner_colours[..., 3] < 1).any())
    return corners or any(
        m.base_colour[3] < 1 or (m.texture is not None and bool((m.texture[..., 3] < 255).any()))
        for m in mesh.materials
    )


def _fill(
    closed: Closed, size: ModelSize, height: int, sub_planes: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """(Z, Y, X) plate cells and (Z / height, Y, X) units that are at least half inside, a few layers at a time."""
    step = PLATE_MM / sub_planes
    heights = (np.arange(size.plates_z * sub_planes) + 0.5) * step
    studs = (size.studs_y, size.studs_x)
    target = np.zeros((size.plates_z, *studs), bool)
    units = np.zeros((size.plates_z // height, *studs), bool)
    first, count = plane_range(closed.corners, heights)
    for low, high in _slabs(first, count, size, sub_planes):
        progress.at(0.1 + 0.6 * low / size.plates_z, "Slicing")
        a, b = low * sub_planes, high * sub_planes
        chosen = (first < b) & (first + count > a)
        segments = cut(closed.corners[chosen], heights[a:b])
        shares = cell_shares(segments, b - a, studs, STUD_MM)
        plates = shares.reshape(high - low, sub_planes, *studs).mean(axis=1) if sub_planes > 1 else shares
        target[low:high] = plates >= _HALF
        bricks = plates.reshape(-1, height, *studs).mean(axis=1) if height > 1 else plates
        units[low // height : high // height] = bricks >= _HALF
    return target, units


def _slabs(first: np.ndarray, count: np.ndarray, size: ModelSize, sub_planes: int) -> list[tuple[int, int]]:
    """Ranges of plate layers, each a whole number of bricks, small enough in cells and in segments."""
    brick = PLATES_PER_BRICK
    starts = np.bincount(first, minlength=size.plates_z * sub_planes + 1)
    ends = np.bincount(first + count, minlength=size.plates_z * sub_planes + 1)
    cut_by = np.cumsum(starts - ends)[: size.plates_z * sub_planes]
    load = cut_by.reshape(-1, brick * sub_planes).sum(axis=1) / _SEGMENTS_AT_ONCE
    load += size.studs_x * size.studs_y * brick * sub_planes / _CELLS_AT_ONCE
    slab = np.floor(np.cumsum(load) - load / 2).astype(int)
    borders = np.concatenate([[0], np.flatnonzero(np.diff(slab)) + 1, [len(load)]]) * brick
    return list(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True))
