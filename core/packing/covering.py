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

from .exact import Program, cheapest, dived, relaxed
from .orbits import quotient

_NEAR = 1e-6
# Groups of symmetries that a cover may share with its piece, the quickest to solve first: both mirrors, quarter turns,
# the half turn. Others (one mirror, the diagonals) seldom fit rectangles well, and are used if the piece has no more.
_GROUPS = ((0, 2, 5, 7), (0, 1, 2, 3), (0, 2))
_SQUARE = 12  # studs: side of the squares that are covered anew
_STEP = 4  # studs from one square to the next
_SMALL = 100  # cells that are soon solved exactly
_PATIENCE = 12  # squares in a row that stay as they are, after which the piece does
_ENOUGH = 6_000  # placements from which on a cover with a symmetry is not tried for without it, but mended
_MANY = 20_000  # placements whose relaxation takes too long


@dataclass(frozen=True)
class Covered:
    """The placements taken (K,) rows, and the least number that any cover takes, as far as it is proved."""

    chosen: np.ndarray
    bound: int


def fewest(
    program: Program, start: np.ndarray, images: dict[int, np.ndarray], places: np.ndarray, seconds: float
) -> Covered:
    """Cover every cell once with the fewest placements, never more than `start` takes.

    program: of placements, each at price 1; start (K,): columns of a cover; images: for each symmetry of the piece,
    the column that each column becomes; places (R, 2): y, x of each cell. Stops after `seconds`.
    """
    end = time.monotonic() + seconds
    worth = np.full(len(places), 1 / program.length.max())
    least = _least(worth.sum())
    if len(start) <= least or seconds <= 0:
        return Covered(start, least)
    best = start
    if len(images) == 1 and len(program.price) <= _MANY:
        dive = dived(program, end, len(best))
        best = best if dive.chosen is None else dive.chosen
        least = max(least, _least(dive.bound))
        if len(best) <= least:
            return Covered(best, least)
    worth = _worth(program, images, worth, end)
    least = max(least, _least(worth.sum()))
    best = _symmetric(program, best, images, least, end)
    if len(best) > least and len(images) > 1 and len(program.price) <= _ENOUGH:
        dive = dived(program, end, len(best))
        best = best if dive.chosen is None else dive.chosen
    if len(best) > least and len(places) <= _SMALL:
        found = cheapest(program, end - time.monotonic())
        if found is not None:
            best = found.chosen if len(found.chosen) < len(best) else best
            return Covered(best, max(least, _least(found.bound)))
    return Covered(_mended(program, best, places, worth, end), least)


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


def _symmetric(program: Program, best: np.ndarray, images: dict[int, np.ndarray], least: int, end: float) -> np.ndarray:
    """The best cover with a symmetry, if it is better than `best`."""
    for group in dict.fromkeys([*_GROUPS, tuple(images)]):
        if len(best) > least and len(group) > 1 and set(group) <= images.keys():
            folded = quotient(program, [images[symmetry] for symmetry in group], whole=True)
            if len(folded.program.price) <= _ENOUGH:
                dive = dived(folded.program, end, len(best))
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
