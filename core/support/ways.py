"""The cheapest way down for a strut from anywhere: to the ground, or onto the model, around what is in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..units import PLATES_PER_BRICK
from .space import NO_BASE, Space, shifted

# Costs are counted in layers of a strut.
MOVE = 6.0  # a stud sideways; what stands askew carries little
_BESIDE = 0.5  # a layer with the model at its side: supports that touch nothing come off easily
TOUCH = 8.0  # a part held where it need not be
_STAND = 10.0  # standing on the model, which joins both; with one stud of four it costs four times as much
MOVES = ((0, -1), (0, 1), (-1, 0), (1, 0))  # (dy, dx)


@dataclass(frozen=True)
class Ways:
    """For struts of one width, from every layer and place (their corner of least x and y), (L, Y, X) each.

    room bool: whether a strut fits there; touches float32: what it costs that its top meets parts; down float32: the
    cost of what comes below it, infinite where there is no way.
    """

    width: int
    room: np.ndarray
    touches: np.ndarray
    down: np.ndarray


def ways_down(space: Space, width: int) -> Ways:
    """The ways of struts `width` studs square. A strut goes straight down, or one stud aside in a layer."""
    room = _of_square(space.free, width, np.logical_and, False)
    beside = _of_square(space.beside, width, np.logical_or, False)
    studs = (space.base >= 0).astype(np.int8)
    footing = sum(shifted(studs, dy, dx, 0) for dy in range(width) for dx in range(width))
    stand = np.where(footing > 0, np.float32(_STAND * width**2) / np.maximum(footing, 1), np.float32(np.inf))
    touches = np.where(_of_square(space.under, width, np.logical_or, False), np.float32(TOUCH), np.float32(0))
    down = np.full(room.shape, np.inf, np.float32)
    down[0] = 0
    for layer in range(1, len(room)):
        strut = down[layer - 1].copy()
        aside = np.where(room[layer - 1], down[layer - 1] + touches[layer - 1] + MOVE, np.inf)
        for dy, dx in MOVES:
            strut = np.minimum(strut, shifted(aside, dy, dx, np.inf))
        strut += 1 + _BESIDE * beside[layer - 1]
        down[layer] = np.where(room[layer - 1], strut, stand[layer - 1])
    return Ways(width, room, touches, down)


def _of_square(cells: np.ndarray, width: int, join: np.ufunc, beyond: bool) -> np.ndarray:
    """Cells joined over the squares whose corner of least y and x they are; False where one reaches out."""
    found = cells
    for dy in range(width):
        for dx in range(width):
            found = join(found, shifted(cells, dy, dx, beyond))
    return found


def drop(space: Space, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How a strut begins below plate cells (K, 3) z, y, x with nothing below: plates (K,), first brick layer (K,).

    So many plates fill the gap down to a brick layer, to the ground, or to the model. The layer is -1 where the plates
    reach the ground already or stand on a stud, and -2 where they meet a part without one.
    """
    z, y, x = places.T
    odd = z % PLATES_PER_BRICK
    gap = np.zeros(len(z), np.int64)
    empty = np.ones(len(z), bool)
    for step in range(1, 2 * PLATES_PER_BRICK):
        empty &= (z >= step) & ~space.occupied[np.maximum(z - step, 0), y, x]
        gap += empty
    layer = z // PLATES_PER_BRICK - 1
    whole = gap >= odd + PLATES_PER_BRICK
    on_ground = gap == z
    stands = ~whole & ~on_ground & space.stud[np.maximum(z - gap - 1, 0), y, x]
    plates = np.where(whole, odd, gap)
    return plates, np.where(whole, layer, np.where(on_ground | stands, -1, -2))


def ways_of_contacts(space: Space, ways: Ways, places: np.ndarray) -> np.ndarray:
    """(K,) cost of a strut one stud wide below plate cells (K, 3) z, y, x; infinite where there is no way."""
    plates, layer = drop(space, places)
    _, y, x = places.T
    here = np.maximum(layer, 0)
    aside = np.where(ways.room, ways.down + ways.touches + MOVE, np.inf)
    best = ways.down[here, y, x]
    for dy, dx in MOVES:
        best = np.minimum(best, shifted(aside, dy, dx, np.inf)[here, y, x])
    stop = np.where(layer == -1, 0.0, np.inf)
    return plates / PLATES_PER_BRICK + np.where(layer >= 0, best + 1, stop)


def landing(space: Space, layer: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(K,) plates to fill below a brick of `layer` at y, x that ends on the model; NO_BASE where nothing is there."""
    base = space.base[np.maximum(layer - 1, 0), y, x].astype(np.int64)  # heights are taken off, and numpy 2 keeps int8
    return np.where(layer > 0, base, NO_BASE)
