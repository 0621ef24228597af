"""A head from a face's points and its outline: the face in front, a smooth back, a neck and a base to stand on.

All is one function of space, whose sign tells inside from outside, in centimetres of the straightened head: x to the
right, y away, z up. Lengths that no photo from the front tells are those of a usual head (A. Tilley, "The measure of
man and woman", 2002: about 15 cm wide, 19 deep, 23 high).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from .outline import EQUATOR, MIDDLE, Outline, between, directions

VOXEL = 0.2  # cm; a stud of a head 48 studs deep is 0.5, a plate 0.2
CHIN = -9.4  # cm, of the straightened face
NECK_END, BASE_END = -15.5, -18.0  # cm: where the neck meets the base, and the base the ground
_NECK_AT = 5.0  # cm behind the face's origin
_NECK_RADII = np.array([5.2, 5.6])  # to the right, away
_BASE_RADIUS = 8.4
_BACK = 1.15  # how much farther the head reaches back from its equator than to its sides
_NAPE = 0.5  # how much of that is gone at the chin's height
_RIM = 0.1  # cm: at the very edge of the points there is no surface between them any more
_BLEND = 1.6  # cm over which head, neck and base run into each other


@dataclass(frozen=True)
class Space:
    """Numbers on a grid: values (Z, Y, X) float32, above 0 inside; low: x, y, z of the grid's corner in cm."""

    values: np.ndarray
    low: np.ndarray


@dataclass(frozen=True)
class Surfaces:
    """Where a head begins and ends behind places x (X,), z (Z,) of the plane that the photo shows; all in cm.

    front, back (Z, X): depths; margin (Z, X): how far inside the outline.
    """

    x: np.ndarray
    z: np.ndarray
    front: np.ndarray
    back: np.ndarray
    margin: np.ndarray


def surfaces(points: np.ndarray, outline: Outline) -> Surfaces:
    """Front and back of the head whose straightened face has points (468, 3)."""
    reach = float(outline.head.max()) + 1.0
    x = np.arange(-reach, reach, VOXEL)
    z = np.arange(CHIN - 2.0, MIDDLE[1] + reach, VOXEL)
    right, up = np.meshgrid(x, z)
    distance, face, head = outline.at(right, up)
    shape = LinearNDInterpolator(points[:, [0, 2]], points[:, 1])
    rim = shape(MIDDLE + (outline.face - _RIM)[:, None] * directions())
    beside = np.clip((distance - face) / np.maximum(head - face, 0.3), 0.0, 1.0)
    front = EQUATOR - (EQUATOR - between(rim, right, up)) * np.sqrt(1 - beside**2)
    of_face = distance < face - _RIM
    front[of_face] = shape(right[of_face], up[of_face])
    share = np.clip(distance / np.maximum(head, 1e-9), 0.0, 1.0)
    half_width = (outline.head[0] + outline.head[len(outline.head) // 2]) / 2
    low = np.clip((MIDDLE[1] - up) / (MIDDLE[1] - CHIN), 0.0, 1.0)
    back = EQUATOR + _BACK * half_width * (1 - _NAPE * low**2) * np.sqrt(1 - share**2)
    return Surfaces(x, z, front, back, head - distance)


def space_of(surface: Surfaces) -> Space:
    """The head, its neck and its base."""
    low_y = float(surface.front.min()) - 0.6
    y = np.arange(low_y, float(surface.back.max()) + 0.6, VOXEL)
    z = np.arange(BASE_END, surface.z[-1], VOXEL)
    first = len(z) - len(surface.z)
    head = np.full((len(z), len(y), len(surface.x)), -5.0, np.float32)
    depth = y.astype(np.float32)[:, None]
    front, back, margin = (plane.astype(np.float32)[:, None] for plane in (surface.front, surface.back, surface.margin))
    head[first:] = -_blended(-np.minimum(depth - front, back - depth), -margin)  # a rounded rim at chin and jaw
    values = _blended(head, _neck_and_base(surface.x, y, z))
    return Space(values, np.array([surface.x[0], low_y, z[0]]))


def _neck_and_base(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """(Z, Y, X) about how deep inside the neck or the base, in cm."""
    right, away = x, (y - _NECK_AT)[:, None]
    ring = (1 - np.hypot(right / _NECK_RADII[0], away / _NECK_RADII[1])) * _NECK_RADII.min()
    disc = _BASE_RADIUS - np.hypot(right, away)
    ring, disc, height = ring.astype(np.float32), disc.astype(np.float32), z.astype(np.float32)[:, None, None]
    return np.maximum(np.minimum(ring, CHIN + 5.0 - height), np.minimum(disc, NECK_END - height))


def _blended(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The union of two bodies with a smooth seam (I. Quilez, "Smooth minimum": its quadratic polynomial)."""
    near = np.maximum(1 - np.abs(one - other) / np.float32(_BLEND), 0)
    return np.maximum(one, other) + near * near * np.float32(_BLEND / 4)
