"""How good a model is: shape and colour against the mesh (the report's `shape` and `colour`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from .catalogue.colours import Palette
from .colour.differences import difference, nearest_colours
from .grid import Grid, enclosed
from .slicing.surface import Samples
from .units import PLATE_MM, STUD_MM

_FACES = 20_000  # so many faces of the model are measured; more change the mean in the third digit only
_CELLS = 50_000  # visible cells whose colours are compared, evenly chosen where there are more
_NEAR = 6  # triangles looked at for each face


def shape_iou(model: np.ndarray, target: np.ndarray) -> float:
    """n(X and Y) / n(X or Y) of two (Z, Y, X) grids of plate cells; 1 if both are empty.

    Air that either of them encloses counts as filled in both: it can't be seen, and a slit may leak in one of them.
    """
    air = enclosed(model) | enclosed(target)
    model, target = model | air, target | air
    either = np.count_nonzero(model | target)
    return float(np.count_nonzero(model & target) / either) if either else 1.0


def surface_distance(model: np.ndarray, samples: Samples, corners: np.ndarray) -> float:
    """Mean distance in mm from the model's outer faces (its cells' face centres) to the mesh.

    model (Z, Y, X) bool plate cells; corners (T, 3, 3): the triangles that `samples` lie on.
    """
    points = outer_faces(model)
    points = points[:: max(1, len(points) // _FACES)]
    near = cKDTree(samples.position).query(points, k=min(_NEAR, len(samples.position)))[1].reshape(len(points), -1)
    distances = distance_to_triangles(points[:, None], corners[samples.triangle[near]])
    return float(distances.min(axis=1).mean())


def outer_faces(model: np.ndarray) -> np.ndarray:
    """(N, 3) float64 mm: centres of the cell faces between the model and the outside air."""
    air = np.pad(~(model | enclosed(model)), 1, constant_values=True)
    pitch = np.array([PLATE_MM, STUD_MM, STUD_MM])
    found = []
    for axis in range(3):
        for side in (0, 1):
            beyond = tuple(slice(2 * side, model.shape[i] + 2 * side) if i == axis else slice(1, -1) for i in range(3))
            centre = np.argwhere(model & air[beyond]) + 0.5
            centre[:, axis] += side - 0.5
            found.append(centre * pitch)
    return np.concatenate(found)[:, ::-1]


def distance_to_triangles(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Distance from points (..., 3) to triangles (..., 3, 3), leading axes broadcast."""
    a, b, c = np.moveaxis(corners, -2, 0)
    normal = np.cross(b - a, c - a)
    square = _dot(normal, normal)
    # Inside the prism over the triangle the plane is nearest, elsewhere one of the edges.
    above = np.broadcast_to(square > 0, np.broadcast_shapes(points.shape[:-1], a.shape[:-1])).copy()
    edge = np.full(above.shape, np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        along, offset = end - start, points - start
        above &= _dot(np.cross(along, offset), normal) >= 0
        share = np.clip(_dot(offset, along) / np.maximum(_dot(along, along), 1e-30), 0, 1)
        edge = np.minimum(edge, np.linalg.norm(offset - share[..., None] * along, axis=-1))
    return np.where(above, np.abs(_dot(points - a, normal)) / np.sqrt(np.where(square > 0, square, 1)), edge)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...i,...i", a, b)


def colour_error(grid: Grid, palette: Palette, metric: str) -> dict[str, Any]:
    """How far the model's colours are from the mesh's, over its visible cells, under the report's keys.

    best_mean: what the nearest palette colour of every single cell would reach, as 1x1 plates and bricks.
    """
    cells = np.arange(0, len(grid.surface.cells), max(1, len(grid.surface.cells) // _CELLS))
    mesh = grid.surface.of_cell[cells]
    assert grid.colour is not None
    reached = difference(mesh, palette.linear[grid.colour[grid.surface.unit[cells]]], metric)
    best = nearest_colours(mesh, palette.linear, metric)[1]
    return {
        "metric": metric,
        "mean": float(reached.mean()),
        "max": float(reached.max()),
        "best_mean": float(best.mean()),
    }
