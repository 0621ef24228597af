"""Few places at which supports hold a model, so that they come off easily (T, requirement 7.6)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .needs import Needs
from .overhangs import LONGEST_SPAN
from .space import Space
from .ways import Ways, ways_of_contacts

_STUDS_PER_LAYER = 0.2  # so much further from the best place is a way worth that is one layer shorter


def contacts(space: Space, needs: Needs, ways: Ways) -> np.ndarray:
    """(K, 3) z, y, x of the plate cells to be held from below, by one stud each.

    Each piece that hangs on nothing is held under its middle or, where it reaches out further than the longest common
    brick, on all sides of it. What hangs over too far is held so that no cell is further than that from one that rests
    on something. What would fall over is held on the sides it falls to. Only places with a way down count.
    """
    places = np.argwhere(needs.underside & space.takes_stud)
    cost = ways_of_contacts(space, ways, places)
    places, cost = places[np.isfinite(cost)], cost[np.isfinite(cost)]
    of_pieces = _under_pieces(places, cost, needs)
    return np.unique(np.concatenate([of_pieces, _under_spans(places, cost, of_pieces, needs)]), axis=0)


def _under_pieces(places: np.ndarray, cost: np.ndarray, needs: Needs) -> np.ndarray:
    piece = needs.piece[tuple(places.T)]
    aside = places[:, 1:] - needs.middle[np.maximum(piece, 0)]
    away = np.abs(aside).max(axis=1)
    loose = np.flatnonzero(piece > 0)
    central = loose[_first_of_each(piece[loose], away[loose] + _STUDS_PER_LAYER * cost[loose])]
    reach = _reach(needs, piece[central], places[central])
    on_all_sides = piece[central][reach > LONGEST_SPAN]
    outer = np.flatnonzero(np.isin(piece, on_all_sides) | needs.leaning[tuple(places.T)])
    quarter = piece * 4 + 2 * (aside[:, 0] > 0) + (aside[:, 1] > 0)
    outer = outer[_first_of_each(quarter[outer], cost[outer] - away[outer])]
    return places[np.union1d(central, outer)]


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
