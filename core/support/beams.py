"""Beam-and-pillar supports, for low overhangs: beams below all that hangs over, links across their joints, pillars.

After T, requirements 7.8 to 7.12: lengths first (rows along y divided into beams), then widths (equal neighbouring rows
become one), then heights (pillars below the links).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..units import PLATES_PER_BRICK
from .boxes import NO_BOXES, boxes_of, columns, crowded, sums_in
from .space import Space
from .ways import drop, landing

# start: first cell along the row; line: first cell across it; turned: the row lies along x instead of y.
ROW_DTYPE = np.dtype([("start", np.int32), ("line", np.int32), ("length", np.int32), ("width", np.int32)])
_LENGTHS = (6, 4, 3, 2, 1)  # studs
_HELD_TWICE = 4  # studs; a beam so long is never held by a single stud
_LONGEST = 6  # studs; beams so long have links two studs wide


@cache
def divided(length: int) -> tuple[int, ...]:
    """The beams of a row, longest first: 6s, and each of 4, 3, 2, 1 at most once; 1 only for a row of one stud.

    Greedy, but a size that would leave a single stud is skipped: 7 = 4 + 3, 13 = 6 + 4 + 3, 14 = 6 + 6 + 2.
    """
    beams: list[int] = []
    left = length
    while left:
        beam = next(size for size in _LENGTHS if size <= left and (left - size != 1 or left == 1))
        beams.append(beam)
        left -= beam
    return tuple(beams)


def beams_and_pillars(space: Space, places: np.ndarray) -> np.ndarray:
    """The boxes (BOX_DTYPE) that hold the plate cells `places` (K, 3) z, y, x, which have nothing below them."""
    plates, start = drop(space, places)
    held = start > -2
    (z, y, x), plates, start = places[held].T, plates[held], start[held]
    made = [columns(z - plates, y, x, plates)]
    free = space.free.copy()
    for layer in np.unique(start[start >= 0])[::-1].tolist():
        cells = np.zeros(free.shape[1:], bool)
        cells[y[start == layer], x[start == layer]] = True
        made.append(_storey(space, free, layer, cells & free[layer]))
    return np.concatenate([NO_BOXES, *made])


def rows_of(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that cells (Y, X) bool are divided into: those along y, those along x (ROW_DTYPE).

    Rows of a single stud are laid anew across, and two equal neighbours become one of double width (7.10).
    """
    along_y = _runs(cells)
    single = along_y["length"] == 1
    ones = np.zeros(cells.shape, bool)
    ones[along_y["start"][single], along_y["line"][single]] = True
    across = _runs(ones.T)
    return _doubled(along_y[~single]), across


