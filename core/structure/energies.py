"""How sound a layout is by five energies of its layers; the higher, the less sound. Paper T, rows 6.12 to 6.20.

All parts of a layer count alike. A joint counts by the cells in which two parts touch; the ground, under the lowest
parts, counts as full support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import ndimage

from ..catalogue.parts import Catalogue, Spots
from ..layout import extents, footprint_cells

# One row a layer: E_m, E_v, E_h, E_s, E_e.
_NAMES = ("units", "vertical", "horizontal", "symmetry", "efficiency")
ENERGIES_DTYPE = np.dtype([(name, np.float64) for name in _NAMES])
RING = 24  # cells around the largest brick of the paper, 2 x 8
LARGEST = 16  # cells of that brick

# Weights of stability, symmetry and efficiency in the total energy (row 6.20).
PRESETS = {"even": (1, 1, 1), "stable": (10, 1, 1), "symmetric": (1, 10, 1), "efficient": (1, 1, 10)}


@dataclass(frozen=True)
class _Measures:
    """What each part (N,) adds to the energies of its layer, and whether it is a single (1 x 1)."""

    single: np.ndarray
    diagonal: np.ndarray
    vertical: np.ndarray
    horizontal: np.ndarray
    lopsided: np.ndarray
    waste: np.ndarray


def layer_energies(layout: np.ndarray, catalogue: Catalogue, layer: np.ndarray, ground: int | None = 0) -> np.ndarray:
    """The energies (L,) ENERGIES_DTYPE of layers in their neighbours.

    layout: parts that do not overlap; layer (N,): number of each part's layer, -1 for those that are only neighbours;
    the parts of a layer begin at one height. ground: the height at which parts stand on the ground, None for nowhere.
    E_v and E_h are in [0, 2]; E_e is below 0 where parts have more than 16 cells. A layer without parts has zeros.
    """
    return _means(_measures(layout, catalogue, layer, ground), layer, int(layer.max(initial=-1)) + 1)


def model_energies(layout: np.ndarray, catalogue: Catalogue) -> dict[str, float]:
    """The energies of a whole model, by name, and their totals under PRESETS: means over all parts of all layers."""
    measures = _all_measures(layout, catalogue)
    energies = _means(measures, np.zeros(len(layout), np.intp), 1)
    named = {name: float(energies[name][0]) for name in _NAMES}
    return named | {f"total_{preset}": float(total_energy(energies, preset)[0]) for preset in PRESETS}


def part_energies(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) the energy of each part of a whole model; their mean is the model's `total_even`."""
    measures = _all_measures(layout, catalogue)
    stability, symmetry, efficiency = PRESETS["even"]
    unheld = measures.vertical + measures.horizontal
    return stability * unheld + symmetry * measures.lopsided + efficiency * measures.waste


def total_energy(energies: np.ndarray, preset: str = "even", units: float = 0.0) -> np.ndarray:
    """(L,) the weighted sum of row 6.20, by the weights of PRESETS; units: weight of E_m."""
    stability, symmetry, efficiency = PRESETS[preset]
    return (
        stability * (energies["vertical"] + energies["horizontal"])
        + symmetry * energies["symmetry"]
        + efficiency * energies["efficiency"]
        + units * energies["units"]
    )


def gauss_normalised(values: np.ndarray, mean: np.ndarray | float, deviation: np.ndarray | float) -> np.ndarray:
    """Values at most three deviations from the mean, brought to 0..1; 0.5 where there is no deviation (row 6.19)."""
    flat = np.asarray(deviation) == 0
    away = (values - mean) / np.where(flat, 1.0, 3 * np.asarray(deviation))
    return np.where(flat, 0.5, np.clip((away + 1) / 2, 0, 1))


def _means(measures: _Measures, layer: np.ndarray, layers: int) -> np.ndarray:
    """Sums of the measures over the parts of each layer, by the number of its parts (of its singles for E_m)."""
    ours = layer >= 0

    def of_each(values: np.ndarray) -> np.ndarray:
        return np.bincount(layer[ours], weights=values[ours], minlength=layers)

    count, singles = of_each(np.ones(len(layer))), of_each(measures.single)
    energies = np.zeros(layers, ENERGIES_DTYPE)
    energies["units"] = of_each(measures.diagonal) / np.maximum(singles, 1)
    named = {
        "vertical": measures.vertical,
        "horizontal": measures.horizontal,
        "symmetry": measures.lopsided,
        "efficiency": measures.waste,
    }
    for name, values in named.items():
        energies[name] = of_each(values) / np.maximum(count, 1)
    return energies


