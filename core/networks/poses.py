"""From where the pictures are taken that the octree networks learn from, and where points of an object lie in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_AWAY = 3.2  # distance of the camera from the middle of the object, in radii of its sphere
_LEAST_RADIUS = 1e-6  # of that sphere, for an object that is a point


@dataclass(frozen=True)
class Pose:
    """Where the camera stands: degrees that it is turned to the right of the front (-y), degrees above the ground."""

    turned: float
    raised: float


SET_POSE = Pose(30.0, 25.0)
POSES = tuple(Pose(turned, raised) for raised in (5.0, 20.0, 40.0) for turned in (-40.0, -20.0, 0.0, 20.0, 40.0))


def in_camera(points: np.ndarray, pose: Pose) -> np.ndarray:
    """Points (..., 3), z up, as a camera sees all of them: x to the right, y up, z towards it; it is the origin."""
    turned, raised = np.radians(pose.turned), np.radians(pose.raised)
    right = np.array([np.cos(turned), np.sin(turned), 0.0])
    towards = np.array([np.sin(turned) * np.cos(raised), -np.cos(turned) * np.cos(raised), np.sin(raised)])
    axes = np.stack([right, np.cross(towards, right), towards])
    flat = points.reshape(-1, 3)
    middle = (flat.min(axis=0) + flat.max(axis=0)) / 2
    radius = max(np.linalg.norm(flat - middle, axis=1).max(), _LEAST_RADIUS)
    seen: np.ndarray = (points - middle) @ axes.T - np.array([0.0, 0.0, _AWAY * radius])
    return seen


def on_picture(seen: np.ndarray, pixels: int, margin: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (..., 3) of a camera in a square picture that they fill but for a margin, in pixels.

    Gives columns and rows (..., 2), row 0 at the top, and 1 / depth (...), which is linear in the picture.
    """
    inverse = -1.0 / seen[..., 2]
    place = seen[..., :2] * inverse[..., None] * np.array([1.0, -1.0])
    flat = place.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = (pixels - 2 * margin) / max((high - low).max(), 1e-12)
    return (place - (low + high) / 2) * scale + pixels / 2, inverse
