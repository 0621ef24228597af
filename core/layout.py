"""The layout: one structured array, a row per placed part, and what follows from it by arithmetic."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from .catalogue.parts import Catalogue

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


def extents(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N, 3) int32: studs along x, studs along y and plates upwards of every placed part, as turned."""
    sizes = catalogue.sizes[layout["part"]]
    turned = (layout["turn"] % 2).astype(bool)
    return np.where(turned[:, None], sizes[:, [1, 0, 2]], sizes)


def footprint_cells(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The studs that every part covers: layout row (M,), x (M,), y (M,); M is the sum of all areas."""
    wide, deep = extents(layout, catalogue)[:, :2].astype(np.intp).T
    area = wide * deep
    row = np.repeat(np.arange(len(layout)), area)
    place = np.arange(len(row)) - np.repeat(np.cumsum(area) - area, area)
    return row, layout["x"][row] + place % wide[row], layout["y"][row] + place // wide[row]
