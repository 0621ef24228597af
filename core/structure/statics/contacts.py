"""Where parts may push and pull each other: at the points of mated studs, and along the sides that they share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ...catalogue.parts import Catalogue
from ...layout import extents, footprint_cells
from .constants import Constants

X, Y, Z = 0, 1, 2
GROUND = -1  # in place of a part's row

# Where a stud touches the part above it, in pitches from its middle; a part one stud wide holds it between four
# walls, others between a tube and walls. The three points keep their orientation however the part is turned.
_FOUR_POINTS = np.array([(0, -1 / 4), (-1 / 4, 0), (0, 1 / 4), (1 / 4, 0)])
_THREE_POINTS = np.array([(1 / 8, -1 / 8), (-1 / 4, 0), (1 / 8, 1 / 8)])


class Kind(IntEnum):
    """What acts in a spring: pressure and clutch at a point, sideways force of a stud, pressure between sides."""

    POINT = 0
    SHEAR = 1
    PRESS = 2


@dataclass(frozen=True)
class Studs:
    """Mated studs: rows (S,) of the part below (GROUND on the lowest layer) and above; x, y, z (S,): cell, plate."""

    lower: np.ndarray
    upper: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray


@dataclass(frozen=True)
class Springs:
    """Places and directions of all forces, points first, then shears, then presses.

    kind (F,): Kind; axis (F,): X, Y or Z. first, second (F,): rows of the parts; a positive force pushes `second`
    along the axis and `first` against it; first may be GROUND. place (F, 3): where, in pitches.
    """

    kind: np.ndarray
    axis: np.ndarray
    first: np.ndarray
    second: np.ndarray
    place: np.ndarray


@dataclass(frozen=True)
class Faces:
    """Upright rectangles that two parts share: rows (C,), the second lies behind the plane along `axis` (X or Y).

    plane, start, end (C,): where along the axis, and from where to where across it, in pitches; low, high (C,): plates.
    """

    axis: np.ndarray
    first: np.ndarray
    second: np.ndarray
    plane: np.ndarray
    start: np.ndarray
    end: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def places(self, across: np.ndarray, level: np.ndarray, constants: Constants) -> np.ndarray:
        """(C, 3) in pitches: the points at these coordinates across the axis, and at these plates."""
        along_x = self.axis == X
        columns = np.where(along_x, self.plane, across), np.where(along_x, across, self.plane)
        return np.stack([*columns, level * constants.plate_pitches], axis=1)


def springs_of(layout: np.ndarray, catalogue: Catalogue, constants: Constants) -> Springs:
    """All forces that the parts of a layout, which may not overlap, can exert on each other and the ground."""
    studs = mated_studs(layout, catalogue)
    faces = shared_faces(layout, catalogue)
    middle = (faces.start + faces.end) / 2
    return joined(
        [
            points_of(studs, layout, catalogue, constants),
            *shears(studs.lower, studs.upper, stud_places(studs, constants)),
            *(presses(faces, faces.places(middle, edge, constants)) for edge in (faces.low, faces.high)),
        ]
    )


def joined(groups: list[Springs]) -> Springs:
    """The springs of all groups, one after the other."""
    names = ("kind", "axis", "first", "second", "place")
    return Springs(*(np.concatenate([getattr(group, name) for group in groups]) for name in names))


def mated_studs(layout: np.ndarray, catalogue: Catalogue) -> Studs:
    """Where a stud meets a place for studs at the same height; on the lowest layer, all such places of the parts.

    A part of the lowest layer that takes no stud from below, such as a baseplate, stands on all its cells.
    """
    if not len(layout):
        none = np.zeros(0, np.int64)
        return Studs(none, none, none, none, none)
    below, *top = footprint_cells(layout, catalogue, "studs")
    above, *bottom = footprint_cells(layout, catalogue, "tubes")
    bare = np.bincount(above, minlength=len(layout)) == 0
    covers, *cells = footprint_cells(layout, catalogue)
    flat = (bare & (layout["z"] == layout["z"].min()))[covers]
    above = np.concatenate([above, covers[flat]])
    bottom = [np.concatenate([places, more[flat]]) for places, more in zip(bottom, cells, strict=True)]
    top.append((layout["z"] + extents(layout, catalogue)[:, 2])[below])
    bottom.append(layout["z"][above])
    upon, under = _same_places(top, bottom)
    standing = np.flatnonzero(bottom[2] == layout["z"].min())
    lower = np.concatenate([np.full(len(standing), GROUND), below[upon]])
    chosen = np.concatenate([standing, under])
    return Studs(lower, above[chosen], *(places[chosen] for places in bottom))


def _same_places(first: list[np.ndarray], second: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Which places (integer columns) of the first and the second set are the same; none is twice in a set."""
    key = _keys([np.concatenate(axis) for axis in zip(first, second, strict=True)])
    count = len(first[0])
    _, of_first, of_second = np.intersect1d(key[:count], key[count:], assume_unique=True, return_indices=True)
    return of_first, of_second


