"""Parts exchanged for others in a finished layout, without losing a connection.

The parts under the new ones are taken out, and the cells this leaves are filled again: whole brick cells by bricks,
others by plates. What was taken out and laid in one place is one exchange; an exchange after which a part hangs
together with less than before is taken back, as often as it takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..layout import extents, part_cells
from ..packing.choosing import best_apart
from ..packing.placements import all_placements, shapes_of
from ..packing.shortage import coloured_from_stock, shortage, too_many
from ..packing.task import laid
from ..structure.links import Links, stud_links
from ..units import PLATES_PER_BRICK
from .colours import colour_codes

_NOBODY = -1


@dataclass(frozen=True)
class _Exchanges:
    """Rows taken out (R,) of the layout and rows laid (N,), and to which exchange each belongs; how many there are.

    whole (E,) bool: exchanges whose cells could all be filled again.
    """

    out: np.ndarray
    of_out: np.ndarray
    laid: np.ndarray
    of_laid: np.ndarray
    whole: np.ndarray


def exchanged(
    layout: np.ndarray,
    pieces: np.ndarray,
    grid: Grid,
    catalogue: Catalogue,
    made: np.ndarray,
    stock: np.ndarray | None = None,
) -> np.ndarray:
    """The layout with as many as may be of `pieces` (LAYOUT_DTYPE, none of which overlap) in place of its own parts.

    Parts laid over hidden cells only have the colour HIDDEN; with a stock (P, C), of which the layout takes no more
    than there are, and the result neither, they have a colour that is left.
    """
    if not len(pieces):
        return layout
    changes = _exchanges(layout, pieces, grid, catalogue, made)
    before = stud_links(layout, catalogue)
    done = changes.whole.copy()
    while True:
        kept = np.ones(len(layout), bool)
        kept[changes.out[done[changes.of_out]]] = False
        new = done[changes.of_laid]
        result = np.concatenate([layout[kept], changes.laid[new]])
        undone = _harmful(result, kept, new, changes, before, catalogue)
        if stock is not None and not len(undone):
            undone = _unowned(result, kept, new, changes, stock)
        if not len(undone):
            return result if stock is None else coloured_from_stock(result, stock)
        done[undone] = False


def _exchanges(
    layout: np.ndarray, pieces: np.ndarray, grid: Grid, catalogue: Catalogue, made: np.ndarray
) -> _Exchanges:
    owner = np.full(grid.shape, _NOBODY, np.int64)
    row, cells = part_cells(layout, catalogue)
    owner[cells] = row
    piece, under = part_cells(pieces, catalogue)
    hit = owner[under]
    out = np.unique(hit[hit >= 0])
    left = np.isin(owner, out)
    left[under] = False
    filling = _refilled(left, owner, layout, grid, catalogue, made)
    row, cells = part_cells(filling, catalogue)
    left[cells] = False
    # One exchange: what is joined by taking the same cells. The layout's rows come first, then pieces, then fillings.
    a = np.concatenate([hit[hit >= 0], owner[cells]])
    b = np.concatenate([piece[hit >= 0], row + len(pieces)]) + len(layout)
    count = len(layout) + len(pieces) + len(filling)
    label = connected_components(coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(count, count)), directed=False)[
        1
    ]
    new = np.arange(len(layout), count)
    _, number = np.unique(label[np.concatenate([out, new])], return_inverse=True)
    whole = np.ones(int(number.max()) + 1, bool)
    of_out = number.ravel()[: len(out)]
    whole[of_out[np.searchsorted(out, owner[left])]] = False
    return _Exchanges(out, of_out, np.concatenate([pieces, filling]), number.ravel()[len(out) :], whole)


def _refilled(
    left: np.ndarray, owner: np.ndarray, layout: np.ndarray, grid: Grid, catalogue: Catalogue, made: np.ndarray
) -> np.ndarray:
    """Parts over the cells `left` of parts that were taken out: bricks in whole columns of bricks, else plates."""
    bricks = _whole_columns(left, owner, layout, catalogue)
    plates, code = left.copy(), colour_codes(grid)
    brick_code = np.zeros_like(code)
    z, y, x = np.nonzero(bricks)
    for level in range(PLATES_PER_BRICK):
        plates[z + level, y, x] = False
        brick_code[z, y, x] = np.maximum(brick_code[z, y, x], code[z + level, y, x])
    rows = [layout[:0]]
    for height, cells, codes in ((PLATES_PER_BRICK, bricks, brick_code), (1, plates, code)):
        used, shapes = np.flatnonzero(cells.any(axis=(1, 2))), shapes_of(catalogue, height)
        if len(used) and shapes:
            found = all_placements(cells[used], codes[used].astype(np.uint16), shapes, made)
            for low, candidates in zip(used.tolist(), found, strict=True):
                ranked = candidates[np.argsort(-candidates["area"], kind="stable")]
                rows.append(laid(best_apart(ranked, catalogue, grid.shape[1:]), low))
    return np.concatenate(rows)


def _whole_columns(left: np.ndarray, owner: np.ndarray, layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(Z, Y, X) bool: lowest cells of the columns of bricks of which all three cells are left."""
    z, y, x = np.nonzero(left)
    part = owner[z, y, x]
    lowest = (extents(layout, catalogue)[part, 2] == PLATES_PER_BRICK) & (layout["z"][part] == z)
    z, y, x = z[lowest], y[lowest], x[lowest]
    whole = left[z + 1, y, x] & left[z + 2, y, x]
    columns = np.zeros_like(left)
    columns[z[whole], y[whole], x[whole]] = True
    return columns


