"""Exact covers as integer programs (HiGHS): rows to be covered once by columns, each at a price."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

_NO_COVER = 2  # status of a program that can't be solved
_INNER = 9_000  # columns from which on an interior-point search relaxes sooner than the simplex method


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

    def spare(self, worth: np.ndarray) -> np.ndarray:
        """(C,) by how much each column costs more than the rows it covers are worth, (R,)."""
        return self.price - self.matrix.T @ worth

    def of(self, columns: np.ndarray) -> Program:
        """The program with some of its columns (K,)."""
        return Program(self.matrix[:, columns], self.price[columns])

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
    return searched(program, seconds, gap)[0]


def searched(program: Program, seconds: float, gap: float = 0.0) -> tuple[Cover | None, float]:
    """As `cheapest`, with what any cover costs at least as far as was proved: infinite where there is none."""
    found = milp(
        program.price,
        constraints=LinearConstraint(program.matrix, 1, 1),
        integrality=np.ones(len(program.price)),
        bounds=Bounds(0, 1),
        options={"time_limit": max(seconds, 0.0), "mip_rel_gap": gap},
    )
    bound = math.inf if found.status == _NO_COVER else float(found.mip_dual_bound or 0.0)
    if found.x is None:
        return None, bound
    chosen = np.flatnonzero(found.x > 0.5)
    return Cover(chosen, float(program.price[chosen].sum()), bound), bound


@dataclass(frozen=True)
class Relaxed:
    """The cheapest cover by parts of columns: (C,) how much of each, its cost, and the (R,) worth of each row.

    No column costs less than what it covers is worth, and all rows together are worth the cost.
    """

    amount: np.ndarray
    cost: float
    worth: np.ndarray


def relaxed(program: Program, seconds: float, worth: np.ndarray | None = None) -> Relaxed | None:
    """The linear relaxation, whose cost no cover can go below; None when it took too long, or there is no cover.

    worth (R,): a guess of what rows are worth, from which the search begins.
    """
    once = np.ones(program.matrix.shape[0])
    # What rows are worth is taken off the prices: all covers get cheaper by the same sum, and a search for worths that
    # begins at 0 begins at the guess.
    price = program.price if worth is None else np.maximum(program.spare(worth), 0.0)
    inner = worth is None and len(price) > _INNER
    options = {"time_limit": max(seconds, 0.0), "presolve": worth is None}
    method = "highs-ipm" if inner else "highs-ds"
    found = linprog(price, A_eq=program.matrix, b_eq=once, method=method, options=options)
    if found.status:
        return None
    gained = found.eqlin.marginals
    return Relaxed(found.x, float(program.price @ found.x), gained if worth is None else gained + worth)
