"""The least sum of costs under a stock: rows (colours of an image) to columns (colours of studs), proved.

A transport problem with few columns. Its dual has one price a column: the greatest of sum_i n_i min_j (c_ij + p_j) -
sum_j s_j p_j. That is maximised smoothly, by Newton's method on the soft minimum at falling temperatures (the entropic
dual; Cuturi, "Sinkhorn distances", NIPS 2013), which leaves a handful of rows in the wrong place; shortest augmenting
paths over the columns then mend these in whole numbers, so that the result is an optimum, not nearly one
(Ahuja, Magnanti, Orlin, "Network flows", 1993, section 9.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from ..progress import SILENT, Progress

_STEPS = 1_000_000  # of whole numbers in a cost of 1: sums are exact to six digits
_COOLING = 0.25
_COOLEST = 1e-4  # share of the greatest cost
_NEWTON_STEPS = 12
_FLAT = 1e-3  # prices nearer to the least than this share of the greatest cost are taken to be it


@dataclass(frozen=True)
class Transport:
    """flow (N, C) int64: how many of each row go to each column; price (C,): what makes it the cheapest, 0 or more.

    total: the sum of costs; bound: the least that any flow could have, proved by the prices.
    """

    flow: np.ndarray
    price: np.ndarray
    total: float
    bound: float


def least_cost(costs: np.ndarray, demand: np.ndarray, stock: np.ndarray, progress: Progress = SILENT) -> Transport:
    """The cheapest way to bring rows (N,) to columns that take `stock` (C,), costs (N, C) >= 0 and finite.

    Costs are rounded to millionths. Raises ValueError where the stock does not suffice, Cancelled.
    """
    spare = int(stock.sum() - demand.sum())
    if spare < 0:
        raise ValueError("the stock does not suffice")
    # Nothing more than all rows can go to a column; what is spare is a row of its own that costs nothing anywhere.
    stock = np.minimum(stock, demand.sum()).astype(np.int64)
    spare = int(stock.sum() - demand.sum())
    whole = np.rint(costs * _STEPS).astype(np.int64)
    price = _snapped(
        np.rint(_prices(costs, demand, stock, progress.part(progress.stage, 0.0, 0.8)) * _STEPS).astype(np.int64),
        costs.max(),
    )
    flow, spared = _cheapest_at(whole, demand, price, stock, spare)
    _mend(whole, flow, spared, stock, progress.part(progress.stage, 0.8, 0.2))
    total = int((whole * flow).sum())
    price = _final_prices(whole, flow, spared)
    bound = _bound(whole, demand, stock, spare, price)
    return Transport(flow, price / _STEPS, total / _STEPS, bound / _STEPS)


def _prices(costs: np.ndarray, demand: np.ndarray, stock: np.ndarray, progress: Progress) -> np.ndarray:
    """(C,) prices near the dual's optimum; 0 where there is enough."""
    price = np.zeros(costs.shape[1])
    greatest = max(float(costs.max()), 1 / _STEPS)
    heat = greatest / 10
    while heat > _COOLEST * greatest:
        progress.at(np.log(greatest / 10 / heat) / -np.log(10 * _COOLEST))
        price = _newton(costs, demand.astype(np.float64), stock.astype(np.float64), price, heat)
        heat *= _COOLING
    return price


def _newton(costs: np.ndarray, weight: np.ndarray, stock: np.ndarray, price: np.ndarray, heat: float) -> np.ndarray:
    """The prices, 0 or more, at which the soft shares of all columns fit into the stock, or nearly."""
    value, share = _soft(costs, weight, stock, price, heat)
    for _ in range(_NEWTON_STEPS):
        taken = weight @ share
        off = taken - stock
        free = (price > 0) | (off > 0)
        if not free.any() or abs(off[free]).max() < 0.5:
            break
        hessian = (np.diag(taken) - (share * weight[:, None]).T @ share)[np.ix_(free, free)] / heat
        damping = 1e-9 * hessian.trace() / len(hessian) + 1e-12
        while damping < 1e12:
            step = np.zeros_like(price)
            step[free] = cho_solve(cho_factor(hessian + damping * np.eye(len(hessian))), off[free])
            tried = np.maximum(price + step, 0)
            tried_value, tried_share = _soft(costs, weight, stock, tried, heat)
            if tried_value > value:
                break
            damping *= 30
        else:
            break
        price, value, share = tried, tried_value, tried_share
    return price


def _soft(
    costs: np.ndarray, weight: np.ndarray, stock: np.ndarray, price: np.ndarray, heat: float
) -> tuple[float, np.ndarray]:
    """The smoothed dual, and (N, C) how each row shares itself out."""
    away = (costs + price) / -heat
    top = away.max(axis=1, keepdims=True)
    share = np.exp(away - top)
    total = share.sum(axis=1, keepdims=True)
    value = -heat * (weight @ (top + np.log(total))[:, 0]) - stock @ price
    return float(value), share / total