def _all_measures(layout: np.ndarray, catalogue: Catalogue) -> _Measures:
    """Those of all parts; parts that begin and end at the same heights are a layer."""
    ends = np.stack([layout["z"], extents(layout, catalogue)[:, 2]], axis=1)
    layer = np.unique(ends, axis=0, return_inverse=True)[1].reshape(-1)
    return _measures(layout, catalogue, layer, int(layout["z"].min(initial=0)))


def _measures(layout: np.ndarray, catalogue: Catalogue, layer: np.ndarray, ground: int | None) -> _Measures:
    area = catalogue.spots("cells").count[layout["part"], layout["turn"]]
    vertical, horizontal = _unheld(layout, catalogue, area, layer, ground)
    single = area == 1
    return _Measures(
        single,
        single & _diagonal(layout, single, layer),
        vertical,
        horizontal,
        _lopsided(layout, catalogue, layer),
        (LARGEST - area) / (LARGEST - 1),
    )


def _diagonal(layout: np.ndarray, single: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """(N,) bool: parts that have a single of their layer at a corner."""
    x, y = (layout[axis].astype(np.int64) - layout[axis].min(initial=0) + 1 for axis in ("x", "y"))
    wide, deep = int(x.max(initial=0)) + 2, int(y.max(initial=0)) + 2
    place = ((layer + 1) * deep + y) * wide + x
    corners = [place + step for step in (-wide - 1, -wide + 1, wide - 1, wide + 1)]
    return np.isin(corners, place[single]).any(axis=0)


def _unheld(
    layout: np.ndarray, catalogue: Catalogue, area: np.ndarray, layer: np.ndarray, ground: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) of parts in layers: uncovered share of the area, and of the ring, above and below added (6.14, 6.15)."""
    vertical, horizontal = np.zeros(len(layout)), np.zeros(len(layout))
    if not len(layout):
        return vertical, horizontal
    bottom, top = layout["z"], layout["z"] + extents(layout, catalogue)[:, 2]
    ours = layer >= 0
    low = np.array([layout["x"].min(), layout["y"].min()]) - 1
    high = [(layout[axis] + extents(layout, catalogue)[:, i]).max() for i, axis in enumerate(("x", "y"))]
    board = np.full((int(high[1]) - low[1] + 1, int(high[0]) - low[0] + 1), -1, np.int64)
    by_bottom, by_top = _rows_by(bottom), _rows_by(top)
    none = np.zeros(0, np.intp)
    for height in by_bottom.keys() | by_top.keys():
        above, below = by_bottom.get(height, none), by_top.get(height, none)
        sides = [(below, above)] if height == ground else [(below, above), (above, below)]
        for side, others in sides:
            these = side[ours[side]]
            covered, ring = _held(layout, catalogue, these, others, board, low)
            vertical[these] += 1 - covered / area[these]
            horizontal[these] += np.maximum(1 - ring / RING, 0)
    return vertical, horizontal


def _rows_by(value: np.ndarray) -> dict[int, np.ndarray]:
    """The rows of each value that occurs."""
    order = np.argsort(value, kind="stable")
    found, first = np.unique(value[order], return_index=True)
    return dict(zip(found.tolist(), np.split(order, first[1:]), strict=True))


def _held(
    layout: np.ndarray,
    catalogue: Catalogue,
    these: np.ndarray,
    others: np.ndarray,
    board: np.ndarray,
    low: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Of each of `these` rows: cells that `others` cover, and cells of its ring under such as also cover it.

    board (Y, X): scratch, -1 everywhere before and after, its first cell at low (x, y).
    """
    if not len(these) or not len(others):
        return np.zeros(len(these)), np.zeros(len(these))
    row, x, y = footprint_cells(layout[others], catalogue)
    board[y - low[1], x - low[0]] = row
    mine, x_mine, y_mine = footprint_cells(layout[these], catalogue)
    touched = board[y_mine - low[1], x_mine - low[0]]
    around, x_ring, y_ring = _ring_cells(layout[these], catalogue)
    reached = board[y_ring - low[1], x_ring - low[0]]
    board[y - low[1], x - low[0]] = -1
    joints = np.unique((mine * len(others) + touched)[touched >= 0])
    holds = (reached >= 0) & np.isin(around * len(others) + reached, joints)
    return (
        np.bincount(mine[touched >= 0], minlength=len(these)),
        np.bincount(around[holds], minlength=len(these)),
    )


def _ring_cells(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cells around every part's footprint, corners too: layout row (M,), x (M,), y (M,)."""
    spots = _rings(catalogue)
    turned = layout["part"], layout["turn"]
    count, first = spots.count[turned], spots.first[turned]
    row = np.repeat(np.arange(len(layout)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count - first, count)
    return row, layout["x"][row] + spots.x[place], layout["y"][row] + spots.y[place]


@cache
def _rings(catalogue: Catalogue) -> Spots:
    """As `Catalogue.spots`, of the cells around each part."""
    found = []
    for row in range(len(catalogue.parts)):
        for turn in range(4):
            mask = np.pad(catalogue.mask(row, turn), 1)
            found.append(np.argwhere(ndimage.binary_dilation(mask, np.ones((3, 3))) & ~mask) - 1)
    count = np.array([len(places) for places in found], np.intp).reshape(-1, 4)
    first = (np.cumsum(count) - count.ravel()).reshape(-1, 4)
    y, x = np.concatenate(found).astype(np.int32).T
    return Spots(first, count, x, y)


def _lopsided(layout: np.ndarray, catalogue: Catalogue, layer: np.ndarray) -> np.ndarray:
    """(N,) bool: parts off the axis of their layer without a mirror partner, for the better of its axes x and y (6.17).

    The axes lie in the middle of what the layer covers. A part on an axis need not be its own mirror image.
    """
    ours = np.flatnonzero(layer >= 0)
    lopsided = np.zeros(len(layout), bool)
    if not len(ours):
        return lopsided
    parts, group = layout[ours], layer[ours]
    groups = int(group.max()) + 1
    size = extents(parts, catalogue)
    form, mirrored = _forms(catalogue)
    form_of = form[parts["part"], parts["turn"]]
    off = np.zeros((2, len(ours)), bool)
    for axis, name in enumerate(("x", "y")):
        low = np.full(groups, np.iinfo(np.int64).max)
        high = np.full(groups, np.iinfo(np.int64).min)
        np.minimum.at(low, group, parts[name])
        np.maximum.at(high, group, parts[name] + size[:, axis])
        image = parts.copy()
        image[name] = (low + high)[group] - parts[name] - size[:, axis]
        rows = [
            np.stack([group, side["x"], side["y"], side["colour"], forms], axis=1).astype(np.int64)
            for side, forms in ((parts, form_of), (image, mirrored[axis][form_of]))
        ]
        number = np.unique(np.concatenate(rows), axis=0, return_inverse=True)[1].reshape(-1)
        paired = np.isin(number[len(ours) :], number[: len(ours)])
        off[axis] = ~paired & (image[name] != parts[name])
    worse = np.bincount(group, weights=off[0].astype(int) - off[1], minlength=groups) > 0
    lopsided[ours] = np.where(worse[group], off[1], off[0])
    return lopsided


@cache
def _forms(catalogue: Catalogue) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The footprint of each part and turn (P, 4) by number; the number of each, mirrored along x and along y."""
    numbers: dict[tuple[tuple[int, ...], bytes], int] = {}

    def number(mask: np.ndarray) -> int:
        return numbers.setdefault((mask.shape, mask.tobytes()), len(numbers))

    masks = [[catalogue.mask(row, turn) for turn in range(4)] for row in range(len(catalogue.parts))]
    form = np.array([[number(mask) for mask in turned] for turned in masks])
    by_number = {number(mask): mask for turned in masks for mask in turned}
    mirrored = [[number(np.ascontiguousarray(np.flip(by_number[i], axis))) for i in by_number] for axis in (1, 0)]
    return form, (np.array(mirrored[0]), np.array(mirrored[1]))
