"""Which visible units touch, and how patchy the colours on them are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..units import PLATES_PER_BRICK

# Half of the directions z, y, x in which a cell has neighbours; the other half is theirs.
_FACES = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
_EDGES = np.array([(0, 1, 1), (0, 1, -1), (1, 0, 1), (1, 0, -1), (1, 1, 0), (1, -1, 0)])
_EDGE_SHARE = 0.5  # units that touch along an edge count half as much as those that share a face


@dataclass(frozen=True)
class Neighbours:
    """Pairs of visible units that touch by a face or along an edge, each once.

    first, second (M,) int64: rows of the units; contact (M,) float64: how much they touch, 1 for a side of two bricks
    or one on top of the other, a third for a side of two plates; by_face (M,) bool; count: how many units there are.
    """

    first: np.ndarray
    second: np.ndarray
    contact: np.ndarray
    by_face: np.ndarray
    count: int


def unit_neighbours(seen: np.ndarray, height: np.ndarray) -> Neighbours:
    """The neighbours among visible units. seen (N, 3): lowest cells z, y, x; height (N,): plates, 1 or 3."""
    row = np.repeat(np.arange(len(seen)), height)
    up = np.arange(len(row)) - np.repeat(np.cumsum(height) - height, height)
    cells = seen[row].astype(np.int64)
    cells[:, 0] += up
    shape = tuple(cells.max(axis=0, initial=0) + 3)  # a rim, so that a step out of the grid stays out
    key = np.ravel_multi_index(tuple((cells + 1).T), shape)
    order = np.argsort(key)
    key, row = key[order], row[order]
    stride = np.array([shape[1] * shape[2], shape[2], 1])
    faces, face_contact = _pairs(key, row, _FACES @ stride, np.array([1.0, 1 / 3, 1 / 3]), len(seen))
    edges, edge_contact = _pairs(key, row, _EDGES @ stride, np.full(len(_EDGES), _EDGE_SHARE / 3), len(seen))
    apart = ~np.isin(edges, faces, assume_unique=True)
    edges, edge_contact = edges[apart], edge_contact[apart]
    # Bricks meet only in one cell of three when one is higher than the other.
    lower = np.minimum(height[edges // len(seen)], height[edges % len(seen)])
    edge_contact = np.maximum(edge_contact, lower * _EDGE_SHARE / PLATES_PER_BRICK)
    pairs = np.concatenate([faces, edges])
    by_face = np.arange(len(pairs)) < len(faces)
    contact = np.concatenate([face_contact, edge_contact])
    return Neighbours(pairs // max(1, len(seen)), pairs % max(1, len(seen)), contact, by_face, len(seen))


def _pairs(
    key: np.ndarray, row: np.ndarray, steps: np.ndarray, contact: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of different units as first * count + second, first < second, ascending, and their contact summed up."""
    found, weights = [], []
    for step, weight in zip(steps, contact, strict=True):
        at = np.minimum(np.searchsorted(key, key + step), max(0, len(key) - 1))
        hit = key[at] == key + step
        one, other = row[hit], row[at[hit]]
        pair = np.minimum(one, other) * count + np.maximum(one, other)
        found.append(pair[one != other])
        weights.append(np.full(len(found[-1]), weight))
    pairs, which = np.unique(np.concatenate(found), return_inverse=True)
    return pairs, np.bincount(which.reshape(-1), np.concatenate(weights), len(pairs))


def patchiness(row: np.ndarray, neighbours: Neighbours) -> float:
    """The share of neighbouring visible units, those that share a face, whose colours (N,) differ; 0 without any."""
    differ = row[neighbours.first] != row[neighbours.second]
    return float(differ[neighbours.by_face].mean()) if neighbours.by_face.any() else 0.0
