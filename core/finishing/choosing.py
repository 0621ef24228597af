"""Which candidates to take, when each needs cells to itself."""

from __future__ import annotations

import numpy as np


def apart(rank: np.ndarray, owner: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Candidates that share no cell: those that taking them one by one from the greatest rank down would take.

    rank (N,); owner (M,): row of a candidate, cell (M,): any number of a cell it needs.
    """
    place = np.empty(len(rank), np.intp)
    place[np.argsort(-rank, kind="stable")] = np.arange(len(rank))
    _, cell = np.unique(cell, return_inverse=True)
    cell = cell.ravel()
    order = np.argsort(owner, kind="stable")
    owner, cell = owner[order], cell[order]
    best = np.zeros(int(cell.max(initial=-1)) + 1, np.intp)
    used = np.zeros(len(best), bool)
    chosen = [owner[:0]]
    while len(owner):
        # Every candidate that is the best in all of its cells is taken, what it overlaps is dropped, and so on.
        best[:] = len(rank)
        np.minimum.at(best, cell, place[owner])
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        length = np.diff(first, append=len(owner))
        wins = np.logical_and.reduceat(best[cell] == place[owner], first)
        chosen.append(owner[first][wins])
        used[cell[np.repeat(wins, length)]] = True
        live = np.repeat(~np.logical_or.reduceat(used[cell], first), length)
        owner, cell = owner[live], cell[live]
    return np.sort(np.concatenate(chosen))
