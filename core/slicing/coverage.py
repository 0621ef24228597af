"""How much of each cell a cross-section covers, exactly, by accumulating signed areas of directed segments.

A segment that rises by dy has the solid on its left. Summed along a row, -dy switches the solid on at a left
border and off at a right one; in the segment's own cell only the part to its right counts. One cumulative sum per
row then gives every cell's share, with no test of any cell against any polygon.

That sum is the area times the winding number. Where bodies overlap the number passes 1; such rows are found by
their crossings with a few lines, and are measured by many lines instead, counting where the winding is not zero.
"""

from __future__ import annotations

import numpy as np

from .trajectories import Segments

_PROBES = (0.23, 0.71)  # lines of a row at which its winding numbers are looked at
LINES = 24  # lines by which a row with overlaps is measured
_HAIR = 1e-6  # studs; crossings closer than this enclose nothing


def cell_shares(segments: Segments, planes: int, studs: tuple[int, int], stud: float) -> np.ndarray:
    """(planes, Y, X) float64 in 0..1: share of each cell inside the trajectories.

    studs: Y, X; stud: pitch in the segments' unit.
    """
    deep, wide = studs
    start, end = segments.start / stud, segments.end / stud
    row, x, rise = _exact(segments.plane, start, end, deep)
    mixed = _rows_with_overlap(segments.plane, start, end, deep, planes * deep)
    if mixed.any():
        plain = ~mixed[row]
        lines = _transitions(segments.plane, start, end, deep, mixed)
        row, x, rise = (np.concatenate(both) for both in zip((row[plain], x[plain], rise[plain]), lines, strict=True))
    column = np.clip(np.floor(x), 0, wide - 1).astype(np.intp)
    beyond = np.clip(x - column, 0.0, 1.0)  # share of the piece's own cell that lies to its left
    place = row * (wide + 1) + column
    places, rises = np.concatenate([place, place + 1]), np.concatenate([rise * (1 - beyond), rise * beyond])
    # Of no weights at all numpy makes whole numbers.
    steps = np.bincount(places, rises, planes * deep * (wide + 1)).astype(np.float64, copy=False)
    steps = steps.reshape(planes, deep, wide + 1)
    shares = np.cumsum(steps, axis=2, out=steps)[:, :, :wide]
    return np.clip(shares, 0.0, 1.0, out=shares)


def _exact(
    plane: np.ndarray, start: np.ndarray, end: np.ndarray, deep: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments split at every cell border: row, middle x and -dy of each piece."""
    row, start, end = split(plane, start, end, 1)
    row, start, end = split(row, start, end, 0)
    y = np.clip(np.floor((start[:, 1] + end[:, 1]) / 2), 0, deep - 1).astype(np.intp)
    return row * deep + y, (start[:, 0] + end[:, 0]) / 2, start[:, 1] - end[:, 1]


def split(
    label: np.ndarray, start: np.ndarray, end: np.ndarray, axis: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut segments wherever coordinate `axis` is a whole number; labels go along."""
    a, b = start[:, axis], end[:, axis]
    low = np.floor(np.minimum(a, b)) + 1
    cuts = np.maximum(np.ceil(np.maximum(a, b)) - low, 0).astype(np.intp)
    if not cuts.any():
        return label, start, end
    source = np.repeat(np.arange(len(a)), cuts + 1)
    number = np.arange(len(source)) - np.repeat(np.cumsum(cuts + 1) - cuts - 1, cuts + 1)
    forward = (b > a)[source]
    line = np.where(forward, low[source] + number, low[source] + cuts[source] - 1 - number)
    last = number == cuts[source]
    share = (line - a[source]) / np.where(last, 1.0, (b - a)[source])
    till = np.where(last[:, None], end[source], start[source] + share[:, None] * (end - start)[source])
    since = np.where((number == 0)[:, None], start[source], np.roll(till, 1, axis=0))
    return label[source], since, till


def _crossings(
    plane: np.ndarray, start: np.ndarray, end: np.ndarray, lines: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where segments cross horizontal lines at ascending y `lines`: plane, line, x, and +1 for entering the solid."""
    low = np.searchsorted(lines, np.minimum(start[:, 1], end[:, 1]), side="left")
    count = np.searchsorted(lines, np.maximum(start[:, 1], end[:, 1]), side="left") - low
    source = np.repeat(np.arange(len(plane)), count)
    line = np.arange(len(source)) + np.repeat(low - (np.cumsum(count) - count), count)
    a, b = start[source], end[source]
    x = a[:, 0] + (lines[line] - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return plane[source], line, x, np.where(b[:, 1] < a[:, 1], 1, -1)


def _sorted_windings(key: np.ndarray, x: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order of the crossings along their lines, and the winding number after each.

    Steps of one line add up to zero, so one running sum serves all lines.
    """
    order = np.lexsort((x, key))
    return order, np.cumsum(step[order])


def _rows_with_overlap(plane: np.ndarray, start: np.ndarray, end: np.ndarray, deep: int, rows: int) -> np.ndarray:
    """(rows,) bool: rows in which somewhere the winding number is neither 0 nor 1."""
    lines = (np.arange(deep)[:, None] + np.array(_PROBES)).ravel()
    on, line, x, step = _crossings(plane, start, end, lines)
    order, winding = _sorted_windings(on * len(lines) + line, x, step)
    wide = np.diff(x[order], append=np.inf) > _HAIR
    odd = order[((winding < 0) | (winding > 1)) & wide]
    mixed = np.zeros(rows, bool)
    mixed[on[odd] * deep + line[odd] // len(_PROBES)] = True
    return mixed


def _transitions(
    plane: np.ndarray, start: np.ndarray, end: np.ndarray, deep: int, mixed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows with overlaps as upright pieces where the winding number leaves or reaches zero: row, x, -dy."""
    touched = mixed.reshape(-1, deep)[plane].any(axis=1)
    lines = (np.arange(deep * LINES) + 0.5) / LINES
    on, line, x, step = _crossings(plane[touched], start[touched], end[touched], lines)
    row = on * deep + line // LINES
    here = mixed[row]
    on, line, x, step, row = on[here], line[here], x[here], step[here], row[here]
    order, winding = _sorted_windings(on * len(lines) + line, x, step)
    solid = winding != 0
    before = np.concatenate([[False], solid[:-1]])
    change = solid != before
    return row[order][change], x[order][change], np.where(solid, 1.0, -1.0)[change] / LINES
