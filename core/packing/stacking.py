"""Three equal plates in the height of one brick become that brick (requirements.md, row 6.11)."""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..units import PLATES_PER_BRICK
from .placements import HIDDEN


def plates_to_bricks(layout: np.ndarray, catalogue: Catalogue, made: np.ndarray) -> np.ndarray:
    """The layout with a brick for every three plates that fill a brick layer with one footprint in one colour.

    Plates that nobody sees take part with any colour. Only bricks that were made in the colour, made (P, C) bool, are
    used; each takes the place of its lowest plate in the order of the layout.
    """
    brick_of = _bricks_by_plate(catalogue)
    plates = np.flatnonzero(brick_of[layout["part"]] >= 0)
    rows = layout[plates]
    place = np.stack([rows["z"] // PLATES_PER_BRICK, rows["turn"], rows["part"], rows["y"], rows["x"]])
    order = np.lexsort(place)
    plates, rows, place = plates[order], rows[order], place[:, order]
    first = np.flatnonzero((np.diff(place, prepend=-1) != 0).any(axis=0))
    first = first[np.diff(first, append=len(rows)) == PLATES_PER_BRICK]
    trio = first[:, None] + np.arange(PLATES_PER_BRICK)
    colour, brick = rows["colour"][trio], brick_of[rows["part"][first]]
    shown = colour.max(axis=1, initial=HIDDEN)
    exists = np.where(shown == HIDDEN, made[brick].any(axis=1), made[brick, shown])
    whole = exists & ((colour == shown[:, None]) | (colour == HIDDEN)).all(axis=1)
    stacks = plates[trio[whole]]
    lowest = stacks[np.arange(len(stacks)), layout["z"][stacks].argmin(axis=1)]
    stacked = layout.copy()
    stacked["part"][lowest], stacked["colour"][lowest] = brick[whole], shown[whole]
    keep = np.ones(len(layout), bool)
    keep[stacks] = False
    keep[lowest] = True
    return stacked[keep]


def _bricks_by_plate(catalogue: Catalogue) -> np.ndarray:
    """(P,) the row of the brick with the footprint of each plate, -1 for other parts and without one."""
    bricks = {_footprint(catalogue, row): row for row in reversed(catalogue.packable(PLATES_PER_BRICK))}
    found = np.full(len(catalogue.parts), -1)
    for row in catalogue.packable(1):
        found[row] = bricks.get(_footprint(catalogue, row), -1)
    return found


def _footprint(catalogue: Catalogue, row: int) -> tuple[tuple[int, ...], bytes]:
    mask = catalogue.mask(row, 0)
    return mask.shape, mask.tobytes()
