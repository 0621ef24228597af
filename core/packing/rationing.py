"""Windows covered anew out of a limited number of parts: one integer program, that keeps what hangs together.

Taken apart into single units, the windows leave *blocks*: units that lie on each other, or under a part that stays.
A part laid anew that lies over several blocks joins them. Where a cover leaves blocks without a way to the ground, the
program is solved again with a row more: one of the parts that could join them to the others must lie.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_array
from scipy.sparse.csgraph import connected_components

from .built import Built
from .placements import HIDDEN
from .recovering import Candidates, candidates_of, recovered
from .shortage import Uses, uses_of
from .task import PackingTask

_MISSING = 20.0  # what a part costs that nobody owns; one that is owned costs 1
_LOOSE = 200.0  # what blocks cost that could be joined to others and are not
_CHANCE = 0.05  # at most added to a part at random, so that another try gives another cover
_GAP = 1e-3  # of the bound, at which the search may stop
_CUTS = 12  # programs solved for one set of windows


def rationed(
    state: Built, task: PackingTask, windows: list[np.ndarray], rng: np.random.Generator, seconds: float
) -> Built | None:
    """With the windows covered anew, in no more pieces, out of what the stock has beside the other parts.

    windows: units of one level each, all units of some parts. None where nothing was found in time, or only what falls
    into more pieces. Parts that are not owned are laid where nothing else was found.
    """
    assert task.stock is not None
    end = time.monotonic() + seconds
    gone = np.zeros(len(state.layout), bool)
    gone[state.owner[np.concatenate(windows)]] = True
    candidates = candidates_of(task, state.units, windows)
    ration = _ration(candidates, uses_of(state.layout[~gone], task.stock.shape), task.stock)
    blocks = _blocks(state, gone, candidates)
    most = int(state.pieces().max()) + 1
    price = 1 + rng.uniform(0, _CHANCE, len(candidates.placements))
    cuts = blocks.cuts(np.arange(blocks.count))
    for _ in range(_CUTS):
        chosen = _cheapest(candidates, price, ration, cuts, end - time.monotonic())
        if chosen is None:
            return None
        piece = blocks.pieces(chosen)
        if piece.max() < most:
            return recovered(state, windows, candidates, chosen, np.ones(len(windows), bool))
        known = {cut.tobytes() for cut in cuts}
        more = [cut for cut in blocks.cuts(piece) if cut.tobytes() not in known]
        if not more:
            return None
        cuts += more
    return None


@dataclass(frozen=True)
class _Ration:
    """Rows over placements (N columns), then missing parts: at most so many may lie.

    matrix (R, N + K), most (R,): by kind and colour what is left of it for visible parts, and by kind for all parts.
    """

    matrix: csr_array
    most: np.ndarray


def _ration(candidates: Candidates, elsewhere: Uses, stock: np.ndarray) -> _Ration:
    """elsewhere: the uses of the parts that stay.

    A missing part counts for the colour, and then not for the kind; or for the kind, where only hidden parts lack it.
    """
    count, colours = len(candidates.placements), stock.shape[1]
    part, colour = (candidates.placements[name].astype(np.int64) for name in ("part", "colour"))
    seen = np.flatnonzero(colour != HIDDEN)
    pair, of_pair = np.unique(part[seen] * colours + colour[seen], return_inverse=True)
    kind, of_kind = np.unique(part, return_inverse=True)
    kind_of_pair = np.searchsorted(kind, pair // colours)
    pairs, kinds = len(pair), len(kind)
    lacking = np.maximum(elsewhere.seen - stock, 0)
    left = stock.astype(np.int64) - elsewhere.seen
    # What lacks elsewhere already does so whatever is laid here.
    other = lacking.sum(axis=1)[kind]
    np.subtract.at(other, kind_of_pair, lacking.ravel()[pair])
    most = np.concatenate([left.ravel()[pair], left.sum(axis=1)[kind] - elsewhere.hidden[kind] + other])
    row = [of_pair.ravel(), np.arange(pairs), pairs + of_kind.ravel(), pairs + kind_of_pair, pairs + np.arange(kinds)]
    column = [
        seen,
        count + np.arange(pairs),
        np.arange(count),
        count + np.arange(pairs),
        count + pairs + np.arange(kinds),
    ]
    value = np.repeat([1.0, -1.0, 1.0, -1.0, -1.0], [len(each) for each in row])
    shape = pairs + kinds, count + pairs + kinds
    return _Ration(csr_array((value, (np.concatenate(row), np.concatenate(column))), shape=shape), most)


@dataclass(frozen=True)
class _Blocks:
    """Which blocks each placement lies over: placement (K,), block (K,), each pair once; block 0 holds the ground."""

    count: int
    placements: int
    placement: np.ndarray
    block: np.ndarray

    def pieces(self, chosen: np.ndarray) -> np.ndarray:
        """(B,) number of the piece that each block is of when the chosen placements lie; 0 holds the ground."""
        lies = np.zeros(self.placements, bool)
        lies[chosen] = True
        lies = lies[self.placement]
        size = self.count + self.placements
        ends = self.block[lies], self.count + self.placement[lies]
        graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(size, size))
        return _from_first(connected_components(graph, directed=False)[1][: self.count])

    def cuts(self, piece: np.ndarray) -> list[np.ndarray]:
        """For each piece but the ground's, the placements that lie over it and another; none for one without any.

        piece (B,): of each block, 0 is the ground's.
        """
        pieces = int(piece.max()) + 1
        placement, over = np.divmod(np.unique(self.placement * pieces + piece[self.block]), pieces)
        joins = (np.bincount(placement)[placement] > 1) & (over > 0)
        placement, over = placement[joins], over[joins]
        order = np.argsort(over, kind="stable")
        cuts = np.split(placement[order], np.flatnonzero(np.diff(over[order])) + 1)
        return cuts if len(placement) else []


def _from_first(label: np.ndarray) -> np.ndarray:
    """Other numbers for labels, from 0, which the first one gets."""
    number = np.unique(label, return_inverse=True)[1].ravel()
    return np.where(number == number[0], 0, np.where(number == 0, number[0], number))


def _blocks(state: Built, gone: np.ndarray, candidates: Candidates) -> _Blocks:
    units = state.units
    count = len(units.place)
    lower, upper = units.on.T
    # Every part that stays is one more knot, next to the ground.
    stays = np.flatnonzero(~gone[state.owner])
    ground = np.flatnonzero(units.ground)
    ends = (
        np.concatenate([lower, stays, ground]),
        np.concatenate([upper, count + 1 + state.owner[stays], np.full(len(ground), count)]),
    )
    size = count + 1 + len(state.layout)
    label = connected_components(coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(size, size)), False)[1]
    block = _from_first(np.concatenate([label[count : count + 1], label[:count]]))[1:]
    blocks = int(block.max()) + 1
    key = np.unique(candidates.owner.astype(np.int64) * blocks + block[candidates.unit])
    return _Blocks(blocks, len(candidates.placements), key // blocks, key % blocks)


def _cheapest(
    candidates: Candidates, price: np.ndarray, ration: _Ration, cuts: list[np.ndarray], seconds: float
) -> np.ndarray | None:
    """Rows of the placements of the cheapest cover of all windows; None when none was found in time."""
    count, rationed_columns = len(price), ration.matrix.shape[1]
    columns = rationed_columns + len(cuts)
    cells, cell = np.unique(candidates.unit, return_inverse=True)
    once = csr_array((np.ones(len(cell)), (cell.ravel(), candidates.owner)), shape=(len(cells), columns))
    wide = csr_array(
        (ration.matrix.data, ration.matrix.indices, ration.matrix.indptr), shape=(len(ration.most), columns)
    )
    rules = [LinearConstraint(once, 1, 1), LinearConstraint(wide, -np.inf, ration.most)]
    if cuts:
        of_cut = np.repeat(np.arange(len(cuts)), [len(cut) for cut in cuts])
        row = np.concatenate([of_cut, np.arange(len(cuts))])
        column = np.concatenate([*cuts, rationed_columns + np.arange(len(cuts))])
        joined = csr_array((np.ones(len(row)), (row, column)), shape=(len(cuts), columns))
        rules.append(LinearConstraint(joined, 1, np.inf))
    missing = np.full(rationed_columns - count, _MISSING)
    found = milp(
        np.concatenate([price, missing, np.full(len(cuts), _LOOSE)]),
        constraints=rules,
        integrality=np.repeat([1, 0], [count, columns - count]),
        bounds=Bounds(0, np.repeat([1.0, np.inf], [count, columns - count])),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": _GAP},
    )
    return None if found.x is None else np.flatnonzero(found.x[:count] > 0.5)
