"""What lies on a model without being a part of it: boxes of a weight, and the parts that bear them."""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import extents, footprint_cells, part_cells
from .statics.equilibrium import Load

# part: a name; low, high: the corners of its box, in studs, studs and plates; sized: whether the box is known, not
# guessed.
BOX_DTYPE = np.dtype(
    [("part", "U80"), ("grams", np.float64), ("low", np.float64, (3,)), ("high", np.float64, (3,)), ("sized", np.bool_)]
)
_SLACK = 0.5  # of a plate, by which boxes may sink into what bears them
_FARTHEST = 2000  # studs
_NEAR = 0.05  # studs or plates by which boxes that touch may be apart


def boxes_of(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) BOX_DTYPE: the parts of a layout, as loads."""
    boxes = np.zeros(len(layout), BOX_DTYPE)
    boxes["part"] = np.array([part.ldraw for part in catalogue.parts])[layout["part"]]
    boxes["grams"] = catalogue.grams[layout["part"]]
    boxes["low"] = np.stack([layout["x"], layout["y"], layout["z"]], axis=1)
    boxes["high"] = boxes["low"] + extents(layout, catalogue)
    boxes["sized"] = True
    return boxes


def near(layout: np.ndarray) -> np.ndarray:
    """(N,) bool: the parts that are not far from the middle one; a map of all between them might not fit in memory."""
    if not len(layout):
        return np.zeros(0, bool)
    places = np.stack([layout["x"], layout["y"]], axis=1).astype(np.int64)
    middle = places[np.argmin(abs(places - np.median(places, axis=0)).sum(axis=1))]
    return (abs(places - middle) <= _FARTHEST).all(axis=1)


def apart(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) bool: the parts left when each one that takes a cell of an earlier one, which stays, is taken out."""
    row, cells = part_cells(layout, catalogue)
    _, cell = np.unique(np.stack(cells, axis=1), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    shared = np.bincount(cell)[cell] > 1
    kept, taken = np.ones(len(layout), bool), np.zeros(int(cell.max(initial=-1)) + 1, bool)
    row, cell = row[shared], cell[shared]  # by part, as part_cells gives them
    for mine in np.split(np.arange(len(row)), np.flatnonzero(np.diff(row)) + 1) if len(row) else []:
        kept[row[mine[0]]] = not taken[cell[mine]].any()
        taken[cell[mine]] |= kept[row[mine[0]]]
    return kept


def loads_on(layout: np.ndarray, catalogue: Catalogue, boxes: np.ndarray) -> tuple[list[Load], np.ndarray]:
    """The boxes (BOX_DTYPE) as loads, and (B,) bool: those that lie on no part, so that nothing bears them.

    A box lies on the highest part under it that begins no higher than the box, so that one within a part lies on
    this; without any it hangs on the part that it touches from below. It acts at its middle where that part is
    uppermost there, else on the middle of the part.
    """
    row, x, y = footprint_cells(layout, catalogue)
    bottom, top = _heights(layout, catalogue)
    uppermost = _uppermost(row, x, y, top)
    loads, idle = [], np.zeros(len(boxes), bool)
    for place, box in enumerate(boxes):
        low, high = box["low"], box["high"]
        here = np.flatnonzero((x + 1 > low[0]) & (x < high[0]) & (y + 1 > low[1]) & (y < high[1]))
        level = bottom[row[here]]
        bearing = here[level <= low[2] + _SLACK]
        if len(bearing):
            bearing = bearing[top[row[bearing]] == top[row[bearing]].max()]
        else:
            bearing = here[abs(level - high[2]) <= _SLACK]
        if len(bearing):
            loads.append(_load(box, bearing, row, x, y, uppermost))
        idle[place] = not len(bearing)
    return loads, idle


def _load(
    box: np.ndarray, bearing: np.ndarray, row: np.ndarray, x: np.ndarray, y: np.ndarray, uppermost: np.ndarray
) -> Load:
    """The load of a box on the nearest of the cells that bear it."""
    middle = (box["low"][:2] + box["high"][:2]) / 2
    corners = np.stack([x[bearing], y[bearing]], axis=1)
    place = np.clip(middle, corners, corners + 1 - _NEAR)
    nearest = int(np.argmin(abs(place - middle).sum(axis=1)))
    cell = bearing[nearest]
    if uppermost[cell]:
        return Load(float(box["grams"]), at=(float(place[nearest, 0]), float(place[nearest, 1])))
    return Load(float(box["grams"]), part=int(row[cell]))


def touched_by(layout: np.ndarray, catalogue: Catalogue, boxes: np.ndarray) -> list[np.ndarray]:
    """The parts (rows) that each box touches or reaches into."""
    own = boxes_of(layout, catalogue)
    low, high = own["low"] - _NEAR, own["high"] + _NEAR
    return [np.flatnonzero(((low <= box["high"]) & (high >= box["low"])).all(axis=1)) for box in boxes]


def ties(layout: np.ndarray, catalogue: Catalogue, boxes: np.ndarray) -> np.ndarray:
    """(B,) bool: the boxes that may hold parts together in truth: they touch several, and not only such below them."""
    _, top = _heights(layout, catalogue)
    touched = touched_by(layout, catalogue, boxes)
    found = [
        len(rows) > 1 and bool((top[rows] > box["low"][2] + _SLACK).any())
        for rows, box in zip(touched, boxes, strict=True)
    ]
    return np.array(found, bool)


def _heights(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    return layout["z"], layout["z"] + extents(layout, catalogue)[:, 2]


def _uppermost(row: np.ndarray, x: np.ndarray, y: np.ndarray, top: np.ndarray) -> np.ndarray:
    """(M,) bool: the cells of footprints above which there is no other."""
    order = np.lexsort((top[row], x, y))
    last = np.ones(len(row), bool)
    last[:-1] = (np.diff(x[order]) != 0) | (np.diff(y[order]) != 0)
    uppermost = np.zeros(len(row), bool)
    uppermost[order] = last
    return uppermost
