"""The scores of source F (requirements.md, rows 6.6 to 6.8): plain formulas on arrays.

For a placement: b = cells of the part; d = different placements of the layer below that it connects to; c = model
cells that it covers; h = a Manhattan distance of colours, 0..765, from sRGB in 0..255. All arrays broadcast.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

BOARD_SHIPPED = 64.0  # B: what the program divides by, 8 x 8
BOARD_PRINTED = 16.0  # B by the description
_BLACK_TO_WHITE = 765.0
_SLOPE = 32.0
_SHIPPED_MIDDLE = 100.0 / _BLACK_TO_WHITE
_PRINTED_MIDDLE = 0.130
_LEAST_COVERED = 0.2  # of a part's cells must be model cells


def shipped_similarity(spread: np.ndarray) -> np.ndarray:
    """s of row 6.7, 0..1: near 1 while the colours under a part spread by less than h = 100."""
    return expit(_SLOPE * (_SHIPPED_MIDDLE - np.asarray(spread) / _BLACK_TO_WHITE))


def printed_similarity(distance: np.ndarray) -> np.ndarray:
    """s of row 6.8, 0..1: near 1 until the part's colour is h = 600 away from the model's."""
    return expit(_SLOPE * (1 - np.asarray(distance) / _BLACK_TO_WHITE - _PRINTED_MIDDLE))


def score(
    cells: np.ndarray,
    connected: np.ndarray,
    covered: np.ndarray,
    similarity: np.ndarray,
    board: float = BOARD_SHIPPED,
    hole: np.ndarray | bool = False,
) -> np.ndarray:
    """f = b/B (d/b + s) + 0.8 c/b + 0.2 (row 6.7), of b, d, c, s and B; 0 where c/b < 0.2.

    A part over no model cell at all scores b/B where it fills a hole (row 6.9), so that wide ones come first.
    """
    cells = np.asarray(cells, np.float64)
    share = covered / cells
    found = cells / board * (connected / cells + similarity) + 0.8 * share + 0.2
    return np.where(share >= _LEAST_COVERED, found, np.where((share == 0) & hole, cells / board, 0.0))


def placement_index(kind: np.ndarray, x: np.ndarray, y: np.ndarray, kinds: int, wide: int) -> np.ndarray:
    """The number of a placement in its layer (row 6.6): kind + kinds (x + wide y), which parts ties; the lowest wins.

    kind: part and turn, 0..kinds - 1; wide: studs of the layer along x.
    """
    return np.asarray(kind, np.int64) + kinds * (np.asarray(x, np.int64) + wide * np.asarray(y, np.int64))
