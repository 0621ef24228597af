"""The layout: one structured array, a row per placed part, and what follows from it by arithmetic."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from .catalogue.parts import Catalogue, Of

# x, y, z: lowest cell corner, in studs, studs and plates; turn: quarter turns counter-clockwise seen from
# above (odd: the long side lies along y); part: catalogue row; colour: palette row.
LAYOUT_DTYPE = np.dtype(
    [
        ("part", np.int16),
        ("x", np.int32),
        ("y", np.int32),
        ("z", np.int32),
        ("turn", np.int8),
        ("colour", np.int16),
        ("role", np.int8),
        ("section", np.int16),
        ("step", np.int32),
    ]
)


class Role(IntEnum):
    """What a part is there for."""

    MODEL = 0
    SUPPORT_OUTER = 1
    SUPPORT_INNER = 2
    BASE = 3
    FILLER = 4  # what raises the pieces of a relief


def extents(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N, 3) int32: studs along x, studs along y and plates upwards of every placed part, as turned."""
    sizes = catalogue.sizes[layout["part"]]
    turned = (layout["turn"] % 2).astype(bool)
    return np.where(turned[:, None], sizes[:, [1, 0, 2]], sizes)


def size_of(layout: np.ndarray, catalogue: Catalogue) -> tuple[int, int, int]:
    """Studs wide, studs deep and plates high of a layout that is not empty."""
    low = np.stack([layout[axis] for axis in "xyz"], axis=1)
    wide, deep, high = ((low + extents(layout, catalogue)).max(axis=0) - low.min(axis=0)).tolist()
    return wide, deep, high


def footprint_cells(
    layout: np.ndarray, catalogue: Catalogue, of: Of = "cells"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cells of every part's footprint: layout row (M,), x (M,), y (M,).

    of: "cells" that the body covers, those with a stud on top ("studs"), or those that take one from below ("tubes").
    """
    spots = catalogue.spots(of)
    turned = layout["part"], layout["turn"]
    count, first = spots.count[turned], spots.first[turned]
    row = np.repeat(np.arange(len(layout)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count - first, count)
    return row, layout["x"][row] + spots.x[place], layout["y"][row] + spots.y[place]


def part_cells(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """The plate cells that every part takes: layout row (M,), and their z, y, x as an index into a grid."""
    part, x, y = footprint_cells(layout, catalogue)
    height = extents(layout, catalogue)[part, 2]
    place = np.repeat(np.arange(len(part)), height)
    level = np.arange(len(place)) - np.repeat(np.cumsum(height) - height, height)
    row = part[place]
    return row, (layout["z"][row] + level, y[place], x[place])


def owners(layout: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int]) -> np.ndarray:
    """(Z, Y, X) int32: the layout row that takes each cell of a grid of this shape, -1 for none."""
    owner = np.full(shape, -1, np.int32)
    row, place = part_cells(layout, catalogue)
    owner[place] = row
    return owner
