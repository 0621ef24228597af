"""The colour of the mesh's surface in every visible unit of the grid.

The surface is sampled evenly by area; each sample takes its texture averaged over the square it stands for, so the
mean over a unit is the mean of the texture there. Samples that lie in a unit that is not filled (less than half of
it is solid) count for the unit behind them. Where bodies overlap, what is buried is not seen and hardly counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..mesh import Mesh

_BURIED = 1e-3  # weight of samples that look into solid units
_SKIN = 0.02  # units; a surface on the border of two units belongs to the one behind it


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
    triangle = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(triangle)) - np.repeat(np.cumsum(count) - count, count)
    barycentric = _spread(number)
    a, b, c = np.moveaxis(mesh.corners, 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-300)[:, None]
    normal[flipped] *= -1
    return Samples(
        np.einsum("nc,ncd->nd", barycentric, mesh.corners[triangle]),
        normal[triangle],
        (mesh.areas / count)[triangle],
        mesh.colour_at(triangle, barycentric, spacing),
        triangle,
    )


def _spread(number: np.ndarray) -> np.ndarray:
    """(N, 3) barycentric coordinates of an evenly spread sequence; its first point is the centre (R2 sequence)."""
    uv = (1 / 3 + number[:, None] * np.array([0.7548776662466927, 0.5698402909980532])) % 1.0
    uv = np.where(uv.sum(axis=1, keepdims=True) > 1, 1 - uv, uv)
    return np.column_stack([uv, 1 - uv.sum(axis=1)])


def unit_colours(
    samples: Samples, filled: np.ndarray, seen: np.ndarray, unit_mm: tuple[float, float, float], opacity: float
) -> np.ndarray:
    """(N, 3) float32 linear RGB of each visible unit.

    filled (Z, Y, X) bool units; seen (N, 3): their z, y, x; unit_mm: size along x, y, z.
    Samples more transparent than `opacity` are no surface.
    """
    opaque = samples.colour[:, 3] >= opacity
    if not opaque.any():
        opaque[:] = True
    position, normal = samples.position[opaque] / unit_mm, samples.normal[opaque]
    # Along the normal to the far side of a unit, whichever face that leaves by.
    inwards = -normal / np.maximum(np.abs(normal).max(axis=1, keepdims=True), 1e-12)
    row_of = np.full(np.array(filled.shape) + 2, -1, np.int32)  # a rim of nothing around the grid
    row_of[tuple(seen.T + 1)] = np.arange(len(seen))
    solid = np.pad(filled, 1)
    weight = samples.weight[opaque] * np.where(_look_up(solid, position - 0.6 * inwards), _BURIED, 1.0)
    row = np.full(len(position), -1, np.int32)
    for depth in (_SKIN, 0.5, 1.0):
        lost = row < 0
        row[lost] = _look_up(row_of, position[lost] + depth * inwards[lost])
    colour = samples.colour[opaque, :3]
    found = row >= 0
    total = np.bincount(row[found], weight[found], len(seen))
    channels = [np.bincount(row[found], weight[found] * colour[found, i], len(seen)) for i in range(3)]
    mean = np.stack(channels, axis=1) / np.maximum(total, 1e-300)[:, None]
    bare = total <= 0
    if bare.any():
        centre = (seen[bare][:, ::-1] + 0.5) * unit_mm
        mean[bare] = colour[cKDTree(samples.position[opaque]).query(centre)[1]]
    return mean.astype(np.float32)


def _look_up(padded: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Values of a grid with a rim of one unit at points (N, 3) in units, x y z."""
    cell = np.floor(point[:, ::-1]).astype(np.int64) + 1
    return padded[tuple(np.clip(cell, 0, np.array(padded.shape) - 1).T)]
