"""Which colours are common in a part of an image, and how near other colours are to them."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

_BIN = 6.0  # in CIELAB: colours in one are seen as alike


def common_colours(lab: np.ndarray, least: float) -> np.ndarray:
    """(C, 3) CIELAB means of the bins that hold at least a share `least` of colours (N, 3); of the fullest if none."""
    of, bins = _bins(lab)
    count = np.bincount(of, minlength=bins)
    chosen = count >= min(least * len(lab), count.max())
    return (
        np.stack([np.bincount(of, lab[:, c], minlength=bins) for c in range(3)], axis=1)[chosen] / count[chosen, None]
    )


def distance_to(colours: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """(...) the distance of colours (..., 3) to the nearest of `colours` (C, 3), all CIELAB."""
    distance, _ = cKDTree(colours).query(lab.reshape(-1, 3))
    return np.asarray(distance).reshape(lab.shape[:-1])


def _bins(lab: np.ndarray) -> tuple[np.ndarray, int]:
    """The bin of every colour, and how many bins there are."""
    _, of = np.unique(np.rint(lab / _BIN).astype(np.int32), axis=0, return_inverse=True)
    of = of.reshape(-1)
    return of, int(of.max()) + 1
