"""In which order the parts are laid: every part has a free way to its place and something there to hold on to.

Most parts come from above, onto what stands. A part that only something above it holds is pressed on from below after
that, if nothing of the model is ever under it; else it hangs on before, and both come from above together: a
sub-assembly. All of this is one graph of what must come before what. Whatever lies on a circle in it (its strongly
connected parts) goes to its place as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from ..catalogue.parts import Catalogue
from ..layout import footprint_cells
from .links import Links, stud_links
from .sections import sections_of

_PARTS_A_STEP = 8
_REACH = 12  # studs from one part of a step to the next
_BLOCK = 8  # studs; the parts of a level are laid block by block
_HANGING = 1_000_000  # how much longer than a joint upwards the way along a joint downwards counts


@dataclass(frozen=True)
class Ways:
    """What each part holds on to, and how it gets there.

    parent (N,): the part that carries it, N for the ground, -1 where nothing does; from_below (N,) bool: pressed on
    from below; assembly (N,): parts of one number go to their place together.
    """

    parent: np.ndarray
    from_below: np.ndarray
    assembly: np.ndarray


def building_steps(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """The layout in the order of building, with its steps; and (N,) the row each part had before.

    A step is a sub-assembly, or a few parts within reach of each other. After every step all parts that hang together
    with the ground in the end, and are laid, do so already. Parts with the same step are sorted from the ground up.
    Each section is built by itself, one after the other.
    """
    found, rows, steps = [layout[:0]], [np.zeros(0, np.intp)], 0
    for section in sections_of(layout):
        ordered, own = _section_steps(layout[section], catalogue)
        ordered["step"] += steps
        steps = int(ordered["step"].max()) + 1
        found.append(ordered)
        rows.append(section[own])
    return np.concatenate(found), np.concatenate(rows)


def _section_steps(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    links = stud_links(layout, catalogue)
    before, after, ways = _precedence(layout, catalogue, links)
    level = _levels(layout, ways, before, after)
    of, size = ways.assembly, np.bincount(ways.assembly)
    x, y = (np.bincount(of, layout[axis]) / size for axis in "xy")
    block_y, block_x = y // _BLOCK, x // _BLOCK
    snake = np.where(block_y % 2, -block_x, block_x)
    order = np.lexsort((x, y, snake, block_y, level))
    step = np.empty(len(size), np.int64)
    step[order] = _cut(level[order], x[order], y[order], size[order])
    rows = np.lexsort((layout["x"], layout["y"], layout["z"], of, step[of]))
    ordered = layout[rows].copy()
    ordered["step"] = step[of[rows]]
    return ordered, rows


def ways_of(layout: np.ndarray, catalogue: Catalogue, links: Links) -> Ways:
    """How every part gets to its place."""
    return _precedence(layout, catalogue, links)[2]


def _precedence(layout: np.ndarray, catalogue: Catalogue, links: Links) -> tuple[np.ndarray, np.ndarray, Ways]:
    """Part (E,) and part (E,) that must not come before it; the ways."""
    parent = _parents(layout, links)
    low, high = _one_above_the_other(layout, catalogue)
    child = np.flatnonzero((parent >= 0) & (parent < len(layout)))
    hanging = np.zeros(len(layout), bool)
    hanging[child] = layout["z"][parent[child]] > layout["z"][child]
    from_below = hanging
    while True:
        from_below = _free_below(from_below, low, high)
        above_first, up = from_below[low] & from_below[high], ~from_below[low]
        before = np.concatenate([parent[child], low[up], high[above_first]])
        after = np.concatenate([child, high[up], low[above_first]])
        graph = coo_matrix((np.ones(len(before), np.int8), (before, after)), shape=(len(layout),) * 2)
        assembly = connected_components(graph, connection="strong")[1]
        together = np.bincount(assembly)[assembly] > 1
        if not (from_below & together).any():
            return before, after, Ways(parent, from_below, assembly)
        from_below = from_below & ~together


def _parents(layout: np.ndarray, links: Links) -> np.ndarray:
    """(N,): what carries each part on the way to the ground with the fewest joints downwards; N: ground; -1: none."""
    count = len(layout)
    standing = np.flatnonzero(layout["z"] == layout["z"].min())
    ends = np.concatenate([np.full(len(standing), count), links.lower, links.upper])
    others = np.concatenate([standing, links.upper, links.lower])
    weight = np.concatenate([np.ones(len(standing) + len(links.lower)), np.full(len(links.upper), float(_HANGING))])
    graph = coo_matrix((weight, (ends, others)), shape=(count + 1, count + 1)).tocsr()
    parent = dijkstra(graph, indices=count, return_predecessors=True)[1][:count]
    return np.maximum(parent, -1)


def _one_above_the_other(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a part and the next one above it over some stud of its footprint."""
    part, x, y = footprint_cells(layout, catalogue)
    order = np.lexsort((layout["z"][part], x, y))
    part, x, y = part[order], x[order], y[order]
    same = (np.diff(x) == 0) & (np.diff(y) == 0)
    pairs = np.unique(part[:-1][same].astype(np.int64) * len(layout) + part[1:][same])
    return pairs // len(layout), pairs % len(layout)


def _free_below(hanging: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """(N,) bool: the hanging parts under which there are only such parts, or nothing."""
    free = hanging.copy()
    while True:
        blocked = high[free[high] & ~free[low]]
        if not len(blocked):
            return free
        free[blocked] = False


def _levels(layout: np.ndarray, ways: Ways, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(A,): when each assembly is laid: at its lowest part's height, or later, after all that must come before."""
    level = np.full(int(ways.assembly.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(level, ways.assembly, layout["z"].astype(np.int64))
    one, other = ways.assembly[before], ways.assembly[after]
    one, other = one[one != other], other[one != other]
    while True:
        late = level[other] <= level[one]
        if not late.any():
            return level
        np.maximum.at(level, other[late], level[one[late]] + 1)


def _cut(level: np.ndarray, x: np.ndarray, y: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(A,): the step of each assembly, all sorted: runs of one level within reach, in equal shares of a few parts."""
    single = size == 1
    far = np.maximum(abs(np.diff(x)), abs(np.diff(y))) > _REACH
    starts = np.concatenate([[True], (np.diff(level) != 0) | far | ~single[1:] | ~single[:-1]])
    run = np.cumsum(starts) - 1
    length = np.bincount(run)
    place = np.arange(len(run)) - np.flatnonzero(starts)[run]
    shares = -(-length // _PARTS_A_STEP)
    share = place * shares[run] // length[run]
    return np.cumsum(np.concatenate([[0], (np.diff(run) != 0) | (np.diff(share) != 0)]))
