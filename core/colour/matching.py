"""Which palette colour each visible unit takes."""

from __future__ import annotations

import numpy as np

from ..grid import Surface
from .differences import difference, nearest_colours


def match_units(surface: Surface, palette_linear: np.ndarray, metric: str) -> np.ndarray:
    """(N,) palette row of each unit: least in the sum of its visible cells' differences.

    For a unit of several cells the colours that are nearest to one of its cells, or to their mean, are compared; so a
    brick across a sharp border takes one side's colour, not a blend that is on neither.
    """
    row = nearest_colours(surface.of_unit, palette_linear, metric)[0]
    cells = np.bincount(surface.unit, minlength=len(row))
    shared = np.flatnonzero(cells[surface.unit] > 1)
    if not len(shared):
        return row
    unit, colour = surface.unit[shared], surface.of_cell[shared]
    best = np.full(len(row), np.inf)
    choice = row.copy()
    for candidate in _candidates(unit, nearest_colours(colour, palette_linear, metric)[0], row):
        apart = difference(colour, palette_linear[candidate[unit]], metric)
        total = np.bincount(unit, apart, len(row))
        better = (total < best) & (cells > 1)
        best[better], choice[better] = total[better], candidate[better]
    return choice


def _candidates(unit: np.ndarray, of_cell: np.ndarray, of_mean: np.ndarray) -> list[np.ndarray]:
    """Palette rows (N,) to compare: that of the mean, and those of the first, second ... cell of each unit."""
    order = np.argsort(unit, kind="stable")
    first = np.flatnonzero(np.diff(unit[order], prepend=-1))
    place = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
    candidates = [of_mean]
    for number in range(int(place.max()) + 1):
        here = order[place == number]
        rows = of_mean.copy()
        rows[unit[here]] = of_cell[here]
        candidates.append(rows)
    return candidates
