"""Two ways to fill the same cells make a third one, as good as either everywhere.

Parts of one layout and parts of the other that share a cell belong to one region. Both layouts fill a region exactly,
so each region can be taken from either: from the one with fewer parts, then from the one whose parts are joined to
more others.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..layout import extents, footprint_cells
from .touching import parts_touched

_NONE = 0.1  # a part without joints, in joints: the sum of logarithms values the first joint of a part most


def crossed(layout: np.ndarray, other: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int]) -> np.ndarray:
    """The better of two layouts in every region, `layout` where they are alike.

    Both cover the same cells once, with parts as high as the cell's unit; shape: plates, studs and studs of the grid.
    """
    # A part begins at an even plate if what it stands on begins at an odd one, so half of the layers keep still while
    # the regions of the others are weighed.
    for odd in (0, 1):
        moving, still = layout[layout["z"] % 2 == odd], layout[layout["z"] % 2 != odd]
        better = _better_regions(moving, other[other["z"] % 2 == odd], still, catalogue, shape)
        layout = np.concatenate([still, better])
    return layout


def _better_regions(
    layout: np.ndarray, other: np.ndarray, still: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int]
) -> np.ndarray:
    """As `crossed`, for layers that do not touch each other; still: the layout of the layers between them."""
    count = len(layout)
    both = np.concatenate([layout, other])
    owner, x, y = footprint_cells(both, catalogue)
    place = (both["z"][owner].astype(np.intp) * shape[1] + y) * shape[2] + x
    half = int(np.searchsorted(owner, count))
    part_at = np.zeros(shape[0] * shape[1] * shape[2], np.int32)
    part_at[place[:half]] = owner[:half]
    ends = part_at[place[half:]], owner[half:]
    links = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(len(both), len(both)))
    regions, region = connected_components(links, directed=False)
    parts = [np.bincount(region[rows], minlength=regions) for rows in (slice(count), slice(count, None))]
    equal = ((parts[0] == parts[1]) & (parts[0] > 1))[region[owner]]
    touching = _touching(both, owner[equal], place[equal], still, catalogue, shape)
    joined = np.log(np.maximum(touching, _NONE))
    joints = [np.bincount(region[rows], joined[rows], regions) for rows in (slice(count), slice(count, None))]
    swap = (parts[1] < parts[0]) | ((parts[1] == parts[0]) & (joints[1] > joints[0]))
    return both[swap[region] == (np.arange(len(both)) >= count)]


def _touching(
    parts: np.ndarray,
    owner: np.ndarray,
    place: np.ndarray,
    still: np.ndarray,
    catalogue: Catalogue,
    shape: tuple[int, int, int],
) -> np.ndarray:
    """(N,) how many parts of `still` each part meets above and below; owner, place (M,): cells of some parts."""
    row, x, y = footprint_cells(still, catalogue)
    spot = (still["z"][row].astype(np.intp) * shape[1] + y) * shape[2] + x
    level = shape[1] * shape[2]
    found = np.zeros(len(parts), np.intp)
    by_place = np.full((shape[0] + 1) * level, -1, np.int32)
    upwards = extents(parts, catalogue)[:, 2][owner] * level
    by_place[spot] = row
    found += parts_touched(owner, by_place[place + upwards], len(parts))
    by_place[:] = -1
    by_place[spot + extents(still, catalogue)[:, 2][row] * level] = row
    return found + parts_touched(owner, by_place[place], len(parts))
