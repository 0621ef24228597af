"""What somebody owns: how many of each part in each colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..colour.names import ldraw_codes_of
from ..errors import BadPalette, BadPartList, OutOfStock
from ..units import PLATES_PER_BRICK
from .colours import Palette, load_colours
from .part_lists import ListedPart, read_part_list, shortened
from .parts import Catalogue, part_numbered

_WORDS = {PLATES_PER_BRICK: "bricks", 1: "plates"}


@dataclass(frozen=True)
class Stock:
    """Parts owned, by LDraw's numbers of part and colour; warnings: what of the list was left out."""

    name: str
    owned: Mapping[tuple[str, int], int]
    warnings: tuple[str, ...] = ()

    def counts(self, catalogue: Catalogue, palette: Palette) -> np.ndarray:
        """(P, C) int32: how many of each part of the catalogue are owned in each colour of the palette."""
        codes = palette.ldraw_codes.tolist()
        owned = [[self.owned.get((part.ldraw, code), 0) for code in codes] for part in catalogue.parts]
        return np.minimum(np.array(owned).reshape(len(catalogue.parts), len(codes)), np.iinfo(np.int32).max).astype(
            np.int32
        )


def load_stock(path: str | Path) -> Stock:
    """The parts that a .csv or .xml file (`part_lists.py`) lists, equal ones added up.

    Parts and colours that are not in the tables are left out and named in the warnings. Raises CannotRead for a file
    that can't be read, BadPartList for one without parts, or with a line that lacks the colour or the quantity.
    """
    path = Path(path)
    owned: Counter[tuple[str, int]] = Counter()
    parts, colours = dict[str, None](), dict[str, None]()  # unknown ones, each once, in order
    for line in read_part_list(path):
        if not line.colour or line.quantity is None:
            lacking = "quantity" if line.colour else "colour"
            raise BadPartList(f"In the part list {path}, {line.place} has no {lacking}; what is owned needs both.")
        part, code = part_numbered(line.part), _ldraw_code(line)
        if part is None:
            parts[line.part] = None
        elif code is None:
            colours[line.colour] = None
        else:
            owned[part.ldraw, code] += line.quantity
    unknown = {"parts": list(parts), "colours": list(colours)}
    warnings = [
        f"Of the part list {path.name}, {kind} that Brickprint does not know are left out: {shortened(names)}."
        for kind, names in unknown.items()
        if names
    ]
    if not owned:
        raise BadPartList(f"The part list {path} holds no part that can be used. {' '.join(warnings)}")
    return Stock(path.stem, dict(owned), tuple(warnings))


def _ldraw_code(line: ListedPart) -> int | None:
    """LDraw's number of the solid colour of a line."""
    if line.colour.lstrip("-").isdecimal():
        numbers = {str(getattr(colour, line.system)): colour.ldraw for colour in load_colours()}
        return None if line.colour == "-1" else numbers.get(line.colour)
    try:
        return min(ldraw_codes_of(line.colour))
    except BadPalette:
        return None


def owned_parts(catalogue: Catalogue, stock: Stock) -> Catalogue:
    """The parts of the catalogue that are owned in any colour, and its 1x1 of every height of which others are.

    With 1x1 parts, though nobody owns them, every packer can fill any cells; what they fill is built otherwise later.
    Raises OutOfStock when no brick or plate is owned.
    """
    owned = {number for (number, _), quantity in stock.owned.items() if quantity}
    packable = [row for plates in (1, PLATES_PER_BRICK) for row in catalogue.packable(plates)]
    heights = {catalogue.parts[row].plates for row in packable if catalogue.parts[row].ldraw in owned}
    if not heights:
        raise OutOfStock(
            f"The stock {stock.name} has no brick and no plate of the part set {catalogue.name}; choose other --parts, "
            "or add parts to the list."
        )
    singles = {row for plates in heights for row in catalogue.singles(plates)}
    kept = (part for row, part in enumerate(catalogue.parts) if row in singles or part.ldraw in owned)
    return replace(catalogue, parts=tuple(kept))


def owned_palette(palette: Palette, catalogue: Catalogue, stock: Stock, heights: Iterable[int]) -> Palette:
    """The colours of the palette in which bricks (3) or plates (1) are owned, of each of the heights.

    Raises OutOfStock when there is none.
    """
    counts = stock.counts(catalogue, palette)
    keep = np.ones(len(palette.colours), bool)
    heights = tuple(heights)
    for height in heights:
        keep &= counts[list(catalogue.packable(height))].any(axis=0)
    if not keep.any():
        wanted = " and ".join(_WORDS[height] for height in heights)
        raise OutOfStock(
            f"The stock {stock.name} has no colour of the palette {palette.name} in which it holds {wanted}; choose "
            "another --palette or --detail, or add parts to the list."
        )
    return replace(palette, colours=tuple(np.array(palette.colours, object)[keep]))


def with_odd_colours(palette: Palette, stock: Stock, without: Iterable[str]) -> Palette:
    """The palette, and after it all other colours in which anything is owned: for parts that nobody sees.

    without: words for colours that are not wanted at all, as of `ldraw_codes_of`.
    """
    barred = frozenset[int]().union(*map(ldraw_codes_of, without)) | set(palette.ldraw_codes.tolist())
    owned = {code for (_, code), quantity in stock.owned.items() if quantity} - barred
    odd = tuple(colour for colour in load_colours() if colour.ldraw in owned)
    return replace(palette, colours=palette.colours + odd)
