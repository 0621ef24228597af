"""Makes a layout hang together: small windows beside loose pieces are covered anew, so that a part crosses the seam.

What hangs on something touches it from above or below, so two pieces of one body meet in a seam: two units side by
side on one level. Each round covers the windows around many seams anew, all in one integer program, and keeps of each
window what joins pieces and costs no part. Windows grow where that fails.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import maximum_filter

from ..progress import SILENT, Progress
from .built import Built, built
from .recovering import PART, apart, candidates_of, cheapest, meeting, recovered
from .task import PackingTask
from .versions import versions_of

# How far windows reach around a seam, in studs, one try at a piece after the other. In the last ones a part may be
# added. Three pieces of thin shells in four are joined by the first three; the widest are needed once in 10,000 parts.
_FREE_REACHES = (1, 1, 1, 2, 2, 3, 3, 5, 5, 8, 8, 12, 12, 16, 16, 2, 3, 4, 6, 10)
_REACHES = (*_FREE_REACHES, 1, 2, 3, 4, 6)
_CHECKED_AT = 4  # tries after which it is found out whether any part could join a piece at all
_AT_ONCE = 64  # windows of a round
_LARGEST = 160  # units of a window; larger ones take long to cover anew
_MORE_PARTS = 0.005  # share of the parts that may be added
_LOOSE, _LOOSE_AT_LAST = 0.4 * PART, 1.4 * PART  # what a loose piece costs while parts may not be added, and when
_SECONDS = 1.0  # for one round's integer program


@dataclass(frozen=True)
class _Try:
    """One more try at a piece: its number, the piece's lowest unit, which names it, and the two units of a seam."""

    number: int
    name: int
    seam: np.ndarray

    @property
    def adds(self) -> bool:
        """Whether a part more is allowed."""
        return self.number >= len(_FREE_REACHES)


def connect_layout(layout: np.ndarray, task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """The layout in as few pieces as can be: what remains apart, no part of one colour joins.

    The layout covers task.grid. Its parts grow by 0.5 % at most, and only where pieces can't be joined without.
    After task.deadline the best so far is returned. Raises Cancelled.
    """
    end = time.monotonic() + task.deadline
    if not len(layout):
        return layout
    state = built(layout, task.grid, task.catalogue)
    most = int(len(layout) * (1 + _MORE_PARTS))
    rng = np.random.default_rng(task.seed)
    tries: dict[int, int] = {}
    worst = 0
    while time.monotonic() < end:
        piece = state.pieces()[state.owner]
        count = int(piece.max()) + 1
        worst = max(worst, count)
        progress.at(1 - (count - 1) / worst, f"{count} pieces")
        _give_up_hopeless(state, task, piece, tries)
        wanted = _next_tries(state, piece, tries, rng)
        if not wanted:
            break
        windows = [state.window(one.seam, _REACHES[one.number]) for one in wanted]
        rows = apart(state, windows, _LARGEST)
        for row, (one, window) in enumerate(zip(wanted, windows, strict=True)):
            if row in rows or len(window) > _LARGEST:
                tries[one.name] = one.number + 1
        if rows:
            adds = np.array([wanted[row].adds for row in rows])
            state = _joined(state, task, [windows[row] for row in rows], adds, most, rng, end)
    return state.layout


def _next_tries(state: Built, piece: np.ndarray, tries: dict[int, int], rng: np.random.Generator) -> list[_Try]:
    """For each piece but the first that is not given up: its next tries, those of low numbers first.

    piece (U,): of each unit. A piece's seams come level after level in turn, as what one can't join another often can.
    """
    beside = state.units.beside
    seams = rng.permutation(beside[piece[beside[:, 0]] != piece[beside[:, 1]]])
    # Every seam is one of both its pieces.
    of, level = piece[seams].ravel(order="F"), np.tile(state.units.level[seams[:, 0]], 2)
    order = np.lexsort((level, of))
    first = np.flatnonzero(np.diff(of[order], prepend=-1) | np.diff(level[order], prepend=-1))
    turn = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
    order = order[np.lexsort((turn, of[order]))]
    of, seams = of[order], np.tile(seams, (2, 1))[order]
    ends = [*np.flatnonzero(np.diff(of, prepend=-1)).tolist(), len(of)]
    lowest = np.unique(piece, return_index=True)[1]
    left = [(a, b) for a, b in pairwise(ends) if of[a]]
    left = [(a, b) for a, b in left if tries.get(int(lowest[of[a]]), 0) < len(_REACHES)]
    each = max(1, _AT_ONCE // max(len(left), 1) // 4)
    found = []
    for a, b in left:
        name = int(lowest[of[a]])
        done = tries.get(name, 0)
        for number in range(done, min(done + each, done + b - a, len(_REACHES))):
            found.append(_Try(number, name, seams[a + number % (b - a)]))
    chance = rng.random(len(found))
    return [found[row] for row in np.lexsort((chance, np.array([one.number for one in found])))[:_AT_ONCE]]


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


def _joined(
    state: Built,
    task: PackingTask,
    windows: list[np.ndarray],
    adds: np.ndarray,
    most: int,
    rng: np.random.Generator,
    end: float,
) -> Built:
    """With those windows covered anew where that joins pieces or saves parts.

    adds (W,) bool: where a part more is allowed, up to `most` in all.
    """
    gone = np.zeros(len(state.layout), bool)
    gone[state.owner[np.concatenate(windows)]] = True
    around = state.units.around(state.pieces(gone)[state.owner])
    candidates = candidates_of(task, state.units, windows)
    met = meeting(candidates.owner, candidates.unit, around)
    loose = np.where(adds, _LOOSE_AT_LAST, _LOOSE)[candidates.window]
    price = np.zeros(len(loose))
    chosen = cheapest(candidates, met, loose, price, rng, min(_SECONDS, end - time.monotonic()))
    if not len(chosen):
        return state
    versions = versions_of(state, windows, candidates, chosen, met, around)
    return recovered(state, windows, candidates, chosen, versions.better(rng, adds, most - len(state.layout)))
