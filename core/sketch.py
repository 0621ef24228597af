"""A quick picture of a layout that is still being made: a shaded box for every part that can be seen."""

from __future__ import annotations

import numpy as np

from .layout import extents
from .plan import Plan
from .units import PART_GAP_MM, PLATE_MM, STUD_MM

_SHADE = np.array([0.62, 0.80, 0.70, 0.72, 0.5, 1.0], np.float32)  # of the faces at -x, +x, -y, +y, -z, +z
_UNLIKE = 0.08  # by how much the brightness of neighbours may differ, so that equal colours part
# The corners (bits x, y, z) of every face, counter-clockwise seen from outside.
_FACES = np.array([[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]])
_TWO_TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def drawn_over(known: np.ndarray, news: np.ndarray, plan: Plan) -> np.ndarray:
    """The layout known so far with newly laid parts in place of those of their height in their layers."""
    if not len(news):
        return known
    heights = plan.catalogue.sizes[:, 2].astype(np.int64)
    tops = int(heights.max()) + 1
    old, new = (rows["z"].astype(np.int64) * tops + heights[rows["part"]] for rows in (known, news))
    return np.concatenate([known[~np.isin(old, np.unique(new))], news])


def boxes(plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (24 N, 3) float32 in the scene's units, their sRGB colours (24 N, 4) float32, triangles (12 N, 3) int32.

    Parts that lie hidden, and thus have no colour yet, are left out.
    """
    seen = plan.layout[plan.layout["colour"] >= 0]
    size = (STUD_MM, STUD_MM, PLATE_MM)
    low = np.stack([seen[axis] for axis in "xyz"], axis=1) * size
    high = low + extents(seen, plan.catalogue) * size
    low, high = low + PART_GAP_MM, high - (PART_GAP_MM, PART_GAP_MM, 0.0)
    upper = (_FACES.ravel()[:, None] >> np.arange(3)) & 1 == 1
    corners = np.where(upper, high[:, None], low[:, None])
    unit = plan.placement.unit
    vertices = (np.array(plan.placement.origin) + unit * corners).astype(np.float32).reshape(-1, 3)
    srgb = np.array([[int(colour.hex[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in plan.palette.colours])
    rgba = np.ones((len(seen), 6, 4, 4), np.float32)
    rgba[..., :3] = srgb[seen["colour"]].astype(np.float32)[:, None, None] * _SHADE[:, None, None]
    rgba[..., :3] *= _brightness(seen)[:, None, None, None]
    first = np.arange(6 * len(seen), dtype=np.int32)[:, None, None] * 4
    return vertices, np.minimum(rgba, 1.0).reshape(-1, 4), (first + _TWO_TRIANGLES).reshape(-1, 3)


def _brightness(layout: np.ndarray) -> np.ndarray:
    """(N,) float32 around 1, the same for a part in the same place."""
    mixed = layout["x"] * 7 + layout["y"] * 13 + layout["z"] * 5
    return (1 + _UNLIKE * (mixed % 5 / 4 - 0.5)).astype(np.float32)
