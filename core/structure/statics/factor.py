"""Solves A D A^T u = r quickly for many D: a Cholesky factorisation by fronts, along nested cuts through the model.

The parts are cut in two halves by a layer of parts, these again, and so on. What is eliminated together is one dense
front, so that nearly all work is done by BLAS; the plan of fronts depends on the contacts alone and is made once.
After George (1973, nested dissection) and Duff and Reid (1983, multifrontal method). On shells of 1,500 to 10,000
parts it takes half the time of SuperLU with its minimum-degree ordering, and other threads do not disturb it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.linalg.blas import dgemv, dsyrk, dtrsm, dtrsv
from scipy.linalg.lapack import dpotrf
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

_LEAF = 24  # parts that are not cut further
_CENTRAL = 0.35  # share of the parts that at least lie on each side of a cut, where they can
_BETWEEN = 2  # mark of a part that parts two sides
_FIRM = 1e-13  # added to the matrix, by its diagonal, for parts that nothing holds
_LEAST = 1e-3  # of the mean diagonal: taken for what lies on it where it is less
_FIRMER = 1e3  # by which that grows where the matrix is not positive definite for its rounding
_TRIES = 3


@dataclass(frozen=True)
class _Front:
    """Unknowns eliminated together: start to end, in their new order; border: later unknowns that they touch.

    parent: number of the front that takes the rest, at its places `into`; runs: from where to where these follow
    each other.
    """

    start: int
    end: int
    border: np.ndarray
    parent: int
    into: np.ndarray
    runs: list[tuple[int, int]]


Factors = list[tuple[np.ndarray, np.ndarray]]  # of each front its own triangle, and the rows of its border


@dataclass(frozen=True)
class Elimination:
    """order: the rows of A as they are eliminated; matrix, transposed: A in that order; fronts, children first."""

    order: np.ndarray
    matrix: csc_matrix
    transposed: csc_matrix
    fronts: list[_Front]

    def solver(self, soft: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """What solves A diag(soft) A^T u = r. Raises numpy's LinAlgError for a matrix that is far from definite."""
        scaled = self.matrix.data * np.repeat(soft, np.diff(self.matrix.indptr))
        weighted = csc_matrix((scaled, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape)
        product = (weighted @ self.transposed).tocsc()
        diagonal = product.diagonal()
        firm = _FIRM * np.maximum(diagonal, _LEAST * diagonal.mean())
        for _ in range(_TRIES):
            factors = _factorised(self.fronts, product, firm)
            if factors is not None:
                return partial(_solved, self.fronts, factors, self.order)
            firm = _FIRMER * firm
        raise np.linalg.LinAlgError("The parts' matrix is not positive definite.")


def elimination(matrix: csc_matrix, first: np.ndarray, second: np.ndarray, middle: np.ndarray) -> Elimination:
    """The plan for A (rows of a part together, N parts), whose columns join parts `first` (-1: none) and `second`.

    middle (N, 3): where the parts are.
    """
    count = len(middle)
    rows = matrix.shape[0] // count
    inner = first >= 0
    pairs = np.unique(first[inner] * np.int64(count) + second[inner])
    pairs = np.stack([pairs // count, pairs % count])
    pieces, parents = _cuts(pairs, middle)
    parts = np.concatenate(pieces)
    number = np.argsort(parts)
    order = _unknowns(parts, rows)
    ordered = matrix.tocsr()[order].tocsc()
    ends = np.cumsum([len(piece) for piece in pieces])
    fronts = _fronts(_touching(number[pairs], count), ends, parents, rows)
    return Elimination(order, ordered, ordered.T.tocsc(), fronts)


def _touching(pairs: np.ndarray, count: int) -> csr_matrix:
    one_way = coo_matrix((np.ones(pairs.shape[1], np.int8), tuple(pairs)), shape=(count, count)).tocsr()
    return (one_way + one_way.T).tocsr()


def _cuts(pairs: np.ndarray, middle: np.ndarray) -> tuple[list[np.ndarray], list[int]]:
    """Pieces of parts, those cut off before those that cut them off, and the number of each one's parent (-1: none)."""
    pieces: list[np.ndarray] = []
    parents: list[int] = []
    side = np.zeros(len(middle), np.int8)

    def cut(parts: np.ndarray, pairs: np.ndarray) -> list[int]:
        """The number of the piece that parts these in two; the numbers of both, where they do not touch."""
        children: list[int] = []
        if len(parts) > _LEAF:
            side[parts] = _far(middle[parts], middle[pairs])
            apart = pairs[:, side[pairs[0]] != side[pairs[1]]]
            near, far = (np.unique(apart[side[apart] == half]) for half in (0, 1))
            between = near if len(near) < len(far) else far
            side[between] = _BETWEEN
            halves = [(parts[side[parts] == half], pairs[:, (side[pairs] == half).all(axis=0)]) for half in (0, 1)]
            children = [child for half in halves if len(half[0]) for child in cut(*half)]
            parts = between
        if not len(parts):
            return children
        pieces.append(parts)
        parents.append(-1)
        for child in children:
            parents[child] = len(pieces) - 1
        return [len(pieces) - 1]

    cut(np.arange(len(middle)), pairs)
    return pieces, parents


def _far(middle: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(P,) bool: which parts lie beyond the plane near the middle that the fewest pairs reach across.

    middle (P, 3): of all parts; ends (2, Q, 3): of pairs that touch.
    """
    best = (np.inf, 0, 0.0)
    first, last = (int(len(middle) * share) for share in (_CENTRAL, 1 - _CENTRAL))
    for axis in range(3):
        ranked = np.sort(middle[:, axis])
        planes = np.unique(ranked[first : last + 1])
        planes = planes[planes > ranked[0]]
        begun, ended = (np.sort(limit(axis=0)) for limit in (ends[..., axis].min, ends[..., axis].max))
        reaching = np.searchsorted(begun, planes) - np.searchsorted(ended, planes)
        if len(planes):
            least = int(np.argmin(reaching))
            best = min(best, (float(reaching[least]), axis, float(planes[least])))
    if np.isinf(best[0]):  # nearly all on a line across every axis; parts have volume, so they differ somewhere
        axis = int(np.argmax(np.ptp(middle, axis=0)))
        return middle[:, axis] > middle[:, axis].min()
    return middle[:, best[1]] >= best[2]


def _fronts(touching: csr_matrix, ends: np.ndarray, parents: list[int], rows: int) -> list[_Front]:
    """The fronts of the pieces of parts that end at `ends`; all is in the order in which they are eliminated."""
    starts = np.concatenate([[0], ends[:-1]])
    borders = [_unknowns(border, rows) for border in _borders(touching, starts, ends, parents)]
    fronts = []
    for start, end, border, parent in zip(rows * starts, rows * ends, borders, parents, strict=True):
        into = border
        if parent >= 0:
            into = _places(border, rows * starts[parent], rows * ends[parent], borders[parent])
        turns = np.flatnonzero(np.diff(into, prepend=-2) != 1).tolist()
        runs = list(zip(turns, [*turns[1:], len(into)], strict=True)) if turns else []
        fronts.append(_Front(start, end, border, parent, into, runs))
    return fronts


def _borders(touching: csr_matrix, starts: np.ndarray, ends: np.ndarray, parents: list[int]) -> list[np.ndarray]:
    """Of each piece the later parts that touch it or a piece below it."""
    borders: list[np.ndarray] = []
    below: list[list[np.ndarray]] = [[] for _ in ends]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        near = touching.indices[touching.indptr[start] : touching.indptr[end]]
        met = np.unique(np.concatenate([near, *below[number]]))
        borders.append(met[met >= end])
        if parents[number] >= 0:
            below[parents[number]].append(borders[number])
    return borders


def _unknowns(parts: np.ndarray, rows: int) -> np.ndarray:
    return (parts[:, None] * rows + np.arange(rows)).ravel()


def _places(unknown: np.ndarray, start: int, end: int, border: np.ndarray) -> np.ndarray:
    """Where unknowns stand in a front: its own first, then its border."""
    return np.where(unknown < end, unknown - start, end - start + np.searchsorted(border, unknown))


def _entries(front: _Front, product: csc_matrix) -> np.ndarray:
    """The columns of a front's own unknowns, on and below the diagonal, in the front's places."""
    limits = product.indptr[front.start : front.end + 1]
    row, value = product.indices[limits[0] : limits[-1]], product.data[limits[0] : limits[-1]]
    own = front.end - front.start
    column = np.repeat(np.arange(own), np.diff(limits))
    lower = np.flatnonzero(row - front.start >= column)
    size = own + len(front.border)
    whole = np.zeros(size * size)
    whole[_places(row[lower], front.start, front.end, front.border) + column[lower] * size] = value[lower]
    return whole.reshape(size, size, order="F")


def _factorised(fronts: list[_Front], product: csc_matrix, firm: np.ndarray) -> Factors | None:
    """None if the matrix is not positive definite."""
    factors = []
    pending: list[list[tuple[_Front, np.ndarray]]] = [[] for _ in fronts]
    for number, front in enumerate(fronts):
        whole = _entries(front, product)
        own = front.end - front.start
        whole[np.arange(own), np.arange(own)] += firm[front.start : front.end]
        for child, rest in pending[number]:
            # Both lie in memory column by column: of the transposed, whose upper triangle counts, rows are contiguous.
            for begin, stop in child.runs:
                into = child.into[begin]
                whole.T[child.into[:stop], into : into + stop - begin] += rest.T[:stop, begin:stop]
        pending[number] = []
        triangle, failed = dpotrf(whole[:own, :own], lower=1)
        if failed:
            return None
        border = np.zeros((0, own))
        if len(front.border):
            border = dtrsm(1.0, triangle, whole[own:, :own], side=1, lower=1, trans_a=1)
            rest = dsyrk(-1.0, border, beta=1.0, c=whole[own:, own:], lower=1)
            pending[front.parent].append((front, rest))
        factors.append((triangle, border))
    return factors


def _solved(fronts: list[_Front], factors: Factors, order: np.ndarray, right: np.ndarray) -> np.ndarray:
    value = right[order]
    for front, (triangle, border) in zip(fronts, factors, strict=True):
        own = dtrsv(triangle, value[front.start : front.end], lower=1)
        value[front.start : front.end] = own
        if len(front.border):
            value[front.border] -= dgemv(1.0, border, own)
    for front, (triangle, border) in zip(reversed(fronts), reversed(factors), strict=True):
        own = value[front.start : front.end]
        if len(front.border):
            own = own - dgemv(1.0, border, value[front.border], trans=1)
        value[front.start : front.end] = dtrsv(triangle, own, lower=1, trans=1)
    solution = np.empty_like(value)
    solution[order] = value
    return solution