def _runs(cells: np.ndarray) -> np.ndarray:
    """Rows of cells (Y, X) bool that follow each other along y."""
    steps = np.diff(np.pad(cells.T.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    line, start = np.nonzero(steps == 1)
    rows = np.zeros(len(line), ROW_DTYPE)
    rows["line"], rows["start"], rows["width"] = line, start, 1
    rows["length"] = np.nonzero(steps == -1)[1] - start
    return rows


def _doubled(rows: np.ndarray) -> np.ndarray:
    """Pairs of equal rows side by side become one of double width."""
    rows = rows[np.lexsort((rows["line"], rows["length"], rows["start"]))]
    follows = np.diff(rows["line"], prepend=np.int32(-9)) == 1
    for name in ("start", "length"):
        follows &= np.diff(rows[name], prepend=np.int32(-9)) == 0
    first = np.flatnonzero(~follows)
    count = np.diff(np.append(first, len(rows)))
    place = np.arange(len(rows)) - np.repeat(first, count)
    paired = place < np.repeat(count // 2 * 2, count)
    rows["width"][paired] = 2
    return rows[~paired | (place % 2 == 0)]


def beams_of(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The beams of rows, one after the other (ROW_DTYPE), and the row of each; its greatest comes first (7.9)."""
    parts = [np.zeros(0, ROW_DTYPE)]
    of_row = [np.zeros(0, np.intp)]
    for length in np.unique(rows["length"]).tolist():
        sizes = np.array(divided(length))
        same = np.flatnonzero(rows["length"] == length)
        beams = np.repeat(rows[same], len(sizes))
        beams["start"] += np.tile(np.cumsum(sizes) - sizes, len(same))
        beams["length"] = np.tile(sizes, len(same))
        parts.append(beams)
        of_row.append(np.repeat(same, len(sizes)))
    return np.concatenate(parts), np.concatenate(of_row)


def links_of(beams: np.ndarray, of_row: np.ndarray) -> np.ndarray:
    """What holds beams from below (ROW_DTYPE): links across their joints, or the middle of one that is alone (7.11).

    A link holds one stud of each beam along the row, but two where one of them is four or more long. Links of beams
    of six are two studs wide.
    """
    joint = np.flatnonzero(np.diff(of_row) == 0)
    first, second = beams[joint], beams[joint + 1]
    half = np.where(np.maximum(first["length"], second["length"]) >= _HELD_TWICE, 2, 1)
    links = first.copy()
    links["start"] = second["start"] - half
    links["length"] = 2 * half
    links["width"][np.maximum(first["length"], second["length"]) == _LONGEST] = 2
    count = np.bincount(of_row, minlength=int(of_row.max(initial=0)) + 1)
    alone = beams[count[of_row] == 1]
    middle = alone.copy()
    middle["length"] = np.where(alone["length"] >= _HELD_TWICE, 2, 1)
    middle["start"] += (alone["length"] - middle["length"]) // 2
    return np.concatenate([links, middle])


def _storey(space: Space, free: np.ndarray, layer: int, cells: np.ndarray) -> np.ndarray:
    """Beams in `layer` over all the cells (Y, X) bool, and what carries them; takes their room out of `free`."""
    rows = rows_of(cells)
    divisions = [beams_of(each) for each in rows]
    beams = np.concatenate([_boxes(found, layer, bool(turned)) for turned, (found, _) in enumerate(divisions)])
    _take(free[layer], beams)
    if not layer:
        return beams
    wanted = [_boxes(links_of(*found), layer - 1, bool(turned)) for turned, found in enumerate(divisions)]
    links = _with_room(np.concatenate(wanted), free[layer - 1])
    carried = np.zeros(cells.shape, bool)
    _take(carried, links, True)
    loose = beams[sums_in(beams, carried) == 0]
    _take(free[layer - 1], links)
    return np.concatenate([beams, links, _pillars(space, free, links), _standing(space, loose)])


def _boxes(rows: np.ndarray, layer: int, turned: bool) -> np.ndarray:
    z = layer * PLATES_PER_BRICK
    if turned:
        return boxes_of(z, rows["line"], rows["start"], rows["width"], rows["length"], PLATES_PER_BRICK)
    return boxes_of(z, rows["start"], rows["line"], rows["length"], rows["width"], PLATES_PER_BRICK)


def _take(cells: np.ndarray, boxes: np.ndarray, value: bool = False) -> None:
    """Set the cells (Y, X) of the boxes' footprints."""
    for dy in range(int(boxes["deep"].max(initial=0))):
        for dx in range(int(boxes["wide"].max(initial=0))):
            here = boxes[(boxes["deep"] > dy) & (boxes["wide"] > dx)]
            cells[here["y"] + dy, here["x"] + dx] = value


def _room_for(boxes: np.ndarray, free: np.ndarray) -> np.ndarray:
    """(N,) bool: boxes of one layer that lie in the array, where all is free (Y, X) bool."""
    deep, wide = free.shape
    inside = (boxes["y"] >= 0) & (boxes["x"] >= 0)
    inside &= (boxes["y"] + boxes["deep"] <= deep) & (boxes["x"] + boxes["wide"] <= wide)
    room = np.zeros(len(boxes), bool)
    here = boxes[inside]
    room[inside] = sums_in(here, free) == here["deep"] * here["wide"]
    return room


def _with_room(boxes: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The links of one layer that find room: as they are, a stud to the other side, or else one stud wide."""
    along_x = boxes["wide"] > boxes["deep"]
    aside, narrow = boxes.copy(), boxes.copy()
    aside["y"] -= (boxes["deep"] - 1) * along_x
    aside["x"] -= (boxes["wide"] - 1) * ~along_x
    narrow["deep"][along_x] = 1
    narrow["wide"][~along_x] = 1
    options = np.stack([boxes, aside, narrow])
    room = np.stack([_room_for(option, free) for option in options])
    chosen = options[np.argmax(room, axis=0), np.arange(len(boxes))][room.any(axis=0)]
    narrow = narrow[room.any(axis=0)]
    # Only what is wider than its beams can meet another link.
    meets = crowded(chosen, free.shape)
    chosen[meets] = narrow[meets]
    return chosen


def _pillars(space: Space, free: np.ndarray, links: np.ndarray) -> np.ndarray:
    """Two studs of every link, in its middle, go straight down as far as they can; takes their room out of `free`."""
    feet = links.copy()
    for corner, length in (("y", "deep"), ("x", "wide")):
        feet[corner] += np.maximum(links[length] - 2, 0) // 2
        feet[length] = np.minimum(links[length], 2)
    made = [NO_BOXES]
    while len(feet) and feet["z"][0] > 0:
        layer = feet["z"][0] // PLATES_PER_BRICK - 1
        room = _room_for(feet, free[layer])
        made.append(_standing(space, feet[~room]))
        feet = feet[room].copy()
        feet["z"] -= PLATES_PER_BRICK
        _take(free[layer], feet)
        made.append(feet)
    return np.concatenate(made)


def _standing(space: Space, boxes: np.ndarray) -> np.ndarray:
    """Plates that fill what boxes lack to stand on the model, where it is near below them."""
    made = [NO_BOXES]
    for dy in range(int(boxes["deep"].max(initial=0))):
        for dx in range(int(boxes["wide"].max(initial=0))):
            here = boxes[(boxes["deep"] > dy) & (boxes["wide"] > dx)]
            z, y, x = here["z"], here["y"] + dy, here["x"] + dx
            height = np.maximum(landing(space, z // PLATES_PER_BRICK, y, x), 0)
            made.append(columns(z - height, y, x, height))
    return np.concatenate(made)
