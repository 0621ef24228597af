"""The eight symmetries of the square, on arrays of cells and on placements in them.

Symmetry s transposes when s >= 4, then turns by s % 4 quarter turns.
"""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from .placements import shapes_of

SYMMETRIES = range(8)
Shape = tuple[int, int] | tuple[np.ndarray, np.ndarray]


def moved_cells(cells: np.ndarray, symmetry: int) -> np.ndarray:
    """(Y, X) or (X, Y): the cells after a symmetry."""
    return np.rot90(cells.T if symmetry >= 4 else cells, symmetry % 4)


def _inverses() -> tuple[int, ...]:
    probe = np.arange(6).reshape(2, 3)

    def undoes(second: int, first: int) -> bool:
        return np.array_equal(moved_cells(moved_cells(probe, first), second), probe)

    return tuple(next(second for second in SYMMETRIES if undoes(second, first)) for first in SYMMETRIES)


INVERSE = _inverses()  # of each symmetry, the one that undoes it


def turns_after(catalogue: Catalogue, plates: int) -> np.ndarray:
    """(8, P, 4) int: the turn a part has after a symmetry, by its turn before; -1 where its mirror image is no part.

    Only the parts of one height are looked at, in the turns that differ.
    """
    after = np.full((len(SYMMETRIES), len(catalogue.parts), 4), -1, np.int8)
    for shape in shapes_of(catalogue, plates):
        for symmetry in SYMMETRIES:
            for turn in catalogue.turns(shape.part):
                if all(
                    np.array_equal(
                        moved_cells(catalogue.mask(shape.part, shape.turn, of), symmetry),
                        catalogue.mask(shape.part, turn, of),
                    )
                    for of in ("cells", "studs", "tubes")
                ):
                    after[symmetry, shape.part, shape.turn] = turn
    return after


def kept_symmetries(after: np.ndarray) -> tuple[int, ...]:
    """The symmetries under which every part that has a turn (see `turns_after`) is a part again."""
    known = after[0] >= 0
    return tuple(symmetry for symmetry in SYMMETRIES if (after[symmetry][known] >= 0).all())


def moved(placements: np.ndarray, shape: Shape, symmetry: int, after: np.ndarray) -> np.ndarray:
    """Placements (PLACEMENT_DTYPE) in cells of shape (Y, X), after a symmetry of them; after: see `turns_after`.

    shape: of the cells of all placements, or an array (N,) for each side.
    """
    result = placements.copy()
    high, broad = shape[0], shape[1]
    x, y, wide, deep = (placements[name] for name in ("x", "y", "wide", "deep"))
    if symmetry >= 4:
        x, y, wide, deep, high, broad = y, x, deep, wide, broad, high
    for _ in range(symmetry % 4):
        x, y, wide, deep, high, broad = y, broad - x - wide, deep, wide, broad, high
    for name, values in (("x", x), ("y", y), ("wide", wide), ("deep", deep)):
        result[name] = values
    result["turn"] = after[symmetry, placements["part"], placements["turn"]]
    return result
