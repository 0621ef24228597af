"""From where each building step is best seen: the usual view, or another one where this would hide its new parts.

A picture is taken to be a raster: of all that is laid by a step, what is nearest in a pixel is seen there. One pass
over the sorted points answers that for all steps at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import extents, footprint_cells
from ..units import PLATE_MM, STUD_MM

_SAMPLES = 2  # points along a stud
_PIXEL_MM = 6.0  # wider than the points are apart, so that no surface lets others shine through
_SEEN = 0.1  # a part is seen where as much of what it would show alone is in front
_ENOUGH = 0.5  # share of a step's parts that is seen; a view that turns too often is hard to follow


@dataclass(frozen=True)
class View:
    """How the model is turned before it is seen from its front, in degrees: about the vertical, then towards the eye.

    These are LDraw's angles of ROTSTEP.
    """

    tilt: float
    turn: float

    @property
    def axes(self) -> np.ndarray:
        """(3, 3): rows are right, up and towards the eye, in the grid's x, y, z."""
        tilt, turn = np.radians([self.tilt, self.turn])
        right = np.array([np.cos(turn), np.sin(turn), 0.0])
        level = np.array([np.sin(turn), -np.cos(turn), 0.0])
        upwards = np.array([0.0, 0.0, 1.0])
        towards = np.cos(tilt) * level + np.sin(tilt) * upwards
        return np.stack([right, np.cross(towards, right), towards])


# The usual one first: from the front, the right and above; then around the model, then from below.
VIEWS = tuple(View(tilt, turn) for tilt in (30.0, -30.0) for turn in (45.0, 315.0, 135.0, 225.0))


def step_views(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(K,): for each distinct step in order, which of VIEWS shows it.

    That is the first which shows half of its new parts, or else the one that shows most. Parts are taken to be boxes.
    """
    steps = np.unique(layout["step"], return_inverse=True)[1].reshape(-1)
    size = np.bincount(steps)
    best, most = np.zeros(len(size), np.intp), np.full(len(size), -1)
    for number, view in enumerate(VIEWS):
        shown = np.bincount(steps[_seen(layout, steps, catalogue, view)], minlength=len(size))
        better = (shown > most) & (most < _ENOUGH * size)
        best[better], most[better] = number, shown[better]
        if (most >= _ENOUGH * size).all():
            break
    return best


def _seen(layout: np.ndarray, steps: np.ndarray, catalogue: Catalogue, view: View) -> np.ndarray:
    """(N,) bool: the parts that are seen when their step is done."""
    part, points = _facing_points(layout, catalogue, view.axes[2])
    along = points @ view.axes.T
    across = np.floor(along[:, :2] / _PIXEL_MM).astype(np.int64)
    across -= across.min(axis=0, initial=0)
    pixel = across[:, 0] * (across[:, 1].max(initial=0) + 1) + across[:, 1]
    depth = along[:, 2]
    own = np.unique(pixel * len(layout) + part) % max(len(layout), 1)
    order = np.lexsort((depth, steps[part], pixel))
    pixel, part, depth = pixel[order], part[order], depth[order]
    # Heights that grow from pixel to pixel by more than any depth keep the greatest so far within its pixel.
    rank = np.cumsum(np.append(True, np.diff(pixel) != 0)[: len(pixel)])
    lifted = depth + rank * (np.ptp(depth) + 1.0 if len(depth) else 0.0)
    nearest = np.maximum.accumulate(lifted)
    last = np.append((np.diff(pixel) != 0) | (np.diff(steps[part]) != 0), True)[: len(pixel)]
    front = part[last & (lifted >= nearest)]
    won, wanted = (np.bincount(rows, minlength=len(layout)) for rows in (front, own))
    return won >= np.maximum(_SEEN * wanted, 1)


def _facing_points(layout: np.ndarray, catalogue: Catalogue, towards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points on the three faces of every part that look to the eye: its row (M,), and x, y, z in mm (M, 3)."""
    row, x, y = footprint_cells(layout, catalogue)
    size = extents(layout, catalogue)
    low = np.stack([layout[axis] for axis in "xyz"], axis=1)
    face = np.where(towards > 0, low + size, low)
    ends = low + np.where(towards > 0, size - 1, 0)
    level = face[row, 2]
    found = [_spread(row, x, y, level, (1, 1, 0))]
    for axis, cell in ((0, x), (1, y)):
        edge = cell == ends[row, axis]
        on, height = row[edge], size[row[edge], 2]
        tall = np.repeat(np.arange(len(on)), height)
        z = low[on[tall], 2] + np.arange(len(tall)) - np.repeat(np.cumsum(height) - height, height)
        at = [x[edge][tall], y[edge][tall]]
        at[axis] = face[on[tall], axis]
        found.append(_spread(on[tall], at[0], at[1], z, (axis, 1 - axis, 1)))
    return np.concatenate([rows for rows, _ in found]), np.concatenate([points for _, points in found])


def _spread(
    row: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray, along: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Points spread over one face of a cell each; along: the axes on which the face has an extent."""
    inner = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    spread = np.stack(np.meshgrid(*[inner if more else [0.0] for more in along[:2]], [0.5 * along[2]]), axis=-1)
    points = np.stack([x, y, z], axis=1)[:, None] + spread.reshape(1, -1, 3)
    return np.repeat(row, points.shape[1]), points.reshape(-1, 3) * (STUD_MM, STUD_MM, PLATE_MM)
