"""What of a model must be held: pieces that hang on nothing, and what hangs over too far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..layout import owners, part_cells
from ..structure.links import Links, stud_links
from .overhangs import hanging_cells, overhangs
from .removal import is_support

_NOBODY = -1
_SIDES = 32
_MARGIN = 0.5  # studs: so far within the middles of the cells on the ground the centre of mass must be


@dataclass(frozen=True)
class Needs:
    """What must be held.

    underside (Z, Y, X) bool: plate cells of the model with nothing below; too_long (Z, Y, X) bool: those that hang over
    further than the longest common brick reaches; leaning (Z, Y, X) bool: those beyond the base, on the sides to which
    what reaches the ground would fall over. piece (Z, Y, X) int32: piece of the model's cells by number, 0 for what
    reaches the ground, -1 where the model has none. middle (P, 2): y, x of the centre of mass of each piece.
    base (B, 2): y, x of the cells on the ground.
    """

    underside: np.ndarray
    too_long: np.ndarray
    leaning: np.ndarray
    piece: np.ndarray
    middle: np.ndarray
    base: np.ndarray

    @property
    def to_hold(self) -> np.ndarray:
        """(Z, Y, X) bool: undersides of loose pieces, what hangs over too far, and what would pull the model over."""
        return self.too_long | self.leaning | (self.underside & (self.piece > 0))


def needs_of(
    layout: np.ndarray, catalogue: Catalogue, shape: tuple[int, int, int], weak: np.ndarray | None = None
) -> Needs:
    """What of the model in `layout`, of at least one part, must be held; its supports, if it has some, hold already.

    weak (N,) bool: parts that must be held for another reason, such as the statics; what of them hangs together is a
    piece of its own.
    """
    links = stud_links(layout, catalogue)
    component = links.component
    if weak is not None and weak.any():
        component = np.where(weak & (component == 0), component.max() + 1 + _groups(links, weak), component)
        component = np.unique(component, return_inverse=True)[1].reshape(-1)
    owner = owners(layout, catalogue, shape)
    taken = owner >= 0
    own = taken & (~is_support(layout) | (weak if weak is not None else False))[owner]
    piece = np.where(own, component[owner], _NOBODY).astype(np.int32)
    taken[: layout["z"].min()] = True  # the ground
    underside = hanging_cells(taken) & own
    middle, base = _middles(layout, catalogue, component)
    leaning = underside & (piece == 0) & _beyond_base(middle[0], base, shape)
    return Needs(underside, overhangs(taken).too_long & own, leaning, piece, middle, base)


def _groups(links: Links, weak: np.ndarray) -> np.ndarray:
    """(N,) number of the weak parts that each of them hangs together with."""
    both = weak[links.lower] & weak[links.upper]
    ends = links.lower[both], links.upper[both]
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(len(weak), len(weak)))
    return connected_components(graph, directed=False)[1]


def _middles(layout: np.ndarray, catalogue: Catalogue, piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(P, 2) y, x of the centre of mass of each piece, in cells; (B, 2) y, x of the cells on the ground."""
    row, (z, y, x) = part_cells(layout, catalogue)
    share = (catalogue.grams[layout["part"]] / np.bincount(row, minlength=len(layout)))[row]
    mass = np.bincount(piece[row], share)
    middle = np.stack([np.bincount(piece[row], share * axis) / mass for axis in (y, x)], axis=1)
    ground = z == layout["z"].min()
    return middle, np.stack([y[ground], x[ground]], axis=1)


def _beyond_base(middle: np.ndarray, base: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """(Y, X) bool: places beyond the cells (B, 2) something stands on, on the sides to which it would fall over.

    It falls to a side where its middle (2,) is not well within its base.
    """
    side = sides()
    edge = (base @ side).max(axis=0)
    falls = edge - middle @ side < _MARGIN
    y, x = np.indices(shape[1:])
    beyond = y[..., None] * side[0, falls] + x[..., None] * side[1, falls] > edge[falls]
    return beyond.any(axis=-1)


def sides() -> np.ndarray:
    """(2, S) y, x of the directions in which something may fall."""
    turn = np.linspace(0, 2 * np.pi, _SIDES, endpoint=False)
    return np.stack([np.cos(turn), np.sin(turn)])
