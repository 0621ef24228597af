"""Grey pictures of meshes from a camera: triangles with one grey each, a depth buffer, light from the camera's side."""

from __future__ import annotations

import numpy as np
from brickprint.core.colour.spaces import linear_to_srgb
from brickprint.core.mesh import Mesh
from brickprint.core.networks.poses import Pose, in_camera, on_picture

FINER = 2  # pictures are drawn this much finer, then averaged
_LIGHT = np.array([-0.45, 0.65, 1.0]) / np.linalg.norm([-0.45, 0.65, 1.0])  # from the upper left, in camera axes
_AMBIENT = 0.45
_STEPS = 1 << 30  # of depth


def render(corners: np.ndarray, shade: np.ndarray, pose: Pose, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """What a camera sees of triangles (T, 3, 3), z up, with greys (T,) 0..1: grey (H, W) and alpha (H, W) in 0..1.

    The object fills the square picture up to a pixel or two.
    """
    seen = in_camera(corners, pose)
    normal = np.cross(seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-12)[:, None]
    normal *= np.where(np.einsum("ti,ti->t", normal, seen[:, 0]) > 0, -1.0, 1.0)[:, None]  # both sides are lit alike
    light = _AMBIENT + (1 - _AMBIENT) * np.clip(normal @ _LIGHT, 0.0, 1.0)
    nearest = _nearest(*on_picture(seen, pixels * FINER, margin=FINER), pixels * FINER)
    alpha = nearest >= 0
    grey = np.where(alpha, (shade * light)[nearest], 0.0)
    cells = (pixels, FINER, pixels, FINER)
    covered = alpha.reshape(cells).mean(axis=(1, 3))
    return grey.reshape(cells).mean(axis=(1, 3)) / np.maximum(covered, 1e-9), covered


def picture(mesh: Mesh, pose: Pose, pixels: int) -> np.ndarray:
    """(pixels, pixels, 4) uint8, sRGB and alpha: a mesh as a camera sees it, each triangle in one colour."""
    third = np.full((len(mesh.triangles), 3), 1 / 3)
    linear = mesh.colour_at(np.arange(len(mesh.triangles)), third)[:, :3]
    encoded = linear_to_srgb(np.clip(linear, 0.0, 1.0))
    channels = [render(mesh.corners, encoded[:, i], pose, pixels) for i in range(3)]
    shown = np.stack([grey for grey, _ in channels] + [channels[0][1]], axis=-1)
    return np.rint(np.clip(shown, 0.0, 1.0) * 255).astype(np.uint8)


def _nearest(place: np.ndarray, inverse: np.ndarray, pixels: int) -> np.ndarray:
    """(H, W) int64: the triangle that is nearest in each pixel's middle, or -1."""
    triangle, row, left, right = _spans(place, pixels)
    count = np.maximum(right - left, 0)
    source = np.repeat(np.arange(len(count)), count)
    x = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count) + left[source]
    triangle, y = triangle[source], row[source]
    slope = _slopes(place, inverse)[triangle]
    depth = slope[:, 0] * (x + 0.5) + slope[:, 1] * (y + 0.5) + slope[:, 2]
    reach = max(float(inverse.max() - inverse.min()), 1e-12)
    far = np.clip((inverse.max() - depth) / reach, 0.0, 1.0) * (_STEPS - 1)
    key = far.astype(np.int64) * len(place) + triangle
    nearest = np.full(pixels * pixels, np.iinfo(np.int64).max)
    np.minimum.at(nearest, y * pixels + x, key)
    hit = nearest < np.iinfo(np.int64).max
    return np.where(hit, nearest % len(place), -1).reshape(pixels, pixels)


def _spans(place: np.ndarray, pixels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The rows of pixels that triangles cross: triangle, row, first column, column after the last."""
    y = place[:, :, 1]
    low = np.clip(np.ceil(y.min(axis=1) - 0.5), 0, pixels).astype(np.intp)
    count = np.maximum(np.clip(np.ceil(y.max(axis=1) - 0.5), 0, pixels).astype(np.intp) - low, 0)
    triangle = np.repeat(np.arange(len(place)), count)
    row = np.arange(len(triangle)) - np.repeat(np.cumsum(count) - count, count) + low[triangle]
    left, right = np.full(len(row), np.inf), np.full(len(row), -np.inf)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        a, b = place[triangle, i], place[triangle, j]
        rise = b[:, 1] - a[:, 1]
        share = (row + 0.5 - a[:, 1]) / np.where(rise == 0, 1.0, rise)
        x = a[:, 0] + share * (b[:, 0] - a[:, 0])
        crossed = (rise != 0) & (share >= 0) & (share <= 1)
        left, right = np.where(crossed, np.minimum(left, x), left), np.where(crossed, np.maximum(right, x), right)
    met = right >= left
    columns = [np.clip(np.ceil(side[met] - 0.5), 0, pixels).astype(np.intp) for side in (left, right)]
    return triangle[met], row[met], columns[0], columns[1]


def _slopes(place: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """(T, 3): 1 / depth as a x + b y + c on the picture; level where a triangle is seen from its edge."""
    a, b, c = np.moveaxis(place, 1, 0)
    u, v = b - a, c - a
    du, dv = inverse[:, 1] - inverse[:, 0], inverse[:, 2] - inverse[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    safe = np.where(np.abs(area) < 1e-9, np.inf, area)
    along_x, along_y = (du * v[:, 1] - dv * u[:, 1]) / safe, (dv * u[:, 0] - du * v[:, 0]) / safe
    return np.stack([along_x, along_y, inverse[:, 0] - along_x * a[:, 0] - along_y * a[:, 1]], axis=1)
