"""One picture becomes a volume by the network of [I], which the project trained itself (training/octree.py)."""

from __future__ import annotations

import numpy as np

PIXELS = 128
_FLOOR = 0.15  # the darkest object is still brighter than the background


def network_input(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(H, W) in 0..1: greys where the object is, nothing elsewhere. grey (sRGB), alpha (H, W) in 0..1."""
    return alpha * (_FLOOR + (1.0 - _FLOOR) * grey)
