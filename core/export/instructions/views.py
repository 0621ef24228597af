"""From where a model is drawn: eight corners, and a projection that takes the grid to whole pixels.

A stud along x or y is 2k pixels sideways and k up or down, a plate k pixels up. That is a parallel projection from 30
degrees above the horizon, up to 2 per cent in the height of a plate, and it makes every picture of a part the same,
wherever the part lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_QUARTERS = np.array([[[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]]])


@dataclass(frozen=True)
class View:
    """The model turned by `quarter` quarters counter-clockwise, seen from its front right corner.

    below: from under the horizon instead of above it.
    """

    quarter: int
    below: bool = False

    @property
    def matrix(self) -> np.ndarray:
        """(3, 3) int64: right, down and towards the eye, from studs along x and y and plates."""
        turn = _QUARTERS[self.quarter]
        x, y = np.append(turn[0], 0), np.append(turn[1], 0)
        up = np.array([0, 0, 1])
        if self.below:
            return np.array([2 * (x + y), y - x - up, x - y - up])
        return np.array([2 * (x + y), x - y - up, x - y + up])


HOME = View(0)


def box_of(layout: np.ndarray, extents: np.ndarray, view: View) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of placed parts with their studs, in units of k; a layout that is not empty.

    extents (N, 3): of the parts, as turned.
    """
    low = np.stack([layout[axis] for axis in "xyz"], axis=1).astype(np.int64)
    size = extents + (0, 0, 1)  # a stud is less than a plate high
    corners = np.array([[i, j, m] for i in (0, 1) for j in (0, 1) for m in (0, 1)])
    spots = (low[:, None] + corners * size[:, None]) @ view.matrix[:2].T
    left, top = spots.min(axis=(0, 1)).tolist()
    right, bottom = spots.max(axis=(0, 1)).tolist()
    return left, top, right, bottom
