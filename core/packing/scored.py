"""Scored greedy packing from the ground up (requirements.md, source F, rows 6.6 to 6.11).

In every layer the placement of the best score is taken, again and again, then the next layer follows. Scores do not
change within a layer, so this is taking all placements in the order of their scores.

Reading of its model cells, under the rule that parts cover the filled cells exactly: all filled cells, hidden ones
too, are model cells, so c = b, and the rules for parts that reach beyond the model (row 6.9) have nothing to reject.
On a shell one cell thick, which is what the source builds, counting the visible cells alone would be the same; on
shells of two cells it takes two thirds more parts and leaves many of them loose. What the rules leave open (cells that
hang in the air) is filled last, by the largest parts that fit. Parts have one colour as everywhere here; h is taken
from the mesh's colours on the visible cells under them.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_cdt

from ..colour.spaces import linear_to_srgb
from ..grid import Grid
from ..progress import SILENT, Progress
from ..units import PLATES_PER_BRICK
from .choosing import best_apart, cells_of, covers
from .placements import HIDDEN, PLACEMENT_DTYPE, shapes_of
from .scoring import (
    BOARD_PRINTED,
    BOARD_SHIPPED,
    placement_index,
    printed_similarity,
    score,
    shipped_similarity,
)
from .task import Layer, PackingTask, laid, layers_of, require_cover
from .touching import Tops, parts_touched

_LEAST_SCORE = 0.001  # row 6.6: below it nothing more is taken
_CLUSTER = 2 / 16  # row 6.10: of the model's larger side; nearer than this nothing may start in the air
_CLUSTER_MOST = 254  # studs


def pack_scored(task: PackingTask, progress: Progress = SILENT, printed: np.ndarray | None = None) -> np.ndarray:
    """A layout by the score as shipped (row 6.7).

    printed: linear RGB (C, 3) of the palette; with it the score as printed (row 6.8) is used, which compares them
    with the mesh. Equal plates become bricks (row 6.11) only when all is connected (`stacking.py`). The seed is not
    used. Raises BadSetting when the parts can't fill the model, Cancelled.
    """
    tops = Tops(task.grid.shape[1:])
    rows = [laid(np.zeros(0, PLACEMENT_DTYPE), 0)]
    ground = int(task.grid.filled.any(axis=(1, 2)).argmax())
    for layer in layers_of(task):
        ranked = _ranked(layer, tops.at(layer.z), layer.z == ground, task, printed)
        chosen = best_apart(ranked, task.catalogue, task.grid.shape[1:])
        owner, cell = cells_of(chosen, task.catalogue, layer.cells.shape[1])
        require_cover(len(cell), layer, task.catalogue)
        tops.lay(layer.z, layer.plates, owner, cell)
        rows.append(laid(chosen, layer.z))
        progress.at((layer.z + 1) / task.grid.shape[0], f"{tops.parts} parts", layout=rows[-1])
    return np.concatenate(rows)


def _ranked(layer: Layer, below: np.ndarray, lowest: bool, task: PackingTask, printed: np.ndarray | None) -> np.ndarray:
    """The layer's placements, the best score first, equal ones by index; then those without a score, largest first."""
    candidates = layer.placements
    worth = _scores(layer, below, lowest, task, printed)
    worth[worth < _LEAST_SCORE] = 0
    kinds = shapes_of(task.catalogue, layer.plates)
    number = np.zeros((len(task.catalogue.parts), 4), np.intp)
    for kind, shape in enumerate(kinds):
        number[shape.part, shape.turn] = kind
    kind = number[candidates["part"], candidates["turn"]]
    index = placement_index(kind, candidates["x"], candidates["y"], len(kinds), layer.cells.shape[1])
    return candidates[np.lexsort((index, np.where(worth > 0, 0, -candidates["area"]), -worth))]


def _scores(layer: Layer, below: np.ndarray, lowest: bool, task: PackingTask, printed: np.ndarray | None) -> np.ndarray:
    """(N,) the score of each placement of the layer, 0 for those that may not hang in the air."""
    candidates, count = layer.placements, len(layer.placements)
    owner, cell = cells_of(candidates, task.catalogue, layer.cells.shape[1])
    connected = parts_touched(owner, below.ravel()[cell], count)
    visible = layer.code.ravel()[cell] > 0
    colour = _mesh_colours(task.grid, layer)[cell[visible]]
    if printed is None:
        similarity, board = shipped_similarity(_spread(owner[visible], colour, count)), BOARD_SHIPPED
    else:
        distance = np.abs(_srgb_255(printed)[candidates["colour"]] - _mean(owner[visible], colour, count)).sum(axis=1)
        distance[candidates["colour"] == HIDDEN] = 0
        similarity, board = printed_similarity(distance), BOARD_PRINTED
    area = candidates["area"].astype(np.int64)
    # Of the three plates in the height of a brick, the upper ones had better repeat the one below (row 6.11).
    repeats = layer.plates == 1 and layer.z % PLATES_PER_BRICK > 0
    found = score(area, area - connected if repeats else connected, area, similarity, board)
    if not lowest:
        found[(connected == 0) & covers(candidates, task.catalogue, _near_a_cluster(task.grid, layer.z))] = 0
    return found


def _mesh_colours(grid: Grid, layer: Layer) -> np.ndarray:
    """(Y * X, 3) sRGB 0..255 of the mesh on the visible units of the layer, 0 elsewhere."""
    low, high = np.searchsorted(grid.surface.seen[:, 0], (layer.z, layer.z + 1))
    _, y, x = grid.surface.seen[low:high].T
    colours = np.zeros((*layer.cells.shape, 3))
    colours[y, x] = _srgb_255(grid.surface.of_unit[low:high])
    return colours.reshape(-1, 3)


def _srgb_255(linear: np.ndarray) -> np.ndarray:
    return 255 * linear_to_srgb(linear)


def _spread(owner: np.ndarray, colour: np.ndarray, count: int) -> np.ndarray:
    """(count,) the greatest less the least red, green and blue of each owner's colours, summed; 0 without any.

    owner (M,) ascending; colour (M, 3).
    """
    spread = np.zeros(count)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(first):
        ranges = np.maximum.reduceat(colour, first) - np.minimum.reduceat(colour, first)
        spread[owner[first]] = ranges.sum(axis=1)
    return spread


def _mean(owner: np.ndarray, colour: np.ndarray, count: int) -> np.ndarray:
    """(count, 3) the mean of each owner's colours (M, 3); 0 without any."""
    number = np.maximum(np.bincount(owner, minlength=count), 1)
    return np.stack([np.bincount(owner, weights=channel, minlength=count) / number for channel in colour.T], axis=1)


def _near_a_cluster(grid: Grid, z: int) -> np.ndarray:
    """(Y, X) bool: cells with a filled cell of the layer below so near that nothing starts in the air (row 6.10).

    The distance is the larger of those along x and y.
    """
    below = grid.filled[z - 1]
    if not below.any():
        return below
    reach = min(_CLUSTER * max(grid.shape[1:]), _CLUSTER_MOST)
    return distance_transform_cdt(~below, metric="chessboard") <= reach