def _snapped(price: np.ndarray, greatest: float) -> np.ndarray:
    """Prices with those that are nearly the least made equal to it: colours of which there are enough."""
    price = price - price.min()
    price[price < _FLAT * greatest * _STEPS] = 0
    return price


def _cheapest_at(
    whole: np.ndarray, demand: np.ndarray, price: np.ndarray, stock: np.ndarray, spare: int
) -> tuple[np.ndarray, np.ndarray]:
    """(N, C), (C,): every row where it is cheapest at these prices, and what is spare, whether they fit or not."""
    flow = np.zeros(whole.shape, np.int64)
    flow[np.arange(len(whole)), (whole + price).argmin(axis=1)] = demand
    free = np.flatnonzero(price == price.min())
    room = np.maximum(stock - flow.sum(axis=0), 0)[free]
    spared = np.zeros(len(stock), np.int64)
    spared[free] = np.minimum(room, np.maximum(spare - (np.cumsum(room) - room), 0))
    spared[free[0]] += spare - spared.sum()
    return flow, spared


def _mend(whole: np.ndarray, flow: np.ndarray, spared: np.ndarray, stock: np.ndarray, progress: Progress) -> None:
    """Move rows, and what is spare, along shortest paths of columns until all columns hold their stock; in place."""
    step, row = _all_steps(whole, flow, spared)
    most = max(1, int(abs(flow.sum(axis=0) + spared - stock).sum()))
    while True:
        excess = flow.sum(axis=0) + spared - stock
        progress.at(1 - int(abs(excess).sum()) / most)
        if not excess.any():
            return
        path = _shortest(step, np.flatnonzero(excess > 0), excess < 0)
        moved = min(int(excess[path[0]]), int(-excess[path[-1]]))
        pairs = list(pairwise(path))
        for start, end in pairs:
            which = row[start, end]
            moved = min(moved, int(spared[start] if which < 0 else flow[which, start]))
        for start, end in pairs:
            which = row[start, end]
            if which < 0:
                spared[start] -= moved
                spared[end] += moved
            else:
                flow[which, start] -= moved
                flow[which, end] += moved
        for column in path:
            step[column], row[column] = _steps_from(column, whole, flow, spared)


def _all_steps(whole: np.ndarray, flow: np.ndarray, spared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = [_steps_from(column, whole, flow, spared) for column in range(flow.shape[1])]
    return np.stack([step for step, _ in found]), np.stack([row for _, row in found])


def _steps_from(column: int, whole: np.ndarray, flow: np.ndarray, spared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(C,), (C,): the least cost of moving one unit from a column to each other one, and its row, -1: a spare one."""
    rows = np.flatnonzero(flow[:, column])
    if len(rows):
        more = whole[rows] - whole[rows, column, None]
        best = more.argmin(axis=0)
        step, row = more[best, np.arange(flow.shape[1])], rows[best]
    else:
        step, row = np.full(flow.shape[1], _FAR), np.full(flow.shape[1], -1)
    if spared[column]:
        row = np.where(step >= 0, -1, row)
        step = np.minimum(step, 0)
    return step, row


_FAR = np.int64(2**60)


def _shortest(step: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> list[int]:
    """Columns of the cheapest path from one of `starts` to one of `ends` (C,) bool. Steps may be negative."""
    reached, before = _distances(step, starts)
    column = int(np.where(ends, reached, _FAR).argmin())
    path = [column]
    while before[column] >= 0:
        column = int(before[column])
        path.append(column)
    return path[::-1]


def _distances(step: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(C,), (C,): the least cost of a way from `starts` to each column, and the column before it, -1 for none.

    Bellman and Ford's method; an optimum for what it holds has no circle of negative cost.
    """
    reached = np.full(len(step), _FAR)
    reached[starts] = 0
    before = np.full(len(step), -1)
    for _ in range(len(step)):
        ways = reached[:, None] + np.minimum(step, _FAR)
        best = ways.argmin(axis=0)
        shorter = ways[best, np.arange(len(step))] < reached
        if not shorter.any():
            break
        reached = np.where(shorter, ways[best, np.arange(len(step))], reached)
        before = np.where(shorter, best, before)
    return reached, before


def _final_prices(whole: np.ndarray, flow: np.ndarray, spared: np.ndarray) -> np.ndarray:
    """(C,) prices at which the flow is the cheapest: minus the cost of the way to each column."""
    step, _ = _all_steps(whole, flow, spared)
    reached, _ = _distances(step, np.arange(len(step)))
    return reached.max() - reached


def _bound(whole: np.ndarray, demand: np.ndarray, stock: np.ndarray, spare: int, price: np.ndarray) -> int:
    """The dual at these prices: no way is cheaper, whatever the prices are."""
    return int(demand @ (whole + price).min(axis=1) + spare * price.min() - stock @ price)
