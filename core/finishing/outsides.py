"""Points all over the outside of a layout as it is really built: faces of cells, slopes, studs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import enclosed
from ..units import PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM
from .profiles import FINE, is_sloping, profile, within
from .solids import AIR, FULL, STUD, Solid

_CELL_MM = np.array([STUD_MM, STUD_MM, PLATE_MM])
_PER_CELL = np.array(FINE)[::-1]
_FINE_MM = _CELL_MM / _PER_CELL
_OUT_MM = 0.6  # how far in front of a face it is asked whether something is there
_AROUND = 8  # points around a stud


def outside_points(layout: np.ndarray, catalogue: Catalogue, solid: Solid) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) in mm, x y z, on what is seen of the parts, and the area (N,) in mm2 that each stands for.

    solid: what the layout fills, with the inside of the model filled.
    """
    faces = [_cell_faces(solid), _slanted(layout, catalogue), _studs(solid)]
    points, normals, areas = (np.concatenate(column) for column in zip(*faces, strict=True))
    free = _empty(solid, points + _OUT_MM * normals)
    return points[free], areas[free]


def filled_up(solid: Solid, inside: np.ndarray) -> Solid:
    """The same with the cells `inside` (Z, Y, X) bool, and all air that is shut in, full."""
    bare = np.isin(solid.code, (AIR, STUD))
    shut_in = enclosed(~bare)
    shut_in[:-1] |= inside
    return Solid(solid.shares, np.where(bare & shut_in, np.int16(FULL), solid.code))


def _empty(solid: Solid, points: np.ndarray) -> np.ndarray:
    """(N,) bool: points that lie in no part."""
    fine = np.floor(points / _FINE_MM).astype(np.int64)
    cell, sub = np.divmod(fine, np.array(FINE)[::-1])
    within = ((cell >= 0) & (cell < np.array(solid.code.shape)[::-1])).all(axis=1)
    x, y, z = cell[within].T
    number = (sub[:, 2] * FINE[1] + sub[:, 1]) * FINE[2] + sub[:, 0]
    free = np.ones(len(points), bool)
    free[within] = solid.shares[solid.code[z, y, x], number[within]] < 0.5
    return free & (points[:, 2] > 0)


def _cell_faces(solid: Solid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points on the faces of full cells beside cells that are not full: place, normal, area."""
    full = np.pad(solid.code == FULL, 1)
    full[0, 1:-1, 1:-1] = full[1, 1:-1, 1:-1]
    found = []
    for axis in range(3):  # x, y, z
        for side in (0, 1):
            beside = np.roll(full, 1 - 2 * side, axis=2 - axis)
            cells = np.argwhere(full & ~beside)[:, ::-1] - 1
            cells = cells[cells[:, 2] >= 0]
            others = [i for i in range(3) if i != axis]
            spots = [(np.arange(_PER_CELL[i]) + 0.5) * _FINE_MM[i] for i in others]
            on = np.zeros((_PER_CELL[others].prod(), 3))
            on[:, others[0]], on[:, others[1]] = (one.ravel() for one in np.meshgrid(*spots))
            on[:, axis] = side * _CELL_MM[axis]
            normal = np.zeros(3)
            normal[axis] = 2 * side - 1
            found.append(
                _everywhere(
                    cells * _CELL_MM, on, np.tile(normal, (len(on), 1)), np.full(len(on), _FINE_MM[others].prod())
                )
            )
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))  # type: ignore[return-value]


def _everywhere(
    corner: np.ndarray, point: np.ndarray, normal: np.ndarray, area: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same points (K, 3), normals (K, 3) and areas (K,) at every corner (N, 3)."""
    place = (corner[:, None] + point).reshape(-1, 3)
    return place, np.tile(normal, (len(corner), 1)), np.tile(area, len(corner))


def _studs(solid: Solid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    centre = np.argwhere(solid.code == STUD)[:, ::-1] * _CELL_MM + [STUD_MM / 2, STUD_MM / 2, 0]
    radius = STUD_DIAMETER_MM / 2
    angle = np.arange(_AROUND) * 2 * np.pi / _AROUND
    out = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(_AROUND)])
    up = np.tile([0.0, 0.0, 1.0], (_AROUND, 1))
    top, side = np.pi * radius**2 / _AROUND, 2 * np.pi * radius * STUD_HEIGHT_MM / _AROUND
    points = np.concatenate([out * radius / 2**0.5 + up * STUD_HEIGHT_MM, out * radius + up * STUD_HEIGHT_MM / 2])
    return _everywhere(centre, points, np.concatenate([up, out]), np.repeat([top, side], _AROUND))


def _slanted(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points on all sides of the sloping parts, seen or not."""
    found = [(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))]
    sloping = is_sloping(catalogue)[layout["part"]]
    for row, turn in np.unique(layout[sloping][["part", "turn"]]).tolist():
        part = catalogue.parts[row]
        points, normals, areas = _around(profile(part), part.studs_x)
        centre = np.array([part.studs_x, part.studs_y]) * STUD_MM / 2
        turned = np.array([[0, -1], [1, 0]]) if turn % 2 else np.eye(2)
        turned = turned * (-1 if turn >= 2 else 1)
        middle = np.abs(turned @ centre)
        points[:, :2] = (points[:, :2] - centre) @ turned.T + middle
        normals[:, :2] = normals[:, :2] @ turned.T
        here = layout[(layout["part"] == row) & (layout["turn"] == turn)]
        corner = np.column_stack([here["x"], here["y"], here["z"]]) * _CELL_MM
        found.append(_everywhere(corner, points, normals, areas))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def _around(corners: np.ndarray, wide: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, normals and areas on a profile (K, 2) drawn out `wide` studs along x, about 2 mm apart."""
    along = (np.arange(wide * FINE[2]) + 0.5) * _FINE_MM[0]
    points, normals, areas = [], [], []
    for a, b in pairwise([*corners, corners[0]]):
        length = float(np.linalg.norm(b - a))
        count = max(1, round(length / _FINE_MM[1]))
        on = a + ((np.arange(count) + 0.5) / count)[:, None] * (b - a)
        x, place = np.meshgrid(along, np.arange(count), indexing="ij")
        points.append(np.column_stack([x.ravel(), on[place.ravel()]]))
        normals.append(np.tile([0, (b - a)[1] / length, -(b - a)[0] / length], (x.size, 1)))
        areas.append(np.full(x.size, _FINE_MM[0] * length / count))
    low, high = corners.min(axis=0), corners.max(axis=0)
    y, z = np.meshgrid(np.arange(low[0] + 1, high[0], 2), np.arange(low[1] + 0.8, high[1], 1.6))
    inside = within(y.ravel(), z.ravel(), corners)
    for side, out in ((0.0, -1.0), (wide * STUD_MM, 1.0)):
        points.append(np.column_stack([np.full(inside.sum(), side), y.ravel()[inside], z.ravel()[inside]]))
        normals.append(np.tile([out, 0, 0], (inside.sum(), 1)))
        areas.append(np.full(inside.sum(), 2 * 1.6))
    return np.concatenate(points), np.concatenate(normals), np.concatenate(areas)
