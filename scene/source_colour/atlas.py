"""A surface cut into charts and laid out flat on one square texture, each piece in a place of its own.

A chart is a connected patch that looks along the same one of the six axis directions, projected along that axis: no
triangle shrinks to less than 0.58 of its area, and neighbours on the surface stay neighbours on the texture, so that
averages over many texels stay true. Patches that run over themselves, like a thread of a screw, fall into triangles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SIDES = (1024, 2048, 4096)
_ENOUGH = 256  # texels along the model that are fine enough; a larger texture is taken for less
_PADDING = 2  # texels around each chart
_LEAST = 3.0  # texels along a chart, so that one of their centres lies inside
_WELD = 1e-6  # corners closer than this share of the model's size are one
_CELL = 4  # texels along the squares in which charts are searched for overlaps


@dataclass(frozen=True)
class Atlas:
    """side: texels along the texture; uvs (T, 3, 2) float32."""

    side: int
    uvs: np.ndarray


def surface_atlas(corners: np.ndarray) -> Atlas | None:
    """The atlas of triangles (T, 3, 3), at least one; None when they fall into too many pieces for any texture."""
    corners = corners - corners.min(axis=(0, 1))
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    axis = np.abs(normals).argmax(axis=1)
    facing = axis * 2 + (np.take_along_axis(normals, axis[:, None], 1)[:, 0] < 0)
    span = max(float(corners.max()), 1e-30)
    flat = np.take_along_axis(corners, ((axis[:, None] + (1, 2)) % 3)[:, None], 2) / span
    depth = np.take_along_axis(corners, axis[:, None, None], 2)[..., 0] / span
    charts = _charts(np.rint(corners / (span * _WELD)).astype(np.int64), facing)
    charts = _without_overlaps(charts, flat, depth)
    return _laid_out(charts, flat)


def _charts(places: np.ndarray, facing: np.ndarray) -> np.ndarray:
    """(T,) int: the number of each triangle's chart, from integer corner positions (T, 3, 3)."""
    _, rows = np.unique(places.reshape(-1, 3), axis=0, return_inverse=True)
    edges = np.sort(rows.reshape(-1, 3)[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
    keys = ((edges[..., 0] * (rows.max() + 1) + edges[..., 1]) * 6 + facing[:, None]).ravel()
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    links = coo_array((np.ones(len(same)), (order[same] // 3, order[same + 1] // 3)), shape=(len(places),) * 2)
    return connected_components(links, directed=False)[1]


def _without_overlaps(charts: np.ndarray, flat: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Charts anew, where each triangle of a chart that lies over itself is one of its own."""
    size = _CELL / _ENOUGH
    cells = np.floor(np.concatenate([flat, flat.mean(axis=1, keepdims=True)], axis=1) / size).astype(np.int64)
    depths = np.concatenate([depth, depth.mean(axis=1, keepdims=True)], axis=1).ravel()
    keys = (charts[:, None] * (_ENOUGH + 1) + cells[..., 0]) * (_ENOUGH + 1) + cells[..., 1]
    _, rows = np.unique(keys.ravel(), return_inverse=True)
    rows = rows.ravel()
    low, high = np.full(rows.max() + 1, np.inf), np.full(rows.max() + 1, -np.inf)
    np.minimum.at(low, rows, depths)
    np.maximum.at(high, rows, depths)
    # One sheet whose normals keep to the axis rises by at most its slope, twice the root of 2, over a cell's diagonal.
    doubled = (high - low > 4 * size)[rows].reshape(-1, 4).any(axis=1)
    split = np.isin(charts, charts[doubled])
    alone = np.where(split, charts.max() + 1 + np.arange(len(charts)), charts)
    return np.unique(alone, return_inverse=True)[1].ravel()


def _laid_out(charts: np.ndarray, flat: np.ndarray) -> Atlas | None:
    order = np.argsort(charts, kind="stable")
    starts = np.searchsorted(charts[order], np.arange(charts.max() + 1))
    low = np.minimum.reduceat(flat.min(axis=1)[order], starts)
    boxes = np.maximum.reduceat(flat.max(axis=1)[order], starts) - low
    flat = flat - low[charts][:, None]
    tall = boxes[:, 1] > boxes[:, 0]  # laid down, charts fill shelves better
    boxes = np.where(tall[:, None], boxes[:, ::-1], boxes)
    flat = np.where(tall[charts][:, None, None], flat[..., ::-1], flat)
    for side in SIDES:
        density, origins = _densest(boxes, side)
        if density >= _ENOUGH:
            break
    if density == 0:
        return None
    scale = _chart_scales(boxes, density)[charts][:, None, None]
    texels = flat * scale + origins[charts][:, None] + _PADDING
    return Atlas(side, (texels / side).astype(np.float32))


def _chart_scales(boxes: np.ndarray, density: float) -> np.ndarray:
    """(C,) texels per unit of length: `density`, more for charts too small to meet a texel."""
    return np.maximum(density, _LEAST / np.maximum(boxes.max(axis=1), 1e-9))


def _densest(boxes: np.ndarray, side: int) -> tuple[float, np.ndarray]:
    """The highest tried density at which all charts fit, and their origins (C, 2); density 0 when none does."""
    area = max(float(boxes.prod(axis=1).sum()), 1e-12)
    density = min(side / np.sqrt(area), side)
    least = (2 * _PADDING + 1) * (2 * _PADDING + 1 + _LEAST)
    while density > 1 and len(boxes) * least <= side * side:
        sizes = np.ceil(boxes * _chart_scales(boxes, density)[:, None]).astype(np.int64) + 2 * _PADDING + 1
        origins = _on_shelves(sizes, side)
        if origins is not None:
            return density, origins
        density *= 0.93
    return 0.0, np.zeros((len(boxes), 2), np.int64)


def _on_shelves(sizes: np.ndarray, side: int) -> np.ndarray | None:
    """Origins (C, 2) of boxes (C, 2) in rows of falling height; None when they do not fit the square."""
    order = np.argsort(-sizes[:, 1], kind="stable")
    ends = np.cumsum(sizes[order, 0])
    origins = np.zeros_like(sizes)
    first, top = 0, 0
    while first < len(order):
        before = ends[first] - sizes[order[first], 0]
        last = int(np.searchsorted(ends, before + side, side="right"))
        shelf = order[first:last]
        if not len(shelf) or top + sizes[shelf[0], 1] > side:
            return None
        origins[shelf, 0] = ends[first:last] - sizes[shelf, 0] - before
        origins[shelf, 1] = top
        first, top = last, top + sizes[shelf[0], 1]
    return origins
