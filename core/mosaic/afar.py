"""Colours for eyes that see a mosaic from afar, where the light of neighbouring studs blends.

What is least is the sum of squares of the CIE Lab differences between the blended mosaic and the blended image. Studs
so far apart that they do not blend are chosen together: exactly, under the stock that they have and that is free. So no
step makes it worse.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import convolve1d

from ..colour.spaces import linear_to_lab, srgb_to_linear
from ..progress import Progress
from .transport import least_cost

_SWEEPS = 4
_ENOUGH = 1e-3  # a sweep that gains less than this share is the last
_REACH = 2.0  # deviations at which the eye's blur is cut off


def eye(distance: float) -> np.ndarray:
    """(2 R + 1,) weights, sum 1, with which studs along one axis blend: a Gaussian of this deviation in studs."""
    reach = max(1, round(_REACH * distance))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / distance) ** 2)
    return weights / weights.sum()


def blended(linear: np.ndarray, distance: float) -> np.ndarray:
    """(down, across, 3) of linear light as it blends; at the edges only what is there counts."""
    return _summed(linear, distance) / _share(linear[..., 0], distance)[..., None]


def _summed(values: np.ndarray, distance: float) -> np.ndarray:
    weights = eye(distance)
    return convolve1d(convolve1d(values, weights, axis=0, mode="constant"), weights, axis=1, mode="constant")


def _share(like: np.ndarray, distance: float) -> np.ndarray:
    """How much of what the eye blends at each stud lies in a mosaic; like: any array of its shape (down, across)."""
    return _summed(np.ones(like.shape), distance)


def seen_from_afar(
    target: np.ndarray, start: np.ndarray, shown: np.ndarray, stock: np.ndarray, distance: float, progress: Progress
) -> np.ndarray:
    """(down, across) columns, from those of `start`, for an image (down, across, 3) of encoded colours 0..255.

    shown (C, 3): what the columns look like, encoded. Raises Cancelled.
    """
    light = srgb_to_linear(shown / 255)
    wanted = linear_to_lab(blended(srgb_to_linear(np.clip(target, 0, 255) / 255), distance))
    columns = start.copy()
    before = np.inf
    for sweep in range(_SWEEPS):
        progress.at(sweep / _SWEEPS, "Looking from afar")
        part = progress.part(progress.stage, sweep / _SWEEPS, 1 / _SWEEPS)
        _sweep(columns, wanted, light, stock, distance, part)
        after = float(((linear_to_lab(blended(light[columns], distance)) - wanted) ** 2).sum())
        if after > (1 - _ENOUGH) * before:
            break
        before = after
    return columns


def _sweep(
    columns: np.ndarray, wanted: np.ndarray, light: np.ndarray, stock: np.ndarray, distance: float, progress: Progress
) -> None:
    """Choose every stud anew, those of one lattice at a time; in place."""
    weights = eye(distance)
    side, reach = len(weights), len(weights) // 2
    share = np.pad(_share(columns, distance), reach, constant_values=1.0)
    inside = np.pad(np.ones(columns.shape, bool), reach)
    aim = np.pad(wanted, ((reach, reach), (reach, reach), (0, 0)))
    seen = np.pad(blended(light[columns], distance), ((reach, reach), (reach, reach), (0, 0)))
    near = np.outer(weights, weights)
    window = np.arange(side)
    for top in range(side):
        for left in range(side):
            r, c = (place.ravel() for place in np.mgrid[top : columns.shape[0] : side, left : columns.shape[1] : side])
            if not len(r):
                continue
            progress.at((top + left / side) / side)
            at = (r[:, None] + window)[:, :, None], (c[:, None] + window)[:, None]
            part = near / share[at]
            rest = seen[at] - part[..., None] * light[columns[r, c]][:, None, None]
            tried = rest[:, None] + part[:, None, ..., None] * light[None, :, None, None]
            off = ((linear_to_lab(tried) - aim[at][:, None]) ** 2).sum(axis=-1)
            costs = np.where(inside[at][:, None], off, 0.0).sum(axis=(-1, -2))
            free = stock - np.bincount(columns.ravel(), minlength=len(stock))
            free += np.bincount(columns[r, c], minlength=len(stock))
            found = least_cost(costs, np.ones(len(r), np.int64), free)
            columns[r, c] = found.flow.argmax(axis=1)
            seen[at] = rest + part[..., None] * light[columns[r, c]][:, None, None]
