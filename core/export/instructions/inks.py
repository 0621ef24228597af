"""The colours of drawn pixels: of every palette colour, by shade and by how strong a line lies there."""

from __future__ import annotations

import numpy as np

from ...catalogue.colours import Palette
from .sprites import SHADES

PLAIN, FINE, STRONG = range(3)  # no line, a line within a part, a line between parts
LINES = 3
INKS_A_COLOUR = SHADES * LINES
_DARK = (
    22.0  # of Lab; below this lightness lines are lighter than the part, as on a black one a dark line can't be seen
)
_LIT = 0.05  # added to dark colours
# How much of the colour a line keeps, and how far a line on a dark part goes towards white.
_KEPT, _LIFTED = (1.0, 0.55, 0.24), (0.0, 0.22, 0.42)


def inks(palette: Palette) -> np.ndarray:
    """((C + 1) * INKS_A_COLOUR,) uint64, by colour, shade and line, at last what is clear: four lanes
    of 16 bits, red, green, blue and opacity, 0 to 255 each.

    Sums over up to 256 pixels stay within their lanes, so that a mean of pixels takes one addition each.
    """
    colour = palette.srgb[:, None, None]
    shade = (np.arange(SHADES) / (SHADES - 1))[None, :, None, None]
    dark = (palette.lab[:, 0] < _DARK)[:, None, None, None]
    # Dark plastic is lit up a little, or its faces could not be told apart.
    lit = (colour + _LIT * dark) * shade
    kept, lifted = (np.array(row)[None, None, :, None] for row in (_KEPT, _LIFTED))
    lined = np.where(dark, lit + (1 - lit) * lifted, lit * kept)
    lanes = np.full((*lined.shape[:3], 4), 255, np.uint16)
    lanes[..., :3] = np.rint(np.clip(lined, 0, 1) * 255)
    packed = np.ascontiguousarray(lanes).view(np.uint64).reshape(-1)
    return np.append(packed, np.zeros(INKS_A_COLOUR, np.uint64))
