"""Largest part first, in scan order (requirements.md, source I, rows 6.4 and 6.5). Nothing is left to chance.

The first pass goes through the sizes by falling area and through the cells of the layer row by row; long sides lie
along x in even layers and along y in odd ones, only so. What it leaves to 1 x 1 parts, the second pass joins to 1 x 3
and 1 x 2 in either direction. Layers are counted in their own height, so bricks and plates each alternate.
"""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from .choosing import best_apart, cells_of, covers
from .placements import PLACEMENT_DTYPE
from .task import Layer, PackingTask, laid, layers_of, require_cover

_LONGEST_ON_EQUAL = 6  # studs: where a layer repeats the one below it, longer parts make weak corners
_LONGEST_JOINED = 3  # studs: of 1 x 1 parts joined in the second pass


def pack_deterministic(task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """A layout that depends on nothing but the cells and the parts; the seed is not used.

    Raises BadSetting when the parts can't fill the model, Cancelled.
    """
    rows = [laid(np.zeros(0, PLACEMENT_DTYPE), 0)]
    beneath: dict[int, Layer] = {}  # the last layer of each height
    parts = 0
    for layer in layers_of(task):
        chosen = _filled(layer, beneath.get(layer.plates), task.catalogue)
        require_cover(int(chosen["area"].sum(dtype=np.int64)), layer, task.catalogue)
        beneath[layer.plates] = layer
        rows.append(laid(chosen, layer.z))
        parts += len(chosen)
        progress.at((layer.z + 1) / task.grid.shape[0], f"{parts} parts", layout=rows[-1])
    return np.concatenate(rows)


def _filled(layer: Layer, beneath: Layer | None, catalogue: Catalogue) -> np.ndarray:
    """The placements that fill a layer."""
    deep, wide = layer.cells.shape
    ranked = largest_first(layer.placements)
    large = best_apart(ranked[_in_first_pass(ranked, layer, beneath)], catalogue, (deep, wide))
    left = layer.cells.copy()
    left.ravel()[cells_of(large, catalogue, wide)[1]] = False
    short, long = _sides(ranked)
    joined = ranked[(short == 1) & (long <= _LONGEST_JOINED) & ~covers(ranked, catalogue, ~left)]
    return np.concatenate([large, best_apart(joined, catalogue, (deep, wide))])


def _in_first_pass(ranked: np.ndarray, layer: Layer, beneath: Layer | None) -> np.ndarray:
    """(N,) bool: parts larger than 1 x 1 along the layer's axis; no long ones on an equal layer."""
    _, long = _sides(ranked)
    even = layer.z // layer.plates % 2 == 0
    along = ranked["wide"] if even else ranked["deep"]
    allowed = (ranked["area"] > 1) & (along == long)
    if even and _equal(layer, beneath):
        allowed &= long <= _LONGEST_ON_EQUAL
    return allowed


def _equal(layer: Layer, beneath: Layer | None) -> bool:
    """Whether the layer right below has the same cells; their colours do not matter to its corners."""
    if beneath is None or beneath.z + beneath.plates != layer.z:
        return False
    return np.array_equal(layer.cells, beneath.cells)


def largest_first(placements: np.ndarray) -> np.ndarray:
    """Placements by falling area, and for one size row by row (y, then x).

    Of sizes with the same area, rectangles come before corners and wider ones before longer ones.
    """
    short, _ = _sides(placements)
    gaps = placements["wide"] * placements["deep"] - placements["area"]
    keys = (placements["turn"], placements["part"], placements["x"], placements["y"], -short, gaps, -placements["area"])
    return placements[np.lexsort(keys)]


def _sides(placements: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,) studs of the short and of the long side."""
    wide, deep = placements["wide"], placements["deep"]
    return np.minimum(wide, deep), np.maximum(wide, deep)
