"""Joins pieces of a layout: windows beside their seams are covered anew, so that a part crosses the seam.

What hangs on something touches it from above or below, so two pieces of one body meet in a seam: two units side by
side on one level. Each round covers the windows around many seams anew, all in one integer program, and keeps of each
window what joins pieces and costs no part. Windows grow where that fails.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .built import Built
from .recovering import PART, candidates_of, cheapest_cover, meeting, recovered, windows_apart
from .task import PackingTask
from .versions import versions_of

_AT_ONCE = 64  # windows of a round
_LARGEST = 160  # units of a window; larger ones take long to cover anew
_LOOSE = 0.4 * PART  # what a loose piece costs besides the parts that may be added
_SECONDS = 1.0  # for one round's integer program


@dataclass(frozen=True)
class Reaches:
    """How far the windows of each try at a piece reach around a seam, in studs.

    by_added: those of windows that may get no part more, then of those that may get one more, and so on.
    """

    by_added: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return sum(map(len, self.by_added))

    def of(self, number: int) -> tuple[int, int]:
        """The reach of a try, and how many parts may be added in it."""
        return [(reach, more) for more, reaches in enumerate(self.by_added) for reach in reaches][number]


@dataclass(frozen=True)
class Try:
    """One more try at a piece: its number, the piece's lowest unit, which names it, and the two units of a seam."""

    number: int
    name: int
    seam: np.ndarray


def next_tries(
    state: Built, piece: np.ndarray, tries: dict[int, int], most: int, rng: np.random.Generator
) -> list[Try]:
    """For each piece but the first that is not given up: its next tries, those of low numbers first.

    piece (U,): of each unit; tries: how many were made at the piece of each name, `most` when it is given up. A
    piece's seams come level after level in turn, as what one can't join another often can.
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
    left = [(a, b) for a, b in left if tries.get(int(lowest[of[a]]), 0) < most]
    each = max(1, _AT_ONCE // max(len(left), 1))
    found = []
    for a, b in left:
        name = int(lowest[of[a]])
        done = tries.get(name, 0)
        for number in range(done, min(done + each, done + b - a, most)):
            found.append(Try(number, name, seams[a + number % (b - a)]))
    chance = rng.random(len(found))
    return [found[row] for row in np.lexsort((chance, np.array([one.number for one in found])))[:_AT_ONCE]]


def joined(
    state: Built,
    task: PackingTask,
    wanted: list[Try],
    tries: dict[int, int],
    reaches: Reaches,
    most: int,
    rng: np.random.Generator,
    end: float,
    cut: np.ndarray | None = None,
) -> Built:
    """With windows around the seams of some tries covered anew where that joins pieces or saves parts.

    tries: how many were made at each piece, which grows. The layout gets no more than `most` parts. cut: of
    Built.pieces.
    """
    windows = [state.window(one.seam, reaches.of(one.number)[0]) for one in wanted]
    rows = windows_apart(state, windows, _LARGEST)
    for row, (one, window) in enumerate(zip(wanted, windows, strict=True)):
        if row in rows or not 0 < len(window) <= _LARGEST:
            tries[one.name] = one.number + 1
    windows = [windows[row] for row in rows]
    if not windows:
        return state
    adds = np.array([reaches.of(wanted[row].number)[1] for row in rows])
    gone = np.zeros(len(state.layout), bool)
    gone[state.owner[np.concatenate(windows)]] = True
    around = state.units.around(state.pieces(gone, cut)[state.owner])
    candidates = candidates_of(task, state.units, windows)
    met = meeting(candidates.owner, candidates.unit, around)
    loose = (adds * PART + _LOOSE)[candidates.window]
    chosen = cheapest_cover(candidates, met, loose, rng, min(_SECONDS, end - time.monotonic()))
    if not len(chosen):
        return state
    keep = versions_of(state, windows, candidates, chosen, met, around).better(rng, adds, most - len(state.layout))
    return recovered(state, windows, candidates, chosen, keep) if keep.any() else state
