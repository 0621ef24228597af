"""Any triangles made into a closed, outward-facing chain, so that every point has a whole winding number.

First neighbours are made to agree about which side is out. Then the boundary of the triangles (edges that are not met
by as many neighbours the other way round) is capped: each connected piece of it by a fan of triangles to its centre.
Edge by edge the result has no boundary at all, so its winding numbers are whole whatever the mesh was: open, torn,
partly inverted or glued together from scraps. Last, bodies that face inwards are turned, except cavities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import UnusableMesh
from .facing import Edges, area_of, edges_of, facing_the_other_way, inward_bodies, pieces_of

_WELD_STEPS = 2**20  # vertices closer than the mesh's size / 2^20 are one
_CROWDED = 3  # triangles an edge from where two-sided faces are likely; a closed mesh has two
_DOUBLED = 0.6  # fewer different faces than this share: the mesh has two-sided faces


@dataclass(frozen=True)
class Closed:
    """A closed chain of triangles.

    corners (T, 3, 3) float64; points (P, 3): each place of a corner once; source (T,) int32: row of the mesh's
    triangle, -1 for a cap;
    flipped (mesh triangles,) bool: those that faced inwards; open_share: the caps' share of the whole surface.
    """

    corners: np.ndarray
    points: np.ndarray
    source: np.ndarray
    flipped: np.ndarray
    open_share: float


def close(vertices: np.ndarray, triangles: np.ndarray) -> Closed:
    """Turn and cap triangles (T, 3) over vertices (V, 3) float64. Raises UnusableMesh when they enclose nothing."""
    welded, points = _weld(vertices, triangles)
    kept = np.flatnonzero((welded != np.roll(welded, 1, axis=1)).all(axis=1))
    if not len(kept):
        raise UnusableMesh("All faces of the mesh are without area; choose an object with a surface.")
    edges = edges_of(welded[kept], len(points))
    single = _one_sided(welded[kept], edges)
    if len(single) < len(kept):
        kept = kept[single]
        edges = edges_of(welded[kept], len(points))
    turned = facing_the_other_way(edges, len(kept))
    faces = np.where(turned[:, None], welded[kept][:, ::-1], welded[kept])
    caps, points, share = _caps(edges, turned, faces, points)
    faces = np.concatenate([faces, caps])
    source = np.concatenate([kept, np.full(len(caps), -1)]).astype(np.int32)
    body = _bodies(faces, len(points))
    inward = inward_bodies(points[faces], body)[body]
    faces[inward] = faces[inward][:, ::-1]
    flipped = np.zeros(len(triangles), bool)
    flipped[kept] = turned ^ inward[: len(kept)]
    used = np.zeros(len(points), bool)
    used[faces] = True
    return Closed(points[faces], points[used], source, flipped, share)


def _one_sided(faces: np.ndarray, edges: Edges) -> np.ndarray:
    """Rows to keep: where most faces lie twice in one place, as in models with two-sided faces, one of each."""
    everyone = np.arange(len(faces))
    if len(edges.order) < _CROWDED * len(edges.key):
        return everyone
    _, first = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    return np.sort(first) if len(first) < _DOUBLED * len(faces) else everyone


def _weld(vertices: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles over points that are all different."""
    used, compact = np.unique(triangles, return_inverse=True)
    points = vertices[used]
    low = points.min(axis=0)
    step = np.rint((points - low) * (_WELD_STEPS / (points - low).max())).astype(np.int64)
    key = (step[:, 0] << 42) | (step[:, 1] << 21) | step[:, 2]
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    return same[compact].reshape(-1, 3), points[first]


def _caps(
    edges: Edges, turned: np.ndarray, faces: np.ndarray, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Cap triangles, the points with the caps' centres added, and the caps' share of the whole area.

    turned (T,) bool: triangles that were turned round since the edges were listed.
    """
    way = np.where(edges.upwards ^ turned[edges.order // 3], 1, -1)
    surplus = np.add.reduceat(way, edges.begin)
    border = np.flatnonzero(surplus)
    if not len(border):
        return np.zeros((0, 3), faces.dtype), points, 0.0
    low, high, surplus = edges.key[border] // len(points), edges.key[border] % len(points), surplus[border]
    a, b = np.where(surplus > 0, low, high), np.where(surplus > 0, high, low)
    piece = pieces_of(a, b, len(points))[a]
    piece = np.unique(piece, return_inverse=True)[1]
    length = np.linalg.norm(points[a] - points[b], axis=1)
    middle = (points[a] + points[b]) * (0.5 * length)[:, None]
    total = np.bincount(piece, length)
    centres = np.stack([np.bincount(piece, middle[:, i]) / total for i in range(3)], axis=1)
    fan = np.stack([b, a, len(points) + piece], axis=1)
    points = np.concatenate([points, centres])
    added = area_of(points[fan])
    share = added / (added + area_of(points[faces]))
    return np.repeat(fan, np.abs(surplus), axis=0), points, share


def _bodies(faces: np.ndarray, count: int) -> np.ndarray:
    """(T,) label of the connected body of each triangle, counted from 0 without gaps."""
    label = pieces_of(faces[:, [0, 1]].ravel(), faces[:, [1, 2]].ravel(), count)
    return np.unique(label[faces[:, 0]], return_inverse=True)[1]
