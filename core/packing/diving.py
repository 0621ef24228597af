"""Cheap covers by diving: relax, keep what is taken wholly or mostly, and again with what is left.

What the cells are worth in one relaxation is where the next one begins, so that it is quick. It also says by how much a
part falls short of the best use of its cells: where a cover is to cost no more than the next whole number, only parts
that fall short by less than what is left to that number can be in it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from .exact import Program, Relaxed, cheapest, relaxed

WHOLE = 1e-6  # how near to a whole number a value counts as one
_MOST = 0.75  # a column of which the relaxation takes more is kept; two such never share a row
_TRACE = 1e-3  # less of a column is rounding error
_SHARE = 0.1  # of the rows, that are covered before relaxing again, where the relaxation decides little
_FEW = 40  # rows that are solved exactly at once


@dataclass(frozen=True)
class Dive:
    """The columns of a cover (K,), if one was found; the cost that no cover can go below, as far as it is known.

    worth (R,): of each row in the first relaxation, None where it took too long; its sum is that bound.
    """

    chosen: np.ndarray | None
    bound: float
    worth: np.ndarray | None = None


def dived(program: Program, end: float, limit: float = math.inf, worth: np.ndarray | None = None) -> Dive:
    """A cheap cover. Nothing is found if it would cost `limit` or more, or takes past `end` (time.monotonic()).

    worth (R,): a guess of what rows are worth. Prices must be whole. Bricks make relaxations that are mostly whole:
    nearly all layers of Spot at 48 studs get their least covers so.
    """
    columns = np.arange(len(program.price))
    chosen, spent, goal = [columns[:0]], 0.0, math.inf
    first: Relaxed | None = None
    while program.matrix.shape[0] and time.monotonic() < end:
        if first and program.matrix.shape[0] <= _FEW:
            last = cheapest(program, end - time.monotonic())
            found = last is not None and spent + last.cost < limit
            return Dive(np.concatenate([*chosen, columns[last.chosen]]) if last and found else None, *_proved(first))
        soft = _relaxed_within(program, worth, goal - spent, end)
        if soft is None:
            break
        first = first or soft
        goal = math.ceil(spent + soft.cost - WHOLE)
        if goal >= limit:
            break
        kept = _apart(program, soft.amount)
        rows = program.uncovered(kept)
        chosen.append(columns[kept])
        spent += program.price[kept].sum()
        program, left = program.only(rows)
        columns, worth = columns[left], soft.worth[rows]
    return Dive(None if program.matrix.shape[0] else np.concatenate(chosen), *_proved(first))


def _proved(first: Relaxed | None) -> tuple[float, np.ndarray | None]:
    return (first.cost, first.worth) if first else (0.0, None)


def within(program: Program, worth: np.ndarray, most: float) -> np.ndarray:
    """The columns that a cover of cost `most` or less can hold, where no column costs less than its rows are worth."""
    return np.flatnonzero(program.spare(worth) <= most - worth.sum() + WHOLE)


def _relaxed_within(program: Program, worth: np.ndarray | None, most: float, end: float) -> Relaxed | None:
    """As `relaxed`, from a guess: first with the columns that a cover of cost `most` can hold, if that is enough."""
    if worth is not None:
        columns = within(program, worth, most)
        soft = relaxed(program.of(columns), end - time.monotonic(), worth)
        if soft and soft.cost <= most + WHOLE:
            amount = np.zeros(len(program.price))
            amount[columns] = soft.amount
            return Relaxed(amount, soft.cost, soft.worth)
    return relaxed(program, end - time.monotonic(), worth)


def _apart(program: Program, amount: np.ndarray) -> np.ndarray:
    """Columns that share no row and of which most is taken; where that decides little, others that are taken in part.

    A column is kept beside its neighbours if more of it is taken than of any other that shares a row with it.
    """
    rank = np.empty(len(amount), np.intp)
    rank[np.argsort(-amount, kind="stable")] = np.arange(len(amount))
    matrix = program.matrix
    ahead = np.minimum.reduceat(rank[matrix.indices], matrix.indptr[:-1])
    wins = np.bincount(matrix.indices, np.repeat(ahead, np.diff(matrix.indptr)) == rank[matrix.indices], len(amount))
    alone = np.flatnonzero((wins == program.length) & (amount > _TRACE))
    alone = alone[np.argsort(rank[alone])]
    covered = np.cumsum(program.length[alone])
    count = max(np.count_nonzero(amount[alone] > _MOST), np.searchsorted(covered, _SHARE * len(ahead)) + 1)
    undecided = np.count_nonzero(amount[alone] > 1 - WHOLE) + 1
    return alone[: max(count, undecided)]
