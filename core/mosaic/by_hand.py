"""Studs coloured or raised by hand, applied after everything else.

They come from a list, which has to fit the mosaic; and from studs picked in it, of which those wait that do not fit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..catalogue.colours import Palette
from ..colour.names import ldraw_codes_of
from ..errors import BadPalette, BadSetting, CannotRead
from ..text_files import read_text
from .settings import MOST_SIDE, MosaicSettings

# x, y: counted from 1 at the upper left; colour: LDraw's number; level: plates by which the stud is raised, from 0.
BY_HAND_DTYPE = np.dtype([(name, np.int32) for name in ("x", "y", "colour", "level")])
AS_FOUND = -1  # a colour or level that is not set by hand
NOTHING_BY_HAND = np.zeros(0, BY_HAND_DTYPE)
BY_HAND = "by_hand"  # key of a plan's settings: the studs picked in it and set by hand; without any it is missing
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


def listed(overrides: Iterable[Override], palette: Palette, settings: MosaicSettings) -> np.ndarray:
    """The studs of a list, as BY_HAND_DTYPE (N,), in its order; palette: of the mosaic's studs.

    Raises BadSetting for one beside the mosaic or at a level it lacks, BadPalette for a colour that is not there.
    """
    across, down = settings.studs
    rows = []
    for each in overrides:
        if not (1 <= each.x <= across and 1 <= each.y <= down):
            raise BadSetting(f"There is no stud {each.x},{each.y} in a mosaic of {across} x {down} studs.")
        if each.level is not None and not 0 <= each.level < max(settings.relief, 1):
            flat = "is flat; choose --relief for more levels than 0"
            has = f"has levels 0 to {settings.relief - 1}" if settings.relief else flat
            raise BadSetting(f"Stud {each.x},{each.y} can't be at level {each.level}: the mosaic {has}.")
        colour = _code_of(each.colour, palette) if each.colour else AS_FOUND
        rows.append((each.x, each.y, colour, AS_FOUND if each.level is None else each.level))
    return np.array(rows, BY_HAND_DTYPE)


def _code_of(word: str, palette: Palette) -> int:
    """LDraw's number of the colour of a palette that a word means."""
    named = [each.ldraw for each in palette.colours if each.name.lower() == word.lower()]  # pearl colours, too
    codes = frozenset(named) or ldraw_codes_of(word)
    known = [code for code in palette.ldraw_codes.tolist() if code in codes]
    if not known:
        raise BadPalette(f"{word} is no colour of the mosaic's studs; use one of those, or add it.")
    return known[0]


def fitting(by_hand: np.ndarray, palette: Palette, settings: MosaicSettings) -> np.ndarray:
    """Of studs picked and set by hand (N,) what a mosaic of these settings has room, colours and levels for."""
    outside, no_colour, no_level = _waiting(by_hand, palette, settings)
    fit = by_hand.copy()
    fit["colour"][no_colour], fit["level"][no_level] = AS_FOUND, AS_FOUND
    return fit[~outside]


def waiting_warning(by_hand: np.ndarray, palette: Palette, settings: MosaicSettings) -> list[str]:
    """A warning of what of studs picked and set by hand (N,) does not fit, and so is not seen; none where all does."""
    across, down = settings.studs
    levels = f"at levels beyond 0 to {settings.relief - 1}" if settings.relief else "at levels, but the mosaic is flat"
    reasons = f"outside the {across} x {down} studs", "in colours that there are no studs of", levels
    waiting = zip(_waiting(by_hand, palette, settings), reasons, strict=True)
    told = [f"{np.count_nonzero(rows):,} {reason}" for rows, reason in waiting if rows.any()]
    if not told:
        return []
    return [f"Of the studs set by hand, {'; '.join(told)}: these are kept, and seen again when they fit."]


