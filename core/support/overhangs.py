"""Overhangs: what hangs over the layer below it, how far, and at which angle (T, requirements 7.1 to 7.3).

Layers are [layer, y, x] bool from the ground up: brick layers, or plate layers where the model has plates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy import ndimage

from ..units import BRICK_MM, STUD_MM

LONGEST_SPAN = 6  # studs: the longest common brick; what hangs over further must be held (requirement 7.2)
USUAL_ANGLE = 45.0  # degrees from the vertical
NO_SPAN = np.iinfo(np.int16).max  # span of a cell where the layer below is empty
_IN_LAYER = np.ones((3, 3), bool)
_STACKED = np.stack([np.zeros((3, 3), bool), _IN_LAYER, np.zeros((3, 3), bool)])


class Overhang(IntEnum):
    """What a cell belongs to. A point has nothing below it and fits in 2 x 2 studs, an edge is at most 2 wide."""

    NONE = 0
    POINT = 1
    EDGE = 2
    FACE = 3


@dataclass(frozen=True)
class Overhangs:
    """The overhangs of a stack of layers.

    kind, span (L, Y, X): what each cell belongs to, and its span n to the layer below, in studs.
    """

    kind: np.ndarray
    span: np.ndarray

    @property
    def angle(self) -> np.ndarray:
        """(L, Y, X) degrees from the vertical to the line to the nearest cell below; 90 where there is none."""
        return np.where(self.span == NO_SPAN, 90.0, span_angle(self.span))

    @property
    def too_long(self) -> np.ndarray:
        """(L, Y, X) bool: cells that hang over further than the longest common brick reaches."""
        return self.span > LONGEST_SPAN


def span_angle(span: np.ndarray | float) -> np.ndarray:
    """Degrees from the vertical at which a brick `span` studs aside of one in the layer below lies.

    Requirement 7.3: n = h tan(beta) / 8 with h = 9.6.
    """
    return np.degrees(np.arctan(np.asarray(span, float) * STUD_MM / BRICK_MM))


def angle_span(angle: np.ndarray | float) -> np.ndarray:
    """The span in studs of an overhang at `angle` degrees from the vertical, for adjacent brick layers."""
    return BRICK_MM * np.tan(np.radians(angle)) / STUD_MM


def spans(layers: np.ndarray) -> np.ndarray:
    """(L, Y, X) int16: how far each filled cell is from the nearest one of the layer below, in studs.

    The greater of the distances along x and y counts (requirement 7.3, in 3D). 0 on what rests on a cell or on the
    ground, and on empty cells; NO_SPAN where the layer below is empty.
    """
    found = np.zeros(layers.shape, np.int16)
    hanging = hanging_cells(layers)
    for layer in np.flatnonzero(hanging.any(axis=(1, 2))):
        below = layers[layer - 1]
        if below.any():
            distance = ndimage.distance_transform_cdt(~below, "chessboard")
            found[layer][hanging[layer]] = distance[hanging[layer]]
        else:
            found[layer][hanging[layer]] = NO_SPAN
    return found


def hanging_cells(layers: np.ndarray) -> np.ndarray:
    """(L, Y, X) bool: filled cells with nothing directly below them; the lowest layer lies on the ground."""
    hanging = layers.copy()
    hanging[:1] = False
    hanging[1:] &= ~layers[:-1]
    return hanging


def overhangs(layers: np.ndarray, critical: float = USUAL_ANGLE) -> Overhangs:
    """Every overhang: regions of a layer that rest on nothing, and cells at more than the critical angle.

    critical: degrees from the vertical. A region without a cell on the layer below is a point, an edge or a face by
    its size (cone tip, roof edge, table); what hangs over from a region that rests on something is a face.
    """
    span = spans(layers)
    hanging = span > 0
    alone = _regions_on_nothing(layers, hanging)
    kind = np.zeros(layers.shape, np.int8)
    kind[hanging & (span > angle_span(critical))] = Overhang.FACE
    region, count = ndimage.label(alone, _STACKED)
    if count:
        inside = alone.copy()
        for axis in (1, 2):  # what is left by 3 x 3 windows is a face
            inside = ndimage.minimum_filter1d(inside, 3, axis=axis, mode="constant", cval=0)
        wide = np.zeros(count + 1, bool)
        wide[region[inside]] = True
        small = np.ones(count + 1, bool)
        for number, box in enumerate(ndimage.find_objects(region), 1):
            small[number] = all(side.stop - side.start <= 2 for side in box[1:])
        of_region = np.where(wide, Overhang.FACE, np.where(small, Overhang.POINT, Overhang.EDGE))
        kind[alone] = of_region[region[alone]]
    return Overhangs(kind, span)


def _regions_on_nothing(layers: np.ndarray, hanging: np.ndarray) -> np.ndarray:
    """(L, Y, X) bool: cells of regions of one layer of which no cell rests on the layer below."""
    region, count = ndimage.label(layers, _STACKED)
    rests = np.zeros(count + 1, bool)
    rests[region[layers & ~hanging]] = True
    return layers & ~rests[region]
