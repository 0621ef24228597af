"""Studs coloured or raised by hand, applied after everything else."""

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
_LEVEL = "level"  # a fourth column, which may be left out


@dataclass(frozen=True)
class Override:
    """One stud: x, y counted from 1 at the upper left; what its colour is called, "" as it is; its level, None: as is.

    level: plates by which it is raised in a relief, from 0.
    """

    x: int
    y: int
    colour: str
    level: int | None = None


def read_overrides(path: Path) -> tuple[Override, ...]:
    """The lines of a .csv file with the heading x,y,colour or x,y,colour,level.

    Raises CannotRead, BadSetting for a damaged line.
    """
    table = csv.DictReader(read_text(path, "list of studs", (".csv",)).splitlines())
    if tuple(table.fieldnames or ()) not in (_HEADING, (*_HEADING, _LEVEL)):
        raise BadSetting(f"The first line of {path} must be the heading x,y,colour or x,y,colour,level.")
    found = []
    for row in table:
        try:
            level = (row.get(_LEVEL) or "").strip()
            place, colour = (int(row["x"]), int(row["y"])), row["colour"].strip()
            found.append(Override(*place, colour, int(level) if level else None))
        except (ValueError, TypeError, AttributeError) as error:
            words = "write x,y,colour, such as 3,7,Red, or x,y,colour,level, such as 3,7,Red,2"
            raise BadSetting(f"{path}, line {table.line_num}: {words}.") from error
    return tuple(found)


def overridden(columns: np.ndarray, studs: Studs, overrides: tuple[Override, ...]) -> np.ndarray:
    """The columns (down, across) with some studs in other colours of the same palette; a later one counts.

    Raises BadSetting for a stud beside the mosaic, BadPalette for a colour that is not in the palette.
    """
    codes = studs.palette.ldraw_codes.tolist()
    changed = columns.copy()
    for each in overrides:
        _require_inside(each, columns.shape)
        if not each.colour:
            continue
        known = [codes.index(code) for code in ldraw_codes_of(each.colour) if code in codes]
        if not known:
            raise BadPalette(f"{each.colour} is no colour of the mosaic's studs; use one of those, or add it.")
        changed[each.y - 1, each.x - 1] = min(known)
    return changed


def raised(levels: np.ndarray, relief: int, overrides: tuple[Override, ...]) -> np.ndarray:
    """The levels (down, across) of a relief with some studs at others; a later one counts.

    relief: how many levels it has, 0 for a flat mosaic. Raises BadSetting for a stud beside it, or a level it lacks.
    """
    changed = levels.copy()
    for each in overrides:
        _require_inside(each, levels.shape)
        if each.level is None:
            continue
        if not 0 <= each.level < max(relief, 1):
            has = f"has levels 0 to {relief - 1}" if relief else "is flat; choose --relief for more levels than 0"
            raise BadSetting(f"Stud {each.x},{each.y} can't be at level {each.level}: the mosaic {has}.")
        changed[each.y - 1, each.x - 1] = each.level
    return changed


def _require_inside(stud: Override, shape: tuple[int, ...]) -> None:
    down, across = shape
    if not (1 <= stud.x <= across and 1 <= stud.y <= down):
        raise BadSetting(f"There is no stud {stud.x},{stud.y} in a mosaic of {across} x {down} studs.")
