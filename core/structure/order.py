"""In which order the parts are laid."""

from __future__ import annotations

import numpy as np


def layer_steps(layout: np.ndarray) -> np.ndarray:
    """The layout sorted from the ground up, one building step for each height at which parts begin."""
    ordered = layout[np.lexsort((layout["x"], layout["y"], layout["z"]))].copy()
    ordered["step"] = np.unique(ordered["z"], return_inverse=True)[1]
    return ordered
