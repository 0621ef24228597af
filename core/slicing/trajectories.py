"""Where planes cut a mesh: directed segments with the solid on their left, seen from above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Segments:
    """Pieces of trajectories, in no order: plane (S,) int; start, end (S, 2) float64, mm; triangle (S,) int."""

    plane: np.ndarray
    start: np.ndarray
    end: np.ndarray
    triangle: np.ndarray


def plane_range(corners: np.ndarray, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) first plane and (T,) number of planes that cut each triangle of corners (T, 3, 3)."""
    z = corners[:, :, 2]
    first = np.searchsorted(heights, z.min(axis=1), side="right")
    return first, np.searchsorted(heights, z.max(axis=1), side="right") - first


def cut(corners: np.ndarray, heights: np.ndarray) -> Segments:
    """Cut triangles (T, 3, 3), counter-clockwise from outside, at ascending heights (P,).

    A corner on a plane counts as above it, so closed meshes give closed trajectories without special cases.
    """
    first, count = plane_range(corners, heights)
    triangle = np.repeat(np.arange(len(corners)), count)
    plane = np.arange(len(triangle)) + np.repeat(first - (np.cumsum(count) - count), count)
    height = heights[plane]
    above = corners[triangle, :, 2] >= height[:, None]
    following = np.roll(above, -1, axis=1)
    # The boundary leaves the lower half once and comes back once; the solid lies to the left of the way down-up.
    rises = np.argmax(~above & following, axis=1)
    falls = np.argmax(above & ~following, axis=1)
    end = _crossing(corners, triangle, rises, (rises + 1) % 3, height)
    start = _crossing(corners, triangle, (falls + 1) % 3, falls, height)
    return Segments(plane, start, end, triangle)


def _crossing(
    corners: np.ndarray, triangle: np.ndarray, lower: np.ndarray, upper: np.ndarray, height: np.ndarray
) -> np.ndarray:
    """Where edges meet the plane; always reckoned from the lower corner, so neighbours agree to the last bit."""
    low, high = corners[triangle, lower], corners[triangle, upper]
    share = (height - low[:, 2]) / (high[:, 2] - low[:, 2])
    return low[:, :2] + share[:, None] * (high[:, :2] - low[:, :2])
