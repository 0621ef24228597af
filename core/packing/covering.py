"""The fewest placements that cover a piece, starting from a cover that is known.

First covers that keep symmetries of the piece, then any; then squares of the piece are covered anew where parts are
wasted. What a cell is worth (the prices of the relaxation) says how much a part falls short of the best use of its
cells: a square whose parts fall short by less than one part together can't be covered with fewer.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from .diving import dived, within
from .exact import Program, relaxed, searched
from .orbits import quotient

_NEAR = 1e-6
# Groups of symmetries that a cover may share with its piece, the quickest to solve first: both mirrors, quarter turns,
# the half turn. Others (one mirror, the diagonals) seldom fit rectangles well, and are used if the piece has no more.
_GROUPS = ((0, 2, 5, 7), (0, 1, 2, 3), (0, 2))
_SQUARE = 12  # studs: side of the squares that are covered anew
_STEP = 4  # studs from one square to the next
_SMALL = 100  # cells that are soon solved exactly
_DECIDABLE = 1_500  # placements of which it is soon known whether some of them cover the piece
_DIVABLE = 10_000  # placements into which a second dive is quick enough
_PATIENCE = 12  # squares in a row that stay as they are, after which the piece does
_ENOUGH = 6_000  # placements from which on a cover with a symmetry is not tried for without it, but mended
_MANY = 20_000  # placements whose relaxation takes too long


@dataclass(frozen=True)
class Covered:
    """The placements taken (K,) rows, and the least number that any cover takes, as far as it is proved.

    own: whether another start and more time would have given the same.
    """

    chosen: np.ndarray
    bound: int
    own: bool


def fewest(
    program: Program, start: np.ndarray, images: dict[int, np.ndarray], places: np.ndarray, end: float
) -> Covered:
    """Cover every cell once with the fewest placements.

    program: of placements, each at price 1; start (K,): columns of a cover, which is taken where it is proved to be the
    best, or where no other is found, and else has no say; images: for each symmetry of the piece, the column that each
    column becomes; places (R, 2): y, x of each cell; end: when to stop (time.monotonic()).
    """
    worth = np.full(len(places), 1 / program.length.max())
    least = _least(worth.sum())
    best: np.ndarray | None = None
    if len(start) > least and len(images) == 1 and len(program.price) <= _MANY:
        dive = dived(program, end)
        best, worth = dive.chosen, worth if dive.worth is None else dive.worth
    elif len(start) > least:
        worth = _worth(program, images, worth, end)
    least = max(least, _least(worth.sum()))
    if len(start) <= least:
        return Covered(start, least, False)
    best = _symmetric(program, best, images, least, end)
    if len(images) > 1 and (best is None or len(best) > least) and len(program.price) <= _ENOUGH:
        best = _better(best, dived(program, end, math.inf if best is None else len(best)).chosen)
    own = best is not None
    best = start if best is None else best
    if len(best) > least and len(places) > _SMALL:
        best = _mended(program, best, places, worth, end)
    if len(best) > least:
        best, least = _decided(program, best, worth, least, end)
    return Covered(best, least, own and time.monotonic() < end)


def _better(best: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
    return best if other is None or (best is not None and len(best) <= len(other)) else other


def _decided(program: Program, best: np.ndarray, worth: np.ndarray, least: int, end: float) -> tuple[np.ndarray, int]:
    """The best cover, and the least number that is proved, after a search for a cover of `least` placements.

    Only placements that such a cover can hold are looked at: mostly a tenth of all, so that the search is short. Where
    they are many, one more dive into them has to do.
    """
    while len(best) > least:
        columns = within(program, worth, least)
        if len(columns) > _DECIDABLE:
            if len(columns) <= _DIVABLE:
                dive = dived(program.of(columns), end, len(best), worth)
                best = best if dive.chosen is None else columns[dive.chosen]
            break
        cover, bound = searched(program.of(columns), end - time.monotonic())
        if cover is not None and len(cover.chosen) < len(best):
            best = columns[cover.chosen]
        if bound <= least + _NEAR:
            break
        least += 1
    return best, least


def _least(cost: float) -> int:
    return math.ceil(cost - _NEAR)


def _worth(program: Program, images: dict[int, np.ndarray], worth: np.ndarray, end: float) -> np.ndarray:
    """(R,) what each cell is worth; `worth` where finding out takes too long.

    The mean of the images of a relaxed cover is one too, so the program of orbits has the same relaxation.
    """
    if len(program.price) > _MANY * len(images):
        return worth
    folded = quotient(program, list(images.values()), whole=False)
    soft = relaxed(folded.program, end - time.monotonic())
    return worth if soft is None else (soft.worth / np.bincount(folded.row))[folded.row]


def _symmetric(
    program: Program, best: np.ndarray | None, images: dict[int, np.ndarray], least: int, end: float
) -> np.ndarray | None:
    """The best cover with a symmetry, if it is better than `best`."""
    for group in dict.fromkeys([*_GROUPS, tuple(images)]):
        if (best is None or len(best) > least) and len(group) > 1 and set(group) <= images.keys():
            folded = quotient(program, [images[symmetry] for symmetry in group], whole=True)
            if len(folded.program.price) <= _ENOUGH:
                dive = dived(folded.program, end, math.inf if best is None else len(best))
                best = best if dive.chosen is None else folded.unfolded(dive.chosen)
    return best


def _mended(program: Program, best: np.ndarray, places: np.ndarray, worth: np.ndarray, end: float) -> np.ndarray:
    """Cover squares anew, those first where most is wasted, until no square can get better."""
    high, broad = places.max(axis=0) + 1
    corners = np.mgrid[_STEP - _SQUARE : high : _STEP, _STEP - _SQUARE : broad : _STEP].reshape(2, -1).T
    inside = ((places >= corners[:, None]) & (places < corners[:, None] + _SQUARE)).all(axis=2).astype(np.float32)
    tried = np.zeros(len(corners), bool)
    least = _least(worth.sum())
    failed = 0
    while len(best) > least and failed < _PATIENCE and time.monotonic() < end:
        taken = program.matrix[:, best]
        wasted = 1 - taken.T @ worth
        touched = (inside @ taken) > 0.5
        hope = np.where(tried, 0.0, touched @ wasted)
        square = int(hope.argmax())
        if hope[square] < 1 - _NEAR:
            break
        tried[square] = True
        hit = touched[square]
        rows = taken @ hit.astype(float) > 0.5
        rest, columns = program.only(rows)
        dive = dived(rest, end, np.count_nonzero(hit))
        failed += 1
        if dive.chosen is not None:
            failed = 0
            best = np.concatenate([best[~hit], columns[dive.chosen]])
            tried[inside @ rows.astype(np.float32) > 0.5] = False
    return best
