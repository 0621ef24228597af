"""The stud graph: which parts are joined by studs, what hangs together, and what floats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..layout import extents, footprint_cells


@dataclass(frozen=True)
class Links:
    """Joints and connected pieces.

    lower, upper (J,): parts joined; studs (J,): by how many. component (N,): piece of each part; piece 0 is the one
    that stands on the ground. Every part of the lowest layer is joined to the ground.
    """

    lower: np.ndarray
    upper: np.ndarray
    studs: np.ndarray
    component: np.ndarray

    @property
    def floating(self) -> np.ndarray:
        """(N,) bool: parts without a way to the ground."""
        return self.component != 0

    @property
    def components(self) -> int:
        """How many pieces the model falls into."""
        return len(np.unique(self.component))


def stud_links(layout: np.ndarray, catalogue: Catalogue) -> Links:
    """Two parts are joined where a stud of the lower one meets a place for studs in the upper one.

    The parts may lie anywhere, but not overlap.
    """
    count = len(layout)
    if not count:
        none = np.zeros(0, np.int64)
        return Links(none, none, none, none)
    below, *top = footprint_cells(layout, catalogue, "studs")
    above, *bottom = footprint_cells(layout, catalogue, "tubes")
    top.append((layout["z"] + extents(layout, catalogue)[:, 2])[below])
    bottom.append(layout["z"][above])
    of_top, of_bottom = _same_places(top, bottom)
    pair, studs = np.unique(below[of_top].astype(np.int64) * count + above[of_bottom], return_counts=True)
    lower, upper = pair // count, pair % count
    return Links(lower, upper, studs, _components(layout, lower, upper))


def _same_places(first: list[np.ndarray], second: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Which places (x, y, z arrays) of the first and the second set are the same; none is twice in a set."""
    if not (len(first[0]) and len(second[0])):
        none = np.zeros(0, np.intp)
        return none, none
    # The parts may lie far from the origin: a place is counted from the lowest one, in a box around all.
    low = [int(min(a.min(), b.min())) for a, b in zip(first, second, strict=True)]
    span = [int(max(a.max(), b.max())) - least + 1 for a, b, least in zip(first, second, low, strict=True)]
    keys = []
    for places in (first, second):
        x, y, z = (axis.astype(np.int64) - least for axis, least in zip(places, low, strict=True))
        keys.append((z * span[1] + y) * span[0] + x)
    _, of_first, of_second = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    return of_first, of_second


def _components(layout: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    ground = len(layout)
    standing = np.flatnonzero(layout["z"] == layout["z"].min())
    a = np.concatenate([lower, standing])
    b = np.concatenate([upper, np.full(len(standing), ground)])
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(ground + 1, ground + 1))
    label = connected_components(graph, directed=False)[1]
    # The ground's piece gets number 0, the others follow by their lowest part.
    _, renumbered = np.unique(np.concatenate([[label[ground]], label[:ground]]), return_inverse=True)
    first = renumbered[0]
    order = np.where(renumbered == first, 0, np.where(renumbered < first, renumbered + 1, renumbered))
    return order[1:]
