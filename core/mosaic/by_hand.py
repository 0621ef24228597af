"""Studs coloured by hand, applied after everything else."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..colour.names import ldraw_codes_of
from ..errors import BadPalette, BadSetting
from ..text_files import read_text
from .studs import Studs

_HEADING = ("x", "y", "colour")


@dataclass(frozen=True)
class Override:
    """One stud: x, y counted from 1 at the upper left, and what its colour is called."""

    x: int
    y: int
    colour: str


def read_overrides(path: Path) -> tuple[Override, ...]:
    """The lines of a .csv file with the heading x,y,colour. Raises CannotRead, BadSetting for a damaged line."""
    table = csv.DictReader(read_text(path, "list of studs", (".csv",)).splitlines())
    if tuple(table.fieldnames or ()) != _HEADING:
        raise BadSetting(f"The first line of {path} must be the heading x,y,colour.")
    found = []
    for row in table:
        try:
            found.append(Override(int(row["x"]), int(row["y"]), row["colour"].strip()))
        except (ValueError, TypeError, AttributeError) as error:
            raise BadSetting(f"{path}, line {table.line_num}: write x,y,colour, such as 3,7,Red.") from error
    return tuple(found)


def overridden(columns: np.ndarray, studs: Studs, overrides: tuple[Override, ...]) -> np.ndarray:
    """The columns (down, across) with some studs in other colours of the same palette; a later one counts.

    Raises BadSetting for a stud beside the mosaic, BadPalette for a colour that is not in the palette.
    """
    down, across = columns.shape
    codes = studs.palette.ldraw_codes.tolist()
    changed = columns.copy()
    for each in overrides:
        if not (1 <= each.x <= across and 1 <= each.y <= down):
            raise BadSetting(f"There is no stud {each.x},{each.y} in a mosaic of {across} x {down} studs.")
        known = [codes.index(code) for code in ldraw_codes_of(each.colour) if code in codes]
        if not known:
            raise BadPalette(f"{each.colour} is no colour of the mosaic's studs; use one of those, or add it.")
        changed[each.y - 1, each.x - 1] = min(known)
    return changed
