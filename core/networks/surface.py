"""The surface where numbers on a grid pass a threshold, as triangles (surface nets).

S. F. F. Gibson, "Constrained elastic surface nets", MICCAI 1998, without its relaxation: a corner in every block of
2 x 2 x 2 numbers that the surface crosses, in the mean of the crossings of the block's edges, and two triangles across
every edge of the grid that it crosses.
"""

from __future__ import annotations

from itertools import product

import numpy as np

_CORNERS = tuple(product((0, 1), repeat=3))  # of a block, [z, y, x]


def surface_of(values: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The closed surface around all that is above a threshold in (Z, Y, X); beyond the array nothing is.

    Gives corners (V, 3) float64 x, y, z, where number [z, y, x] lies at (x, y, z) + 0.5; triangles (T, 3) int32,
    counter-clockwise seen from outside; and blocks (V, 3) int32: the z, y, x of the first of the eight numbers
    around each corner, -1 where it is beyond the array.
    """
    most = float(values.max(initial=threshold)) - threshold
    padded = np.pad(values.astype(np.float32), 1, constant_values=threshold - max(most, 1e-6))
    inside = padded > threshold
    block = _crossed(inside)
    corners = _means_of_crossings(padded, inside, block, threshold)
    number = np.full(tuple(length - 1 for length in inside.shape), -1, np.int32)
    number[tuple(block.T)] = np.arange(len(block), dtype=np.int32)
    triangles = np.concatenate([_across(inside, number, axis) for axis in range(3)])
    return (corners + block - 0.5)[:, ::-1], triangles, (block - 1).astype(np.int32)


def _crossed(inside: np.ndarray) -> np.ndarray:
    """(V, 3) first numbers of the blocks that have both sides in them."""
    shape = tuple(length - 1 for length in inside.shape)
    some, every = np.zeros(shape, bool), np.ones(shape, bool)
    for corner in _CORNERS:
        part = inside[tuple(slice(at, at + length) for at, length in zip(corner, shape, strict=True))]
        some |= part
        every &= part
    return np.argwhere(some & ~every)


def _means_of_crossings(values: np.ndarray, inside: np.ndarray, block: np.ndarray, threshold: float) -> np.ndarray:
    """(V, 3) z, y, x from the first number of each block to the mean of its edges' crossings."""
    total, count = np.zeros(block.shape), np.zeros(len(block))
    for axis, start in product(range(3), _CORNERS):
        if start[axis]:
            continue
        end = tuple(1 if i == axis else at for i, at in enumerate(start))
        a, b = tuple((block + start).T), tuple((block + end).T)
        crossing = inside[a] != inside[b]
        low, high = values[a][crossing].astype(np.float64), values[b][crossing].astype(np.float64)
        place = np.tile(np.array(start, float), (len(low), 1))
        place[:, axis] = (threshold - low) / (high - low)
        total[crossing] += place
        count[crossing] += 1
    return total / count[:, None]


def _across(inside: np.ndarray, number: np.ndarray, axis: int) -> np.ndarray:
    """(T, 3) the triangles across the crossed edges along one axis, seen from outside counter-clockwise."""
    ahead = [slice(None)] * 3
    ahead[axis] = slice(1, None)
    behind = [slice(None)] * 3
    behind[axis] = slice(None, -1)
    into, out_of = inside[tuple(ahead)], inside[tuple(behind)]
    edges = np.argwhere(into != out_of)
    leaving = out_of[tuple(edges.T)]  # the surface faces along the axis there
    u, v = (axis + 1) % 3, (axis + 2) % 3
    quad = np.zeros((len(edges), 4), np.int32)
    for column, (du, dv) in enumerate(((1, 1), (0, 1), (0, 0), (1, 0))):
        at = edges.copy()
        at[:, u] -= du
        at[:, v] -= dv
        quad[:, column] = number[tuple(at.T)]
    # z, y, x is a left-handed order, so that the turn is the other way round.
    quad[leaving] = quad[leaving, ::-1]
    return np.concatenate([quad[:, :3], quad[:, [0, 2, 3]]])
