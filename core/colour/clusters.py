"""k-means of weighted points: centres that no point's move to another centre improves.

Lloyd, Least squares quantization in PCM (1982); the first centres as Arthur and Vassilvitskii, k-means++ (2007), with
the best of several proposals for each, as they suggest.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

_STARTS = 3  # different first centres that are tried
_MOST_ROUNDS = 300
_STILL = 0.01  # of the points' standard deviation along an axis: centres that move less together have settled


def k_means(points: np.ndarray, weights: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The k centres (k, D) of different points (N, D), N > k, that weigh (N,), all above 0.

    Of some starts the one with the least sum of weighted squared distances. The same seed gives the same.
    """
    random = np.random.default_rng(seed)
    tries = [_settled(points, weights, _first(points, weights, k, random)) for _ in range(_STARTS)]
    return min(tries, key=lambda centres: _distances(points, centres) @ weights)


def _first(points: np.ndarray, weights: np.ndarray, k: int, random: np.random.Generator) -> np.ndarray:
    """Points far from each other: each is drawn by its weighted squared distance to those before."""
    proposals = 2 + int(np.log(k))
    chosen = [int(random.choice(len(points), p=weights / weights.sum()))]
    near = _squared(points, points[chosen[0]])
    for _ in range(1, k):
        odds = near * weights
        drawn = random.choice(len(points), size=proposals, p=odds / odds.sum())
        nearer = np.minimum(near, _squared(points, points[drawn, None]))
        best = int(np.argmin(nearer @ weights))
        chosen.append(int(drawn[best]))
        near = nearer[best]
    return points[chosen]


def _settled(points: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Centres moved to the means of the points nearest to them, until they rest."""
    tolerance = _STILL * np.sqrt(points.var(axis=0).mean())
    for _ in range(_MOST_ROUNDS):
        distance, nearest = cKDTree(centres).query(points)
        total = np.bincount(nearest, weights, len(centres))
        sums = [np.bincount(nearest, weights * axis, len(centres)) for axis in points.T]
        moved = np.stack(sums, axis=1) / np.where(total > 0, total, 1)[:, None]
        empty = np.flatnonzero(total == 0)  # such a centre goes where the distances are greatest
        moved[empty] = points[np.argsort(-weights * distance**2, kind="stable")[: len(empty)]]
        still = np.linalg.norm(moved - centres) <= tolerance
        centres = moved
        if still:
            break
    return centres


def _distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return cKDTree(centres).query(points)[0] ** 2


def _squared(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    return ((points - others) ** 2).sum(axis=-1)
