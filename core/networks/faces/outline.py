"""The outline of a head with its hair, found around a face in a photo.

The outline has one radius in every direction from the middle of the head. Where pixels tell hair from background they
decide; edges attract it; where nothing tells, it is that of a usual head. The best radii of all directions together,
neighbours alike, come from dynamic programming on a circle, as in polar graph cuts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from ...colour.common import common_colours, distance_to
from ...colour.spaces import srgb_to_lab
from .pose import Pose

MIDDLE = np.array([0.0, 2.5])  # of the head: to the right and up in cm, between the eyes
EQUATOR = 3.2  # cm behind the straightened face's origin: where a head is widest, just before the ears
DIRECTIONS = 256
_STEP = 0.1  # cm between two radii
_BEYOND = 3.5  # cm of background looked at beyond the widest outline
_COMMON = 0.02  # of the pixels that stand for hair, for skin or for background: colours of less do not
_EDGE, _USUAL, _BEND = 1.5, 0.012, 0.35  # weights: an edge, a cm^2 from the usual head, a step^2 between neighbours
_MOST_STEPS = 3


@dataclass(frozen=True)
class Outline:
    """Radii (DIRECTIONS,) in cm from MIDDLE: of the face, and of the head; direction 0 points right, then up."""

    face: np.ndarray
    head: np.ndarray

    def at(self, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Distance from the middle, radius of the face, and of the head, towards places in cm."""
        distance = np.hypot(x - MIDDLE[0], z - MIDDLE[1])
        return distance, between(self.face, x, z), between(self.head, x, z)