def _keys(columns: list[np.ndarray]) -> np.ndarray:
    """One number for each row of integer columns; equal rows have equal numbers, in the rows' order."""
    key = np.zeros(len(columns[0]), np.int64)
    if len(key):
        for column in columns:
            key = key * (int(column.max()) - int(column.min()) + 1) + (column - column.min())
    return key


def stud_places(studs: Studs, constants: Constants) -> np.ndarray:
    """(S, 3): the middles of mated studs, in pitches."""
    return np.stack([studs.x + 0.5, studs.y + 0.5, studs.z * constants.plate_pitches], axis=1)


def points_of(studs: Studs, layout: np.ndarray, catalogue: Catalogue, constants: Constants) -> Springs:
    """The contact points of mated studs: a positive force lifts the upper part, a negative one holds it down."""
    narrow = (extents(layout, catalogue)[:, :2].min(axis=1) == 1)[studs.upper]
    count = np.where(narrow, len(_FOUR_POINTS), len(_THREE_POINTS))
    of_stud = np.repeat(np.arange(len(count)), count)
    which = np.arange(len(of_stud)) - np.repeat(np.cumsum(count) - count, count)
    place = stud_places(studs, constants)[of_stud]
    offsets = np.concatenate([_FOUR_POINTS, _THREE_POINTS])
    place[:, :2] += offsets[np.where(narrow[of_stud], which, len(_FOUR_POINTS) + which)]
    return uniform(Kind.POINT, Z, studs.lower[of_stud], studs.upper[of_stud], place)


def shears(lower: np.ndarray, upper: np.ndarray, place: np.ndarray) -> list[Springs]:
    """Sideways forces along x and along y."""
    return [uniform(Kind.SHEAR, axis, lower, upper, place) for axis in (X, Y)]


def presses(faces: Faces, place: np.ndarray) -> Springs:
    """Pressure at one point of every face."""
    return Springs(np.full(len(place), Kind.PRESS, np.int8), faces.axis, faces.first, faces.second, place)


def uniform(kind: Kind, axis: int, first: np.ndarray, second: np.ndarray, place: np.ndarray) -> Springs:
    """Springs of one kind and direction."""
    count = len(first)
    return Springs(np.full(count, kind, np.int8), np.full(count, axis, np.int8), first, second, place)


def shared_faces(layout: np.ndarray, catalogue: Catalogue) -> Faces:
    """Where parts stand side by side; cells count as filled over the whole height of their part."""
    row, x, y, z = _volume(layout, catalogue)
    ends = np.stack([layout["z"], layout["z"] + extents(layout, catalogue)[:, 2]], axis=1)
    found = []
    for axis, along, across in ((X, x, y), (Y, y, x)):
        ahead, behind = _same_places([along, across, z], [along + 1, across, z])
        other = row[ahead] != row[behind]
        columns = [column[other] for column in (row[behind].astype(np.int64), row[ahead], along[ahead])]
        beside = across[ahead][other]
        order = np.lexsort([beside, _keys(columns)])
        begins = np.flatnonzero(np.diff(_keys(columns)[order], prepend=-1)) if len(order) else order
        first, second, plane = (column[order[begins]] for column in columns)
        last = np.concatenate([begins[1:], [len(order)]])[: len(begins)] - 1
        start, end = beside[order[begins]], beside[order[last]] + 1
        low, high = np.maximum(ends[first, 0], ends[second, 0]), np.minimum(ends[first, 1], ends[second, 1])
        found.append((np.full(len(first), axis, np.int8), first, second, plane, start, end, low, high))
    return Faces(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _volume(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Row, x, y, z of every cell that the parts take up."""
    covers, x, y = footprint_cells(layout, catalogue)
    height = extents(layout, catalogue)[covers, 2]
    cell = np.repeat(np.arange(len(covers)), height)
    level = np.arange(len(cell)) - np.repeat(np.cumsum(height) - height, height)
    row = covers[cell]
    return row, x[cell], y[cell], layout["z"][row] + level
