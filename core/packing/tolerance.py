"""Parts that may show a slightly wrong colour on some of their visible cells, where that saves parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_AT_ONCE = 4_000_000  # differences held together


@dataclass(frozen=True)
class Tolerance:
    """How wrong a part may be: the sum of differences (C, C) between palette colours over its visible cells."""

    differences: np.ndarray
    most: float


def tolerable_colours(codes: np.ndarray, made: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """(N,) palette row of the least wrong colour for each set of cells, -1 where all are too wrong.

    codes (N, A): 0 for a hidden cell, else palette row + 1, at least one of them; made (C,): the part's colours. Only
    the colours of its own cells come into question.
    """
    chosen = np.full(len(codes), -1, np.int32)
    step = max(1, _AT_ONCE // codes.shape[1] ** 2)
    # Row and column 0 are those of hidden cells, which any colour suits and which ask for none.
    wrong = np.pad(tolerance.differences, ((1, 0), (1, 0)))
    wrong[0] = np.inf
    wrong[1:][~made] = np.inf
    for first in range(0, len(codes), step):
        some = codes[first : first + step].astype(np.intp)
        total = wrong[some[:, :, None], some[:, None, :]].sum(axis=2)
        best = total.argmin(axis=1)[:, None]
        fits = np.take_along_axis(total, best, 1)[:, 0] <= tolerance.most
        chosen[first : first + step][fits] = np.take_along_axis(some, best, 1)[fits, 0] - 1
    return chosen
