"""Error diffusion: what a stud's colour is off is spread over those to its right and below.

The studs of one slanting line do not hear of each other, so that a line is chosen at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..progress import SILENT, Progress

# (down, right) and weight of what each stud passes its error to; the weights are divided by their sum.
_FLOYD = {(0, 1): 7, (1, -1): 3, (1, 0): 5, (1, 1): 1}
_JARVIS = {
    (0, 1): 7, (0, 2): 5,
    (1, -2): 3, (1, -1): 5, (1, 0): 7, (1, 1): 5, (1, 2): 3,
    (2, -2): 1, (2, -1): 3, (2, 0): 5, (2, 1): 3, (2, 2): 1,
}  # fmt: skip
_ATKINSON = {(0, 1): 1, (0, 2): 1, (1, -1): 1, (1, 0): 1, (1, 1): 1, (2, 0): 1}
_SIERRA = {
    (0, 1): 5, (0, 2): 3,
    (1, -2): 2, (1, -1): 4, (1, 0): 5, (1, 1): 4, (1, 2): 2,
    (2, -1): 2, (2, 0): 3, (2, 1): 2,
}  # fmt: skip
KERNELS = {"floyd-steinberg": _FLOYD, "jarvis-judice-ninke": _JARVIS, "atkinson": _ATKINSON, "sierra": _SIERRA}

# Encoded colours (N, 3), 0..255 or beyond -> the column that each takes (N,).
Chooser = Callable[[np.ndarray], np.ndarray]
_MOST = 255.0  # that an error may reach: beyond the colours there are it would grow without end


@dataclass(frozen=True)
class Diffused:
    """chosen (down, across): column of each stud; wanted (down, across, 3): its colour with what others passed on."""

    chosen: np.ndarray
    wanted: np.ndarray


def diffused(
    target: np.ndarray, shown: np.ndarray, choose: Chooser, kernel: str, progress: Progress = SILENT
) -> Diffused:
    """Spread errors over an image (down, across, 3) of encoded colours 0..255 in one of KERNELS.

    shown (C, 3): what the columns look like, in the same units. At the edges the error falls off the image.
    Raises Cancelled.
    """
    down, across = target.shape[:2]
    weights = KERNELS[kernel]
    total = sum(weights.values())
    left = max(-right for (_, right) in weights)
    slant = left + 1  # studs by which each row may run behind the one above
    margin = 2
    wanted = np.pad(target.astype(np.float64), ((0, margin), (margin, margin), (0, 0)))
    chosen = np.zeros((down, across), np.int64)
    rows = np.arange(down)
    lines = across + slant * (down - 1)
    for line in range(lines):
        progress.at(line / lines)
        columns = line - slant * rows
        inside = (columns >= 0) & (columns < across)
        r, c = rows[inside], columns[inside]
        colours = wanted[r, c + margin]
        chosen[r, c] = choose(colours)
        error = np.clip(colours - shown[chosen[r, c]], -_MOST, _MOST)
        for (below, right), weight in weights.items():
            wanted[r + below, c + margin + right] += error * (weight / total)
    return Diffused(chosen, wanted[:down, margin : margin + across])
