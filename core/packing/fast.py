"""Greedy packing of all layers at once, a few times over; of every region the best attempt is kept.

Each attempt lays the largest parts end to end in rows, along x and along y in turn, and fills up with what scores
best, taking in one step every placement that is the best in all of its cells. What a cell costs is one part shared by
the cells under it. Cells that came dear so far count for more in the next attempt, so it serves them first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..catalogue.parts import Catalogue
from ..parallel import in_order
from ..progress import SILENT, Progress
from .choosing import best_apart, cells_of, covers, sums_under
from .crossing import crossed
from .placements import PLACEMENT_DTYPE
from .task import Layer, PackingTask, laid, layers_of, require_cover

_ATTEMPTS = 3  # a fourth saves another 0.5 % of the parts and takes a quarter more time
_CELL = 20  # score of a cell, the unit of all scores
_ALONG = 6  # score of a cell of a part whose long side follows the axis of its layer
_DEAR = 80  # score of a cell that took a part of its own so far
_PLACEMENTS_AT_ONCE = 60_000  # of the layers that are filled together, on one processor


def pack_fast(task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """A layout of few parts, quickly. Raises BadSetting when the parts can't fill the model, Cancelled."""
    layers = list(layers_of(task))
    attempts: list[list[np.ndarray]] = [[laid(np.zeros(0, PLACEMENT_DTYPE), 0)] for _ in range(_ATTEMPTS)]
    blocks = list(enumerate(_blocks(layers)))
    for number, found in enumerate(in_order(lambda block: _attempts(*block, task), blocks)):
        for whole, one in zip(attempts, found, strict=True):
            whole.append(one)
        progress.at((number + 1) / (len(blocks) + 1), f"{sum(map(len, attempts[0]))} parts", layout=found[0])
    layout, *others = map(np.concatenate, attempts)
    for other in others:
        layout = crossed(layout, other, task.catalogue, task.grid.shape)
    layout = layout[np.argsort(layout["z"], kind="stable")]
    progress.at(1.0, f"{len(layout)} parts", layout=layout)
    return layout


def _blocks(layers: list[Layer]) -> Iterator[list[Layer]]:
    """The layers, from the ground up, by as many as are filled together."""
    deep = layers[0].cells.shape[0] if layers else 1
    most = max(1, np.iinfo(np.int16).max // deep)  # placements count y across all layers of a block
    block: list[Layer] = []
    for layer in layers:
        size = sum(len(each.placements) for each in block) + len(layer.placements)
        if block and (len(block) == most or size > _PLACEMENTS_AT_ONCE):
            yield block
            block = []
        block.append(layer)
    if block:
        yield block


def _attempts(number: int, block: list[Layer], task: PackingTask) -> list[np.ndarray]:
    """Layouts of some layers; those layers lie one behind the other in one plane while they are filled."""
    deep, wide = block[0].cells.shape
    z = np.array([layer.z for layer in block])
    height = np.array([layer.plates for layer in block])
    placements = np.concatenate([layer.placements for layer in block])
    placements["layer"] = np.repeat(np.arange(len(block)), [len(layer.placements) for layer in block])
    placements["y"] += placements["layer"] * np.int16(deep)
    rng = np.random.default_rng((task.seed, number))
    tilings = list(_tilings(placements, z // height % 2, (deep * len(block), wide), task.catalogue, rng))
    wanted = sum(np.count_nonzero(layer.cells) for layer in block)
    complete = [tiling for tiling in tilings if tiling["area"].sum(dtype=np.int64) == wanted]
    if not complete:
        covered = np.bincount(tilings[0]["layer"], tilings[0]["area"], len(block))
        for layer, count in zip(block, covered, strict=True):
            require_cover(int(count), layer, task.catalogue)
    for tiling in complete:
        tiling["y"] %= deep
    return [_raised(complete[attempt % len(complete)], z) for attempt in range(_ATTEMPTS)]


def _raised(tiling: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Layout rows of a tiling of layers whose lowest plates are z (L,)."""
    layout = laid(tiling, 0)
    layout["z"] = z[tiling["layer"]]
    return layout


def _tilings(
    placements: np.ndarray, axis: np.ndarray, shape: tuple[int, int], catalogue: Catalogue, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Placements that do not overlap and leave no room for another, again and again.

    axis (L,): 0 where long sides of a layer follow x at first, 1 where they follow y. shape: of the plane.
    """
    large = _largest(placements)
    price = np.zeros(shape, np.int32)
    for attempt in range(_ATTEMPTS):
        along_y = (axis + attempt // 2) % 2 == 1
        taken = np.zeros(shape, bool)
        rows = best_apart(large[_in_rows(large, along_y, attempt % 2)], catalogue, shape, taken)
        score = _scores(placements, along_y) + sums_under(placements, catalogue, price)
        free = np.flatnonzero(~covers(placements, catalogue, taken))
        rest = best_apart(placements[free[_ranking(score[free], rng)]], catalogue, shape, taken)
        tiling = np.concatenate([rows, rest])
        owner, cell = cells_of(tiling, catalogue, shape[1])
        share = np.zeros(shape, np.int32)
        share.ravel()[cell] = _DEAR // tiling["area"][owner]
        price = (price + share) // 2 if attempt else share
        yield tiling


def _largest(placements: np.ndarray) -> np.ndarray:
    """The placements of the part that covers the most cells in each layer; they lie layer by layer."""
    key = placements["area"].astype(np.int32) * (1 << 16) - placements["part"]
    first = np.flatnonzero(np.diff(placements["layer"], prepend=-1))
    greatest = np.maximum.reduceat(key, first) if len(first) else key
    return placements[key == np.repeat(greatest, np.diff(first, append=len(key)))]


def _in_rows(large: np.ndarray, along_y: np.ndarray, odd: int) -> np.ndarray:
    """Which placements, of one size a layer, lie end to end in rows that begin at even or at odd cells.

    along_y (L,) bool: way of the rows of each layer. Every row begins where the part fits first.
    """
    layer = large["layer"].astype(np.int64)
    turned = along_y[layer]
    long, short = np.where(turned, (large["deep"], large["wide"]), (large["wide"], large["deep"]))
    at, row = np.where(turned, (large["y"], large["x"]), (large["x"], large["y"]))
    fits = np.flatnonzero((long >= short) & (row % short == odd % short))
    key = (layer[fits] << 32) + (row[fits].astype(np.int64) << 16) + at[fits]
    order = np.argsort(key)
    key, fits = key[order], fits[order]
    first = np.flatnonzero(np.diff(key, prepend=-2) > 1)
    start = np.repeat(key[first], np.diff(first, append=len(key)))
    return fits[(key - start) % long[fits] == 0]


def _scores(placements: np.ndarray, along_y: np.ndarray) -> np.ndarray:
    """(N,) int32: area, and more of it where the long side follows the axis of the layer."""
    wide, deep = placements["wide"], placements["deep"]
    along = np.where(along_y[placements["layer"]], deep > wide, wide > deep)
    return placements["area"] * (_CELL + _ALONG * along.astype(np.int32))


def _ranking(score: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows from the greatest score down, ties by chance."""
    # Sorting the numbers themselves is several times as fast as sorting rows by them.
    bits = len(score).bit_length()
    chance = rng.integers(0, 1 << 16, len(score)) << bits
    key = (score.max(initial=0) - score.astype(np.int64) << 16 + bits) + chance + np.arange(len(score))
    return np.sort(key) & (1 << bits) - 1
