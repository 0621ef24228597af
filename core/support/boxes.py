"""Supports before they are parts: boxes of cells, each the size of one part; and the parts they become.

Parts are those of set "support 11", and plates where a gap to the model is lower than a brick.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..catalogue.parts import Catalogue, load_parts, part_numbered
from ..errors import BadSetting
from ..layout import LAYOUT_DTYPE, extents
from ..units import PLATES_PER_BRICK

_PLATE = "3024"
# z: lowest plate; y, x: corner; deep, wide: studs along y and x; plates: height.
BOX_DTYPE = np.dtype([(name, np.int32) for name in ("z", "y", "x", "deep", "wide", "plates")])
NO_BOXES = np.zeros(0, BOX_DTYPE)
TALL = 3  # bricks that a tall support part is high


def boxes_of(
    z: np.ndarray | int, y: np.ndarray, x: np.ndarray, deep: np.ndarray | int, wide: np.ndarray | int, plates: int
) -> np.ndarray:
    """BOX_DTYPE rows of equal columns."""
    boxes = np.zeros(len(y), BOX_DTYPE)
    boxes["z"], boxes["y"], boxes["x"], boxes["deep"], boxes["wide"], boxes["plates"] = z, y, x, deep, wide, plates
    return boxes


def around(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The boxes around pairs of boxes of one height and layer."""
    both = first.copy()
    for corner, length in (("y", "deep"), ("x", "wide")):
        both[corner] = np.minimum(first[corner], second[corner])
        end = np.maximum(first[corner] + first[length], second[corner] + second[length])
        both[length] = end - both[corner]
    return both


def sums_in(boxes: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """(N,) sum of `cells` (Y, X) over the footprint of each box."""
    total = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), np.int64)
    total[1:, 1:] = cells.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    y, x = boxes["y"], boxes["x"]
    below, beyond = y + boxes["deep"], x + boxes["wide"]
    return total[below, beyond] - total[y, beyond] - total[below, x] + total[y, x]


