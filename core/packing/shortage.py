"""What a layout takes out of a stock, what of that nobody owns, and what a model lacks whichever way it is built.

A part that shows must be owned in its colour. One that nobody sees may have any colour: of its kind, all that are owned
and not seen will do. So a layout can be built exactly if none of a kind and colour is seen more often than it is owned,
and none of a kind is laid more often than it is owned in all colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..catalogue.colours import Palette
from ..catalogue.parts import Catalogue
from ..errors import OutOfStock
from ..grid import Grid, unit_heights
from ..units import PLATES_PER_BRICK
from .placements import HIDDEN

_LINES = 12  # of what is missing, in a message


@dataclass(frozen=True)
class Uses:
    """How often parts are laid: seen (P, C) int64 by palette colour, hidden (P,) int64 in no colour yet."""

    seen: np.ndarray
    hidden: np.ndarray


def uses_of(layout: np.ndarray, shape: tuple[int, ...]) -> Uses:
    """The uses of a layout; shape: parts, colours."""
    parts, colours = shape
    hidden = layout["colour"] == HIDDEN
    pair = layout["part"][~hidden].astype(np.int64) * colours + layout["colour"][~hidden]
    seen = np.bincount(pair, minlength=parts * colours).reshape(parts, colours)
    return Uses(seen, np.bincount(layout["part"][hidden], minlength=parts))


def shortage(layout: np.ndarray, stock: np.ndarray) -> Uses:
    """The parts that are laid and not owned. stock (P, C): how many of each part are owned in each colour."""
    uses = uses_of(layout, stock.shape)
    left = np.maximum(stock - uses.seen, 0).sum(axis=1)
    return Uses(np.maximum(uses.seen - stock, 0), np.maximum(uses.hidden - left, 0))


def count(lacking: Uses) -> int:
    """How many parts are missing."""
    return int(lacking.seen.sum() + lacking.hidden.sum())


def too_many(layout: np.ndarray, lacking: Uses, order: np.ndarray) -> np.ndarray:
    """(N,) bool: of every part and colour as many as are missing, the first in `order` (N,), which holds all rows."""
    part, colour = layout["part"][order].astype(np.int64), layout["colour"][order].astype(np.int64)
    colours = lacking.seen.shape[1]
    # The colour HIDDEN is the last column.
    missing = np.column_stack([lacking.seen, lacking.hidden]).ravel()
    kind = part * (colours + 1) + np.where(colour == HIDDEN, colours, colour)
    by_kind = np.argsort(kind, kind="stable")
    first = np.flatnonzero(np.diff(kind[by_kind], prepend=-1))
    turn = np.arange(len(kind)) - np.repeat(first, np.diff(first, append=len(kind)))
    extra = np.zeros(len(layout), bool)
    extra[order[by_kind]] = turn < missing[kind[by_kind]]
    return extra


def coloured_from_stock(layout: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """The layout with colours for its hidden parts, those first of which most are left.

    Which of them gets which does not matter, as no part of another kind wants them. The layout lacks nothing.
    """
    coloured = layout.copy()
    left = stock - uses_of(layout, stock.shape).seen
    for part in np.unique(layout["part"][layout["colour"] == HIDDEN]).tolist():
        rows = np.flatnonzero((layout["part"] == part) & (layout["colour"] == HIDDEN))
        most = np.argsort(-left[part], kind="stable")
        coloured["colour"][rows] = np.repeat(most, np.maximum(left[part][most], 0))[: len(rows)]
    return coloured


def require_area(grid: Grid, catalogue: Catalogue, palette: Palette, stock: np.ndarray) -> None:
    """Raises OutOfStock when the parts owned would not cover the cells, however they are cut.

    grid: with colours; what is not seen may be of any colour.
    """
    lacking = []
    heights = unit_heights(grid.surface.seen, grid.plates)
    for plates, cells, word in ((PLATES_PER_BRICK, grid.brick_cells, "bricks"), (1, grid.plate_cells, "plates")):
        rows = list(catalogue.packable(plates))
        area = catalogue.spots().count[rows, 0] @ stock[rows].astype(np.int64)
        colour = np.zeros(0, np.int16) if grid.colour is None else grid.colour[heights == plates]
        wanted = np.bincount(colour, minlength=len(area))
        short = np.maximum(wanted - area, 0)
        lacking += [
            f"{_studs(short[row])} of {palette.colours[row].name} {word} (of {wanted[row]})"
            for row in np.argsort(-short, kind="stable").tolist()
            if short[row]
        ]
        rest = int(np.count_nonzero(cells) - area.sum() - short.sum())
        if rest > 0:
            lacking.append(f"{_studs(rest)} of {word} in any colour")
    if lacking:
        raise _out_of_stock("The stock does not cover the model", lacking)


def missing_words(layout: np.ndarray, catalogue: Catalogue, palette: Palette, stock: np.ndarray) -> list[str]:
    """The parts that a layout has more of than are owned, in words: "2 x Brick 2 x 4 Red", the most first."""
    return list(_words(shortage(layout, stock), catalogue, palette))


def require_stock(layout: np.ndarray, catalogue: Catalogue, palette: Palette, stock: np.ndarray) -> None:
    """Raises OutOfStock when the layout lacks parts; the message names them."""
    lacking = shortage(layout, stock)
    missing = count(lacking)
    if missing:
        words = missing_words(layout, catalogue, palette, stock)
        much = "one part is" if missing == 1 else f"{missing} parts are"
        what = f"No way was found to build the model from the stock in the time given (--deadline); {much} missing"
        raise _out_of_stock(what, words)


def _words(lacking: Uses, catalogue: Catalogue, palette: Palette) -> Iterator[str]:
    found = [(lacking.seen[pair], *pair) for pair in zip(*np.nonzero(lacking.seen), strict=True)]
    found += [(lacking.hidden[part], part, HIDDEN) for part in np.flatnonzero(lacking.hidden)]
    for number, part, colour in sorted(found, key=lambda each: (-each[0], *each[1:])):
        shade = "in any colour" if colour == HIDDEN else palette.colours[colour].name
        yield f"{number} x {catalogue.parts[part].name} {shade}"


def _studs(number: int) -> str:
    return "1 stud" if number == 1 else f"{number} studs"


def _out_of_stock(what: str, lacking: list[str]) -> OutOfStock:
    more = len(lacking) - _LINES
    listed = ", ".join(lacking[:_LINES]) + (f" and {more} more kinds" if more > 0 else "")
    return OutOfStock(
        f"{what}: {listed}. Add them to the list, ask for fewer studs or a thinner shell, choose another --detail, or "
        "leave out the colours of which there is too little (--without)."
    )
