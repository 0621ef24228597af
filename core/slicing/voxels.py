"""The other sampler ([S], [F]): every cell that the surface touches is filled, and all that it shuts off inside.

A triangle and the box of a cell are apart if one of 13 axes parts them: the box's three, the triangle's normal, and the
nine products of their edges (separating axes; Akenine-Moeller 2001). Models come out up to a cell thicker than by
slices; what is kept is every detail, however thin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..grid import Surface, enclosed, units_of, visible
from ..mesh import Mesh
from ..progress import SILENT, Progress
from ..sizing import ModelSize
from ..units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from .closing import Closed
from .surface import Samples

_CELL_MM = np.array([STUD_MM, STUD_MM, PLATE_MM])
_SKIN_MM = 1e-3  # surfaces are moved inwards by this much: one on the border of two cells belongs to the one behind it
_PARTED = 1e-5  # cells; what overlaps less only touches
_PAIRS_AT_ONCE = 500_000  # triangles times cells that are tested together


@dataclass(frozen=True)
class Voxels:
    """The cells that a surface touches or shuts off, and its colour in those it touches.

    target (Z, Y, X) bool: plate cells; bricks (Z / 3, Y, X) bool: brick cells; samples: for each touched plate cell
    and each triangle in it the point nearest to the cell's centre, weight 1; cell (N, 3) int32: z, y, x of that cell.
    """

    target: np.ndarray
    bricks: np.ndarray
    samples: Samples
    cell: np.ndarray


def voxel_cells(mesh: Mesh, closed: Closed, size: ModelSize, progress: Progress = SILENT) -> Voxels:
    """Voxels of a mesh that stands in the grid, and is closed by `closed`; raises Cancelled."""
    shape = (size.plates_z, size.studs_y, size.studs_x)
    inner = _moved_inwards(closed.corners)
    touched = np.zeros(shape, bool)
    pairs = []
    for done, triangle, cell in _touching(inner / _CELL_MM, shape):
        progress.at(done, "Sampling the surface")
        touched[tuple(cell.T)] = True
        coloured = closed.source[triangle] >= 0  # the others close holes
        pairs.append((triangle[coloured], cell[coloured]))
    bricks = touched.reshape(-1, PLATES_PER_BRICK, *shape[1:]).any(axis=1)
    triangle, cell = (np.concatenate(column) for column in zip(*pairs, strict=True))
    samples = _samples(mesh, closed, triangle, cell)
    return Voxels(touched | enclosed(touched), bricks | enclosed(bricks), samples, cell)


def voxel_surface(voxels: Voxels, filled: np.ndarray, plates: np.ndarray, opacity: float) -> Surface:
    """The colours of the visible cells of a grid (see Grid): of the nearest touching triangle, their means for units.

    Points more transparent than `opacity` count only where there are no others; cells that nothing touches take the
    colour of their unit, or else of the nearest point.
    """
    cells = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(cells, plates)
    samples = voxels.samples
    row = np.full(filled.shape, -1, np.int32)
    row[tuple(cells.T)] = np.arange(len(cells))
    target = row[tuple(voxels.cell.T)]
    away = np.linalg.norm(samples.position - _centres(voxels.cell), axis=1)
    clear = samples.colour[:, 3] < opacity
    order = np.lexsort((samples.triangle, away, clear, target))
    order = order[target[order] >= 0]
    touched, first = np.unique(target[order], return_index=True)
    of_cell = np.zeros((len(cells), 3))
    of_cell[touched] = samples.colour[order[first], :3]
    has = np.zeros(len(cells), bool)
    has[touched] = True
    bare = np.bincount(unit, has, len(seen))[unit] == 0
    if bare.any():
        near = cKDTree(samples.position).query(_centres(cells[bare]))[1]
        of_cell[bare], has[bare] = samples.colour[near, :3], True
    sums = np.stack([np.bincount(unit, of_cell[:, i] * has, len(seen)) for i in range(3)], axis=1)
    of_unit = sums / np.bincount(unit, has, len(seen))[:, None]
    of_cell = np.where(has[:, None], of_cell, of_unit[unit])
    return Surface(cells, unit, of_cell.astype(np.float32), seen, of_unit.astype(np.float32))


def _centres(cell: np.ndarray) -> np.ndarray:
    """(N, 3) float64, mm, of cells z, y, x."""
    return (cell[:, ::-1] + 0.5) * _CELL_MM


def _moved_inwards(corners: np.ndarray) -> np.ndarray:
    normal = _normals(corners)
    return corners - _SKIN_MM * normal[:, None]


def _normals(corners: np.ndarray) -> np.ndarray:
    """(T, 3) unit normals; zero for triangles without area."""
    a, b, c = np.moveaxis(corners, 1, 0)
    normal = np.cross(b - a, c - a)
    return normal / np.maximum(np.linalg.norm(normal, axis=1), 1e-300)[:, None]


def _touching(corners: np.ndarray, shape: tuple[int, int, int]) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Pairs that touch, a few at a time: share of the work done, triangles (N,), cells (N, 3) z, y, x.

    corners (T, 3, 3) in cells, x y z.
    """
    last = np.array(shape[::-1]) - 1
    low = np.clip(np.floor(corners.min(axis=1) + _PARTED), 0, last).astype(np.int64)
    high = np.clip(np.ceil(corners.max(axis=1) - _PARTED) - 1, low, last).astype(np.int64)
    reach = high - low + 1
    ends = np.cumsum(reach.prod(axis=1))
    for start in range(0, int(ends[-1]), _PAIRS_AT_ONCE):
        pair = np.arange(start, min(start + _PAIRS_AT_ONCE, int(ends[-1])))
        triangle = np.searchsorted(ends, pair, side="right")
        number = pair - (ends - reach.prod(axis=1))[triangle]
        wide, deep, _ = reach[triangle].T
        cell = low[triangle] + np.stack([number % wide, number // wide % deep, number // (wide * deep)], axis=1)
        met = _overlapping(corners[triangle[0] : triangle[-1] + 1], triangle - triangle[0], cell + 0.5)
        yield start / int(ends[-1]), triangle[met], cell[met, ::-1].astype(np.int32)


def _overlapping(corners: np.ndarray, triangle: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Which pairs overlap by more than touching: triangles (N,) of corners (T, 3, 3), and unit cubes around (N, 3).

    The cubes lie within the triangles' bounding boxes, so that their own three axes part none.
    """
    edges = np.roll(corners, -1, axis=1) - corners
    axes = [np.cross(edges[:, 0], edges[:, 1])]  # first, because it parts most
    axes += [np.cross(np.eye(3)[i], edges[:, j]) for i in range(3) for j in range(3)]
    left = np.arange(len(triangle))
    for axis in axes:
        length = np.linalg.norm(axis, axis=1)
        along = np.einsum("tci,ti->tc", corners, axis)
        reach = np.abs(axis).sum(axis=1) / 2 - _PARTED * length
        reach = np.where(length <= 1e-12, np.inf, reach)  # an axis of no length parts nothing
        low, high = along.min(axis=1) - reach, along.max(axis=1) + reach
        row = triangle[left]
        place = np.einsum("ni,ni->n", centre[left], axis[row])
        left = left[(low[row] < place) & (place < high[row])]
    return left


def _samples(mesh: Mesh, closed: Closed, triangle: np.ndarray, cell: np.ndarray) -> Samples:
    """The points of the mesh's triangles (rows of `closed`) nearest to the centres of the cells."""
    corners = closed.corners[triangle]
    share = _nearest(corners, _centres(cell))
    source = closed.source[triangle]
    turned = closed.flipped[source]
    share = np.where(turned[:, None], share[:, ::-1], share)  # colours know the corners in their first order
    position = np.einsum("nc,ncd->nd", share, mesh.corners[source])
    return Samples(position, _normals(corners), np.ones(len(source)), mesh.colour_at(source, share, PLATE_MM), source)


def _nearest(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) barycentric coordinates of the points of triangles (N, 3, 3) that are nearest to points (N, 3)."""
    a, b, c = np.moveaxis(corners, 1, 0)
    u, v, w = b - a, c - a, points - a
    uu, uv, vv = (np.einsum("ni,ni->n", p, q) for p, q in ((u, u), (u, v), (v, v)))
    wu, wv = np.einsum("ni,ni->n", w, u), np.einsum("ni,ni->n", w, v)
    area = np.maximum(uu * vv - uv * uv, 1e-300)
    second, third = (vv * wu - uv * wv) / area, (uu * wv - uv * wu) / area
    best = np.stack([1 - second - third, second, third], axis=1)
    outside = (best < 0).any(axis=1) | (uu * vv - uv * uv <= 1e-18 * uu * vv)
    away = np.where(outside, np.inf, -1.0)
    for i, j in ((0, 1), (1, 2), (2, 0)):  # then it lies on one of the edges
        edge, to_point = corners[:, j] - corners[:, i], points - corners[:, i]
        square = np.einsum("ni,ni->n", edge, edge)
        along = np.clip(np.einsum("ni,ni->n", to_point, edge) / np.maximum(square, 1e-300), 0.0, 1.0)
        distance = np.linalg.norm(to_point - along[:, None] * edge, axis=1)
        nearer = distance < away
        away[nearer] = distance[nearer]
        best[nearer] = 0.0
        best[nearer, i], best[nearer, j] = 1 - along[nearer], along[nearer]
    return best
