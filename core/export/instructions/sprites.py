"""Pictures of single parts, as layers of depth: drawn once, then copied to wherever such a part lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...catalogue.parts import Part
from ...units import PLATE_MM, STUD_MM
from .shapes import Face, faces_of, stud_faces
from .views import View

SHADES = 16
_GROUPS = 16  # groups of faces that a part can tell apart; more share numbers
LOOKS = SHADES * _GROUPS  # values of a sprite's look
_BRIGHT = (0.7, 0.85, 1.0, 0.55)  # faces to the right, to the left, upwards, downwards


@dataclass(frozen=True)
class Sprite:
    """One part, seen from one corner, without a colour.

    near (H, W) float32: how near the eye, -inf beside the part; look (H, W) uint8: group of the face and shade;
    left, top: from the part's lowest corner, in pixels; area: how many pixels the part covers.
    """

    near: np.ndarray
    look: np.ndarray
    left: int
    top: int
    area: int


@lru_cache(maxsize=1024)
def sprite(part: Part, turn: int, view: View, pitch: int) -> Sprite:
    """A part after `turn` quarter turns; pitch: pixels that a plate is high (k of `views.py`)."""
    body = _drawn(faces_of(part, turn), view, pitch)
    studs = np.argwhere(np.rot90(part.masks["studs"], -turn))[:, ::-1]
    if not len(studs):
        return body
    return _joined(body, _stud(view, pitch), studs, part.plates, view, pitch)


@lru_cache(maxsize=64)
def _stud(view: View, pitch: int) -> Sprite:
    return _drawn(stud_faces(), view, pitch)


def _joined(body: Sprite, stud: Sprite, cells: np.ndarray, height: int, view: View, pitch: int) -> Sprite:
    """The body with a stud in the middle of the top of every cell (N, 2)."""
    middles = np.column_stack([cells + 0.5, np.full(len(cells), height)])
    moved = middles @ view.matrix.T
    left, top = (np.rint(moved[:, axis] * pitch).astype(int) for axis in (0, 1))
    low_u, low_v = min(body.left, left.min() + stud.left), min(body.top, top.min() + stud.top)
    high_u = max(body.left + body.near.shape[1], left.max() + stud.left + stud.near.shape[1])
    high_v = max(body.top + body.near.shape[0], top.max() + stud.top + stud.near.shape[0])
    near = np.full((high_v - low_v, high_u - low_u), -np.inf, np.float32)
    look = np.zeros(near.shape, np.uint8)
    places = [(body, body.left, body.top, 0.0)]
    places += [
        (stud, u + stud.left, v + stud.top, n)
        for u, v, n in zip(left.tolist(), top.tolist(), moved[:, 2].tolist(), strict=True)
    ]
    for one, u, v, nearer in places:
        here = np.s_[v - low_v : v - low_v + one.near.shape[0], u - low_u : u - low_u + one.near.shape[1]]
        lifted = one.near + np.float32(nearer)
        in_front = lifted > near[here]
        near[here][in_front] = lifted[in_front]
        look[here][in_front] = one.look[in_front]
    return Sprite(near, look, int(low_u), int(low_v), int(np.count_nonzero(np.isfinite(near))))


def _drawn(faces: Iterable[Face], view: View, pitch: int) -> Sprite:
    """Faces, by filling those turned to the eye, pixel by pixel."""
    matrix = view.matrix
    to_eye = np.cross(matrix[0], matrix[1]).astype(float)
    to_eye *= np.sign(to_eye @ matrix[2])
    to_eye *= (STUD_MM, STUD_MM, PLATE_MM)
    shown = [face for face in faces if face.normal @ to_eye > 1e-9]
    spots = [face.points @ matrix.T * (pitch, pitch, 1) for face in shown]
    low = np.floor(np.min([spot.min(axis=0) for spot in spots], axis=0)[:2] + 1e-6).astype(int)
    high = np.ceil(np.max([spot.max(axis=0) for spot in spots], axis=0)[:2] - 1e-6).astype(int)
    near = np.full((high[1] - low[1], high[0] - low[0]), -np.inf, np.float32)
    look = np.zeros(near.shape, np.uint8)
    u = np.arange(low[0], high[0]) + 0.5
    v = np.arange(low[1], high[1]) + 0.5
    for face, spot in zip(shown, spots, strict=True):
        inside = _inside(spot[:, :2], u, v)
        plane = np.linalg.lstsq(np.column_stack([spot[:, :2], np.ones(len(spot))]), spot[:, 2], rcond=None)[0]
        depth = (plane[0] * u[None] + plane[1] * v[:, None] + plane[2]).astype(np.float32)
        in_front = inside & (depth > near)
        near[in_front] = depth[in_front]
        look[in_front] = (face.group % _GROUPS) * SHADES + _shade(face.normal, view)
    return Sprite(near, look, int(low[0]), int(low[1]), int(np.count_nonzero(np.isfinite(near))))


def _inside(corners: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """(V, U) bool: which points of a raster lie in a polygon (K, 2), by how often a line to the right leaves it."""
    inside = np.zeros((len(v), len(u)), bool)
    for (u0, v0), (u1, v1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if v0 == v1:
            continue
        crossing = (v0 <= v) != (v1 <= v)
        at = u0 + (v - v0) * ((u1 - u0) / (v1 - v0))
        inside ^= crossing[:, None] & (u[None] < at[:, None])
    return inside


def _shade(normal: np.ndarray, view: View) -> int:
    """0 (dark) to SHADES - 1: light comes from above and a little from the left, wherever the eye is."""
    right, left, up, down = _BRIGHT
    matrix = view.matrix
    x, y = (matrix[2] @ (normal * (1, 1, 0)), matrix[0] @ (normal * (1, 1, 0)) / 2)
    # The two upright directions that face the eye.
    to_right, to_left = (x + y) / 2, (x - y) / 2
    bright = right * to_right**2 + left * to_left**2 + (up if normal[2] > 0 else down) * normal[2] ** 2
    return round(bright * (SHADES - 1))
