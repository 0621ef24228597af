"""Relieves weak joints: where much hangs on a single stud, a window is covered anew so that more studs hold it."""

from __future__ import annotations

import time

import numpy as np

from ..progress import SILENT, Progress
from ..structure.articulation import holding
from ..structure.links import Links, stud_links
from .built import Built, built
from .recovering import PART, Meeting, apart, candidates_of, cheapest, meeting, recovered
from .task import PackingTask
from .versions import versions_of

_MUCH = 3  # parts on one stud, from which on a joint is relieved
_REACHES = (1, 1, 2, 2, 3, 3, 4, 4, 6, 6)  # of the windows of each round, in studs; the joint's two levels take turns
_AT_ONCE = 64
_LARGEST = 160  # units of a window
_STUD = 60.0  # what each stud is worth by which a part holds a piece besides the first
_STUDS = 4  # of them at most, so that they never pay for a part
_LOOSE = 0.4 * PART
_CHECKS = 3  # of the windows kept; those that bring nothing are left as they were
_SECONDS = 1.0  # for one round's integer program


def weak_joints(layout: np.ndarray, task: PackingTask) -> tuple[Links, np.ndarray]:
    """The links, and by joint (J,) float64 how many parts hang on it by one stud alone."""
    links = stud_links(layout, task.catalogue)
    standing = layout["z"] == layout["z"].min(initial=np.iinfo(np.int32).max)
    held = holding(links, standing, np.ones(len(layout))).by_joint
    return links, np.where(links.studs == 1, held, 0.0)


def relieve_layout(layout: np.ndarray, task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """The layout with fewer parts that hang on a single stud alone; no more parts, and no more pieces.

    The layout covers task.grid. After task.deadline the best so far is returned. Raises Cancelled.
    """
    end = time.monotonic() + task.deadline
    if not len(layout):
        return layout
    state = built(layout, task.grid, task.catalogue)
    rng = np.random.default_rng(task.seed)
    for turn, reach in enumerate(_REACHES):
        links, load = weak_joints(state.layout, task)
        weak = np.flatnonzero(load >= _MUCH)
        progress.at(turn / len(_REACHES), f"{len(weak)} weak joints")
        if not len(weak) or time.monotonic() > end:
            break
        weak = weak[np.lexsort((rng.random(len(weak)), -load[weak]))][:_AT_ONCE]
        units = _studs_of(state, links, weak)[:, 1 - turn % 2]
        windows = [state.window(unit[None], reach) for unit in units]
        rows = apart(state, windows, _LARGEST)
        if rows:
            state = _relieved(state, task, [windows[row] for row in rows], rng, end)
    return state.layout


def _studs_of(state: Built, links: Links, joints: np.ndarray) -> np.ndarray:
    """(K, 2): the units below and above the stud of each joint, which has only one."""
    pair = state.owner[state.units.on].astype(np.int64) @ (len(state.layout), 1)
    order = np.argsort(pair)
    wanted = links.lower[joints] * len(state.layout) + links.upper[joints]
    return state.units.on[order[np.searchsorted(pair[order], wanted)]]


def _relieved(
    state: Built, task: PackingTask, windows: list[np.ndarray], rng: np.random.Generator, end: float
) -> Built:
    """With those windows covered anew in which that takes load from single studs."""
    gone = np.zeros(len(state.layout), bool)
    gone[state.owner[np.concatenate(windows)]] = True
    around = state.units.around(state.pieces(gone)[state.owner])
    candidates = candidates_of(task, state.units, windows)
    met = meeting(candidates.owner, candidates.unit, around)
    count = len(candidates.placements)
    price = -_STUD * np.minimum(_further_studs(met, count), _STUDS)
    chosen = cheapest(candidates, met, np.full(count, _LOOSE), price, rng, min(_SECONDS, end - time.monotonic()))
    if not len(chosen):
        return state
    keep = versions_of(state, windows, candidates, chosen, met, around).better(rng, even=True)
    least, here = _load_at(state, task, windows)
    best = state
    for _ in range(_CHECKS):
        anew = recovered(state, windows, candidates, chosen, keep)
        judged, here_anew = _load_at(anew, task, windows)
        if judged < least:
            least, best = judged, anew
        worse = keep & (here_anew >= here)
        if not worse.any():
            break
        keep &= ~worse
    return best


def _further_studs(met: Meeting, count: int) -> np.ndarray:
    """(count,) by how many studs each part holds pieces to the one of the lowest number: the fewer on either side."""
    first = np.searchsorted(met.part, met.part)
    base = met.studs[first]
    further = np.where(np.arange(len(first)) == first, 0, np.minimum(met.studs, base) - 1)
    return np.bincount(met.part, weights=further, minlength=count)


def _load_at(state: Built, task: PackingTask, windows: list[np.ndarray]) -> tuple[tuple[int, float], np.ndarray]:
    """Pieces and the parts on single studs, each as often as it hangs on one; and (W,) those at each window's parts."""
    links, load = weak_joints(state.layout, task)
    at = np.bincount(links.lower, load, len(state.layout)) + np.bincount(links.upper, load, len(state.layout))
    here = np.array([at[np.unique(state.owner[window])].sum() for window in windows])
    return (links.components, float(load.sum())), here
