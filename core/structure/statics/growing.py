"""The model of a layout as it grows: its parts and springs in the order in which they enter what stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from ...catalogue.parts import Catalogue
from .constants import Constants
from .contacts import GROUND, Kind, Springs
from .equilibrium import ROWS, Model, Situation, model_of


@dataclass(frozen=True)
class Growing:
    """A model whose parts and springs are in the order in which they are laid, those that never stand last.

    parts, springs (K,): how many of them there are after every step; row (N,): which row of the layout each part is.
    """

    model: Model
    parts: np.ndarray
    springs: np.ndarray
    row: np.ndarray

    def prefix(self, step: int) -> Model:
        """What stands after a step, as a model of its own."""
        parts, springs = int(self.parts[step]), int(self.springs[step])
        whole, old = self.model, self.model.springs
        own = Springs(*(getattr(old, name)[:springs] for name in ("kind", "axis", "first", "second", "place")))
        matrix = columns_of(whole.matrix, 0, springs, parts * ROWS)
        return Model(own, matrix, whole.weight[: parts * ROWS], whole.pull[:springs], whole.middle[:parts])


def growing_model(
    layout: np.ndarray, catalogue: Catalogue, situation: Situation, constants: Constants
) -> tuple[Growing, np.ndarray]:
    """The model in the order in which its parts enter what stands, and how many are laid after every step (K,)."""
    model = model_of(layout, catalogue, situation, constants)
    step = np.unique(layout["step"], return_inverse=True)[1].ravel()
    enters, count = held_since(model, step), int(step.max(initial=-1)) + 1
    old = model.springs
    since = np.maximum(np.append(enters, 0)[old.first], np.append(enters, 0)[old.second])  # GROUND is the last
    parts, columns = np.argsort(enters, kind="stable"), np.argsort(since, kind="stable")
    number = np.append(np.argsort(parts), GROUND)
    springs = Springs(
        old.kind[columns],
        old.axis[columns],
        number[old.first[columns]],
        number[old.second[columns]],
        old.place[columns],
    )
    rows = (parts[:, None] * ROWS + np.arange(ROWS)).ravel()
    matrix = model.matrix[:, columns].tocsr()[rows].tocsc()
    moved = Model(springs, matrix, model.weight[rows], model.pull[columns], model.middle[parts])
    of_parts, of_springs = (np.cumsum(np.bincount(found, minlength=count)[:count]) for found in (enters, since))
    return Growing(moved, of_parts, of_springs, parts), np.cumsum(np.bincount(step, minlength=count))


def holding(growing: Growing, held: np.ndarray) -> Growing:
    """The same with some parts (rows) held as firmly as the ground."""
    model, old = growing.model, growing.model.springs
    left = np.delete(np.arange(model.parts), held)
    number = np.full(model.parts + 1, GROUND)  # the last entry is the ground's
    number[left] = np.arange(len(left))
    ends = np.stack([number[old.first], number[old.second]])
    kept = np.flatnonzero(ends.max(axis=0) != GROUND)
    first, second = np.sort(ends[:, kept], axis=0)
    springs = Springs(old.kind[kept], old.axis[kept], first, second, old.place[kept])
    rows = (left[:, None] * ROWS + np.arange(ROWS)).ravel()
    matrix = model.matrix[:, kept].tocsr()[rows].tocsc()
    own = Model(springs, matrix, model.weight[rows], model.pull[kept], model.middle[left])
    return Growing(own, np.searchsorted(left, growing.parts), np.searchsorted(kept, growing.springs), growing.row[left])


def held_since(model: Model, step: np.ndarray) -> np.ndarray:
    """(N,): the first step after which each part has a way to the ground by studs; for those without, one too many.

    The way that is there first is that of a least spanning tree, in which joints weigh what step they are made in.
    """
    joints = model.springs.kind == Kind.SHEAR
    first, second = model.springs.first[joints], model.springs.second[joints]
    ground, count = model.parts, int(step.max(initial=-1)) + 1
    first = np.where(first == GROUND, ground, first)
    laid = np.append(step, 0)
    pair, at = np.unique(first * np.int64(ground + 1) + second, return_index=True)
    since = np.maximum(laid[first[at]], laid[second[at]]) + 1.0  # a weight of 0 would be no joint
    ends = pair // (ground + 1), pair % (ground + 1)
    tree = minimum_spanning_tree(coo_matrix((since, ends), shape=(ground + 1, ground + 1)).tocsr())
    order, before = breadth_first_order(tree, ground, directed=False)
    either = (tree + tree.T).tocsr()
    enters = np.full(ground + 1, count)
    enters[ground] = 0
    joined = np.asarray(either[order[1:], before[order[1:]]]).ravel().astype(np.int64) - 1
    for part, holder, made in zip(order[1:].tolist(), before[order[1:]].tolist(), joined.tolist(), strict=True):
        enters[part] = max(enters[holder], made)
    return enters[:-1]


def columns_of(matrix: csc_matrix, begin: int, end: int, rows: int) -> csc_matrix:
    """Some columns that follow each other and have entries in the first rows only."""
    limits = matrix.indptr[begin : end + 1]
    inner = slice(limits[0], limits[-1])
    return csc_matrix((matrix.data[inner], matrix.indices[inner], limits - limits[0]), shape=(rows, end - begin))
