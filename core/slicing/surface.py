"""The colour of the mesh's surface in every visible unit of the grid.

The surface is sampled evenly by area; each sample takes its texture averaged over the square it stands for, so the
mean over a unit is the mean of the texture there. Samples that lie in a cell that is not filled (less than half of
it is solid) count for the unit behind them. Where bodies overlap, what is buried is not seen and hardly counts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from ..grid import Surface, units_of, visible
from ..mesh import Mesh
from ..parallel import in_order
from ..units import PLATE_MM, STUD_MM

_BURIED = 1e-3  # weight of samples that look into the solid
_OUTWARDS_MM = 5.0  # how far in front of a surface the solid makes it buried
# How far behind a surface its unit is looked for: just inside, then through at most a unit that is less than half full.
_INWARDS_MM = (0.15, 1.7, 3.3, 5.0, 7.0, 9.0)
_SAMPLES_AT_ONCE = 1 << 17
_CELL_MM = np.array([STUD_MM, STUD_MM, PLATE_MM])


@dataclass(frozen=True)
class Samples:
    """Points of the surface: position, normal (N, 3) float64, mm, normals outwards; weight (N,) mm2; colour (N, 4)."""

    position: np.ndarray
    normal: np.ndarray
    weight: np.ndarray
    colour: np.ndarray
    triangle: np.ndarray


def sample_surface(mesh: Mesh, flipped: np.ndarray, spacing: float) -> Samples:
    """Points about `spacing` mm apart, at least one a triangle; flipped (T,) bool: triangles that face inwards."""
    count = np.maximum(1, np.rint(mesh.areas / spacing**2)).astype(np.intp)
    a, b, c = np.moveaxis(mesh.corners, 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-300)[:, None]
    normal[flipped] *= -1

    def sample(part: slice) -> Samples:
        counts = count[part]
        triangle = np.repeat(np.arange(part.start, part.stop), counts)
        number = np.arange(len(triangle)) - np.repeat(np.cumsum(counts) - counts, counts)
        barycentric = _spread(number)
        position = np.einsum("nc,ncd->nd", barycentric, mesh.corners[triangle])
        colour = mesh.colour_at(triangle, barycentric, spacing)
        return Samples(position, normal[triangle], (mesh.areas / count)[triangle], colour, triangle)

    part = np.floor(np.cumsum(count) / _SAMPLES_AT_ONCE)
    borders = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(count)]
    found = list(in_order(sample, [slice(low, high) for low, high in pairwise(borders)]))
    return Samples(*(np.concatenate([getattr(one, item.name) for one in found]) for item in fields(Samples)))


def _spread(number: np.ndarray) -> np.ndarray:
    """(N, 3) barycentric coordinates of an evenly spread sequence; its first point is the centre (R2 sequence)."""
    uv = (1 / 3 + number[:, None] * np.array([0.7548776662466927, 0.5698402909980532])) % 1.0
    uv = np.where(uv.sum(axis=1, keepdims=True) > 1, 1 - uv, uv)
    return np.column_stack([uv, 1 - uv.sum(axis=1)])


def visible_samples(samples: Samples, filled: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each sample the visible cell it colours (N,) int32, a row of `cells` or -1, and its weight (N,).

    filled (Z, Y, X) bool plate cells; cells (M, 3): the visible ones, z, y, x.
    """
    row_of = np.full(np.array(filled.shape) + 2, -1, np.int32)  # a rim of nothing around the grid
    row_of[tuple(cells.T + 1)] = np.arange(len(cells))
    solid = np.pad(filled, 1)
    outside = samples.position + _OUTWARDS_MM * samples.normal
    weight = samples.weight * np.where(_look_up(solid, outside), _BURIED, 1.0)
    row = np.full(len(weight), -1, np.int32)
    lost = np.arange(len(row))
    for depth in _INWARDS_MM:
        row[lost] = _look_up(row_of, samples.position[lost] - depth * samples.normal[lost])
        lost = lost[row[lost] < 0]
    return row, weight


def look_at_surface(samples: Samples, filled: np.ndarray, plates: np.ndarray) -> Surface:
    """The mean colours of the surface in the visible cells and units of a grid (see Grid for filled and plates)."""
    cells = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(cells, plates)
    row, weight = visible_samples(samples, filled, cells)
    found = row >= 0
    missed = np.flatnonzero(~found)
    missed = missed[~_before_solid(samples.position[missed], samples.normal[missed], filled)]
    lost = float(weight[missed].sum() / max(weight.sum(), 1e-300))
    row, weight, colour = row[found], weight[found], samples.colour[found, :3]
    total = np.bincount(row, weight, len(cells))
    sums = np.stack([np.bincount(row, weight * colour[:, i], len(cells)) for i in range(3)], axis=1)
    bare = np.bincount(unit, total, len(seen))[unit] <= 0
    if bare.any():
        near = cKDTree(samples.position).query((cells[bare][:, ::-1] + 0.5) * _CELL_MM)[1]
        sums[bare], total[bare] = samples.colour[near, :3], 1.0
    unit_total = np.bincount(unit, total, len(seen))
    unit_sums = np.stack([np.bincount(unit, sums[:, i], len(seen)) for i in range(3)], axis=1)
    of_unit = unit_sums / unit_total[:, None]
    # A cell without samples of its own is seen in its unit's colour.
    of_cell = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-300)[:, None], of_unit[unit])
    return Surface(cells, unit, of_cell.astype(np.float32), seen, of_unit.astype(np.float32), lost)


def _before_solid(position: np.ndarray, normal: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """(N,) bool: points of the surface with a filled cell behind them, visible or not."""
    solid = np.pad(filled, 1)
    return np.logical_or.reduce([_look_up(solid, position - depth * normal) for depth in _INWARDS_MM])


def _look_up(padded: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Values of a grid of cells with a rim of one cell at points (N, 3) in mm, x y z; outside they are the rim's."""
    high, deep, wide = padded.shape
    x, y, z = ((point[:, axis] * (1 / _CELL_MM[axis]) + 1).astype(np.int32) for axis in range(3))
    place = np.clip(z, 0, high - 1).astype(np.int64) * (deep * wide)
    place += np.clip(y, 0, deep - 1) * wide + np.clip(x, 0, wide - 1)
    return padded.ravel().take(place)
