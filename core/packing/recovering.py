"""Windows of layers covered anew: the parts of one level that come near a place are taken out and laid another way.

The pieces that the rest falls into without these parts are numbered by size; piece 0 holds the ground. A part laid
anew *ties* a piece when it also touches one of a lower number; when every piece is tied, all hang together. So what a
cover costs is its parts, the pieces it leaves untied, and its parts that touch nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from ..layout import footprint_cells
from .built import Built, Units
from .placements import all_placements, shapes_of
from .task import PackingTask, laid

PART = 1000.0  # what a part costs
_CHANCE = 4.0  # at most added to a part at random, so that another try gives another cover
_WHOLE = 1e-5  # how near to a whole number an amount counts as one
_GAP = 3e-4  # of the bound, at which the search for a cover may stop


@dataclass(frozen=True)
class Candidates:
    """Ways to lay parts in windows.

    placements (N,) PLACEMENT_DTYPE, x and y in the grid; window (N,): of each; z (N,): its lowest plate.
    owner (M,), unit (M,): the units under each placement.
    """

    placements: np.ndarray
    window: np.ndarray
    z: np.ndarray
    owner: np.ndarray
    unit: np.ndarray


@dataclass(frozen=True)
class Meeting:
    """What parts touch above and below: part (K,), piece (K,), by how many studs (K,); by part, then by piece."""

    part: np.ndarray
    piece: np.ndarray
    studs: np.ndarray


def candidates_of(task: PackingTask, units: Units, windows: list[np.ndarray]) -> Candidates:
    """All placements inside windows; each is an array of units of one level, and no unit is in two."""
    height = np.array([units.plates[window[0]] for window in windows])
    found = [_of_one_height(task, units, windows, np.flatnonzero(height == plates)) for plates in np.unique(height)]
    start = np.cumsum([0] + [len(each.placements) for each in found[:-1]])
    return Candidates(
        np.concatenate([each.placements for each in found]),
        np.concatenate([each.window for each in found]),
        np.concatenate([each.z for each in found]),
        np.concatenate([each.owner + first for each, first in zip(found, start, strict=True)]),
        np.concatenate([each.unit for each in found]),
    )


def _of_one_height(task: PackingTask, units: Units, windows: list[np.ndarray], rows: np.ndarray) -> Candidates:
    """As `candidates_of`, for some rows of the windows: they become the layers of one array."""
    every = np.concatenate([windows[row] for row in rows])
    size = np.array([len(windows[row]) for row in rows])
    layer, first = np.repeat(np.arange(len(rows)), size), np.cumsum(size) - size
    corner_y, corner_x = (np.minimum.reduceat(axis[every], first) for axis in (units.y, units.x))
    y, x = units.y[every] - corner_y[layer], units.x[every] - corner_x[layer]
    unit_at = np.full((len(rows), int(y.max()) + 1, int(x.max()) + 1), -1)
    unit_at[layer, y, x] = every
    code = np.zeros(unit_at.shape, np.uint16)
    code[layer, y, x] = units.code[every]
    shapes = shapes_of(task.catalogue, int(units.plates[every[0]]))
    by_layer = list(all_placements(unit_at >= 0, code, shapes, task.made))
    placements = np.concatenate(by_layer)
    layer = np.repeat(np.arange(len(rows)), [len(each) for each in by_layer])
    owner, x, y = footprint_cells(placements, task.catalogue)
    unit = unit_at[layer[owner], y, x]
    placements["x"] += corner_x[layer].astype(np.int16)
    placements["y"] += corner_y[layer].astype(np.int16)
    return Candidates(placements, rows[layer], units.z[every[first]][layer], owner, unit)


def meeting(owner: np.ndarray, unit: np.ndarray, around: np.ndarray) -> Meeting:
    """Which pieces parts touch. owner, unit (M,): the units of each part; around (U, 2): of Units.around."""
    pieces = int(around.max(initial=0)) + 1
    piece = around[unit]
    key, studs = np.unique((owner[:, None].astype(np.int64) * pieces + piece)[piece >= 0], return_counts=True)
    return Meeting(key // pieces, key % pieces, studs)


def cheapest_cover(
    candidates: Candidates,
    met: Meeting,
    loose: np.ndarray,
    rng: np.random.Generator,
    seconds: float,
    bonus: np.ndarray | None = None,
) -> np.ndarray:
    """Rows of the placements of the cheapest cover of all windows; none when none was found in time.

    loose (N,): what a piece costs that the placement could tie and nothing ties, or the placement when it touches
    nothing. bonus (N,): by how much a placement is cheaper than another.
    """
    count = len(candidates.placements)
    cost = PART + rng.uniform(0, _CHANCE, count) - (0.0 if bonus is None else bonus)
    alone = np.ones(count, bool)
    alone[met.part] = False
    cost[alone] += loose[alone]
    first = np.searchsorted(met.part, met.part)
    ties = met.piece > met.piece[first]
    tied, row = np.unique(met.piece[ties], return_inverse=True)
    worth = np.zeros(len(tied))
    np.maximum.at(worth, row.ravel(), loose[met.part[ties]])
    price = np.concatenate([cost, -worth])
    rules = _rules(candidates, met.part[ties], row.ravel(), len(tied))
    # The relaxation is whole four times in five, and takes half the time.
    for whole in (0, 1):
        kinds = np.repeat([whole, 0], [count, len(tied)])
        options = {"time_limit": max(seconds, 0.01), "mip_rel_gap": _GAP}
        found = milp(price, constraints=rules, integrality=kinds, bounds=Bounds(0, 1), options=options)
        taken = found.x[:count] if found.x is not None else np.full(count, 0.5)
        if (np.abs(taken - np.rint(taken)) < _WHOLE).all():
            return np.flatnonzero(taken > 0.5)
    return np.zeros(0, np.int64)


def _rules(candidates: Candidates, part: np.ndarray, row: np.ndarray, tied: int) -> LinearConstraint:
    """Every unit is covered once, and each of the pieces counts as tied only if one of the parts (K,) that tie it lies.

    row (K,): the piece, of `tied`, that a part ties. The program's columns are placements, then pieces.
    """
    units, unit = np.unique(candidates.unit, return_inverse=True)
    count, number = len(candidates.placements), np.arange(tied)
    rows = np.concatenate([unit.ravel(), len(units) + row, len(units) + number])
    columns = np.concatenate([candidates.owner, part, count + number])
    value = np.repeat([1.0, 1.0, -1.0], [len(unit), len(row), tied])
    least = np.repeat([1.0, 0.0], [len(units), tied])
    most = np.repeat([1.0, np.inf], [len(units), tied])
    matrix = csc_array((value, (rows, columns)), shape=(len(units) + tied, count + tied))
    return LinearConstraint(matrix, least, most)


def recovered(
    state: Built, windows: list[np.ndarray], candidates: Candidates, chosen: np.ndarray, keep: np.ndarray
) -> Built:
    """With the chosen placements in those windows that `keep` (W,) bool names."""
    gone = np.zeros(len(state.layout), bool)
    for row in np.flatnonzero(keep):
        gone[state.owner[windows[row]]] = True
    rows = chosen[keep[candidates.window[chosen]]]
    new = laid(candidates.placements[rows], 0)
    new["z"] = candidates.z[rows]
    place = np.full(len(candidates.placements), -1, np.int32)
    place[rows] = np.arange(len(rows))
    under = place[candidates.owner] >= 0
    return state.exchanged(gone, new, place[candidates.owner[under]], candidates.unit[under])


def windows_apart(state: Built, windows: list[np.ndarray], largest: int) -> list[int]:
    """Rows of windows of at most `largest` units, the first ones first, so that no two touch; none that is empty."""
    lower, upper = state.owner[state.units.on].T
    taken = np.zeros(len(state.layout), bool)
    found: list[int] = []
    for row, window in enumerate(windows):
        if not 0 < len(window) <= largest or taken[state.owner[window]].any():
            continue
        inside = np.zeros(len(state.layout), bool)
        inside[state.owner[window]] = True
        taken |= inside
        taken[lower[inside[upper]]] = True
        taken[upper[inside[lower]]] = True
        found.append(row)
    return found
