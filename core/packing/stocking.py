"""Keeps a layout within what is owned: windows around parts of which too many lie are covered anew, out of the rest.

Windows are taken together by chance, many small ones first, then fewer and larger ones, then, where it is small enough,
the whole model; whatever lacks fewer parts is kept, and never what falls into more pieces.
"""

from __future__ import annotations

import time

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from ..units import PLATES_PER_BRICK
from .built import Built, built
from .rationing import rationed
from .shortage import Uses, count, shortage, too_many
from .task import PackingTask

# How far windows reach around a part, in studs, and how many units are covered anew at once; tries without success
# after which the next pair is taken.
_REACHES = ((1, 600), (2, 600), (3, 1000), (5, 1500), (8, 2500), (16, 4000))
_TRIES = 4
_SECONDS = 10.0  # for one program


def with_singles(made: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(P, C) bool: as `made`, and the 1x1 parts in every colour, so that every packer can fill any cells."""
    made = made.copy()
    made[[*catalogue.singles(PLATES_PER_BRICK), *catalogue.singles(1)]] = True
    return made


def within_stock(layout: np.ndarray, task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """The layout, of no more pieces, with as few parts as were found that task.stock does not hold.

    The layout covers task.grid; parts over hidden cells only have the colour HIDDEN, and still have. After
    task.deadline the best so far is returned. Raises Cancelled.
    """
    assert task.stock is not None
    end = time.monotonic() + task.deadline
    if not len(layout):
        return layout
    rng = np.random.default_rng(task.seed)
    state = built(layout, task.grid, task.catalogue)
    lacking = shortage(layout, task.stock)
    first = count(lacking)
    reach = tries = 0
    while count(lacking) and reach < len(_REACHES) and time.monotonic() < end:
        progress.at(1 - count(lacking) / first, f"{count(lacking)} parts missing")
        windows = _windows(state, lacking, *_REACHES[reach], rng)
        whole = sum(map(len, windows)) == len(state.units.place)
        left = end - time.monotonic()
        anew = rationed(state, task, windows, rng, left if whole else min(_SECONDS, left))
        better = False
        if anew:
            now = shortage(anew.layout, task.stock)
            better = count(now) < count(lacking)
            if count(now) <= count(lacking):
                state, lacking = anew, now
        if whole and not better:
            break
        tries = 0 if better else tries + 1
        if tries == _TRIES:
            reach, tries = reach + 1, 0
    return state.layout


def _windows(state: Built, lacking: Uses, reach: int, most: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Units to cover anew, by level: around parts of which some are missing, then around any, up to about `most`."""
    if len(state.units.place) <= most:
        taken = np.ones(len(state.units.place), bool)
    else:
        taken = np.zeros(len(state.units.place), bool)
        left = most
        for row in _in_turn(state.layout, lacking, rng):
            if left <= 0:
                break
            window = state.window(np.flatnonzero(state.owner == row), reach)
            left -= np.count_nonzero(~taken[window])
            taken[window] = True
    units = np.flatnonzero(taken)
    units = units[np.argsort(state.units.level[units], kind="stable")]
    return np.split(units, np.flatnonzero(np.diff(state.units.level[units])) + 1)


def _in_turn(layout: np.ndarray, lacking: Uses, rng: np.random.Generator) -> list[int]:
    """Rows of the layout: those too many, drawn by chance, and then the others."""
    order = rng.permutation(len(layout))
    extra = too_many(layout, lacking, order)[order]
    return np.concatenate([order[extra], order[~extra]]).tolist()
