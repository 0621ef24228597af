"""Relieves weak joints: what hangs on a single stud is taken for a piece of its own and joined once more."""

from __future__ import annotations

import time

import numpy as np

from ..progress import SILENT, Progress
from ..structure.articulation import holding
from .built import Built, built
from .joining import Reaches, joined, next_tries
from .task import PackingTask

_MUCH = 3  # parts on one stud, from which on a joint is relieved
_REACHES = Reaches(((1, 1, 1, 2, 2, 3, 3, 4, 4, 6),))
# Hollow balls of 64 and 96 studs keep a quarter of their weak joints or less after all rounds, half after quick ones.
_ROUNDS, _QUICK_ROUNDS = 24, 3


def relieve_layout(
    layout: np.ndarray, task: PackingTask, progress: Progress = SILENT, quick: bool = False, held: int = 0
) -> np.ndarray:
    """The layout with fewer parts that hang on a single stud alone; no more parts, and no more pieces.

    quick: soon, and at the first round that brings nothing, this ends. The layout covers task.grid. After task.deadline
    the best so far is returned. held: of connect_layout. Raises Cancelled.
    """
    end = time.monotonic() + task.deadline
    if not len(layout):
        return layout
    state = built(layout, task.grid, task.catalogue, held)
    rng = np.random.default_rng(task.seed)
    tries: dict[int, int] = {}
    load = hanging(state)
    pieces = int(state.pieces().max())
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    for turn in range(rounds):
        cut = load >= _MUCH
        progress.at(turn / rounds, f"{np.count_nonzero(cut)} weak joints")
        if not cut.any() or time.monotonic() > end:
            break
        piece = state.pieces(cut=cut)[state.owner]
        wanted = next_tries(state, piece, tries, len(_REACHES), rng)
        if not wanted:
            break
        anew = joined(state, task, wanted, tries, _REACHES, len(state.layout), rng, end, cut)
        # Parts that held by more studs than one may have gone.
        judged = hanging(anew) if anew is not state and int(anew.pieces().max()) <= pieces else load
        if judged.sum() < load.sum():
            state, load = anew, judged
        elif quick:
            break
    return state.layout


def hanging(state: Built) -> np.ndarray:
    """(J,) float64: for each row of units.on, how many parts hang on this stud alone; 0 if it is not alone."""
    count = len(state.layout)
    lower, upper = state.owner[state.units.on].T.astype(np.int64)
    pair, row, studs = np.unique(lower * count + upper, return_inverse=True, return_counts=True)
    standing = np.zeros(count, bool)
    standing[state.owner[state.units.ground]] = True
    held = holding(pair // count, pair % count, standing, np.ones(count)).by_joint
    return np.where(studs == 1, held, 0.0)[row.ravel()]
