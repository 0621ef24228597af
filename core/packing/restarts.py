"""Random merging with restarts (requirements.md, source S, rows 6.1 to 6.3).

A layer begins as 1 x 1 bricks; adjacent bricks are merged at random while what they make together is a part in one
colour; the cheapest of 20 such layers is kept. The cost of a layer depends on the layers below it only, so each layer
is restarted on what was kept below it. That is the natural reading of a climb from the ground up, and it tries far
more layouts than restarting the model as a whole.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from .choosing import cells_of
from .merging import are_parts, mergeable, merged_at_random, placements_of
from .placements import PLACEMENT_DTYPE
from .task import Layer, PackingTask, laid, layers_of, require_cover
from .touching import Tops, parts_touched

RESTARTS = 20
_PER_PART, _PER_TOUCH = 1.0, 1.0  # the source names no weights
_CELLS_AT_ONCE = 100_000  # cells of the restarts that are made together


@dataclass(frozen=True)
class Restarted:
    """A layout (LAYOUT_DTYPE), and for each layer, from the ground up, the best cost after each of its restarts."""

    layout: np.ndarray
    history: tuple[np.ndarray, ...]


def pack_restarts(task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """The layout of `restarted`."""
    return restarted(task, progress).layout


def restarted(task: PackingTask, progress: Progress = SILENT) -> Restarted:
    """Every layer merged at random RESTARTS times, the cheapest kept.

    After the task's deadline no more restarts are begun, but every layer is merged once; a result that was ready before
    it depends on the seed alone. Raises BadSetting when the parts can't fill the model, Cancelled.
    """
    rng = np.random.default_rng(task.seed)
    end = time.monotonic() + task.deadline
    tops = Tops(task.grid.shape[1:])
    rows, history, done = [laid(np.zeros(0, PLACEMENT_DTYPE), 0)], [], 0.0
    for layer in layers_of(task):
        news = progress.part(progress.stage, done, 0.0)
        chosen, costs = _climbed(layer, task.catalogue, tops.at(layer.z), rng, end, news)
        owner, cell = cells_of(chosen, task.catalogue, task.grid.shape[2])
        require_cover(len(cell), layer, task.catalogue)
        tops.lay(layer.z, layer.plates, owner, cell)
        rows.append(laid(chosen, layer.z))
        history.append(costs)
        done = (layer.z + 1) / task.grid.shape[0]
        progress.at(done, f"{tops.parts} parts", layout=rows[-1])
    return Restarted(np.concatenate(rows), tuple(history))


def layer_costs(brick: np.ndarray, below: np.ndarray) -> np.ndarray:
    """(copies,) parts less the different parts that each touches below, summed (row 6.2).

    brick (copies, n): which brick has each cell, numbers below copies * n that no two copies share; below (n,): the
    part under each cell, negative for none.
    """
    copies, count = brick.shape[0], brick.size
    parts = np.bincount(brick.ravel(), minlength=count) > 0
    touched = parts_touched(brick.ravel(), np.tile(below, copies), count)
    copy_of = np.zeros(count, np.intp)
    copy_of[brick] = np.arange(copies)[:, None]
    return np.bincount(copy_of, weights=_PER_PART * parts - _PER_TOUCH * touched, minlength=copies)


def _climbed(
    layer: Layer,
    catalogue: Catalogue,
    below: np.ndarray,
    rng: np.random.Generator,
    end: float,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """The placements of the cheapest restart of a layer, and the best cost after each restart.

    end: time by the monotonic clock after which no more restarts are begun.
    """
    ready = mergeable(layer, catalogue, rng)
    at_once = max(1, _CELLS_AT_ONCE // len(ready.place))
    best, costs = ready.placements[:0], np.zeros(0)
    while not len(costs) or (len(costs) < RESTARTS and time.monotonic() < end):
        copies = min(at_once, RESTARTS - len(costs)) if time.monotonic() < end else 1
        merged = merged_at_random(ready, copies, rng)
        cost = np.where(are_parts(merged, ready), layer_costs(merged.brick, below.ravel()[ready.place]), np.inf)
        if not len(costs) or cost.min() < costs.min():
            best = placements_of(merged, int(cost.argmin()), ready)
        costs = np.concatenate([costs, cost])
        progress.at(0.0)
    return best, np.minimum.accumulate(costs)