def between(values: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What lies towards places in cm, of values (DIRECTIONS,) of all directions."""
    turn = np.arctan2(z - MIDDLE[1], x - MIDDLE[0]) * (DIRECTIONS / (2 * np.pi)) % DIRECTIONS
    return np.interp(turn, np.arange(DIRECTIONS + 1), np.append(values, values[0]))


def directions() -> np.ndarray:
    """(DIRECTIONS, 2) unit vectors, to the right and up."""
    turn = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def find_outline(pixels: np.ndarray, pose: Pose, points: np.ndarray) -> Outline:
    """The outline of the head whose straightened face has points (468, 3), in an image (H, W, 4) uint8."""
    toward = directions()
    face = _radii_of(points[:, [0, 2]], toward)
    down = np.degrees(np.arccos(np.clip(-toward[:, 1], -1, 1)))  # from straight down
    room = 9.0 * _smooth((down - 30) / 45)  # cm beyond the face that hair may take
    usual = face + 0.8 * _smooth((down - 30) / 45) + 3.6 * np.maximum(toward[:, 1], 0) ** 1.5
    radius = np.arange(0.0, float((face + room).max()) + _BEYOND, _STEP)
    place = MIDDLE + radius[:, None] * toward[:, None, :]  # (DIRECTIONS, R, 2)
    lab, inside, alpha = _seen(pixels, pose, place)
    likely = _likelihood(lab, alpha, radius, face, room, down)
    likely = np.where(inside, likely, -0.5)  # beyond the photo's edge there is nothing to build
    score = np.cumsum(np.where(radius >= face[:, None], likely, 0.0), axis=1) * _STEP
    score += _EDGE * _edges(lab, inside) - _USUAL * (radius - usual[:, None]) ** 2
    allowed = (radius >= face[:, None] + 0.1 * (room[:, None] > 0)) & (radius <= (face + room)[:, None] + _STEP)
    head = radius[_best_circle(np.where(allowed, score, -1e6))]
    head = ndimage.gaussian_filter1d(np.maximum(head, face), 2.0, mode="wrap")
    return Outline(face, np.maximum(head, face))


def _radii_of(points: np.ndarray, toward: np.ndarray) -> np.ndarray:
    """How far the convex hull of points (N, 2) reaches from MIDDLE towards each direction."""
    hull = ConvexHull(points)
    normal, offset = hull.equations[:, :2], hull.equations[:, 2]
    height = -(normal @ MIDDLE + offset)  # of the middle above each side
    along = toward @ normal.T
    with np.errstate(divide="ignore"):
        reach = np.where(along > 1e-9, height / along, np.inf)
    return reach.min(axis=1)


def _smooth(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 0.0, 1.0)
    return share * share * (3 - 2 * share)


def _seen(pixels: np.ndarray, pose: Pose, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lab colours (D, R, 3), whether the image has them, and alpha 0..1, at places of the equator's plane."""
    head = np.stack([place[..., 0], np.full(place.shape[:2], EQUATOR), place[..., 1]], axis=-1)
    at = pose.pixels(head)
    high, wide = pixels.shape[:2]
    inside = (at[..., 0] >= 0) & (at[..., 0] <= wide - 1) & (at[..., 1] >= 0) & (at[..., 1] <= high - 1)
    blurred = ndimage.gaussian_filter(pixels.astype(np.float32), (0.12 / pose.scale, 0.12 / pose.scale, 0))
    column, row = np.clip(at[..., 0], 0, wide - 1), np.clip(at[..., 1], 0, high - 1)
    read = np.stack([ndimage.map_coordinates(blurred[..., c], (row, column), order=1) for c in range(4)], axis=-1)
    return srgb_to_lab(read[..., :3] / 255), inside, read[..., 3] / 255


def _likelihood(
    lab: np.ndarray, alpha: np.ndarray, radius: np.ndarray, face: np.ndarray, room: np.ndarray, down: np.ndarray
) -> np.ndarray:
    """(D, R) from -1 (background) to 1 (head), by how near the colours are to those of both."""
    from_face = radius - face[:, None]
    upper = (down > 85)[:, None]
    hair = upper & (from_face > 0.2) & (from_face < 1.6)
    skin = (from_face < -0.5) & (radius > 3)
    beyond = upper & (from_face > room[:, None] + 0.5)
    if (alpha[beyond] < 0.5).mean() > 0.5:  # the image says itself what is background
        return 2 * alpha - 1
    near_hair, near_skin, near_beyond = (
        distance_to(common_colours(lab[where], _COMMON), lab) for where in (hair, skin, beyond)
    )
    near_head = np.minimum(near_hair, near_skin + 4.0)
    by_colour = (near_beyond - near_head) / (near_beyond + near_head + 4.0)
    return np.where(alpha < 0.5, -1.0, by_colour)


def _edges(lab: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(D, R) 0..1: how strongly colours change along the radius."""
    change = np.linalg.norm(ndimage.gaussian_filter1d(lab, 3.0, axis=1, order=1), axis=-1)
    return np.where(inside, np.minimum(change / 2.0, 1.0), 0.0)


def _best_circle(score: np.ndarray) -> np.ndarray:
    """(D,) the radius number in each direction with the most score, less what bends cost; the last meets the first."""
    half = len(score) // 2
    free = _best_path(np.roll(score, half, axis=0))
    fixed = score.copy()
    fixed[0] = -1e9
    fixed[0, free[len(score) - half]] = 0.0  # direction 0 lies in the middle of the first path
    return _best_path(np.vstack([fixed, fixed[:1]]))[:-1]


def _best_path(score: np.ndarray) -> np.ndarray:
    count = score.shape[1]
    best, came = score[0], np.zeros(score.shape, np.int64)
    steps = range(-_MOST_STEPS, _MOST_STEPS + 1)
    for row in range(1, len(score)):
        ways = np.full((len(steps), count), -np.inf)
        for number, step in enumerate(steps):
            source, target = slice(max(0, -step), count - max(0, step)), slice(max(0, step), count - max(0, -step))
            ways[number, target] = best[source] - _BEND * step**2
        chosen = ways.argmax(axis=0)
        came[row] = np.arange(count) - (chosen - _MOST_STEPS)
        best = ways[chosen, np.arange(count)] + score[row]
    path = np.zeros(len(score), np.int64)
    path[-1] = best.argmax()
    for row in range(len(score) - 1, 0, -1):
        path[row - 1] = came[row, path[row]]
    return path
