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
    """Two parts are joined when one ends at the height where the other begins and their footprints share a stud.

    The parts may lie anywhere, but not overlap.
    """
    count = len(layout)
    if not count:
        none = np.zeros(0, np.int64)
        return Links(none, none, none, none)
    height = extents(layout, catalogue)[:, 2]
    part, x, y = footprint_cells(layout, catalogue)
    x, y, z = (axis.astype(np.int64) - axis.min() for axis in (x, y, layout["z"]))
    wide, deep = x.max() + 1, y.max() + 1
    spot = y * wide + x
    bottom = z[part] * (wide * deep) + spot
    top = (z + height)[part] * (wide * deep) + spot
    _, of_top, of_bottom = np.intersect1d(top, bottom, assume_unique=True, return_indices=True)
    pair, studs = np.unique(part[of_top].astype(np.int64) * count + part[of_bottom], return_counts=True)
    lower, upper = pair // count, pair % count
    return Links(lower, upper, studs, _components(layout, lower, upper))


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
