"""Merging the bricks of a layer at random, in many copies of the layer at once.

Every cell has a random 64-bit number, and a brick the sum of those of its cells (modulo 2**64). The sums of all
placements are known, so one look-up of the sum of two bricks says whether together they make a part in one colour.
A round merges a random matching of the pairs that may be merged, until there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..catalogue.parts import Catalogue
from .choosing import cells_of
from .task import Layer


@dataclass(frozen=True)
class Mergeable:
    """A layer, ready to be merged.

    place (n,): its cells, y * X + x; number (n,) uint64: of each cell; sums (N,) uint64 ascending: of the placements;
    placements (N,) PLACEMENT_DTYPE in that order; first, second (E,): rows of `place` that share an edge.
    """

    place: np.ndarray
    number: np.ndarray
    sums: np.ndarray
    placements: np.ndarray
    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True)
class Merged:
    """Bricks in copies of a layer.

    brick (copies, n): the brick that has each cell; equal in two cells only if they are in one brick of one copy.
    sums (copies * n,): of each brick, by its name in `brick`.
    """

    brick: np.ndarray
    sums: np.ndarray


def mergeable(layer: Layer, catalogue: Catalogue, rng: np.random.Generator) -> Mergeable:
    """The layer with its cells numbered by chance."""
    deep, wide = layer.cells.shape
    place = np.flatnonzero(layer.cells)
    by_place = np.zeros(deep * wide, np.uint64)
    by_place[place] = rng.integers(0, 2**64, len(place), np.uint64)
    owner, cell = cells_of(layer.placements, catalogue, wide)
    sums = np.add.reduceat(by_place[cell], np.flatnonzero(np.diff(owner, prepend=-1)), dtype=np.uint64)
    order = np.argsort(sums, kind="stable")
    row = np.full((deep, wide), -1)
    row.ravel()[place] = np.arange(len(place))
    first, second = (
        np.concatenate([ends.ravel() for ends in along]) for along in ((row[:, :-1], row[:-1]), (row[:, 1:], row[1:]))
    )
    both = (first >= 0) & (second >= 0)
    return Mergeable(place, by_place[place], sums[order], layer.placements[order], first[both], second[both])


def merged_at_random(ready: Mergeable, copies: int, rng: np.random.Generator) -> Merged:
    """Copies of the layer, each merged from 1 x 1 bricks until no two adjacent bricks may be merged."""
    cells = len(ready.place)
    start = np.arange(copies)[:, None] * cells
    first, second = (start + ready.first).ravel(), (start + ready.second).ravel()
    sums = np.tile(ready.number, copies)
    brick = np.arange(copies * cells)
    while True:
        fits = np.flatnonzero(_found(ready.sums, sums[first] + sums[second]))
        if not len(fits):
            return Merged(brick.reshape(copies, cells), sums)
        fits = _matching(first, second, rng.permutation(fits), len(brick))
        into = np.arange(len(brick))
        into[second[fits]] = first[fits]
        sums[first[fits]] += sums[second[fits]]
        brick, first, second = into[brick], into[first], into[second]
        apart = first != second
        first, second = first[apart], second[apart]


def placements_of(merged: Merged, copy: int, ready: Mergeable) -> np.ndarray:
    """(K,) PLACEMENT_DTYPE: the bricks of one copy that are parts."""
    sums = merged.sums[np.unique(merged.brick[copy])]
    return ready.placements[np.searchsorted(ready.sums, sums[_found(ready.sums, sums)])]


def are_parts(merged: Merged, ready: Mergeable) -> np.ndarray:
    """(copies,) bool: whether every brick of a copy is a part that exists in its colour."""
    return _found(ready.sums, merged.sums[merged.brick]).all(axis=1)


def _found(ascending: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Bool, shaped as `wanted`: which of them are among `ascending`."""
    if not len(ascending):
        return np.zeros(wanted.shape, bool)
    return ascending[np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)] == wanted


def _matching(first: np.ndarray, second: np.ndarray, pairs: np.ndarray, count: int) -> np.ndarray:
    """Those of `pairs`, rows of first and second, that come before every other pair of them with the same brick."""
    rank = np.arange(len(pairs))
    ends = np.stack([first[pairs], second[pairs]], axis=1).ravel()
    best = np.zeros(count, np.intp)
    best[ends[::-1]] = np.repeat(rank, 2)[::-1]  # written from the last to the first: the first stays
    return pairs[(best[first[pairs]] == rank) & (best[second[pairs]] == rank)]
