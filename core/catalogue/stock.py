"""What somebody owns: how many of each part in each colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..colour.names import ldraw_codes_of
from ..errors import BadPalette, BadPartList
from .colours import Palette, load_colours
from .part_lists import ListedPart, read_part_list, shortened
from .parts import Catalogue, part_numbered


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
