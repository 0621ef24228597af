"""Judges any layout: does it build exactly the grid, of parts that exist, and does it hang together?

Finished layouts are judged by the same rules: tiles and slopes cover the cells of their bodies.
"""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import extents, owners, part_cells
from ..structure.links import stud_links


def problems(
    layout: np.ndarray, grid: Grid, catalogue: Catalogue, made: np.ndarray, connected: bool = False
) -> tuple[str, ...]:
    """What is wrong with the layout, in words; nothing if every cell is covered once, in its colour.

    made (P, C) bool: part made in palette colour. connected: whether parts without a way to the ground are wrong.
    """
    illegal = _illegal(layout, catalogue)
    if illegal.any():
        return (f"{illegal.sum()} parts are not in the catalogue, or turned in a way it does not know",)
    outside = _outside(layout, grid, catalogue)
    if outside.any():
        return (f"{outside.sum()} parts reach out of the grid",)
    owner, covered = _covered(layout, grid, catalogue)
    found = {
        "cells are covered twice": covered > 1,
        "cells outside the model are covered": (covered > 0) & ~grid.filled,
        "cells of the model are not covered": (covered == 0) & grid.filled,
    }
    words = [f"{np.count_nonzero(where)} {what}" for what, where in found.items() if where.any()]
    if not words:
        words += _colour_problems(layout, grid, owner, made)
        words += _loose_parts(layout, catalogue) if connected else []
    return tuple(words)


def _illegal(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    known = np.zeros((len(catalogue.parts), 4), bool)
    for row in range(len(catalogue.parts)):
        known[row, list(catalogue.turns(row))] = True
    part, turn = layout["part"], layout["turn"]
    there = (part >= 0) & (part < len(known)) & (turn >= 0) & (turn < 4)
    return ~there | ~known[np.where(there, part, 0), np.where(there, turn, 0)]


def _outside(layout: np.ndarray, grid: Grid, catalogue: Catalogue) -> np.ndarray:
    low = np.stack([layout["x"], layout["y"], layout["z"]], axis=1)
    return ((low < 0) | (low + extents(layout, catalogue) > np.array(grid.shape)[::-1])).any(axis=1)


def _covered(layout: np.ndarray, grid: Grid, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """(Z, Y, X) a part on each cell, -1 for none, and how many there are."""
    _, place = part_cells(layout, catalogue)
    covered = np.zeros(grid.shape, np.int32)
    np.add.at(covered, place, 1)
    return owners(layout, catalogue, grid.shape), covered


def _colour_problems(layout: np.ndarray, grid: Grid, owner: np.ndarray, made: np.ndarray) -> list[str]:
    colour = layout["colour"]
    none = (colour < 0) | (colour >= made.shape[1])
    if none.any():
        return [f"{none.sum()} parts have no colour of the palette"]
    unmade = ~made[layout["part"], colour]
    words = [f"{unmade.sum()} parts were never made in their colour"] if unmade.any() else []
    if grid.colour is not None and len(grid.surface.seen):
        wrong = colour[owner[tuple(grid.surface.seen.T)]] != grid.colour
        words += [f"{wrong.sum()} visible units have another part's colour"] if wrong.any() else []
    return words


def _loose_parts(layout: np.ndarray, catalogue: Catalogue) -> list[str]:
    links = stud_links(layout, catalogue)
    loose = np.count_nonzero(links.floating)
    return [f"{loose} parts in {links.components - 1} pieces have no way to the ground"] if loose else []
