"""What networks make of an image: how certainly each voxel is filled; and the coloured mesh that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..colour.spaces import srgb_to_linear
from ..errors import NothingToBuild
from ..mesh import Material, Mesh
from .surface import surface_of

_LINEAR = srgb_to_linear(np.arange(256) / 255).astype(np.float32)


@dataclass(frozen=True)
class Volume:
    """Voxels that are filled where their occupancy is above a threshold.

    occupancy (Z, Y, X) float32: probabilities, or logits with a threshold to match; x to the right, y away from who
    looks at the image, z up, as in `Grid`. colour (Z, Y, X, 3) uint8 encoded sRGB, or None; one that is the same along
    an axis may be a broadcast view. voxel: width, depth and height of a voxel in any unit.
    """

    name: str
    occupancy: np.ndarray
    threshold: float = 0.5
    colour: np.ndarray | None = None
    voxel: tuple[float, float, float] = (1.0, 1.0, 1.0)
    warnings: tuple[str, ...] = ()

    @property
    def cells(self) -> np.ndarray:
        """(Z, Y, X) bool: the filled voxels."""
        return self.occupancy > self.threshold


def mesh_of_volume(volume: Volume) -> Mesh:
    """The closed surface of a volume, with its colours, ready to be converted in any size.

    Raises NothingToBuild when no voxel is above the threshold.
    """
    if not volume.cells.any():
        raise NothingToBuild(
            f"{volume.name}: the network found nothing above {volume.threshold:g}; the most is "
            f"{float(volume.occupancy.max(initial=0)):.2f}. Choose a lower threshold, or another image."
        )
    corners, triangles, block = surface_of(volume.occupancy, volume.threshold)
    colours = None if volume.colour is None else _colours(volume, block)[triangles]
    white = Material("", (1.0, 1.0, 1.0, 1.0))
    return Mesh(
        corners * volume.voxel,
        triangles,
        materials=(Material() if colours is None else white,),
        corner_colours=colours,
        name=volume.name,
        warnings=volume.warnings,
    )


def _colours(volume: Volume, block: np.ndarray) -> np.ndarray:
    """(V, 4) linear RGBA of corners: the mean of the filled voxels around each."""
    assert volume.colour is not None
    total, count = np.zeros((len(block), 3), np.float32), np.zeros(len(block), np.float32)
    cells = volume.cells
    for step in product((0, 1), repeat=3):
        at = block + step
        within = ((at >= 0) & (at < cells.shape)).all(axis=1)
        filled = np.flatnonzero(within)[cells[tuple(at[within].T)]]
        total[filled] += _LINEAR[volume.colour[tuple(at[filled].T)]]
        count[filled] += 1
    return np.column_stack([total / count[:, None], np.ones(len(block), np.float32)])
