"""Older ways to keep to a stock: in two phases, and greedily. They are quick and come near, but prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import minimum_filter

from ..progress import SILENT, Progress

_NEAR = np.array(
    [[1, 4, 6, 4, 1], [4, 16, 26, 16, 4], [7, 26, 0, 26, 7], [4, 16, 26, 16, 4], [1, 4, 6, 4, 1]], np.float64
)


def two_phase(costs: np.ndarray, stock: np.ndarray, ties: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """(N,) columns: each colour keeps the studs that suit it best; the others, worst first, take the nearest left.

    costs (N, C); stock (C,), enough for all; ties (N,) are added to costs where studs are ranked. Raises Cancelled.
    """
    progress.at(0.0)
    chosen = costs.argmin(axis=1)
    worth = costs[np.arange(len(costs)), chosen] + ties
    rank = _rank_within(chosen, worth)
    out = rank >= stock[chosen]
    left = stock - np.bincount(chosen[~out], minlength=len(stock))
    rows = np.flatnonzero(out)
    rows = rows[np.argsort(-worth[rows], kind="stable")]
    kept = 1 - len(rows) / len(costs)
    chosen[rows] = _in_order(costs[rows], left, progress.part(progress.stage, kept, 1 - kept))
    progress.at(1.0)
    return chosen


def greedy(costs: np.ndarray, stock: np.ndarray, ties: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """(N,) columns: the least cost is taken first, and so on; where a colour runs out, others choose anew."""
    chosen = np.full(len(costs), -1)
    left = stock.copy()
    rows = np.arange(len(costs))
    while len(rows):
        progress.at(1 - len(rows) / len(costs))
        best, cost = _nearest_left(costs[rows], left)
        order = np.argsort(cost + ties[rows], kind="stable")
        fits = _until_one_is_gone(best[order], left)
        taken = order[:fits]
        chosen[rows[taken]] = best[taken]
        left -= np.bincount(best[taken], minlength=len(left))
        rows = np.delete(rows, taken)
    return chosen


def greedy_gaussian(
    target: np.ndarray,
    shown: np.ndarray,
    costs_of: Callable[[np.ndarray], np.ndarray],
    stock: np.ndarray,
    ties: np.ndarray,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(down, across) columns: greedy, and what a stud is off is spread over the open ones around it.

    target (down, across, 3) and shown (C, 3) in encoded colours; costs_of gives (N, C) for colours (N, 3). This is a
    variant, quicker than taking one stud at a time, least difference first: all studs that are the best of the 5 x 5
    around them are taken together, before what they spread could have made another one better. Raises Cancelled.
    """
    down, across = target.shape[:2]
    wanted, chosen = target.astype(np.float64), np.full((down, across), -1)
    left = stock.copy()
    while (chosen < 0).any():
        progress.at(np.count_nonzero(chosen >= 0) / chosen.size)
        r, c = np.nonzero(chosen < 0)
        best, cost = _nearest_left(costs_of(wanted[r, c]), left)
        rank = np.full((down, across), np.inf)
        rank[r, c] = np.argsort(np.argsort(cost + ties[r, c], kind="stable"))
        first = rank[r, c] == minimum_filter(rank, size=5, mode="constant", cval=np.inf)[r, c]
        order = np.flatnonzero(first)[np.argsort(rank[r, c][first])]
        taken = order[: _until_one_is_gone(best[order], left)]
        left -= np.bincount(best[taken], minlength=len(left))
        chosen[r[taken], c[taken]] = best[taken]
        _spread(wanted, chosen, r[taken], c[taken], shown)
    return chosen


def _spread(wanted: np.ndarray, chosen: np.ndarray, r: np.ndarray, c: np.ndarray, shown: np.ndarray) -> None:
    down, across = chosen.shape
    error = np.clip(wanted[r, c] - shown[chosen[r, c]], -255, 255)
    places, weights = [], []
    for y in range(5):
        for x in range(5):
            at_r, at_c = r + y - 2, c + x - 2
            inside = (at_r >= 0) & (at_r < down) & (at_c >= 0) & (at_c < across)
            at_r, at_c = at_r.clip(0, down - 1), at_c.clip(0, across - 1)
            places.append((at_r, at_c))
            weights.append(np.where(inside & (chosen[at_r, at_c] < 0), _NEAR[y, x], 0.0))
    total = np.sum(weights, axis=0)
    for (at_r, at_c), weight in zip(places, weights, strict=True):
        share = weight / np.where(total > 0, total, 1)
        np.add.at(wanted, (at_r, at_c), error * share[:, None])


def _in_order(costs: np.ndarray, left: np.ndarray, progress: Progress) -> np.ndarray:
    """(N,) columns: one row after the other takes the cheapest of which there is any left."""
    chosen, left, start = np.full(len(costs), -1), left.copy(), 0
    while start < len(costs):
        progress.at(start / len(costs))
        best, _ = _nearest_left(costs[start:], left)
        fits = _until_one_is_gone(best, left)
        chosen[start : start + fits] = best[:fits]
        left -= np.bincount(best[:fits], minlength=len(left))
        start += fits
    return chosen


def _nearest_left(costs: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,), (N,): the cheapest column of which there is any left, and its cost."""
    open_costs = np.where(left > 0, costs, np.inf)
    return open_costs.argmin(axis=1), open_costs.min(axis=1)


def _until_one_is_gone(columns: np.ndarray, left: np.ndarray) -> int:
    """How many of these columns, in order, can be taken until one of them has none left."""
    rank = _rank_within(columns, np.arange(len(columns)))
    last = np.flatnonzero(rank + 1 >= left[columns])
    return int(last[0]) + 1 if len(last) else len(columns)


def _rank_within(group: np.ndarray, key: np.ndarray) -> np.ndarray:
    """(N,): the place of each row among those of its group, least key first; equal ones in their order."""
    order = np.lexsort((np.arange(len(group)), key, group))
    start = np.flatnonzero(np.diff(group[order], prepend=-1))
    place = np.arange(len(group)) - np.repeat(start, np.diff(start, append=len(group)))
    rank = np.empty(len(group), np.int64)
    rank[order] = place
    return rank
