"""From the size of a mesh to the size of its grid, and the mesh moved into the grid in millimetres."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np

from .errors import TooLarge, UnusableMesh
from .mesh import Mesh
from .plan import Placement
from .units import BRICK_MM, PLATES_PER_BRICK, STUD_MM

# Bytes a grid cell (a plate high) takes at the peak of a conversion: 13 to 15 measured for shells of balls of 200 and
# 300 studs, 50 for a solid cube of 200, whose links are the largest.
PEAK_BYTES_PER_CELL = 50
_FLAT = 1e-6  # thinner than this share of its length, a mesh has no inside


@dataclass(frozen=True)
class ModelSize:
    """Cells that a model needs."""

    studs_x: int
    studs_y: int
    plates_z: int

    @property
    def cells(self) -> int:
        """How many cells the grid has."""
        return self.studs_x * self.studs_y * self.plates_z


@dataclass(frozen=True)
class Placed:
    """A mesh in millimetres above the grid's corner, the grid's size, where the grid lies in the scene; warnings."""

    mesh: Mesh
    size: ModelSize
    placement: Placement
    warnings: tuple[str, ...] = ()


def model_size(extent: np.ndarray, studs: float) -> ModelSize:
    """The grid for a mesh of `extent` (3,), any unit, whose larger horizontal side becomes `studs` studs.

    A cube at 20 studs takes 20 x 20 studs and 17 brick layers (a brick is 1.2 studs high).
    """
    in_mm = np.asarray(extent, float) * (studs * STUD_MM / max(extent[0], extent[1]))
    wide, deep = (_cells(length, STUD_MM) for length in in_mm[:2])
    return ModelSize(wide, deep, _cells(in_mm[2], BRICK_MM) * PLATES_PER_BRICK)


def _cells(length: float, pitch: float) -> int:
    return max(1, int(np.ceil(length / pitch - 1e-6)))


def into_grid(mesh: Mesh, studs: float) -> Placed:
    """The mesh centred sideways above the grid, standing on z = 0.

    Raises UnusableMesh (no triangles, no numbers, no thickness) and TooLarge.
    """
    low, extent = _bounds(mesh)
    size = model_size(extent, studs)
    refuse_too_large(size, studs)
    mm_per_unit = studs * STUD_MM / max(extent[0], extent[1])
    spare = np.array([size.studs_x * STUD_MM, size.studs_y * STUD_MM]) - extent[:2] * mm_per_unit
    shift = np.array([spare[0] / 2, spare[1] / 2, 0.0])
    placed = replace(mesh, vertices=(mesh.vertices - low) * mm_per_unit + shift)
    origin = low - shift / mm_per_unit
    placement = Placement((float(origin[0]), float(origin[1]), float(origin[2])), float(1 / mm_per_unit))
    return Placed(placed, size, placement)


def extent_of(mesh: Mesh) -> np.ndarray:
    """(3,) size of the part of the mesh that has faces. Raises UnusableMesh as `into_grid` does."""
    return _bounds(mesh)[1]


def _bounds(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Lowest corner and extent of the part of the mesh that has faces."""
    if not len(mesh.triangles):
        raise UnusableMesh(f"{mesh.name} has no faces; choose an object with a surface.")
    used = mesh.vertices[np.unique(mesh.triangles)]
    bad = int((~np.isfinite(used)).any(axis=1).sum())
    if bad:
        raise UnusableMesh(
            f"{mesh.name} has {bad} vertices whose coordinates are not numbers; "
            "delete them, or run Mesh > Clean Up in Edit Mode, and convert again."
        )
    low = used.min(axis=0)
    extent = used.max(axis=0) - low
    if not extent.any():
        raise UnusableMesh(f"All vertices of {mesh.name} lie in one point; choose an object with a size.")
    flat = extent <= _FLAT * extent.max()
    if flat.any():
        axes = ", ".join(np.array(["X", "Y", "Z"])[flat])
        raise UnusableMesh(
            f"{mesh.name} has no thickness along {axes}; give it some, with a Solidify modifier for instance."
        )
    return low, extent


def refuse_too_large(size: ModelSize, studs: float) -> None:
    """Raise TooLarge when the conversion would not fit into this machine's memory."""
    need, have = size.cells * PEAK_BYTES_PER_CELL, machine_memory()
    if need > 0.8 * have:
        fits = max(2, int(studs * (0.8 * have / need) ** (1 / 3)))
        raise TooLarge(
            f"{studs:g} studs would be {size.studs_x} x {size.studs_y} studs and {size.plates_z} plates, about "
            f"{need / 2**30:,.0f} GB of memory, and this machine has {have / 2**30:,.0f} GB; "
            f"ask for at most {fits} studs."
        )


def machine_memory() -> float:
    """Bytes of memory of this machine; 8 GB where the system does not tell (Windows)."""
    if hasattr(os, "sysconf"):
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return 8.0 * 2**30
