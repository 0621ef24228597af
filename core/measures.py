"""How good a model is: shape and colour against the mesh (the report's `shape` and `colour`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from .catalogue.colours import Palette
from .catalogue.parts import Catalogue
from .colour.differences import difference, nearest_colours
from .finishing.outsides import filled_up, outside_points
from .finishing.solids import AIR, FULL, Solid, mesh_slabs, of_cells, solid_of
from .grid import Grid, enclosed
from .slicing.cells import Sliced
from .slicing.closing import Closed
from .slicing.surface import Samples
from .units import PLATE_MM, STUD_MM

_FACES = 20_000  # so many faces of the model are measured; more change the mean in the third digit only
_POINTS = 60_000  # points of the built surface that are measured
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
    return float(_distances(points[:: max(1, len(points) // _FACES)], samples, corners).mean())


def _distances(points: np.ndarray, samples: Samples, corners: np.ndarray) -> np.ndarray:
    """(N,) mm: from points (N, 3) to the nearest of the triangles around the nearest samples."""
    near = cKDTree(samples.position).query(points, k=min(_NEAR, len(samples.position)))[1].reshape(len(points), -1)
    return distance_to_triangles(points[:, None], corners[samples.triangle[near]]).min(axis=1)


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


def built_shape(layout: np.ndarray, catalogue: Catalogue, hollow: np.ndarray, sliced: Sliced) -> dict[str, float]:
    """The figures of parts as they are shaped, studs and slopes included: `fine_iou` and, in mm, `built_mm`.

    hollow (Z, Y, X) bool: cells left empty inside the model, which count as filled.
    """
    high, deep, wide = hollow.shape
    solid = filled_up(solid_of(layout, catalogue, (high, deep, wide)), hollow)
    points, area = outside_points(layout, catalogue, solid)
    return {
        "fine_iou": fine_iou(solid, sliced.closed),
        "built_mm": built_distance(points, area, sliced.samples, sliced.mesh.corners),
    }


def fine_iou(solid: Solid, closed: Closed) -> float:
    """As `shape_iou`, in fine cells, against the mesh itself: sum of min / sum of max of their shares.

    solid: what the parts fill, with the inside filled; closed: the mesh, Sliced.closed.
    """
    both = mesh = 0.0
    for low, fine in mesh_slabs(closed, solid.shape):
        code, of_cell = solid.code[low : low + len(fine)], fine.sum(axis=(1, 3, 5))
        parted = np.nonzero((code != AIR) & (code != FULL))
        both += float(of_cell[code == FULL].sum())
        both += float(np.minimum(solid.shares[code[parted]], of_cells(fine, *parted)).sum(dtype=np.float64))
        mesh += float(of_cell.sum())
    model = float(np.bincount(solid.code.ravel(), minlength=len(solid.shares)) @ solid.shares.sum(axis=1))
    return both / (model + mesh - both) if model + mesh else 1.0


def built_distance(points: np.ndarray, area: np.ndarray, samples: Samples, corners: np.ndarray) -> float:
    """Mean distance in mm from the outside of the parts, as they are shaped, to the mesh.

    points (N, 3), area (N,): of `outside_points`; corners (T, 3, 3): the triangles that `samples` lie on.
    """
    step = max(1, len(points) // _POINTS)
    return float(np.average(_distances(points[::step], samples, corners), weights=area[::step]))
