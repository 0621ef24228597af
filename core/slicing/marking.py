"""Where neighbouring slices differ so much that the steps between them should be finer than a brick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..units import STUD_MM
from .contours import Contours
from .coverage import cell_shares

_TOUCHED = 1e-9  # share of a cell from which on it counts as covered


@dataclass(frozen=True)
class Marks:
    """Loops that differ from the plane below or above (L,) bool; a neighbouring plane without loops does not count.

    above_row (L,): the loop of the plane above that corresponds to each one, -1 for none.
    """

    below: np.ndarray
    above: np.ndarray
    above_row: np.ndarray

    @property
    def marked(self) -> np.ndarray:
        """(L,) bool: loops that differ from one of the two."""
        return self.below | self.above

    def between(self, contours: Contours) -> np.ndarray:
        """(planes - 1,) bool: pairs of neighbouring planes in which some loop differs."""
        pairs = np.zeros(max(contours.planes - 1, 0), bool)
        pairs[contours.plane[self.above]] = True
        pairs[contours.plane[self.below] - 1] = True
        return pairs


def differs(contours: Contours, max_length_change: float, max_area_change: float) -> Marks:
    """Loops of neighbouring planes that have no counterpart or one of another length or area.

    Two loops correspond when each is nearest to the other in place and size, runs the same way round, and their
    bounding boxes meet. The changes are shares of the greater one: 0.1 marks what differs by more than a tenth.
    """
    below, above = _counterparts(contours)
    above_row = np.full(len(contours), -1, np.intp)
    above_row[below] = above
    changed = _change(contours.length, below, above) > max_length_change
    changed |= _change(np.abs(contours.area), below, above) > max_area_change
    like_above, like_below = np.zeros((2, len(contours)), bool)
    like_above[below[~changed]] = True
    like_below[above[~changed]] = True
    there = np.zeros(contours.planes + 2, bool)  # planes with loops, and a rim of empty ones
    there[contours.plane + 1] = True
    return Marks(there[contours.plane] & ~like_below, there[contours.plane + 2] & ~like_above, above_row)


def _change(values: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    a, b = values[below], values[above]
    return np.abs(a - b) / np.maximum(a, b)


def _counterparts(contours: Contours) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of corresponding loops: rows in the plane below, rows in the plane above."""
    if not len(contours):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    low, high = _boxes(contours)
    size = np.sqrt(np.abs(contours.area)) * np.sign(contours.area)
    where = np.column_stack([_centroids(contours), size])
    far = 4 * float(np.ptp(where, axis=0).sum()) + 1.0  # planes so far apart that none is mistaken for another
    inner = np.where(contours.area < 0, 2 * far * (contours.planes + 2), 0.0)
    feature = np.column_stack([where, contours.plane * far + inner])
    tree = cKDTree(feature)
    step = np.array([0.0, 0.0, 0.0, far])
    up, down = (tree.query(feature + side, distance_upper_bound=far / 2)[1] for side in (step, -step))
    rows = np.arange(len(contours))
    mutual = up < len(contours)
    mutual[mutual] = down[up[mutual]] == rows[mutual]
    below, above = rows[mutual], up[mutual]
    meet = ((low[below] <= high[above]) & (low[above] <= high[below])).all(axis=1)
    return below[meet], above[meet]


def _boxes(contours: Contours) -> tuple[np.ndarray, np.ndarray]:
    first = contours.offsets[:-1]
    return np.minimum.reduceat(contours.points, first), np.maximum.reduceat(contours.points, first)


def _centroids(contours: Contours) -> np.ndarray:
    """(L, 2) float64, mm: centres of the areas that the loops enclose."""
    origin = contours.points[contours.offsets[:-1]]
    here = contours.points - origin[contours.loop]
    there = here[contours.following]
    cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
    moments = [np.bincount(contours.loop, cross * (here + there)[:, i], len(contours)) for i in (0, 1)]
    return origin + np.stack(moments, axis=1) / (6 * contours.area)[:, None]


def marked_cells(contours: Contours, marked: np.ndarray, studs: tuple[int, int]) -> np.ndarray:
    """(planes, Y, X) bool: cells inside or on the marked loops (L,) bool; studs: Y, X.

    Inside a marked outer loop is the solid only: holes that are not marked themselves do not count.
    """
    if not marked.any():
        return np.zeros((contours.planes, *studs), bool)
    inner = contours.area < 0
    hole = inner & ~marked & (contours.parent >= 0)
    hole[hole] = marked[contours.parent[hole]]
    segments = contours.only(marked | hole, turned=inner & marked)
    return cell_shares(segments, contours.planes, studs, STUD_MM) > _TOUCHED
