"""From colours and levels to placed parts: base plates, filler plates, and the pieces that are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..catalogue.colours import Palette, load_colours
from ..catalogue.parts import Catalogue, Part, part_numbered
from ..layout import LAYOUT_DTYPE, Role
from .settings import SECTION, VARIABLE, MosaicSettings
from .studs import Studs

_BASE, _BASE_COLOUR = "3867", 72  # no other dark grey or black was made in this size
_FILLER_COLOUR = 0
_LARGE = ("3035", "3030")
# What larger pieces may take the place of single ones, and what fills up below a relief.
_SIZES = {
    "variable-tile": ("3068b", "26603", "87079", "69729", "3069b", "63864", "2431", "6636", "4162", "3070b"),
    "variable-plate": (
        "3031", "3022", "3021", "3020", "3795", "3034", "3023", "3623", "3710", "3666", "3460", "3024", *_LARGE,
    ),
    "variable-brick": ("3003", "3002", "3001", "2456", "3007", "3004", "3622", "3010", "3009", "3008", "3005"),
}  # fmt: skip
_FILLERS = _SIZES["variable-plate"]


@dataclass(frozen=True)
class Cells:
    """A mosaic as it is seen: palette row, and plates by which it is raised, of each stud (down, across)."""

    columns: np.ndarray
    levels: np.ndarray


@dataclass(frozen=True)
class Pieces:
    """The parts of a mosaic: layout in the order of building, and what it is made of."""

    layout: np.ndarray
    catalogue: Catalogue
    palette: Palette


def lay_pieces(cells: Cells, studs: Studs, settings: MosaicSettings) -> Pieces:
    """The parts of a mosaic: a base plate for each section, filler plates up to each level, and the pieces on them."""
    catalogue = _catalogue(settings, studs.part)
    palette = _with_hidden(studs.palette, settings)
    made = catalogue.made_in(palette)
    down, across = cells.columns.shape
    laid = [_base_plates(down, across, catalogue, palette)]
    black = _row_of(palette, _FILLER_COLOUR) if settings.relief else 0
    for level in range(1, int(cells.levels.max()) + 1):
        kind = np.where(cells.levels >= level, black, -1)
        laid.append(_covered(kind, _rows(catalogue, _FILLERS), made, catalogue, level, Role.FILLER))
    singles = _rows(catalogue, (studs.part.ldraw,))
    rows = _rows(catalogue, _variable(settings)) if settings.piece in VARIABLE else singles
    for level in range(int(cells.levels.max()) + 1):
        kind = np.where(cells.levels == level, cells.columns, -1)
        laid.append(_covered(kind, rows, made, catalogue, level + 1, Role.MODEL))
    return Pieces(_in_steps(np.concatenate(laid), down, across), catalogue, palette)


def _catalogue(settings: MosaicSettings, single: Part) -> Catalogue:
    """The parts that a mosaic of these settings is made of."""
    numbers = _variable(settings) if settings.piece in VARIABLE else ()
    numbers += (*(_FILLERS if settings.relief else ()), _BASE)
    others = (part_numbered(number) for number in dict.fromkeys(numbers) if number != single.ldraw)
    return Catalogue("mosaic", (single, *(part for part in others if part)))


def _variable(settings: MosaicSettings) -> tuple[str, ...]:
    return tuple(number for number in _SIZES[settings.piece] if settings.large or number not in _LARGE)


def _with_hidden(palette: Palette, settings: MosaicSettings) -> Palette:
    """The palette with the colours of what lies below the pieces."""
    wanted = {_BASE_COLOUR, _FILLER_COLOUR} if settings.relief else {_BASE_COLOUR}
    wanted -= set(palette.ldraw_codes.tolist())
    return replace(palette, colours=palette.colours + tuple(each for each in load_colours() if each.ldraw in wanted))


def _row_of(palette: Palette, ldraw: int) -> int:
    return palette.ldraw_codes.tolist().index(ldraw)


def _rows(catalogue: Catalogue, numbers: Sequence[str]) -> list[int]:
    """Catalogue rows, those with the largest area first."""
    rows = [row for row, part in enumerate(catalogue.parts) if part.ldraw in numbers]
    return sorted(rows, key=lambda row: -catalogue.sizes[row, 0] * catalogue.sizes[row, 1])


def _base_plates(down: int, across: int, catalogue: Catalogue, palette: Palette) -> np.ndarray:
    y, x = (SECTION * place.ravel() for place in np.mgrid[: down // SECTION, : across // SECTION])
    layout = np.zeros(len(x), LAYOUT_DTYPE)
    layout["x"], layout["y"], layout["part"] = x, y, _rows(catalogue, (_BASE,))[0]
    layout["colour"], layout["role"] = _row_of(palette, _BASE_COLOUR), Role.BASE
    return layout


def _covered(
    kind: np.ndarray, rows: Sequence[int], made: np.ndarray, catalogue: Catalogue, z: int, role: Role
) -> np.ndarray:
    """The parts of one height that cover (down, across) cells of one kind each; kind: palette row, -1 for none."""
    ways = [(row, turn) for row in rows for turn in catalogue.turns(row)]
    shapes = [catalogue.mask(row, turn).shape for row, turn in ways]
    found = rectangles(kind, shapes, made[[row for row, _ in ways]])
    layout = np.zeros(len(found), LAYOUT_DTYPE)
    number = found[:, 2]
    layout["part"], layout["turn"] = np.array(ways)[number].T
    layout["x"], layout["y"] = found[:, 1], len(kind) - found[:, 0] - np.array(shapes)[number, 0]
    layout["colour"], layout["z"], layout["role"] = kind[found[:, 0], found[:, 1]], z, role
    return layout


def _in_steps(layout: np.ndarray, down: int, across: int) -> np.ndarray:
    """The parts section by section from the upper left, upwards, row by row; a row of a level is a step."""
    layout = layout.copy()
    from_top = (down - 1 - layout["y"]) // SECTION
    layout["section"] = from_top * (across // SECTION) + layout["x"] // SECTION
    layout = layout[np.lexsort((layout["x"], -layout["y"], layout["z"], layout["section"]))]
    place = np.stack([layout["section"], layout["z"], layout["y"]])
    layout["step"] = np.cumsum((np.diff(place, axis=1, prepend=place[:, :1]) != 0).any(axis=0))
    return layout


def rectangles(kind: np.ndarray, sizes: Sequence[tuple[int, ...]], allowed: np.ndarray) -> np.ndarray:
    """(M, 3): row, column, number of the size, of rectangles that cover (down, across) exactly, each of one kind.

    kind: -1 is left free. sizes: studs down and across, in the order in which they are tried. allowed (S, kinds) bool:
    whether a size may take a kind. No rectangle crosses from one section of SECTION studs to the next; in all sections
    at once the next place, by rows, is looked at, so that there are as many steps as places and sizes.
    """
    down, across = kind.shape
    fields = kind.reshape(down // SECTION, SECTION, across // SECTION, SECTION).swapaxes(1, 2).copy()
    found = []
    for number, (high, wide) in enumerate(sizes):
        if high == wide == 1:  # wherever it may lie
            at = np.nonzero((fields >= 0) & allowed[number][np.maximum(fields, 0)])
            found.append(np.stack([at[0] * SECTION + at[2], at[1] * SECTION + at[3], np.full(len(at[0]), number)], 1))
            fields[at] = -1
            continue
        for y in range(SECTION - high + 1):
            for x in range(SECTION - wide + 1):
                window = fields[:, :, y : y + high, x : x + wide]
                first = window[:, :, 0, 0]
                fits = (window == first[..., None, None]).all(axis=(2, 3)) & (first >= 0)
                fits &= allowed[number][np.maximum(first, 0)]
                at = np.nonzero(fits)
                if len(at[0]):
                    found.append(np.stack([at[0] * SECTION + y, at[1] * SECTION + x, np.full(len(at[0]), number)], 1))
                    window[at] = -1
    return np.concatenate([np.zeros((0, 3), np.int64), *found])
