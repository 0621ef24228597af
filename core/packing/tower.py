"""What has been built so far, as a packer that works from the ground up sees it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..units import PLATES_PER_BRICK

NOBODY = -1


class Tower:
    """Which part ends where, and which parts hang together.

    tops: part whose top is at a height, for the few heights that matter, by height modulo their number.
    group (parts,): connected piece of each part; piece 0 stands on the ground.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.tops = np.full((PLATES_PER_BRICK + 1, shape[1] * shape[2]), NOBODY, np.int32)
        self.shape = shape
        self.height: int | None = None  # of the last layer laid
        self.lowest: int | None = None
        self.group = np.zeros(0, np.int32)

    def below(self, z: int) -> np.ndarray:
        """(Y, X) int32: the part whose top carries each cell of height z, or NOBODY."""
        if self.height is not None and z > self.height:
            self.tops[np.arange(self.height, z) % len(self.tops)] = NOBODY
            self.height = z
        return self.tops[z % len(self.tops)].reshape(self.shape[1:])

    def lay(self, z: int, plates: int, owner: np.ndarray, cell: np.ndarray) -> None:
        """Add parts, numbered from 0 by owner (M,), on cells (M,) of height z."""
        carrier = self.below(z).ravel()[cell]
        first, count = len(self.group), int(owner.max()) + 1
        self.tops[(z + plates) % len(self.tops), cell] = owner + first
        if self.height is None:
            self.lowest = z
        self.height = z
        if z == self.lowest:
            self.group = np.zeros(first + count, np.int32)
            return
        held = carrier != NOBODY
        groups = int(self.group.max()) + 1
        ends = groups + owner[held], self.group[carrier[held]]
        links = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(groups + count,) * 2)
        label = connected_components(links, directed=False)[1]
        self.group = label[np.concatenate([self.group, groups + np.arange(count)])]
