"""Which placements of a layer to take, when each may overlap others."""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import footprint_cells

_AT_ONCE = 8192  # placements compared with each other; what they overlap is dropped before the next ones are


def best_apart(
    ranked: np.ndarray, catalogue: Catalogue, shape: tuple[int, int], taken: np.ndarray | None = None
) -> np.ndarray:
    """Placements that do not overlap: those that taking them one by one from the first on would take.

    ranked (N,) PLACEMENT_DTYPE, the best first; shape: Y, X of the layer. taken (Y, X) bool: cells of which none lies
    under any placement; those of the chosen ones are marked in it.
    """
    taken = np.zeros(shape, bool) if taken is None else taken
    chosen = [ranked[:0]]
    while len(ranked):
        chosen.append(_best_of_block(ranked[:_AT_ONCE], catalogue, taken))
        ranked = ranked[_AT_ONCE:]
        if len(ranked):
            ranked = ranked[~covers(ranked, catalogue, taken)]
    return np.concatenate(chosen)


def _best_of_block(ranked: np.ndarray, catalogue: Catalogue, taken: np.ndarray) -> np.ndarray:
    """As `best_apart`, on cells that are all free at first; the cells used are marked in `taken` (Y, X)."""
    owner, cell = cells_of(ranked, catalogue, taken.shape[1])
    return ranked[_winners(owner, cell, taken.ravel())]


def apart(rank: np.ndarray, owner: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Rows, ascending, of candidates that share no cell: what taking them one by one from the greatest rank on takes.

    rank (N,), of equal ones the first comes first; owner (M,): row of a candidate, cell (M,): any number of a cell
    that it needs.
    """
    best_first = np.argsort(-rank, kind="stable")
    place = np.empty(len(rank), np.intp)
    place[best_first] = np.arange(len(rank))
    order = np.argsort(place[owner], kind="stable")
    cells, number = np.unique(cell, return_inverse=True)
    return np.sort(best_first[_winners(place[owner][order], number.ravel()[order], np.zeros(len(cells), bool))])


def _winners(owner: np.ndarray, cell: np.ndarray, used: np.ndarray) -> np.ndarray:
    """The owners that taking them one by one takes. owner (M,) ascending, the best first; cell (M,): what each needs.

    used (S,) bool: of every cell, whether it is taken; none of those needed is at first, and all of the winners' are
    in the end.
    """
    best = np.zeros(len(used), np.intp)
    chosen = [owner[:0]]
    while len(owner):
        # Every owner that is the best in all of its cells is taken, what it overlaps is dropped, and so on.
        best[cell[::-1]] = owner[::-1]  # written from the worst to the best: the best stays
        first = np.concatenate([[0], np.flatnonzero(owner[1:] != owner[:-1]) + 1])
        wins = np.logical_and.reduceat(best[cell] == owner, first)
        chosen.append(owner[first][wins])
        length = np.diff(first, append=len(owner))
        used[cell[np.repeat(wins, length)]] = True
        live = np.repeat(~np.logical_or.reduceat(used[cell], first), length)
        owner, cell = owner[live], cell[live]
    return np.concatenate(chosen)


def cells_of(placements: np.ndarray, catalogue: Catalogue, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The cells under placements: row of the placement (M,), cell y * width + x (M,)."""
    owner, x, y = footprint_cells(placements, catalogue)
    return owner, y.astype(np.intp) * width + x


def covers(placements: np.ndarray, catalogue: Catalogue, cells: np.ndarray) -> np.ndarray:
    """(N,) bool: whether any of `cells` (Y, X) bool lies under each placement."""
    return sums_under(placements, catalogue, cells) > 0


def sums_under(placements: np.ndarray, catalogue: Catalogue, values: np.ndarray) -> np.ndarray:
    """(N,) int: the sum of `values` (Y, X), bool or int32, none negative, under each placement, from a running sum."""
    total = np.zeros((values.shape[0] + 1, values.shape[1] + 1), np.int32)
    np.cumsum(values, axis=0, out=total[1:, 1:])
    np.cumsum(total, axis=1, out=total)
    x, y = placements["x"], placements["y"]
    low = y.astype(np.intp) * total.shape[1]
    high = low + placements["deep"].astype(np.intp) * total.shape[1]
    right, total = x + placements["wide"], total.ravel()
    found = total[high + right] - total[high + x] - total[low + right] + total[low + x]
    # What is not a rectangle has less under it than its window.
    gaps = np.flatnonzero((placements["area"] < placements["wide"] * placements["deep"]) & (found > 0))
    owner, cell = cells_of(placements[gaps], catalogue, values.shape[1])
    found[gaps] = np.bincount(owner, weights=values.ravel()[cell], minlength=len(gaps))
    return found
