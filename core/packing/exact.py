"""Exact covers as integer programs (HiGHS): rows to be covered once by columns, each at a price."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

_WHOLE = 1e-6  # how near to a whole number a value counts as one
_NEARLY = 0.75  # a column of which the relaxation takes so much is kept; two such never share a row
_TRACE = 1e-3  # less of a column is rounding error
_FEW = 40  # rows that are solved exactly at once


@dataclass(frozen=True)
class Program:
    """Choose columns that cover every row once, at the least total price.

    matrix (R, C): 1.0 where a column covers a row; every column covers some row. price (C,).
    """

    matrix: csr_array
    price: np.ndarray

    @cached_property
    def length(self) -> np.ndarray:
        """(C,) rows that each column covers."""
        return np.bincount(self.matrix.indices, minlength=self.matrix.shape[1])

    def only(self, rows: np.ndarray) -> tuple[Program, np.ndarray]:
        """The program of some rows, (R,) bool, and the columns that it keeps: those that cover no other row."""
        part = self.matrix[np.flatnonzero(rows)]
        inside = np.bincount(part.indices, minlength=self.matrix.shape[1])
        columns = np.flatnonzero((inside == self.length) & (inside > 0))
        return Program(part[:, columns], self.price[columns]), columns

    def uncovered(self, columns: np.ndarray) -> np.ndarray:
        """(R,) bool: the rows that none of some columns covers."""
        taken = np.zeros(self.matrix.shape[1])
        taken[columns] = 1
        return self.matrix @ taken < 0.5


@dataclass(frozen=True)
class Cover:
    """The columns taken (K,), what they cost together, and the least that any cover can cost."""

    chosen: np.ndarray
    cost: float
    bound: float


def program_of(owner: np.ndarray, cell: np.ndarray, price: np.ndarray) -> Program:
    """A column for each placement, a row for each cell.

    owner (M,): number of the placement, cell (M,): any number of a cell it covers, price (N,) of each placement.
    """
    cells, row = np.unique(cell, return_inverse=True)
    return Program(csr_array((np.ones(len(owner)), (row.ravel(), owner)), shape=(len(cells), len(price))), price)


def exact_cover(
    owner: np.ndarray, cell: np.ndarray, cost: np.ndarray, seconds: float = 3.0, gap: float = 0.0
) -> Cover | None:
    """Placements that cover every cell once, of the least total cost; None when none was found in time.

    owner, cell, cost: see `program_of`; gap: relative distance to the bound at which the search may stop.
    """
    return cheapest(program_of(owner, cell, np.asarray(cost, float)), seconds, gap)


def cheapest(program: Program, seconds: float, gap: float = 0.0) -> Cover | None:
    """The cheapest cover; None when none was found in time. gap: relative distance to the bound that is near enough."""
    found = _highs(program, 1, {"time_limit": max(seconds, 0.0), "mip_rel_gap": gap})
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x > 0.5)
    return Cover(chosen, float(program.price[chosen].sum()), float(found.mip_dual_bound))


@dataclass(frozen=True)
class Relaxed:
    """The cheapest cover by parts of columns: (C,) how much of each, its cost, and the (R,) worth of each row.

    No column costs less than what it covers is worth, and all rows together are worth the cost.
    """

    amount: np.ndarray
    cost: float
    worth: np.ndarray


def relaxed(program: Program, seconds: float) -> Relaxed | None:
    """The linear relaxation, whose cost no cover can go below; None when it took too long."""
    once = np.ones(program.matrix.shape[0])
    options = {"time_limit": max(seconds, 0.0)}
    found = linprog(program.price, A_eq=program.matrix, b_eq=once, method="highs-ds", options=options)
    return Relaxed(found.x, float(found.fun), found.eqlin.marginals) if found.status == 0 else None


@dataclass(frozen=True)
class Dive:
    """The columns of a cover (K,), if one was found, and the cost that no cover can go below, as far as it is known."""

    chosen: np.ndarray | None
    bound: float


def dived(program: Program, end: float, limit: float = math.inf) -> Dive:
    """A cheap cover: relax, keep what is taken wholly or nearly so, and again with what is left.

    Nothing is found if it would cost `limit` or more, or takes past `end` (time.monotonic()). Prices must be whole.
    Bricks make relaxations that are mostly whole: all layers of Spot at 48 studs got their least covers so.
    """
    columns = np.arange(len(program.price))
    chosen = [columns[:0]]
    spent, bound = 0.0, 0.0
    while program.matrix.shape[0] and time.monotonic() < end:
        if program.matrix.shape[0] <= _FEW and len(chosen) > 1:
            last = cheapest(program, end - time.monotonic())
            found = last is not None and spent + last.cost < limit
            return Dive(np.concatenate([*chosen, columns[last.chosen]]) if last and found else None, bound)
        amount = _amounts(program, end - time.monotonic())
        if amount is None:
            break
        cost = spent + program.price @ amount
        if len(chosen) == 1:
            bound = cost
        if math.ceil(cost - _WHOLE) >= limit:
            break
        kept = _apart(program, amount)
        chosen.append(columns[kept])
        spent += program.price[kept].sum()
        program, left = program.only(program.uncovered(kept))
        columns = columns[left]
    return Dive(None if program.matrix.shape[0] else np.concatenate(chosen), bound)


def _amounts(program: Program, seconds: float) -> np.ndarray | None:
    """As `relaxed`, without the worth of the rows, which takes longer to get."""
    found = _highs(program, 0, {"time_limit": max(seconds, 0.0)})
    return found.x if found.status == 0 else None


def _apart(program: Program, amount: np.ndarray) -> np.ndarray:
    """Columns that share no row: those of which most is taken; if these are whole, one more, to decide something."""
    kept = np.flatnonzero(amount > _NEARLY)
    undecided = np.where(amount > 1 - _WHOLE, 0.0, amount)
    if (amount[kept] > 1 - _WHOLE).all() and (undecided.max() > _TRACE or not len(kept)):
        return np.append(kept, undecided.argmax())
    return kept


def _highs(program: Program, whole: int, options: dict[str, float]):  # type: ignore[no-untyped-def]
    return milp(
        program.price,
        constraints=LinearConstraint(program.matrix, 1, 1),
        integrality=np.full(len(program.price), whole),
        bounds=Bounds(0, 1),
        options=options,
    )
