"""Speckle of single units taken out of a model's colours, while edges stay where they are.

Speckle comes from surface colours that lie about halfway between two palette colours: a little noise decides which of
them a unit gets. Such a unit loses next to nothing by taking the colour around it, whereas one that belongs to a real
line, edge or eye would lose a lot. So each unit weighs what a colour costs it against how many of its neighbours have
it (a Potts model; J. Besag, "On the statistical analysis of dirty pictures", J. R. Statist. Soc. B 48 (1986)).
"""

from __future__ import annotations

import numpy as np

from ..grid import Surface
from .differences import difference
from .neighbours import Neighbours

# What a unit may lose, in CIEDE2000, to look like all around it at strength 1.
GREATEST_LOSS = 20.0
_SWEEPS = 100  # far more than are needed; each takes the sum of costs down
_LEAST_GAIN = 1e-9


def smoothed(
    row: np.ndarray,
    surface: Surface,
    palette_linear: np.ndarray,
    neighbours: Neighbours,
    strength: float,
    metric: str = "ciede2000",
) -> np.ndarray:
    """Palette rows (N,) of the visible units with less speckle; a copy.

    row (N,): palette rows as matched; surface: the mesh's colours; what a colour costs a unit is its mean difference to
    the unit's cells; palette_linear (C, 3); strength 0 (off) to 1. A unit alone among equals changes when that costs it
    less than strength * GREATEST_LOSS; one with half of its neighbours on its side never does, unless the colour suits
    it better. At 0.25, the mean CIEDE2000 of real models rises by at most 2 %.
    Raises BadSetting for an unknown metric.
    """
    row = row.copy()
    if strength <= 0 or len(palette_linear) < 2 or not len(neighbours.first):
        return row
    loss = strength * GREATEST_LOSS * _scale(palette_linear, metric)
    first = np.concatenate([neighbours.first, neighbours.second])
    second = np.concatenate([neighbours.second, neighbours.first])
    total = np.bincount(first, np.tile(neighbours.contact, 2), neighbours.count)
    # Divided by the roots of both totals, the bonds of a unit add up to about 1 and stay the same from both sides.
    bond = loss * np.tile(neighbours.contact, 2) / np.sqrt(total[first] * total[second])
    costs = _Costs(surface, palette_linear, metric)
    gain, better = np.zeros(len(row)), row.copy()
    stale = np.ones(len(row), bool)
    for _ in range(_SWEEPS):
        near = stale[first]
        unit, colour, gained = _best_moves(row, costs, first[near], second[near], bond[near])
        gain[stale] = 0
        gain[unit], better[unit] = gained, colour
        move = _unrivalled(gain, first, second)
        if not move.any():
            break
        row[move] = better[move]
        stale = move.copy()
        stale[second[move[first]]] = True
    return row


def _scale(palette_linear: np.ndarray, metric: str) -> float:
    """How many units of the metric one of CIEDE2000 is, over the palette; 1 when its colours are all the same."""
    one, other = np.triu_indices(len(palette_linear), 1)
    pairs = palette_linear[one], palette_linear[other]
    judged = float(difference(*pairs).sum())
    return float(difference(*pairs, metric).sum()) / judged if judged > 0 else 1.0


class _Costs:
    """What units lose by colours: the mean difference over the cells of a unit."""

    def __init__(self, surface: Surface, palette_linear: np.ndarray, metric: str) -> None:
        self.colours = len(palette_linear)
        self._palette, self._metric = palette_linear, metric
        self._linear = surface.of_cell[np.argsort(surface.unit, kind="stable")]  # the cells of a unit side by side
        self._cells = np.bincount(surface.unit, minlength=len(surface.seen))
        self._start = np.cumsum(self._cells) - self._cells

    def of(self, unit: np.ndarray, colour: np.ndarray) -> np.ndarray:
        """The loss (K,) of units (K,) in palette rows (K,)."""
        if not len(unit):
            return np.zeros(0)
        cells = self._cells[unit]
        begins = np.cumsum(cells) - cells
        cell = np.repeat(self._start[unit] - begins, cells) + np.arange(cells.sum())
        lost = difference(self._linear[cell], self._palette[np.repeat(colour, cells)], self._metric)
        return np.add.reduceat(lost, begins) / cells


def _best_moves(
    row: np.ndarray, costs: _Costs, first: np.ndarray, second: np.ndarray, bond: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units that gain by taking a neighbour's colour: their rows, ascending, the best colour, and what they gain."""
    differ = row[first] != row[second]
    one, other, against = first[differ], row[second[differ]], bond[differ]
    same = np.bincount(first[~differ], bond[~differ], len(row))
    moves, which = np.unique(one * costs.colours + other, return_inverse=True)
    support = np.bincount(which.reshape(-1), against, len(moves))
    unit, colour = moves // costs.colours, moves % costs.colours
    gain = support - same[unit]
    worth = gain > _LEAST_GAIN
    unit, colour, gain = unit[worth], colour[worth], gain[worth]
    gain += costs.of(unit, row[unit]) - costs.of(unit, colour)
    order = np.lexsort((colour, -gain, unit))
    unit, colour, gain = unit[order], colour[order], gain[order]
    best = (gain > _LEAST_GAIN) & (np.diff(unit, prepend=-1) > 0)
    return unit[best], colour[best], gain[best]


def _unrivalled(gain: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Units (N,) bool that gain by moving, and have no neighbour that gains more (of equal ones the lower row moves).

    Moves side by side would each count on what the other is about to change.
    """
    both = (gain[first] > 0) & (gain[second] > 0)
    one, other = first[both], second[both]
    behind = (gain[other] > gain[one]) | ((gain[other] == gain[one]) & (other < one))
    free = gain > 0
    free[one[behind]] = False
    return free
