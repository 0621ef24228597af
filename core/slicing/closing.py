"""Any triangles made into a closed, outward-facing chain, so that every point has a whole winding number.

The boundary of the triangles (edges that are not met by as many neighbours the other way round) is capped: each
connected piece of it by a fan of triangles to its centre. Edge by edge the result has no boundary at all, so its
winding numbers are whole whatever the mesh was: open, torn, partly inverted or glued together from scraps. A
triangle that is turned round in an otherwise closed surface has each edge counted twice in its boundary; its cap
covers it twice the right way, and so mends it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..errors import UnusableMesh

_WELD_STEPS = 2**20  # vertices closer than the mesh's size / 2^20 are one
_SPECK = 1e-6  # bodies smaller than this share of the whole are turned without asking whether they are cavities
_POINTS_AT_ONCE = 2_000_000  # triangles times points in one evaluation of winding numbers


@dataclass(frozen=True)
class Closed:
    """A closed chain of triangles.

    corners (T, 3, 3) float64; source (T,) int32: row of the mesh's triangle, -1 for a cap;
    flipped (mesh triangles,) bool: those that faced inwards; open_share: area of the caps against the surface.
    """

    corners: np.ndarray
    source: np.ndarray
    flipped: np.ndarray
    open_share: float


def close(vertices: np.ndarray, triangles: np.ndarray) -> Closed:
    """Cap and orient triangles (T, 3) over vertices (V, 3) float64. Raises UnusableMesh when they enclose nothing."""
    welded, points = _weld(vertices, triangles)
    kept = np.flatnonzero((welded != np.roll(welded, 1, axis=1)).all(axis=1))
    caps, points, surface = _caps(welded[kept], points)
    faces = np.concatenate([welded[kept], caps])
    source = np.concatenate([kept, np.full(len(caps), -1)]).astype(np.int32)
    body = _bodies(faces, len(points))
    turn = _inward_bodies(points[faces], body)[body]
    faces[turn] = faces[turn][:, ::-1]
    flipped = np.zeros(len(triangles), bool)
    flipped[source[turn & (source >= 0)]] = True
    return Closed(points[faces], source, flipped, surface)


def _weld(vertices: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles over points that are all different."""
    used, compact = np.unique(triangles, return_inverse=True)
    points = vertices[used]
    low = points.min(axis=0)
    step = np.rint((points - low) * (_WELD_STEPS / (points - low).max())).astype(np.int64)
    key = (step[:, 0] << 42) | (step[:, 1] << 21) | step[:, 2]
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    return same[compact].reshape(-1, 3), points[first]


def _caps(faces: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Cap triangles, the points with the caps' centres added, and the caps' area against the faces'."""
    start, end = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    low, high = np.minimum(start, end), np.maximum(start, end)
    edge, row = np.unique(low * len(points) + high, return_inverse=True)
    surplus = np.bincount(row, np.where(start < end, 1, -1)).astype(int)
    border = np.flatnonzero(surplus)
    if not len(border):
        return np.zeros((0, 3), faces.dtype), points, 0.0
    low, high, surplus = edge[border] // len(points), edge[border] % len(points), surplus[border]
    a, b = np.where(surplus > 0, low, high), np.where(surplus > 0, high, low)
    piece = _pieces(a, b, len(points))[a]
    piece = np.unique(piece, return_inverse=True)[1]
    length = np.linalg.norm(points[a] - points[b], axis=1)
    middle = (points[a] + points[b]) * (0.5 * length)[:, None]
    total = np.bincount(piece, length)
    centres = np.stack([np.bincount(piece, middle[:, i]) / total for i in range(3)], axis=1)
    fan = np.stack([b, a, len(points) + piece], axis=1)
    points = np.concatenate([points, centres])
    share = _area(points[fan]) / max(_area(points[faces]), 1e-300)
    return np.repeat(fan, np.abs(surplus), axis=0), points, share


def _area(corners: np.ndarray) -> float:
    a, b, c = np.moveaxis(corners, 1, 0)
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def _pieces(a: np.ndarray, b: np.ndarray, count: int) -> np.ndarray:
    """(count,) label of the connected piece that each point belongs to."""
    links = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(count, count))
    return connected_components(links, directed=False)[1]


def _bodies(faces: np.ndarray, count: int) -> np.ndarray:
    """(T,) label of the connected body of each triangle, counted from 0 without gaps."""
    label = _pieces(faces[:, [0, 1]].ravel(), faces[:, [1, 2]].ravel(), count)
    return np.unique(label[faces[:, 0]], return_inverse=True)[1]


def _inward_bodies(corners: np.ndarray, body: np.ndarray) -> np.ndarray:
    """(B,) bool: bodies to be turned round. A body that faces inwards inside another one is a cavity and stays."""
    origin = corners.reshape(-1, 3).mean(axis=0)
    a, b, c = np.moveaxis(corners - origin, 1, 0)
    volume = np.bincount(body, np.einsum("ij,ij->i", a, np.cross(b, c)) / 6)
    size = float(np.ptp(corners.reshape(-1, 3), axis=0).max())
    if np.abs(volume).max() <= 1e-9 * size**3:
        raise UnusableMesh(
            "The mesh encloses no volume: it is a single sheet. Give it thickness, with a Solidify modifier perhaps."
        )
    sign = -1 if volume.sum() < 0 else 1  # all inside out: cavities are judged after turning everything
    inward = sign * volume < 0
    suspects = np.flatnonzero(inward & (np.abs(volume) > _SPECK * np.abs(volume).sum()))
    if len(suspects):
        outer = ~inward[body]
        first = np.unique(body, return_index=True)[1][suspects]
        inside = sign * winding_numbers(corners[outer], corners[first].mean(axis=1)) > 0.5
        inward[suspects[inside]] = False
    return inward if sign > 0 else ~inward


def winding_numbers(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) winding number of triangles (T, 3, 3) about points (N, 3), by solid angles (Van Oosterom, Strackee 1983)."""
    numbers = np.zeros(len(points))
    chunk = max(1, _POINTS_AT_ONCE // max(len(corners), 1))
    for start in range(0, len(points), chunk):
        a, b, c = np.moveaxis(corners[None] - points[start : start + chunk, None, None], 2, 0)
        la, lb, lc = (np.linalg.norm(v, axis=-1) for v in (a, b, c))
        over = np.einsum("...i,...i", a, np.cross(b, c))
        under = la * lb * lc + np.einsum("...i,...i", a, b) * lc
        under += np.einsum("...i,...i", b, c) * la + np.einsum("...i,...i", c, a) * lb
        numbers[start : start + chunk] = np.arctan2(over, under).sum(axis=1) / (2 * np.pi)
    return numbers
