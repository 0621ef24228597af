"""Few places at which supports hold a model, so that they come off easily (T, requirement 7.6)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .needs import Needs, sides
from .overhangs import LONGEST_SPAN
from .space import Space
from .ways import Ways, ways_of_contacts

_RING = 2.0  # studs
_STUDS_PER_LAYER = 0.2  # so much further from the best place is a way worth that is one layer shorter


def contacts(space: Space, needs: Needs, ways: Ways, margin: float | None = None) -> np.ndarray:
    """(K, 3) z, y, x of the plate cells to be held from below, by one stud each.

    Each piece that hangs on nothing is held under its middle or, where it reaches out further than the longest common
    brick, on all sides of it. What hangs over too far is held so that no cell is further than that from one that rests
    on something. What would fall over is held on the sides it falls to, or, with a margin (studs), at the cheapest one
    or two places between which, and the ground, its middle lies by so much. Only places with a way down count.
    """
    places = np.argwhere(needs.underside & space.takes_stud)
    cost = ways_of_contacts(space, ways, places)
    places, cost = places[np.isfinite(cost)], cost[np.isfinite(cost)]
    of_pieces = _under_pieces(places, cost, needs, margin)
    return np.unique(np.concatenate([of_pieces, _under_spans(places, cost, of_pieces, needs)]), axis=0)


def _under_pieces(places: np.ndarray, cost: np.ndarray, needs: Needs, margin: float | None) -> np.ndarray:
    piece = needs.piece[tuple(places.T)]
    aside = places[:, 1:] - needs.middle[np.maximum(piece, 0)]
    away = np.abs(aside).max(axis=1)
    loose = np.flatnonzero(piece > 0)
    central = loose[_first_of_each(piece[loose], away[loose] + _STUDS_PER_LAYER * cost[loose])]
    reach = _reach(needs, piece[central], places[central])
    wide = piece[central][reach > LONGEST_SPAN]
    on_all_sides = np.isin(piece, wide)
    against = None if margin is None else _against_leaning(places, cost, needs, margin)
    if against is None:
        on_all_sides |= needs.leaning[tuple(places.T)]
        against = central[:0]
    outer = np.flatnonzero(on_all_sides)
    quarter = piece * 4 + 2 * (aside[:, 0] > 0) + (aside[:, 1] > 0)
    outer = outer[_first_of_each(quarter[outer], cost[outer] - away[outer])]
    return places[np.concatenate([central, outer, against])]


def _against_leaning(places: np.ndarray, cost: np.ndarray, needs: Needs, margin: float) -> np.ndarray | None:
    """Rows of the cheapest one or two places that keep what leans from falling over; None where it takes more."""
    side = sides()
    leaning = np.flatnonzero(needs.leaning[tuple(places.T)])
    if not len(leaning):
        return leaning
    # The cheapest of each direction and distance will do.
    aside = places[leaning, 1:] - needs.middle[0]
    count = side.shape[1]
    direction = np.round(np.arctan2(aside[:, 1], aside[:, 0]) / (2 * np.pi) * count).astype(np.int64) % count
    distance = (np.abs(aside).max(axis=1) / _RING).astype(np.int64)
    rows = leaning[_first_of_each(direction * (distance.max() + 1) + distance, cost[leaning])]
    slack = (places[rows, 1:] - needs.middle[0]) @ side - margin
    lacking = (needs.base @ side).max(axis=0) - needs.middle[0] @ side - margin < 0
    firm = slack[:, lacking] >= 0
    one, other = np.triu_indices(len(rows))
    enough = (firm[one] | firm[other]).all(axis=1)
    if not enough.any():
        return None
    price = np.where(one == other, 0.0, cost[rows[one]]) + cost[rows[other]]
    best = np.argmin(np.where(enough, price, np.inf))
    return rows[np.unique([one[best], other[best]])]


def _reach(needs: Needs, piece: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(K,) how far, in studs, the pieces reach out from places (K, 3), one place a piece."""
    boxes = ndimage.find_objects(np.maximum(needs.piece, 0))
    found = np.zeros(len(piece))
    for row, (number, (_, y, x)) in enumerate(zip(piece.tolist(), places.tolist(), strict=True)):
        _, deep, wide = boxes[number - 1]
        found[row] = max(y - deep.start, deep.stop - 1 - y, x - wide.start, wide.stop - 1 - x)
    return found


def _first_of_each(group: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Row of the least score of each group; of equals the first."""
    order = np.lexsort((score, group))
    return order[np.flatnonzero(np.diff(group[order], prepend=-1))]


def _under_spans(places: np.ndarray, cost: np.ndarray, held: np.ndarray, needs: Needs) -> np.ndarray:
    """Places that hold what hangs over too far; of every layer, again and again the one that holds the most."""
    layers = np.flatnonzero(needs.too_long.any(axis=(1, 2)))
    left = needs.too_long[layers]
    found = held[np.isin(held[:, 0], layers)]
    _drop_near(left, np.searchsorted(layers, found[:, 0]), found)
    usable = np.isin(places[:, 0], layers)
    places, cost = places[usable], cost[usable]
    level = np.searchsorted(layers, places[:, 0])
    chosen = []
    while len(places):
        near = _near_count(left)[level, places[:, 1], places[:, 2]]
        useful = np.flatnonzero(near > 0)
        # Of places that hold as many, the one in their midst.
        middle = _middles(left)[level[useful]]
        away = np.abs(places[useful, 1:] - middle).max(axis=1)
        score = away / 100 + _STUDS_PER_LAYER * cost[useful] - near[useful]
        best = useful[_first_of_each(level[useful], score)]
        if not len(best):
            break
        chosen.append(places[best])
        _drop_near(left, level[best], places[best])
    return np.concatenate([places[:0], *chosen])


def _near_count(cells: np.ndarray) -> np.ndarray:
    """(K, Y, X) how many of the cells are at most the longest span from each place of their layer."""
    window = 2 * LONGEST_SPAN + 1
    count = cells.astype(np.float64)
    for axis in (1, 2):
        count = ndimage.uniform_filter1d(count, window, axis=axis, mode="constant") * window
    return np.rint(count).astype(np.int64)


def _middles(cells: np.ndarray) -> np.ndarray:
    """(K, 2) mean y, x of the cells of each layer."""
    count = np.maximum(cells.sum(axis=(1, 2)), 1)
    y = (cells.sum(axis=2) * np.arange(cells.shape[1])).sum(axis=1) / count
    x = (cells.sum(axis=1) * np.arange(cells.shape[2])).sum(axis=1) / count
    return np.stack([y, x], axis=1)


def _drop_near(cells: np.ndarray, level: np.ndarray, places: np.ndarray) -> None:
    """Take the cells out that are at most the longest span from one of the places of their layer."""
    at = np.zeros(cells.shape, bool)
    at[level, places[:, 1], places[:, 2]] = True
    window = 2 * LONGEST_SPAN + 1
    for axis in (1, 2):
        at = ndimage.maximum_filter1d(at, window, axis=axis, mode="constant", cval=0)
    cells &= ~at
