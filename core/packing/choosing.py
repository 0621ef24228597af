"""Which placements of a layer to take, when each may overlap others."""

from __future__ import annotations

import numpy as np

_AT_ONCE = 8192  # placements compared with each other; what they overlap is dropped before the next ones are


def best_apart(ranked: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Placements that do not overlap: those that taking them one by one from the first on would take.

    ranked (N,) PLACEMENT_DTYPE, the best first; shape: Y, X of the layer.
    """
    taken = np.zeros(shape, bool)
    chosen = [ranked[:0]]
    while len(ranked):
        chosen.append(_best_of_block(ranked[:_AT_ONCE], taken))
        ranked = ranked[_AT_ONCE:]
        ranked = ranked[~covers(ranked, taken)]
    return np.concatenate(chosen)


def _best_of_block(ranked: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """As `best_apart`, on cells that are all free at first; the cells used are marked in `taken` (Y, X).

    Every placement that is the best in all of its cells is taken, what it overlaps is dropped, and so on.
    """
    used = taken.ravel()
    owner, cell = cells_of(ranked, taken.shape[1])
    best = np.zeros(taken.size, np.intp)
    chosen = [owner[:0]]
    while len(owner):
        best[cell[::-1]] = owner[::-1]  # written from the worst to the best: the best stays
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        wins = np.logical_and.reduceat(best[cell] == owner, first)
        chosen.append(owner[first][wins])
        length = np.diff(first, append=len(owner))
        used[cell[np.repeat(wins, length)]] = True
        live = np.repeat(~np.logical_or.reduceat(used[cell], first), length)
        owner, cell = owner[live], cell[live]
    return ranked[np.concatenate(chosen)]


def cells_of(placements: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The cells under placements: row of the placement (M,), cell y * width + x (M,)."""
    wide = placements["wide"].astype(np.intp)
    area = wide * placements["deep"]
    owner = np.repeat(np.arange(len(placements)), area)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(area) - area, area)
    down, right = np.divmod(place, wide[owner])
    corner = placements["y"].astype(np.intp) * width + placements["x"]
    return owner, corner[owner] + down * width + right


def covers(placements: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """(N,) bool: whether any of `cells` (Y, X) bool lies under each placement, from a running sum."""
    total = np.pad(np.cumsum(np.cumsum(cells, axis=0, dtype=np.int32), axis=1), ((1, 0), (1, 0)))
    x, y = placements["x"], placements["y"]
    x1, y1 = x + placements["wide"], y + placements["deep"]
    return total[y1, x1] - total[y1, x] - total[y, x1] + total[y, x] > 0
