"""What parts fill, finer than by cells.

A cell is divided into FINE = 3 x 4 x 4 fine cells (z, y, x), about 1 x 2 x 2 mm; shares are of their volume.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..catalogue.parts import SLOPING, Catalogue, Part
from ..units import LDU_PER_PLATE, LDU_PER_STUD, PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM

FINE = (3, 4, 4)
FINE_CELLS = FINE[0] * FINE[1] * FINE[2]
FINE_MM3 = STUD_MM * STUD_MM * PLATE_MM / FINE_CELLS

_MM_PER_LDU = STUD_MM / LDU_PER_STUD
_LIP_LDU = 4.0  # the low end of a slope is this high
_CURVE_POINTS = 17
_POINTS = 8  # along each side of a fine cell, to measure what a profile covers of it


def profile(part: Part) -> np.ndarray:
    """(K, 2) float64, mm: a sloping part seen from the side, in y and z from the lower corner of its box of cells.

    Counter-clockwise seen from +x, without studs; the part falls towards y = 0. Sizes as LDraw draws them.
    """
    deep, high = part.studs_y * LDU_PER_STUD, part.plates * LDU_PER_PLATE
    flat = deep - LDU_PER_STUD
    if part.kind == "slope":
        corners = [(0, 0), (deep, 0), (deep, high), (flat, high), (0, _LIP_LDU)]
    elif part.kind == "inverted slope":
        corners = [(flat, 0), (deep, 0), (deep, high), (0, high), (0, high - _LIP_LDU)]
    elif part.kind == "cheese":
        corners = [(0, 0), (deep, 0), (deep, high), (0, _LIP_LDU)]
    else:
        # An eighth of an ellipse, level at its top; the high end is open below for a plate.
        angle = np.linspace(np.pi / 4, 0, _CURVE_POINTS)
        y = deep * (1 - np.cos(angle) + np.sin(angle))
        z = _LIP_LDU + (high - _LIP_LDU) / (2**0.5 - 1) * (np.cos(angle) + np.sin(angle) - 1)
        corners = [(0, 0), (flat, 0), (flat, LDU_PER_PLATE), (deep, LDU_PER_PLATE), *zip(y, z, strict=True)]
    return np.array(corners, np.float64) * _MM_PER_LDU


@cache
def stud_shares() -> np.ndarray:
    """(FINE_CELLS,) float32: how much of the cell above it a stud fills."""
    z, y, x = FINE
    place = [(np.arange(count * _POINTS) + 0.5) / _POINTS for count in (y, x)]
    centre = [STUD_MM / count * at - STUD_MM / 2 for count, at in zip((y, x), place, strict=True)]
    disc = np.hypot(centre[0][:, None], centre[1]) < STUD_DIAMETER_MM / 2
    flat = disc.reshape(y, _POINTS, x, _POINTS).mean(axis=(1, 3))
    height = np.clip(STUD_HEIGHT_MM * z / PLATE_MM - np.arange(z), 0, 1)
    return (height[:, None, None] * flat).astype(np.float32).ravel()


def body_shares(part: Part, turn: int) -> np.ndarray:
    """(plates, deep, wide, FINE_CELLS) float32: what the turned part fills of its box of cells, without studs."""
    high, deep, wide = part.plates * FINE[0], part.studs_y * FINE[1], part.studs_x * FINE[2]
    if part.kind in SLOPING:
        side = _side_shares(profile(part), high, deep)
        whole = np.repeat(side[:, :, None], wide, axis=2)
    else:
        cells = np.kron(part.masks["cells"], np.ones(FINE[1:]))
        whole = np.repeat(cells[None], high, axis=0)
    return by_cells(np.rot90(whole, -turn, axes=(1, 2)))


def by_cells(fine: np.ndarray) -> np.ndarray:
    """(Z, Y, X, FINE_CELLS) float32 of an array over fine cells (3 Z, 4 Y, 4 X)."""
    high, deep, wide = (length // count for length, count in zip(fine.shape, FINE, strict=True))
    parted = fine.astype(np.float32, copy=False).reshape(high, FINE[0], deep, FINE[1], wide, FINE[2])
    return parted.transpose(0, 2, 4, 1, 3, 5).reshape(high, deep, wide, FINE_CELLS)


def _side_shares(corners: np.ndarray, high: int, deep: int) -> np.ndarray:
    """(high, deep): share of each fine cell, seen from the side, inside a polygon (K, 2) of y and z in mm."""
    y = (np.arange(deep * _POINTS) + 0.5) * (STUD_MM / FINE[1] / _POINTS)
    z = (np.arange(high * _POINTS) + 0.5) * (PLATE_MM / FINE[0] / _POINTS)
    inside = within(y, z[:, None], corners)
    return inside.reshape(high, _POINTS, deep, _POINTS).mean(axis=(1, 3))


def within(y: np.ndarray, z: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Bool: which points lie inside a polygon (K, 2) of y and z; y and z broadcast."""
    inside = np.zeros(np.broadcast_shapes(y.shape, z.shape), bool)
    for (ya, za), (yb, zb) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crossed = (za > z) != (zb > z)
        inside ^= crossed & (y < ya + (z - za) / (zb - za if zb != za else 1.0) * (yb - ya))
    return inside


def is_sloping(catalogue: Catalogue) -> np.ndarray:
    """(P,) bool: parts that do not fill all of their cells."""
    return np.array([part.kind in SLOPING for part in catalogue.parts], bool)
