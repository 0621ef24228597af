"""Every way a part can lie in a stack of layers: inside the cells, in one colour, and made in that colour.

All sizes and all layers at once: whether a window is full, and the least and greatest colour code in it, follow
from shifted copies of the arrays by `and`, `min` and `max`, and longer windows from shorter ones. A window has one
colour exactly if its least and greatest code agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..catalogue.parts import Catalogue
from .tolerance import Tolerance, tolerable_colours

HIDDEN = -1  # colour of a placement that covers no visible cell
# One row a placement in its layer: catalogue row, quarter turns, corner of least x and y, studs along x and y,
# cells covered, palette row or HIDDEN.
_FIELDS = ("layer", "part", "turn", "x", "y", "wide", "deep", "area", "colour")
PLACEMENT_DTYPE = np.dtype([(name, np.int16) for name in _FIELDS])
_CELLS_AT_ONCE = 200_000  # cells whose placements of all sizes are held together


@dataclass(frozen=True)
class Shape:
    """A part turned one way: catalogue row, quarter turns, cells covered (deep, wide) bool."""

    part: int
    turn: int
    mask: np.ndarray


def shapes_of(catalogue: Catalogue, plates: int) -> tuple[Shape, ...]:
    """The parts of one height that cells may be built of, in every turn that differs."""
    rows = catalogue.packable(plates)
    return tuple(Shape(row, turn, catalogue.mask(row, turn)) for row in rows for turn in catalogue.turns(row))


def all_placements(
    cells: np.ndarray,
    code: np.ndarray,
    shapes: tuple[Shape, ...],
    made: np.ndarray,
    tolerance: Tolerance | None = None,
) -> Iterator[np.ndarray]:
    """The candidates (PLACEMENT_DTYPE) of each layer of `cells` (L, Y, X) bool, from the lowest up.

    code (L, Y, X) unsigned: 0 on hidden cells, else palette row + 1; made (P, C) bool: part made in colour.
    tolerance: how wrong the colour of a part may be; None is not at all.
    """
    layers = max(1, _CELLS_AT_ONCE // max(cells[0].size, 1)) if len(cells) else 1
    for low in range(0, len(cells), layers):
        slab = slice(low, low + layers)
        found = _slab_placements(cells[slab], code[slab], shapes, made, tolerance)
        found = found[np.argsort(found["layer"], kind="stable")]
        ends = np.searchsorted(found["layer"], np.arange(len(cells[slab]) + 1))
        for a, b in pairwise(ends):
            yield found[a:b]


def _slab_placements(
    cells: np.ndarray, code: np.ndarray, shapes: tuple[Shape, ...], made: np.ndarray, tolerance: Tolerance | None
) -> np.ndarray:
    """The candidates of some layers, by shape."""
    windows = _Windows(cells, np.where(code > 0, code, np.iinfo(code.dtype).max), code)
    places, colours, spans = [], [], []
    for shape in shapes:
        full, least, greatest = windows.under(shape.mask)
        place = np.flatnonzero(full & (greatest <= least))
        colour = greatest.ravel()[place].astype(np.int32) - 1
        exists = np.where(colour >= 0, made[shape.part][colour], made[shape.part].any())
        place, colour = place[exists], colour[exists]
        if tolerance:
            mixed = np.flatnonzero(full & (greatest > least))
            y, x = np.nonzero(shape.mask)
            layer, low_y, low_x = np.unravel_index(mixed, full.shape)
            codes = code[layer[:, None], low_y[:, None] + y, low_x[:, None] + x]
            nearest = tolerable_colours(codes, made[shape.part], tolerance)
            place = np.concatenate([place, mixed[nearest >= 0]])
            colour = np.concatenate([colour, nearest[nearest >= 0]])
        places.append(place)
        colours.append(colour)
        spans.append(full.shape[1:])
    count = np.array([len(place) for place in places])
    rows = np.zeros(count.sum(), PLACEMENT_DTYPE)
    high, broad = np.repeat(np.array(spans, np.intp).reshape(-1, 2), count, axis=0).T
    row, rows["x"] = np.divmod(np.concatenate(places), broad)
    rows["layer"], rows["y"] = np.divmod(row, high)
    rows["colour"] = np.concatenate(colours)
    # One row a shape, in the order of the fields that are left.
    facts = [(shape.part, shape.turn, np.count_nonzero(shape.mask), *shape.mask.shape) for shape in shapes]
    for name, values in zip(("part", "turn", "area", "deep", "wide"), np.array(facts, np.int16).T, strict=True):
        rows[name] = np.repeat(values, count)
    return rows


class _Windows:
    """Windows of growing size over the same layers, each made from a smaller one."""

    def __init__(self, cells: np.ndarray, least: np.ndarray, greatest: np.ndarray) -> None:
        self._known = {(1, 1): (cells, least, greatest)}

    def under(self, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As `of`, under the cells of a mask (deep, wide) bool."""
        deep, wide = mask.shape
        if mask.all():
            return self.of(wide, deep)
        full, least, greatest = self._known[1, 1]
        high, broad = full.shape[1] - deep + 1, full.shape[2] - wide + 1
        views = [np.s_[:, y : y + max(high, 0), x : x + max(broad, 0)] for y, x in np.argwhere(mask)]
        return (
            np.logical_and.reduce([full[view] for view in views]),
            np.minimum.reduce([least[view] for view in views]),
            np.maximum.reduce([greatest[view] for view in views]),
        )

    def of(self, wide: int, deep: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(L, Y - deep + 1, X - wide + 1): window full of cells, its least and its greatest code."""
        if (wide, deep) not in self._known:
            if deep > 1:
                half = (deep + 1) // 2
                parts, step, axis = self.of(wide, half), deep - half, 1
            else:
                half = (wide + 1) // 2
                parts, step, axis = self.of(half, deep), wide - half, 2
            keep = tuple(slice(None) if i != axis else slice(None, -step) for i in range(3))
            move = tuple(slice(None) if i != axis else slice(step, None) for i in range(3))
            full, least, greatest = parts
            self._known[wide, deep] = (
                full[keep] & full[move],
                np.minimum(least[keep], least[move]),
                np.maximum(greatest[keep], greatest[move]),
            )
        return self._known[wide, deep]
