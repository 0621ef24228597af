"""A model cut into sections that are built apart and then put on each other. Paper T, row 7.14."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..layout import footprint_cells
from .links import Links, stud_links

_FEWEST = 8  # parts that are worth a section; fewer are laid with what is below them


def split_at(layout: np.ndarray, catalogue: Catalogue, height: int) -> np.ndarray:
    """The layout with sections: 0 is what lies below a height (in plates), the others what lies on it.

    A part that reaches through the height stays below. Each section above is one piece by itself; what hangs below the
    height from a section, and has no other way to the ground, belongs to that section; a few parts on the height that
    only hold on to what is below stay there. Sections above are numbered from the ground up. Without parts on one side
    all is section 0.
    """
    split = layout.copy()
    split["section"] = 0
    links = stud_links(layout, catalogue)
    above = layout["z"] >= height
    if above.all() or not above.any():
        return split
    below = np.flatnonzero(~above)
    # What is held only from above the height goes with what holds it.
    with_upper = above.copy()
    with_upper[below[stud_links(layout[below], catalogue).floating]] = True
    inside = with_upper[links.lower] & with_upper[links.upper]
    piece = _pieces(len(layout), links.lower[inside], links.upper[inside])
    with_upper &= ~_few_on_top(layout, catalogue, links, piece, with_upper)
    upper = np.flatnonzero(with_upper)
    if not len(upper):
        return split
    names, first = np.unique(piece[upper], return_index=True)
    lowest = np.full(len(names), np.iinfo(np.int64).max)
    of = np.searchsorted(names, piece[upper])
    np.minimum.at(lowest, of, layout["z"][upper].astype(np.int64))
    number = np.empty(len(names), np.int64)
    number[np.lexsort((first, lowest))] = np.arange(1, len(names) + 1)
    split["section"][upper] = number[of]
    return split


def _few_on_top(
    layout: np.ndarray, catalogue: Catalogue, links: Links, piece: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """(N,) bool: parts of small pieces that stand on what is below the cut, and lie over nothing of the other ones."""
    on_lower = np.zeros(len(layout), bool)
    on_lower[links.upper[~upper[links.lower] & upper[links.upper]]] = True
    small = np.bincount(piece)[piece] < _FEWEST
    few = upper & small & np.isin(piece, piece[on_lower])
    part, x, y = footprint_cells(layout, catalogue)
    x, y = x - x.min(), y - y.min()
    lowest = np.full((y.max() + 1, x.max() + 1), np.iinfo(np.int32).max)
    other = upper[part] & ~few[part]
    np.minimum.at(lowest, (y[other], x[other]), layout["z"][part[other]])
    over = few[part] & (layout["z"][part] > lowest[y, x])
    return few & ~np.isin(piece, piece[part[over]])


def sections_of(layout: np.ndarray) -> list[np.ndarray]:
    """The rows of each section, in the order in which they are built and put on each other."""
    names = np.unique(layout["section"])
    return [np.flatnonzero(layout["section"] == name) for name in names]


def _pieces(count: int, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    graph = coo_matrix((np.ones(len(lower), np.int8), (lower, upper)), shape=(count, count))
    return connected_components(graph, directed=False)[1]
