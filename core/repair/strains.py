"""Where a layout would come apart: how far units side by side would move from each other as it gives way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..packing.built import Built
from ..packing.recovering import Candidates
from ..structure.statics.constants import CONSTANTS
from ..structure.statics.equilibrium import Model
from .bearing import moved

_AXES = 2


@dataclass(frozen=True)
class Strains:
    """beyond (2, U): the unit beside each along x and along y, -1 for none; gap (2, U): how far they would part."""

    beyond: np.ndarray
    gap: np.ndarray

    def spanned(self, candidates: Candidates) -> np.ndarray:
        """(N,): the gaps that each placement spans, summed."""
        count = len(self.gap[0])
        key = np.sort(candidates.owner.astype(np.int64) * count + candidates.unit)
        total = np.zeros(len(candidates.placements))
        for beyond, gap in zip(self.beyond, self.gap, strict=True):
            next_unit, width = beyond[candidates.unit], gap[candidates.unit]
            rows = np.flatnonzero((next_unit >= 0) & (width > 0))
            wanted = candidates.owner[rows].astype(np.int64) * count + next_unit[rows]
            found = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            rows = rows[key[found] == wanted]
            total += np.bincount(candidates.owner[rows], width[rows], len(total))
        return total

    def faded(self, newer: Strains, share: float) -> Strains:
        """The larger of newer gaps and a share of these."""
        return Strains(self.beyond, np.maximum(self.gap * share, newer.gap))


def strains_of(state: Built, rows: np.ndarray, model: Model, lift: np.ndarray) -> Strains:
    """The gaps between the parts `rows`, those of the model, which move by `lift` (K, 5); elsewhere none.

    A gap is how far the middles of the lower and the upper edge of the face between two units part, summed; the
    greatest is 1.
    """
    units = state.units
    number = np.full(len(state.layout), -1)
    number[rows] = np.arange(len(rows))
    one, other = units.beside.T
    along_x = (units.y[one] == units.y[other]).astype(int)
    beyond = np.full((_AXES, len(units.place)), -1, np.int64)
    beyond[1 - along_x, one] = other
    part, next_part = number[state.owner[one]], number[state.owner[other]]
    apart = np.flatnonzero((part >= 0) & (next_part >= 0) & (part != next_part))
    one, along_x, part, next_part = one[apart], along_x[apart], part[apart], next_part[apart]
    width = np.zeros(len(apart))
    x, y = units.x[one] + (1 + along_x) / 2, units.y[one] + (2 - along_x) / 2
    for edge in (units.z[one], units.z[one] + units.plates[one]):
        place = np.stack([x, y, edge * CONSTANTS.plate_pitches], axis=1)
        step = moved(lift[part], model.middle[part], place) - moved(lift[next_part], model.middle[next_part], place)
        width += np.linalg.norm(step, axis=1)
    gap = np.zeros((_AXES, len(units.place)))
    gap[1 - along_x, one] = width / max(width.max(initial=0.0), np.finfo(float).tiny)
    return Strains(beyond, gap)
