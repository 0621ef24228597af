"""Colours for parts that nobody sees, except through the gaps between others: those of what lies around them."""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import extents, owners
from .placements import HIDDEN


def colour_hidden(layout: np.ndarray, catalogue: Catalogue, made: np.ndarray) -> np.ndarray:
    """The layout with a colour for every part of colour HIDDEN that the part was made in.

    It is the one most of its surface touches, spreading from the coloured parts inwards; failing that, the layout's
    most used one. made (P, C) bool: part made in palette colour.
    """
    coloured = layout.copy()
    colour, part = coloured["colour"], coloured["part"]
    use = np.bincount(colour[colour != HIDDEN], minlength=made.shape[1])
    one, other, faces = _contacts(layout, catalogue)
    while len(one):
        known = colour[other] != HIDDEN
        # Ties go to the lower palette row.
        pair, row = np.unique(one[known] * made.shape[1] + colour[other[known]], return_inverse=True)
        hidden, offered = np.divmod(pair, made.shape[1])
        votes = np.bincount(row.ravel(), faces[known], len(pair)) * made[part[hidden], offered]
        order = np.lexsort((offered, -votes, hidden))
        best = order[np.flatnonzero(np.diff(hidden[order], prepend=-1))]
        best = best[votes[best] > 0]
        colour[hidden[best]] = offered[best]
        left = colour[one] == HIDDEN
        if not len(best):
            break
        one, other, faces = one[left], other[left], faces[left]
    # A colour the layout does not use at all is the last resort.
    favourite = np.argmax(np.where(made, use[None] + 1, 0), axis=1)
    rest = colour == HIDDEN
    colour[rest] = favourite[part[rest]]
    return coloured


def _contacts(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hidden part (K,), a part beside, above or below it (K,), by how many faces of cells they touch (K,)."""
    none = np.zeros(0, np.int64)
    if not (layout["colour"] == HIDDEN).any():
        return none, none, none
    inside = layout.copy()
    for name in "xyz":
        inside[name] -= layout[name].min()
    wide, deep, high = (np.stack([inside[name] for name in "xyz"], axis=1) + extents(inside, catalogue)).max(axis=0)
    owner = owners(inside, catalogue, (high, deep, wide))
    hidden = np.append(layout["colour"] == HIDDEN, False)  # nobody, -1, is not hidden
    found = []
    for axis in range(3):
        low, high = (np.moveaxis(owner, axis, 0)[part].ravel() for part in (slice(None, -1), slice(1, None)))
        touching = np.flatnonzero((low != high) & (low >= 0) & (high >= 0) & (hidden[low] | hidden[high]))
        ends = low[touching].astype(np.int64), high[touching].astype(np.int64)
        found += [ends[0] * len(layout) + ends[1], ends[1] * len(layout) + ends[0]]
    pair, faces = np.unique(np.concatenate(found), return_counts=True)
    one, other = np.divmod(pair, len(layout))
    return one[hidden[one]], other[hidden[one]], faces[hidden[one]]
