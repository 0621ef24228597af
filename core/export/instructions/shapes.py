"""The faces of single parts as they are drawn: studs and plates from their lowest corner, without gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...catalogue.parts import Part
from ...units import LDU_PER_PLATE, LDU_PER_STUD, PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM

_STUD_RADIUS = STUD_DIAMETER_MM / 2 / STUD_MM
_STUD_HIGH = STUD_HEIGHT_MM / PLATE_MM
_ROUND_SIDES = 32
_CURVE_POINTS = 9
_LIP_LDU = 4.0  # the low end of a slope is this high
_BASEPLATE_PLATES = 0.5
_SCALE = np.array([STUD_MM, STUD_MM, PLATE_MM])


@dataclass(frozen=True)
class Face:
    """One flat piece of surface.

    points (K, 3) float64: its corners, studs, studs and plates; normal (3,): outwards, of length 1 in millimetres;
    group: faces of one group have no line between them.
    """

    points: np.ndarray
    normal: np.ndarray
    group: int


_STUD_TOP, _STUD_SIDE, _FIRST = 0, 1, 2  # groups


@lru_cache(maxsize=1024)
def faces_of(part: Part, turn: int) -> tuple[Face, ...]:
    """The outside of a part after `turn` quarter turns, its studs left out."""
    wide, deep = part.studs_x, part.studs_y
    return tuple(_turned(face, wide, deep, turn) for face in _BODIES[part.kind](part))


@lru_cache(maxsize=1)
def stud_faces() -> tuple[Face, ...]:
    """A stud around the origin, standing on it."""
    ring = _ring(_STUD_RADIUS)
    return (*_wall(ring, 0.0, _STUD_HIGH, _STUD_SIDE), _cap(ring, _STUD_HIGH, _STUD_TOP))


def _turned(face: Face, wide: int, deep: int, turn: int) -> Face:
    points, normal = face.points, face.normal
    for _ in range(turn):
        points = np.stack([deep - points[:, 1], points[:, 0], points[:, 2]], axis=1)
        normal = np.array([-normal[1], normal[0], normal[2]])
        wide, deep = deep, wide
    return Face(points, normal, face.group)


def _box(part: Part) -> list[Face]:
    """A box a row of cells; walls between rows are hidden, and what lies in one plane is of one group."""
    low = part.plates - _BASEPLATE_PLATES if part.kind == "baseplate" else 0.0
    faces = []
    for y, row in enumerate(part.masks["cells"]):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
        for left, right in edges.reshape(-1, 2).tolist():
            faces.extend(_block(np.array([left, y, low]), np.array([right, y + 1, part.plates])))
    planes: dict[tuple[float, ...], int] = {}
    return [Face(face.points, face.normal, _group(planes, face)) for face in faces]


def _block(low: np.ndarray, high: np.ndarray) -> list[Face]:
    faces = []
    for axis in range(3):
        across, along = [other for other in range(3) if other != axis]
        for end, sign in ((low, -1.0), (high, 1.0)):
            points = np.tile(end.astype(float), (4, 1))
            points[:, across] = np.array([low, high, high, low])[:, across]
            points[:, along] = np.array([low, low, high, high])[:, along]
            faces.append(Face(points, sign * np.eye(3)[axis], 0))
    return faces


def _group(planes: dict[tuple[float, ...], int], face: Face) -> int:
    plane = (*face.normal.tolist(), float(face.points[0] @ face.normal))
    return planes.setdefault(plane, _FIRST + len(planes))


def _round(part: Part) -> list[Face]:
    ring = _ring(0.5) + 0.5
    return [*_wall(ring, 0.0, part.plates, _FIRST), _cap(ring, part.plates, _FIRST + 1), _floor(ring, _FIRST + 2)]


def _ring(radius: float) -> np.ndarray:
    angle = np.arange(_ROUND_SIDES) * (2 * np.pi / _ROUND_SIDES)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _wall(ring: np.ndarray, low: float, high: float, group: int) -> list[Face]:
    faces = []
    for here, there in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        points = np.array([[*here, low], [*there, low], [*there, high], [*here, high]])
        faces.append(Face(points, _normal(np.array([there[1] - here[1], here[0] - there[0], 0.0])), group))
    return faces


def _cap(ring: np.ndarray, height: float, group: int) -> Face:
    return Face(np.column_stack([ring, np.full(len(ring), height)]), np.array([0.0, 0.0, 1.0]), group)


def _floor(ring: np.ndarray, group: int) -> Face:
    return Face(np.column_stack([ring, np.zeros(len(ring))]), np.array([0.0, 0.0, -1.0]), group)


def _normal(direction: np.ndarray) -> np.ndarray:
    return direction / np.linalg.norm(direction)


def _profiled(part: Part) -> list[Face]:
    """A slope of any kind: what is seen from the side, drawn out along x."""
    outline, curved = _PROFILES[part.kind](part)
    outline = outline / (LDU_PER_STUD, LDU_PER_PLATE)
    faces = []
    for x, sign in ((0.0, -1.0), (float(part.studs_x), 1.0)):
        points = np.column_stack([np.full(len(outline), x), outline])
        faces.append(Face(points, np.array([sign, 0.0, 0.0]), _FIRST + (sign > 0)))
    after = np.roll(outline, -1, axis=0)
    for number, (here, there) in enumerate(zip(outline, after, strict=True)):
        points = np.array([[0.0, *here], [part.studs_x, *here], [part.studs_x, *there], [0.0, *there]])
        along = (there - here) * _SCALE[1:]
        group = _FIRST + 2 if curved[number] else _FIRST + 3 + number
        faces.append(Face(points, _normal(np.array([0.0, along[1], -along[0]])), group))
    return faces


def _straight(part: Part) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    return _corners((0, 0), (deep, 0), (deep, high), (deep - LDU_PER_STUD, high), (0, _LIP_LDU))


def _inverted(part: Part) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    return _corners((deep - LDU_PER_STUD, 0), (deep, 0), (deep, high), (0, high), (0, high - _LIP_LDU))


def _cheese(part: Part) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    return _corners((0, 0), (deep, 0), (deep, high), (0, _LIP_LDU))


def _curve(part: Part) -> tuple[np.ndarray, np.ndarray]:
    """An eighth of an ellipse, level at its top; the high end is open below for a plate."""
    deep, high = _box_ldu(part)
    angle = np.linspace(np.pi / 4, 0, _CURVE_POINTS)
    y = deep * (1 - np.cos(angle) + np.sin(angle))
    z = _LIP_LDU + (high - _LIP_LDU) / (2**0.5 - 1) * (np.cos(angle) + np.sin(angle) - 1)
    low = [(0, 0), (deep - LDU_PER_STUD, 0), (deep - LDU_PER_STUD, LDU_PER_PLATE), (deep, LDU_PER_PLATE)]
    # Points run from the low end's foot along the underside, up the high end, and back down over the curve.
    outline = np.concatenate([np.array(low, float), np.column_stack([y, z])])
    place = np.arange(len(outline))
    return outline, (place >= len(low)) & (place < len(outline) - 1)


def _corners(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(points, float), np.zeros(len(points), bool)


def _box_ldu(part: Part) -> tuple[int, int]:
    return part.studs_y * LDU_PER_STUD, part.plates * LDU_PER_PLATE


# What a slope looks like from the side: corners (K, 2) in y and z, LDraw units from the lower corner of the box of
# cells, counter-clockwise seen from +x; and which edges (K,), each from its corner to the next, are part of a curve.
_PROFILES: dict[str, Callable[[Part], tuple[np.ndarray, np.ndarray]]] = {
    "slope": _straight,
    "inverted slope": _inverted,
    "cheese": _cheese,
    "curved slope": _curve,
}
_BODIES: dict[str, Callable[[Part], list[Face]]] = {
    "brick": _box,
    "plate": _box,
    "tile": _box,
    "support": _box,
    "baseplate": _box,
    "round plate": _round,
    "round tile": _round,
    **dict.fromkeys(_PROFILES, _profiled),
}
