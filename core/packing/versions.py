"""Windows as they are and as they could be: which of the new covers leave fewer pieces, each judged with the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .built import Built
from .recovering import Candidates, Meeting, meeting


@dataclass(frozen=True)
class Versions:
    """Each window's parts as they are and as they could be: for every part the pieces that it meets.

    pieces: those that any window's parts meet, when these are taken away.
    """

    pieces: list[int]
    old: list[list[list[int]]]
    new: list[list[list[int]]]

    def better(
        self, rng: np.random.Generator, adds: np.ndarray | None = None, spare: int = 0, even: bool = False
    ) -> np.ndarray:
        """(W,) bool: windows whose new version leaves fewer pieces or parts than the old.

        A part more is taken only for fewer pieces, and only where `adds` (W,) allows it; `spare` of them at most.
        even: new versions with as many pieces and parts are taken, too.
        """
        keep = np.zeros(len(self.old), bool)
        current = list(self.old)
        least = _count_pieces(self.pieces, current)
        for row in rng.permutation(len(self.old)).tolist():
            more = len(self.new[row]) - len(self.old[row])
            if more > (min(spare, 1) if adds is not None and adds[row] else 0):
                continue
            current[row] = self.new[row]
            count = _count_pieces(self.pieces, current)
            keep[row] = count < least or (count == least and more < even)
            if keep[row]:
                least, spare = count, spare - more
            else:
                current[row] = self.old[row]
        return keep


def versions_of(
    state: Built,
    windows: list[np.ndarray],
    candidates: Candidates,
    chosen: np.ndarray,
    met: Meeting,
    around: np.ndarray,
) -> Versions:
    """Of windows and the rows of candidates chosen for them. met: of all candidates; around: of Units.around."""
    unit = np.concatenate(windows)
    owner = state.owner[unit]
    is_now = meeting(owner, unit, around)
    window_of = np.zeros(len(state.layout), np.int64)
    window_of[owner] = np.repeat(np.arange(len(windows)), [len(window) for window in windows])
    old = _by_window(np.unique(owner), window_of, is_now, len(windows))
    new = _by_window(chosen, candidates.window, met, len(windows))
    return Versions(np.unique(is_now.piece).tolist(), old, new)


def _by_window(parts: np.ndarray, window: np.ndarray, met: Meeting, count: int) -> list[list[list[int]]]:
    """For each window, for each of its parts, the pieces met."""
    low, high = (np.searchsorted(met.part, parts, side) for side in ("left", "right"))
    found: list[list[list[int]]] = [[] for _ in range(count)]
    for row, a, b in zip(window[parts].tolist(), low.tolist(), high.tolist(), strict=True):
        found[row].append(met.piece[a:b].tolist())
    return found


def _count_pieces(pieces: list[int], windows: list[list[list[int]]]) -> int:
    """How many pieces are left once parts join those that they meet; a part that meets none is one more."""
    up = {piece: piece for piece in pieces}

    def root(piece: int) -> int:
        while up[piece] != piece:
            up[piece] = up[up[piece]]
            piece = up[piece]
        return piece

    count = len(up)
    for window in windows:
        for meets in window:
            count += not meets
            for piece in meets[1:]:
                one, other = root(meets[0]), root(piece)
                up[other] = one
                count -= one != other
    return count