def _waiting(
    by_hand: np.ndarray, palette: Palette, settings: MosaicSettings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(N,) bool: outside the mosaic; in it, but in a colour, or at a level, that there is not."""
    across, down = settings.studs
    outside = (by_hand["x"] > across) | (by_hand["y"] > down)
    no_colour = (by_hand["colour"] != AS_FOUND) & ~np.isin(by_hand["colour"], palette.ldraw_codes)
    return outside, no_colour & ~outside, (by_hand["level"] >= max(settings.relief, 1)) & ~outside


def overridden(columns: np.ndarray, palette: Palette, by_hand: np.ndarray) -> np.ndarray:
    """Palette rows (down, across) with studs set by hand (N,), which fit, in their colours; a later one counts."""
    codes = palette.ldraw_codes
    order = np.argsort(codes, kind="stable")
    rows = order[np.minimum(np.searchsorted(codes, by_hand["colour"], sorter=order), len(codes) - 1)]
    return _set_in(columns, by_hand, by_hand["colour"] != AS_FOUND, rows)


def raised(levels: np.ndarray, by_hand: np.ndarray) -> np.ndarray:
    """The levels (down, across) of a relief with studs set by hand (N,), which fit, at theirs; a later one counts."""
    return _set_in(levels, by_hand, by_hand["level"] != AS_FOUND, by_hand["level"])


def _set_in(found: np.ndarray, by_hand: np.ndarray, chosen: np.ndarray, values: np.ndarray) -> np.ndarray:
    changed = found.copy()
    changed[by_hand["y"][chosen] - 1, by_hand["x"][chosen] - 1] = values[chosen]  # numpy keeps the last of equal places
    return changed


def studs_set(by_hand: np.ndarray) -> int:
    """How many studs have a colour or level set by hand."""
    return len(np.unique(_keys(by_hand[(by_hand["colour"] != AS_FOUND) | (by_hand["level"] != AS_FOUND)])))


def set_at(by_hand: np.ndarray, places: np.ndarray, name: str, values: Any) -> np.ndarray:
    """Studs set by hand, a row a stud, with colour or level (name) set at places (M, 2), x and y, too.

    values: one, or (M,). What else was set of these studs stays.
    """
    more = np.full(len(places), AS_FOUND, BY_HAND_DTYPE)
    more["x"], more["y"] = places.T
    both = np.concatenate([by_hand, more])
    _, first, stud = np.unique(_keys(both), return_index=True, return_inverse=True)
    settled = both[first]
    settled[name][stud.reshape(-1)[len(by_hand) :]] = values
    return settled


def without(by_hand: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Studs set by hand, but for those at places (M, 2), x and y."""
    return by_hand[~np.isin(_keys(by_hand), _keys(set_at(NOTHING_BY_HAND, places, "level", AS_FOUND)))]


def _keys(by_hand: np.ndarray) -> np.ndarray:
    return by_hand["y"] * (MOST_SIDE + 1) + by_hand["x"]


def by_hand_values(by_hand: np.ndarray) -> dict[str, list[list[int]]]:
    """Studs set by hand as a plan's settings keep them: under BY_HAND, rows of x, y, colour, level."""
    return {BY_HAND: by_hand.view(np.int32).reshape(-1, 4).tolist()} if len(by_hand) else {}


def by_hand_of(settings: dict[str, Any]) -> np.ndarray:
    """The studs picked and set by hand that a plan's settings keep. Raises CannotRead."""
    try:
        rows = np.array(settings.get(BY_HAND) or np.zeros((0, 4)), np.int32).reshape(-1, 4)
    except (ValueError, TypeError, OverflowError) as error:
        raise CannotRead(f"The mosaic's studs set by hand are damaged ({error}); make it again.") from error
    if (rows[:, :2] < 1).any() or (rows[:, :2] > MOST_SIDE).any() or (rows[:, 2:] < AS_FOUND).any():
        raise CannotRead("The mosaic's studs set by hand are damaged; make it again.")
    return rows.view(BY_HAND_DTYPE).reshape(-1)