def _harmful(
    result: np.ndarray, kept: np.ndarray, new: np.ndarray, changes: _Exchanges, before: Links, catalogue: Catalogue
) -> np.ndarray:
    """Exchanges (any number, each once) that leave parts with less to hang on; none when all is well."""
    component = stud_links(result, catalogue).component
    # The piece in which a part, or what it takes the place of, was before; -1 where nothing was.
    once = np.full(len(changes.whole), -1)
    once[changes.of_out[::-1]] = before.component[changes.out[::-1]]
    was = np.concatenate([before.component[kept], once[changes.of_laid[new]]])
    lost = _apart_from_most(was, component)
    if not lost.any():
        return np.zeros(0, np.intp)
    loose = np.zeros(len(kept), bool)
    loose[np.flatnonzero(kept)[lost[: np.count_nonzero(kept)]]] = True
    # A part that is loose now hung on one that was taken out.
    held = np.concatenate([before.upper[loose[before.lower]], before.lower[loose[before.upper]]])
    to_blame = np.isin(changes.out, held[~kept[held]])
    return np.union1d(changes.of_out[to_blame], changes.of_laid[new][lost[np.count_nonzero(kept) :]])


def _unowned(
    result: np.ndarray, kept: np.ndarray, new: np.ndarray, changes: _Exchanges, stock: np.ndarray
) -> np.ndarray:
    """Exchanges (any number) that lay parts of which fewer are owned; none when all are.

    The parts that were there before are all owned, so every part too many has an exchange to be taken back.
    """
    last_first = np.arange(len(result))[::-1]
    extra = too_many(result, shortage(result, stock), last_first)
    return changes.of_laid[new][extra[np.count_nonzero(kept) :]]


def _apart_from_most(was: np.ndarray, component: np.ndarray) -> np.ndarray:
    """(N,) bool: parts no longer in one piece with most of those that were one piece; piece 0 stands on the ground."""
    old = was + 1
    pair, count = np.unique(old.astype(np.int64) * (component.max() + 1) + component, return_counts=True)
    piece, now = pair // (component.max() + 1), pair % (component.max() + 1)
    order = np.lexsort((now, -count, piece))
    first = order[np.flatnonzero(np.diff(piece[order], prepend=-1))]
    most = np.zeros(int(old.max()) + 1, np.int64)
    most[piece[first]] = now[first]
    most[1] = 0
    known = np.isin(component, component[old > 0])
    return np.where(old > 0, component != most[old], ~known)
