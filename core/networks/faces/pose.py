"""Where a head is in an image: from pixels to centimetres before the straightened face, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Places of points that keep still when a face moves, in centimetres: to the right, away, up. They are those of
# MediaPipe's canonical face (github.com/google/mediapipe, Apache-2.0); of a pair, the right one's.
_MIDDLE = {
    10: (0.0, -4.482, 8.262),
    152: (0.0, -4.264, -9.403),
    1: (0.0, -7.476, -1.127),
    6: (0.0, -5.789, 2.473),
    168: (0.0, -5.236, 3.271),
}
_PAIRS = {
    (454, 234): (7.664, 2.436, 0.673),
    (356, 127): (7.743, 2.005, 2.365),
    (361, 132): (7.271, 2.252, -2.891),
    (288, 58): (6.720, 1.745, -4.789),
    (263, 33): (4.446, -3.173, 2.664),
    (362, 133): (1.856, -3.758, 2.585),
}
_MIRROR = np.array([-1.0, 1.0, 1.0])
ROWS = [*_MIDDLE, *(row for pair in _PAIRS for row in pair)]
PLACES = np.array(
    [*_MIDDLE.values(), *(np.array(place) * side for place in _PAIRS.values() for side in (np.ones(3), _MIRROR))]
)


@dataclass(frozen=True)
class Pose:
    """head = scale * rotation @ seen + shift, where seen is (to the right, away, up) in pixels."""

    scale: float
    rotation: np.ndarray
    shift: np.ndarray

    def pixels(self, head: np.ndarray) -> np.ndarray:
        """(..., 2) float64 pixels, to the right and downwards, of places (..., 3) in centimetres."""
        seen = (head - self.shift) @ self.rotation / self.scale
        return np.stack([seen[..., 0], -seen[..., 2]], axis=-1)

    def places(self, pixels: np.ndarray, depth: float) -> np.ndarray:
        """(..., 2) the x and z of what pixels (..., 2), to the right and downwards, show at y = depth."""
        right, up = pixels[..., 0], -pixels[..., 1]
        turn = self.scale * self.rotation
        away = (depth - self.shift[1] - turn[1, 0] * right - turn[1, 2] * up) / turn[1, 1]
        seen = np.stack([right, away, up], axis=-1)
        return seen @ turn[[0, 2]].T + self.shift[[0, 2]]

    @property
    def turned_degrees(self) -> float:
        """How far the face looks past the camera, to a side or up or down."""
        return float(np.degrees(np.arccos(np.clip(self.rotation[1, 1], -1, 1))))


def straightened(points: np.ndarray) -> tuple[np.ndarray, Pose]:
    """The points of a face (468, 3), pixels right, down, away, as centimetres right, away, up of one looking along -y.

    By the similarity that brings points that keep still nearest to their places (S. Umeyama, IEEE TPAMI 13, 1991).
    """
    seen = points[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
    there = seen[ROWS]
    from_mean, to_mean = there - there.mean(axis=0), PLACES - PLACES.mean(axis=0)
    u, stretch, v = np.linalg.svd(to_mean.T @ from_mean)
    turn = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
    rotation = u * turn @ v
    scale = float((stretch * turn).sum() / (from_mean**2).sum())
    shift = PLACES.mean(axis=0) - scale * rotation @ there.mean(axis=0)
    return scale * seen @ rotation.T + shift, Pose(scale, rotation, shift)
