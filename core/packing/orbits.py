"""Covers that keep a symmetry of their piece: programs a half, a quarter or an eighth as large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from .exact import Program


@dataclass(frozen=True)
class Quotient:
    """A program whose columns are orbits: columns that some symmetries carry into each other, taken together.

    row (R,): which row of `program` each row of the whole became; column (C,): which of its columns each column of
    the whole became, or -1.
    """

    program: Program
    row: np.ndarray
    column: np.ndarray

    def unfolded(self, chosen: np.ndarray) -> np.ndarray:
        """The columns of the whole that make up columns of the quotient."""
        return np.flatnonzero(np.isin(self.column, chosen))


def quotient(program: Program, images: Sequence[np.ndarray], whole: bool) -> Quotient:
    """The program of the covers that a group of symmetries leaves as they are.

    images: the column that each column becomes, for each symmetry of the group. whole: orbits with members that
    overlap are left out; without it they stay, as a relaxation may take them in part. Rows that are covered by the
    same columns are one row.
    """
    count = len(program.price)
    pairs = np.tile(np.arange(count), len(images)), np.concatenate(images)
    links = coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(count, count))
    orbit = connected_components(links, directed=False)[1]
    price = np.bincount(orbit, weights=program.price)
    joined = csr_array((np.ones(count), (np.arange(count), orbit)), shape=(count, len(price)))
    matrix = csr_array(program.matrix @ joined)
    kept = np.arange(len(price))
    if whole:
        kept = np.setdiff1d(kept, matrix.indices[matrix.data > 1.5])
        matrix = matrix[:, kept]
    # Rows are the same if their sums of random numbers are; whole numbers of 43 bits, so that the sums are exact.
    mark = matrix @ np.random.default_rng(0).integers(0, 1 << 43, len(kept)).astype(float)
    _, first, row = np.unique(mark, return_index=True, return_inverse=True)
    number = np.full(len(price), -1)
    number[kept] = np.arange(len(kept))
    return Quotient(Program(csr_array(matrix[first]), price[kept]), row.ravel(), number[orbit])