def crowded(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(N,) bool: boxes of one layer, deep and wide as `shape` says, that share a cell with another one."""
    edge = np.zeros((shape[0] + 1, shape[1] + 1), np.int64)
    y, x = boxes["y"], boxes["x"]
    below, beyond = y + boxes["deep"], x + boxes["wide"]
    for rows, columns, sign in ((y, x, 1), (below, beyond, 1), (y, beyond, -1), (below, x, -1)):
        np.add.at(edge, (rows, columns), sign)
    count = edge.cumsum(axis=0).cumsum(axis=1)[:-1, :-1]
    return sums_in(boxes, count) > boxes["deep"] * boxes["wide"]


def columns(z: np.ndarray, y: np.ndarray, x: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Plates 1 x 1 one on the other: `height` (K,) of them from `z` up at y, x."""
    row = np.repeat(np.arange(len(z)), height)
    level = np.arange(len(row)) - np.repeat(np.cumsum(height) - height, height)
    return boxes_of(z[row] + level, y[row], x[row], 1, 1, 1)


def with_tall(boxes: np.ndarray, footprints: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Equal bricks one on the other become tall ones where these exist with their footprint (requirement 7.12).

    As many of three bricks as it goes, then single ones: 7 = 3 + 3 + 1.
    """
    long = np.maximum(boxes["deep"], boxes["wide"])
    short = np.minimum(boxes["deep"], boxes["wide"])
    exists = np.zeros(len(boxes), bool)
    for deep, wide in footprints:
        exists |= (short == min(deep, wide)) & (long == max(deep, wide))
    exists &= boxes["plates"] == PLATES_PER_BRICK
    same, rest = boxes[exists], boxes[~exists]
    if not len(same):
        return boxes
    same = same[np.lexsort((same["z"], same["wide"], same["deep"], same["x"], same["y"]))]
    follows = np.diff(same["z"], prepend=np.int32(-1)) == PLATES_PER_BRICK
    for name in ("y", "x", "deep", "wide"):
        follows &= np.diff(same[name], prepend=np.int32(-1)) == 0
    first = np.flatnonzero(~follows)
    length = np.diff(np.append(first, len(same)))
    place = np.arange(len(same)) - np.repeat(first, length)
    tall = place < np.repeat(length // TALL * TALL, length)
    same["plates"][tall] = TALL * PLATES_PER_BRICK
    return np.concatenate([rest, same[~tall | (place % TALL == 0)]])


def bonded(boxes: np.ndarray) -> np.ndarray:
    """Bricks side by side become one where there is a part for both, so that struts next to each other hold together.

    Which neighbours are tried first takes turns from layer to layer, so that joints do not lie above each other. Tall
    parts are taken apart for it (see `with_tall`).
    """
    tall = boxes["plates"] == TALL * PLATES_PER_BRICK
    thirds = np.repeat(boxes[tall], TALL)
    thirds["plates"] = PLATES_PER_BRICK
    thirds["z"] += PLATES_PER_BRICK * (np.arange(len(thirds)) % TALL).astype(np.int32)
    boxes = np.concatenate([boxes[~tall], thirds])
    brick, odd = boxes["plates"] == PLATES_PER_BRICK, boxes["z"] // PLATES_PER_BRICK % 2 == 1
    made = [boxes[~brick]]
    for layers, (first, second) in ((brick & ~odd, "xy"), (brick & odd, "yx")):
        before, now = boxes, boxes[layers]
        while len(now) != len(before):
            before, now = now, _paired(_paired(now, first), second)
        made.append(now)
    return np.concatenate(made)


def _paired(boxes: np.ndarray, axis: str) -> np.ndarray:
    """Bricks, those joined to the next one along an axis for which there is a part so large; of a row, pairs of two."""
    along, across, other = ("wide", "deep", "y") if axis == "x" else ("deep", "wide", "x")
    boxes = boxes[np.lexsort((boxes[axis], boxes[across], boxes[other], boxes["z"]))]
    first, second = boxes[:-1], boxes[1:]
    meets = first[axis] + first[along] == second[axis]
    for name in ("z", other, across):
        meets &= first[name] == second[name]
    meets &= fitting()[first[across], first[along] + second[along]]
    row = np.maximum.accumulate(np.where(meets, 0, np.arange(len(meets)) + 1))  # where each row of such pairs begins
    lower = np.flatnonzero(meets & ((np.arange(len(meets)) - row) % 2 == 0))
    boxes[along][lower] += boxes[along][lower + 1]
    return np.delete(boxes, lower + 1)


def boxes_in(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """The boxes (BOX_DTYPE) that parts of a layout fill."""
    wide, deep, plates = extents(layout, catalogue).T
    boxes = boxes_of(layout["z"], layout["y"], layout["x"], deep, wide, 0)
    boxes["plates"] = plates
    return boxes


def with_support_parts(catalogue: Catalogue) -> Catalogue:
    """The catalogue and, behind its own parts, those that supports are made of (requirement 1.6) and it lacks."""
    plate = part_numbered(_PLATE)
    wanted = (*load_parts("support-11").parts, *((plate,) if plate else ()))
    missing = tuple(part for part in wanted if part not in catalogue.parts)
    return Catalogue(catalogue.name, catalogue.parts + missing) if missing else catalogue


def support_sizes() -> tuple[tuple[int, int, int], ...]:
    """(studs, studs, plates), the lesser first, of all parts in set "support 11"."""
    return tuple((part.studs_y, part.studs_x, part.plates) for part in load_parts("support-11").parts)


def laid_boxes(boxes: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """Layout rows of boxes (BOX_DTYPE), of colour 0. Raises BadSetting when the catalogue lacks a part for one."""
    rows = np.zeros(len(boxes), LAYOUT_DTYPE)
    for name in ("x", "y", "z"):
        rows[name] = boxes[name]
    rows["turn"] = boxes["deep"] > boxes["wide"]
    part_of = _parts_by_size(catalogue)
    sides = np.sort(np.stack([boxes["deep"], boxes["wide"]], axis=1), axis=1)
    size, of_size = np.unique(np.column_stack([sides, boxes["plates"]]), axis=0, return_inverse=True)
    part = np.zeros(len(size), np.int16)
    for row, (short, long, plates) in enumerate(size.tolist()):
        if (short, long, plates) not in part_of:
            raise BadSetting(f"{catalogue.name} has no part of {short} x {long} studs, {plates} plates high.")
        part[row] = part_of[short, long, plates]
    rows["part"] = part[of_size.reshape(-1)]
    return rows


@cache
def fitting() -> np.ndarray:
    """(N, N) bool: whether there is a support brick so deep and so wide, for all that two of them make together."""
    sizes = [(short, long) for short, long, plates in support_sizes() if plates == PLATES_PER_BRICK]
    side = 2 * max(long for _, long in sizes) + 1
    found = np.zeros((side, side), bool)
    for short, long in sizes:
        found[short, long] = found[long, short] = True
    return found


def _parts_by_size(catalogue: Catalogue) -> dict[tuple[int, int, int], int]:
    found: dict[tuple[int, int, int], int] = {}
    for row, part in enumerate(catalogue.parts):
        if part.kind in ("brick", "plate", "support") and part.masks["cells"].all():
            found.setdefault((part.studs_y, part.studs_x, part.plates), row)
    return found
