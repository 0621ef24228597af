"""Supports for a layout: what must be held is held from below, in rounds, until no more of it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import count

import numpy as np

from ..catalogue.colours import Palette, load_colours
from ..catalogue.parts import Catalogue
from ..layout import Role, extents, footprint_cells
from ..progress import SILENT, Progress
from ..structure.links import stud_links
from .beams import beams_and_pillars
from .boxes import bonded, boxes_in, fitting, laid_boxes, support_sizes, with_support_parts, with_tall
from .contacts import contacts
from .needs import Needs, needs_of
from .removal import is_support
from .space import Space, inside, space_of
from .standing import Unbalanced
from .tree import Tree, grow
from .ways import Ways, ways_down

_TALL = 9  # plates
_WHITE, _RED = 15, 4  # LDraw's numbers; of outer and of inner supports (requirement 7.13)
_MARGIN = 0.5  # studs; where the statics finds that to be too little, what leans is held on all sides it falls to
_MOST_QUESTIONS = 6  # to the statics; of the models measured, all stood after 5


class Mode(StrEnum):
    """How supports are built."""

    TREE = "tree"
    BEAMS = "beams"


@dataclass(frozen=True)
class Supported:
    """A layout with its supports at the end, and the catalogue and palette that have their parts and colours too.

    held (Z, Y, X) bool: plate cells of the model that had to be held, and missed (Z, Y, X) bool: those of them that
    nothing holds, for want of a way down. weak (N,) bool: parts that the statics cannot balance; None if not asked.
    """

    layout: np.ndarray
    catalogue: Catalogue
    palette: Palette
    held: np.ndarray
    missed: np.ndarray
    weak: np.ndarray | None = None


@dataclass(frozen=True)
class _Site:
    """What stays the same from round to round; colours: palette rows of outer and of inner supports."""

    shape: tuple[int, int, int]
    catalogue: Catalogue
    palette: Palette
    closed_in: np.ndarray
    colours: tuple[int, int]


# (room, what must be held, ways of struts 1 and 2 studs wide) -> boxes
_Builder = Callable[[Space, Needs, dict[int, Ways]], np.ndarray]


def support(
    layout: np.ndarray,
    shape: tuple[int, int, int],
    catalogue: Catalogue,
    palette: Palette,
    mode: Mode = Mode.TREE,
    unbalanced: Unbalanced | None = None,
    progress: Progress = SILENT,
) -> Supported:
    """The layout with supports under what hangs on nothing, hangs over too far, or would pull the model over.

    shape: of the grid. Trees are made after T, requirements 7.6 and 7.7; beams and pillars after 7.8 to 7.12, and what
    these can't reach straight from below gets trees. unbalanced: which parts the statics cannot balance; they are held
    as well, and it is asked again as long as that helps; where it agrees, what would pull the model over is held at one
    or two places only. Raises Cancelled.
    """
    catalogue = with_support_parts(catalogue)
    palette, colours = _with_support_colours(palette)
    if not len(layout):
        none = np.zeros(shape, bool)
        return Supported(layout, catalogue, palette, none, none)
    site = _Site(shape, catalogue, palette, inside(layout, catalogue, shape), colours)
    needs = needs_of(layout, catalogue, shape)
    rounds, asked = progress.part(progress.stage, 0.0, 0.5), progress.part(progress.stage, 0.5, 0.5)
    if unbalanced and needs.leaning.any():
        done = _held(layout, needs, site, mode, _MARGIN, progress.unheard())
        weak = unbalanced(done.layout, catalogue) > 0
        if not weak.any():
            return replace(done, weak=weak)
    done = _held(layout, needs, site, mode, None, rounds)
    return _steadied(done, site, unbalanced, asked) if unbalanced else done


def _held(
    layout: np.ndarray, needs: Needs, site: _Site, mode: Mode, margin: float | None, progress: Progress
) -> Supported:
    """With supports under what geometry says must be held. margin: see `contacts`."""
    trees = partial(_trees, margin=margin)
    builders: list[_Builder] = [_beams, trees] if mode == Mode.BEAMS else [trees]
    grown = _in_rounds(layout, site, builders, None, progress)
    missed = needs.to_hold & needs_of(grown, site.catalogue, site.shape).to_hold
    return Supported(grown, site.catalogue, site.palette, needs.to_hold, missed)


def _steadied(done: Supported, site: _Site, unbalanced: Unbalanced, progress: Progress) -> Supported:
    """With supports also under the parts of the model that cannot be balanced."""
    layout, held = done.layout, done.held
    weak = np.zeros(len(layout), bool)
    for number in range(_MOST_QUESTIONS + 1):
        progress.at(number / (_MOST_QUESTIONS + 1), "Looking for what does not stand")
        weak = unbalanced(layout, site.catalogue) > 0
        grown = layout
        if weak.any() and number < _MOST_QUESTIONS:
            held = held | needs_of(layout, site.catalogue, site.shape, weak).to_hold
            grown = _in_rounds(layout, site, [_trees], weak, progress.unheard())
        if _volume(grown, site.catalogue) == _volume(layout, site.catalogue):
            break
        layout = grown
    return replace(done, layout=layout, held=held, weak=weak)


def _in_rounds(
    layout: np.ndarray, site: _Site, builders: list[_Builder], weak: np.ndarray | None, progress: Progress
) -> np.ndarray:
    """The layout with ever more supports, until nothing more can be held. weak: to be held in the first round."""
    for number in count():
        progress.at(1 - 1 / (number + 1), "Supports")
        needs = needs_of(layout, site.catalogue, site.shape, weak)
        if not needs.to_hold.any():
            break
        # What does not stand carries nothing before it is held itself.
        firm = ~stud_links(layout, site.catalogue).floating
        if weak is not None:
            firm &= ~weak
        space = space_of(layout, site.catalogue, site.shape, firm)
        ways = {width: ways_down(space, width) for width in (1, 2)}
        grown = _with_parts(layout, builders[min(number, len(builders) - 1)](space, needs, ways), site)
        if _volume(grown, site.catalogue) == _volume(layout, site.catalogue) and number >= len(builders) - 1:
            break
        layout, weak = grown, None
    return layout


def _trees(space: Space, needs: Needs, ways: dict[int, Ways], margin: float | None = None) -> np.ndarray:
    return grow(Tree(space, ways, fitting()), contacts(space, needs, ways[1], margin))


def _beams(space: Space, needs: Needs, ways: dict[int, Ways]) -> np.ndarray:
    """What would pull the model over is left to trees: a few struts hold it."""
    return beams_and_pillars(space, np.argwhere(needs.to_hold & ~needs.leaning & space.takes_stud))


def _with_parts(layout: np.ndarray, boxes: np.ndarray, site: _Site) -> np.ndarray:
    """The layout with the boxes and its old supports as parts, of those that reach the ground, in roles and colours."""
    own, old = layout[~is_support(layout)], layout[is_support(layout)]
    boxes = np.concatenate([boxes_in(old, site.catalogue), boxes])
    tall = tuple((short, long) for short, long, plates in support_sizes() if plates == _TALL)
    supports = laid_boxes(with_tall(bonded(boxes), tall), site.catalogue)
    row, x, y = footprint_cells(supports, site.catalogue)
    inner = np.zeros(len(supports), bool)
    inner[row[site.closed_in[supports["z"][row], y, x]]] = True
    supports["role"] = np.where(inner, Role.SUPPORT_INNER, Role.SUPPORT_OUTER)
    supports["colour"] = np.where(inner, site.colours[1], site.colours[0])
    both = np.concatenate([own, supports])
    useless = is_support(both) & stud_links(both, site.catalogue).floating
    return both[~useless]


def _volume(layout: np.ndarray, catalogue: Catalogue) -> int:
    """Cells that supports take."""
    return int(extents(layout[is_support(layout)], catalogue).prod(axis=1).sum())


def _with_support_colours(palette: Palette) -> tuple[Palette, tuple[int, int]]:
    """The palette and, behind its own colours, those of supports that it lacks; the rows of white and of red."""
    wanted = tuple(colour for colour in load_colours() if colour.ldraw in (_WHITE, _RED))
    known = palette.ldraw_codes.tolist()
    colours = palette.colours + tuple(colour for colour in wanted if colour.ldraw not in known)
    codes = [colour.ldraw for colour in colours]
    return replace(palette, colours=colours), (codes.index(_WHITE), codes.index(_RED))
