"""What the parts of a layer lie on, and how many different parts each touches."""

from __future__ import annotations

import numpy as np


def parts_touched(owner: np.ndarray, below: np.ndarray, count: int) -> np.ndarray:
    """(count,) int: how many different parts lie under the cells of each of `count` parts, whatever their shapes.

    owner (M,): the part that has a cell; below (M,): the part under that cell, negative for none.
    """
    carried = below >= 0
    span = int(below.max(initial=0)) + 1
    pairs = np.sort(owner[carried].astype(np.int64) * span + below[carried])
    return np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // span, minlength=count)


class Tops:
    """What has been built so far, as seen from above: the part laid last in every cell, and where it ends."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """shape: Y, X of the layers."""
        self._part = np.full(shape, -1, np.int32)
        self._height = np.full(shape, -1, np.int32)
        self.parts = 0

    def at(self, z: int) -> np.ndarray:
        """(Y, X) int32: the part whose top carries each cell of height z, in plates, or -1."""
        return np.where(self._height == z, self._part, -1)

    def lay(self, z: int, plates: int, owner: np.ndarray, cell: np.ndarray) -> None:
        """Add parts, numbered from 0 by owner (M,), on cells (M,), y * X + x, from height z; layers come upwards."""
        self._part.ravel()[cell] = owner + self.parts
        self._height.ravel()[cell] = z + plates
        self.parts += int(owner.max(initial=-1)) + 1
