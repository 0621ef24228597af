"""From a mesh in millimetres to the cells it fills and samples of its surface."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..errors import NothingToBuild
from ..mesh import Mesh
from ..parallel import in_order
from ..progress import SILENT, Progress
from ..sizing import ModelSize
from ..units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from .closing import Closed
from .coverage import LINES, cell_shares
from .heights import Heights, adaptive_heights
from .surface import Samples, sample_surface
from .thin import thin_cells
from .trajectories import cut, plane_range

_CELLS_AT_ONCE = 500_000  # cells times slices that are measured together
_CROSSINGS_AT_ONCE = 4_000_000
_OPEN = 0.001  # caps smaller than this share of the surface are not worth a word
_HALF = 0.5 - 1e-9  # a cell is filled from half its area up


@dataclass(frozen=True)
class Sliced:
    """What a mesh fills and shows.

    target (Z, Y, X) bool: plate cells at least half inside the mesh; samples: points of the surface of mesh;
    closed: the same with its holes closed; heights (P,), mm: where it was cut; volume_mm3: of all cells, by their
    shares; warnings: what had to be guessed.
    """

    target: np.ndarray
    samples: Samples
    mesh: Mesh
    closed: Closed
    heights: np.ndarray
    volume_mm3: float
    warnings: tuple[str, ...]


def slice_to_cells(
    mesh: Mesh, size: ModelSize, cusp_mm: float, keep_thin: bool = False, progress: Progress = SILENT
) -> Sliced:
    """Slice a mesh that stands in the grid; raises UnusableMesh, NothingToBuild, Cancelled.

    cusp_mm: how far a slanted surface may leave its slices; keep_thin: fill cells that thin walls only graze.
    """
    closed = mesh.closed
    warnings = guesses(closed, mesh.name)
    progress.at(0.1, "Slicing")
    heights = adaptive_heights(closed.corners, size.plates_z, cusp_mm)
    target, volume = slices_of(closed, size, heights, keep_thin, progress)
    if not target.any():
        raise NothingToBuild(
            f"{mesh.name} fills no cell of the grid at this size; ask for more studs, or thicken its thin walls."
        )
    progress.at(0.7, "Looking at the surface")
    samples = sample_surface(mesh, closed.flipped, spacing=PLATE_MM)
    return Sliced(target, samples, mesh, closed, heights.height, volume, warnings)


def guesses(closed: Closed, name: str) -> tuple[str, ...]:
    """What had to be guessed about inside and outside, as warnings."""
    if closed.open_share <= _OPEN:
        return ()
    return (
        f"{name} is open: inside and outside are a guess for {closed.open_share:.1%} of its surface, where holes were "
        "closed straight across. If the shape looks wrong, close the mesh, or add a Solidify modifier.",
    )


def slices_of(
    closed: Closed, size: ModelSize, heights: Heights, keep_thin: bool = False, progress: Progress = SILENT
) -> tuple[np.ndarray, float]:
    """(Z, Y, X) plate cells at least half inside, and the volume in mm3; a few layers at a time."""
    studs = (size.studs_y, size.studs_x)
    target = np.zeros((size.plates_z, *studs), bool)
    first, count = plane_range(closed.corners, heights.height)
    deep = np.ptp(closed.corners[:, :, 1], axis=1) / STUD_MM
    bands = _slabs(first, count, 1 + LINES * deep, heights, studs[0] * studs[1])

    def measure(band: slice) -> np.ndarray:
        start = heights.band_start[band]
        a, b = start[0], heights.band_start[band.stop] if band.stop < len(heights.band_start) else len(heights.height)
        chosen = (first < b) & (first + count > a)
        shares = cell_shares(cut(closed.corners[chosen], heights.height[a:b]), b - a, studs, STUD_MM)
        return _plate_shares(shares, start - a, heights.band_plates[band])

    low, volume = 0, 0.0
    for plates in in_order(measure, bands):
        progress.at(0.1 + 0.6 * low / size.plates_z, "Slicing")
        high = low + len(plates)
        target[low:high] = _filled(plates, keep_thin)
        volume += float(plates.sum()) * STUD_MM * STUD_MM * PLATE_MM
        low = high
    return target, volume


def _filled(shares: np.ndarray, keep_thin: bool) -> np.ndarray:
    filled = shares >= _HALF
    return filled | thin_cells(shares, filled) if keep_thin else filled


def _plate_shares(shares: np.ndarray, start: np.ndarray, band_plates: np.ndarray) -> np.ndarray:
    """(plates, Y, X): the mean over the planes of each band, for every plate of it; shares is used up."""
    planes = np.diff(start, append=len(shares))
    if (planes > 1).any():
        shares = np.add.reduceat(shares, start) / planes[:, None, None]
    return shares if (band_plates == 1).all() else np.repeat(shares, band_plates, axis=0)


def _slabs(first: np.ndarray, count: np.ndarray, weight: np.ndarray, heights: Heights, cells: int) -> list[slice]:
    """Ranges of bands, each a whole number of bricks, small enough in cells and in crossings.

    first, count (T,): planes that cut each triangle; weight (T,): crossings it may make on each of them.
    """
    planes = len(heights.height)
    starts, ends = (np.bincount(at, weight, planes + 1) for at in (first, first + count))
    load = np.cumsum(starts - ends)[:planes] / _CROSSINGS_AT_ONCE + cells / _CELLS_AT_ONCE
    brick = (np.cumsum(heights.band_plates) - heights.band_plates) // PLATES_PER_BRICK
    per_brick = np.bincount(brick, np.add.reduceat(load, heights.band_start))
    slab = np.floor(np.cumsum(per_brick) - per_brick / 2).astype(int)[brick]
    borders = np.concatenate([[0], np.flatnonzero(np.diff(slab)) + 1, [len(slab)]])
    return [slice(a, b) for a, b in pairwise(borders.tolist())]
