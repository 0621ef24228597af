"""Windows as they are and as they could be: which of the new covers leave fewer pieces, each judged with the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .built import Built
from .recovering import Candidates, Meeting, meeting

# For each part of a window the pieces that it meets.
Version = list[list[int]]


@dataclass(frozen=True)
class Versions:
    """Each window as it is and as it could be.

    group (W,): windows that meet the same piece besides piece 0 are in one group; others do not bear on each other.
    """

    old: list[Version]
    new: list[Version]
    group: np.ndarray

    def better(self, rng: np.random.Generator, adds: np.ndarray, spare: int) -> np.ndarray:
        """(W,) bool: windows whose new version leaves fewer pieces or parts than the old.

        More parts are taken only for fewer pieces: as many as `adds` (W,) allows, `spare` of them in all.
        """
        keep = np.zeros(len(self.old), bool)
        members = [np.flatnonzero(self.group == number) for number in range(self.group.max(initial=-1) + 1)]
        current = dict(enumerate(self.old))
        least = [_count_pieces([current[one] for one in rows.tolist()]) for rows in members]
        for row in rng.permutation(len(self.old)).tolist():
            more = len(self.new[row]) - len(self.old[row])
            if more > min(spare, adds[row]):
                continue
            here = int(self.group[row])
            current[row] = self.new[row]
            count = _count_pieces([current[one] for one in members[here].tolist()])
            keep[row] = count < least[here] or (count == least[here] and more < 0)
            if keep[row]:
                least[here], spare = count, spare - more
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
    return Versions(old, new, _groups(window_of[is_now.part], is_now.piece, len(windows)))


def _groups(window: np.ndarray, piece: np.ndarray, count: int) -> np.ndarray:
    """(count,) the group of each window. window, piece (K,): which meet."""
    group = np.arange(count)
    first: dict[int, int] = {}
    for one, met in zip(window[piece > 0].tolist(), piece[piece > 0].tolist(), strict=True):
        earlier = first.setdefault(met, one)
        if group[one] != group[earlier]:
            group[group == group[one]] = group[earlier]
    return np.unique(group, return_inverse=True)[1].ravel()


def _by_window(parts: np.ndarray, window: np.ndarray, met: Meeting, count: int) -> list[Version]:
    """For each window, for each of its parts, the pieces met."""
    low, high = (np.searchsorted(met.part, parts, side) for side in ("left", "right"))
    found: list[Version] = [[] for _ in range(count)]
    for row, a, b in zip(window[parts].tolist(), low.tolist(), high.tolist(), strict=True):
        found[row].append(met.piece[a:b].tolist())
    return found


def _count_pieces(versions: list[Version]) -> int:
    """How many pieces are left once parts join those that they meet; a part that meets none is one more."""
    up = {piece: piece for version in versions for meets in version for piece in meets}

    def root(piece: int) -> int:
        while up[piece] != piece:
            up[piece] = up[up[piece]]
            piece = up[piece]
        return piece

    count = len(up)
    for version in versions:
        for meets in version:
            count += not meets
            for piece in meets[1:]:
                one, other = root(meets[0]), root(piece)
                up[other] = one
                count -= one != other
    return count
