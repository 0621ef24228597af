"""Makes a layout hang together: pieces are joined where they can be, then weak joints are relieved."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from scipy.ndimage import maximum_filter

from ..progress import SILENT, Progress
from .built import Built, built
from .joining import Reaches, joined, next_tries
from .recovering import candidates_of, meeting
from .relieving import relieve_layout
from .task import PackingTask

# Three pieces of thin shells in four are joined by the first three; the widest are needed once in 10,000 parts.
_REACHES = Reaches(
    ((1, 1, 1, 2, 2, 3, 3, 5, 5, 8, 8, 12, 12, 16, 16, 2, 3, 4, 6, 10), (1, 2, 3, 4, 6), (2, 3, 4, 6, 8))
)
_CHECKED_AT = 4  # tries after which it is found out whether any part could join a piece at all
_MORE_PARTS = 0.005  # share of the parts that may be added,
_MORE_A_PIECE = 2  # or, where a model is small, so many for each loose piece


def connect_layout(
    layout: np.ndarray, task: PackingTask, progress: Progress = SILENT, quick: bool = False, held: int = 0
) -> np.ndarray:
    """The layout in as few pieces as can be, with few parts that hang on a single stud; quick: with not so few.

    The layout covers task.grid. Its parts grow by 0.5 % at most, or 2 for each loose piece if that is more, and only
    where pieces can't be joined without. held: how many of the first parts stay as they are, and first.
    After task.deadline the best so far is returned. Raises Cancelled.
    """
    end = time.monotonic() + task.deadline
    whole = join_layout(layout, task, progress.part(progress.stage, 0.0, 0.7), held)
    left = replace(task, deadline=end - time.monotonic())
    return relieve_layout(whole, left, progress.part(progress.stage, 0.7, 0.3), quick, held)


def join_layout(layout: np.ndarray, task: PackingTask, progress: Progress = SILENT, held: int = 0) -> np.ndarray:
    """As `connect_layout`, without a look at how much hangs on single studs."""
    end = time.monotonic() + task.deadline
    if not len(layout):
        return layout
    state = built(layout, task.grid, task.catalogue, held)
    rng = np.random.default_rng(task.seed)
    tries: dict[int, int] = {}
    piece = state.pieces()[state.owner]
    worst = int(piece.max()) + 1
    most = len(layout) + max(int(len(layout) * _MORE_PARTS), (worst - 1) * _MORE_A_PIECE)
    while time.monotonic() < end:
        count = int(piece.max()) + 1
        progress.at(1 - (count - 1) / worst, f"{count} pieces")
        _give_up_hopeless(state, task, piece, tries)
        wanted = next_tries(state, piece, tries, len(_REACHES), rng)
        if not wanted:
            break
        before, state = state, joined(state, task, wanted, tries, _REACHES, most, rng, end)
        piece = piece if state is before else state.pieces()[state.owner]
    return state.layout


def _give_up_hopeless(state: Built, task: PackingTask, piece: np.ndarray, tries: dict[int, int]) -> None:
    """No more tries at pieces that failed some times, when no part of all that fit joins them to another piece.

    piece (U,): of each unit.
    """
    units = state.units
    names, lowest = np.unique(piece, return_index=True)
    asked = names[[tries.get(name, 0) == _CHECKED_AT for name in lowest.tolist()]]
    if not len(asked):
        return
    around = units.around(piece)
    # What touches nothing at all is joined by a part in its place that touches something.
    alone = np.ones(len(names), bool)
    alone[piece[(around >= 0).any(axis=1)]] = False
    around = np.where(alone[piece][:, None], piece[:, None], around)
    candidates = candidates_of(task, units, _levels_near(state, task, np.isin(piece, asked)))
    met = meeting(candidates.owner, candidates.unit, around)
    others = np.bincount(met.part[~alone[met.piece]], minlength=len(candidates.placements))[met.part]
    hopeful = np.isin(asked, met.piece[others + alone[met.piece] > 1])
    for row, hope in zip(asked, hopeful, strict=True):
        tries[int(lowest[row])] = _CHECKED_AT + 1 if hope else len(_REACHES)


def _levels_near(state: Built, task: PackingTask, units: np.ndarray) -> list[np.ndarray]:
    """By level: all units that one part could cover together with one of `units` (U,) bool."""
    on = state.units
    levels, level = np.unique(on.level, return_inverse=True)
    reach = int(task.catalogue.sizes[:, :2].max()) - 1
    image = np.zeros((len(levels), *on.shape[1:]), bool)
    image[level, on.y, on.x] = units
    near = np.flatnonzero(maximum_filter(image, (1, 2 * reach + 1, 2 * reach + 1))[level, on.y, on.x])
    near = near[np.argsort(level[near], kind="stable")]
    return np.split(near, np.flatnonzero(np.diff(level[near])) + 1)
