"""At which heights a mesh is cut: seldom where its walls are upright, often where they slant.

The thickness of a slice at a facet whose normal has the upward part n_z is cusp / |n_z| (Dolenc, Makela 1994; in [T] as
t = c_max / |n_z|), the least over a brick layer counts, kept between a quarter of a plate and a brick. Level facets
leave no cusp, but need a slice in every plate of their layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..units import BRICK_MM, PLATE_MM, PLATES_PER_BRICK

THINNEST_MM = 0.8
_LEVEL = 1 - 1e-6  # |n_z| from here up is a level facet
_UPRIGHT = 1e-3  # |n_z| up to here is a wall


@dataclass(frozen=True)
class Heights:
    """Planes in ascending order, in bands that are a plate or a brick high.

    height (P,) float64, mm; band_start (B,): first plane of each band; band_plates (B,): 1 or 3.
    """

    height: np.ndarray
    band_start: np.ndarray
    band_plates: np.ndarray


def adaptive_heights(corners: np.ndarray, plates: int, cusp_mm: float) -> Heights:
    """Planes for triangles (T, 3, 3) over `plates` plate layers, a whole number of bricks."""
    steep, level = steepest(corners, plates // PLATES_PER_BRICK)
    thickness = np.clip(cusp_mm / np.maximum(steep, 1e-12), THINNEST_MM, BRICK_MM)
    whole = (steep <= _UPRIGHT) & ~level
    band_plates = np.concatenate([[PLATES_PER_BRICK] if one else [1] * PLATES_PER_BRICK for one in whole])
    brick = np.repeat(np.arange(len(whole)), np.where(whole, 1, PLATES_PER_BRICK))
    count = np.where(whole[brick], 1, np.ceil(PLATE_MM / thickness[brick] - 1e-9)).astype(np.intp)
    return _spread(band_plates, count)


def _spread(band_plates: np.ndarray, count: np.ndarray) -> Heights:
    start = np.cumsum(count) - count
    bottom = (np.cumsum(band_plates) - band_plates) * PLATE_MM
    band = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(band)) - start[band] + 0.5) / count[band]
    return Heights(bottom[band] + share * band_plates[band] * PLATE_MM, start, band_plates)


def steepest(corners: np.ndarray, bricks: int) -> tuple[np.ndarray, np.ndarray]:
    """For each brick layer the greatest |n_z| of its slanted facets (bricks,), and whether it has level ones."""
    a, b, c = np.moveaxis(corners, 1, 0)
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    upward = np.abs(normal[:, 2]) / np.maximum(length, 1e-300)
    z = corners[:, :, 2] / BRICK_MM
    first = np.clip(np.floor(z.min(axis=1)), 0, bricks - 1).astype(np.intp)
    last = np.clip(np.ceil(z.max(axis=1)) - 1, first, bricks - 1).astype(np.intp)
    real = length > 0
    is_level = real & (upward >= _LEVEL)
    level = np.zeros(bricks, bool)
    level[first[is_level]] = True
    slanted = np.flatnonzero(real & ~is_level)
    reach = (last - first + 1)[slanted]
    facet = np.repeat(slanted, reach)
    layer = first[facet] + np.arange(len(facet)) - np.repeat(np.cumsum(reach) - reach, reach)
    greatest = np.zeros(bricks)
    order = np.argsort(layer, kind="stable")
    names, begin = np.unique(layer[order], return_index=True)
    if len(names):
        greatest[names] = np.maximum.reduceat(upward[facet[order]], begin)
    return greatest, level
