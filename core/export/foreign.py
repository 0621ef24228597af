"""Models of any origin, LDraw's or LDD's: the parts that Brickprint knows become a layout, all others loads on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..catalogue.colours import Colour, Palette
from ..catalogue.part_lists import shortened
from ..catalogue.parts import Catalogue, load_parts, part_numbered
from ..colour.palettes import load_palette
from ..concerns import never_made, places
from ..errors import CannotRead, NothingToBuild
from ..inspection import Given, removal_of, taken_as_loads
from ..layout import LAYOUT_DTYPE, size_of
from ..plan import Plan
from ..settings import DEFAULTS
from ..structure.links import stud_links
from ..structure.loads import BOX_DTYPE, apart, near
from ..support.coming_off import require_model
from ..support.removal import supports_report
from ..units import LDU_PER_PLATE, LDU_PER_STUD, PLATES_PER_BRICK
from .ldraw_reading import CELL, FARTHEST, PlacedParts, corners_of, lowest_corners, placed_parts, turns_of, upwards
from .lxf_reading import placed_designs
from .report import part_figures
from .standing_report import structure_figures, supports_to_mind

_STRAIGHT = 1e-3  # by which the numbers of a quarter turn may be off
_STEP = 0.1  # degrees: in steps of as much the direction is sought along which most parts lie
_ON_GRID = 0.5  # LDraw units by which a part may be off the grid; the grid is sought in steps of as much
_PRINTED = re.compile(r"(\d+[a-z]?)p[0-9a-z]+")  # LDraw's names of printed parts: the plain part's, p, the pattern's
_SMALLEST = "3005"  # the brick 1 x 1, by which sizes and weights of unknown parts are guessed
# The box of that brick from its origin, in LDraw units, y down.
_GUESSED = np.array([(-1, 0, -1), (1, 2, 1)]) * (
    LDU_PER_STUD / 2,
    PLATES_PER_BRICK * LDU_PER_PLATE / 2,
    LDU_PER_STUD / 2,
)
_LARGEST = 1e5  # LDraw units: no part is as large
_GREY = "#8A928D"
_DIRECT = 0x2000000  # from here on, LDraw's numbers for colours are their RGB


def given_file(path: Path, name: str) -> Given:
    """The model of an .ldr, .mpd or .lxf file, to be inspected.

    Loads are parts that are not in the table, not turned by quarters about the vertical, off the grid on which most
    parts lie, or in the place of another. Raises NothingToBuild where no part is left, CannotRead, TooLarge.
    """
    return _given(_read(path), name, taken_as_loads)


def plan_of_file(path: Path, name: str) -> Plan:
    """The model of an .ldr, .mpd or .lxf file as a plan, with what was left out of it in its report's warnings.

    Where the file tells which parts are supports, the statics is asked which of them come off. Raises NothingToBuild
    where no part is left but supports, CannotRead, TooLarge.
    """
    given = _given(_read(path), name, _left_out)
    plan = given.plan
    require_model(plan)
    removal = removal_of(Given(plan, given.loads[:0]), DEFAULTS)
    concerns = [*never_made(plan), *supports_to_mind(plan.layout, removal)]
    report = {
        "grid": {"studs_x": plan.size[0], "studs_y": plan.size[1], "plates_z": plan.size[2]},
        "parts": part_figures(plan),
        "structure": structure_figures(plan, stud_links(plan.layout, plan.catalogue), None),
        "supports": supports_report(plan.layout, plan.catalogue, removal),
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "warnings": [*given.warnings, *(each.text for each in concerns)],
        "places": places(concerns),
    }
    return replace(plan, report=report)


def _left_out(parts: np.ndarray, why: str) -> str:
    named = shortened([f"{count} x {part}" for part, count in Counter(parts.tolist()).most_common()])
    return f"{len(parts)} {'part is' if len(parts) == 1 else 'parts are'} left out ({why}): {named}."


def _read(path: Path) -> PlacedParts:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotRead(f"{path} can't be read ({error.strerror}); check that you may read it.") from error
    return placed_designs(data) if path.suffix.lower() == ".lxf" else placed_parts(data.decode(errors="replace"))


def _given(found: PlacedParts, name: str, told: Callable[[np.ndarray, str], str]) -> Given:
    """told: says of parts, by LDraw's numbers, and a reason that they are not in the layout."""
    catalogue = load_parts()
    part = _known(found.rows["part"], catalogue)
    rows = _straightened(found.rows, part >= 0)
    turn = turns_of(rows["matrix"], _STRAIGHT)
    cells, shift, on_grid = _on_grid(rows["place"], part, turn, catalogue)
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    layout["part"], layout["turn"] = part, turn
    for axis, of in enumerate("xyz"):
        layout[of] = np.where(on_grid, cells[:, axis], 0)
    for column in ("step", "role", "section"):
        layout[column] = rows[column]
    on_grid[on_grid] = near(layout[on_grid])
    alone = on_grid.copy()
    alone[on_grid] = apart(layout[on_grid], catalogue)
    if not alone.any():
        raise NothingToBuild(
            f"{name} has no upright part that Brickprint knows, of {len(rows)} in all; choose another model."
        )
    palette, layout["colour"] = _coloured(rows["colour"])
    loads = _boxes(rows[~alone], part[~alone], found, catalogue, shift)
    reasons = {
        "unknown to Brickprint": part < 0,
        "turned other than by quarters about the vertical": (part >= 0) & (turn < 0),
        "off the grid of the others, or far from them": (part >= 0) & (turn >= 0) & ~on_grid,
        "in the place of others": on_grid & ~alone,
    }
    warnings = [told(rows["part"][those], why) for why, those in reasons.items() if those.any()]
    warnings += [*_guesses_told(loads), *_colours_told(rows[alone]), *_lines_told(found)]
    return Given(_plan(name, layout[alone], catalogue, palette), loads, tuple(warnings))


def _plan(name: str, layout: np.ndarray, catalogue: Catalogue, palette: Palette) -> Plan:
    layout = layout.copy()
    layout["step"] = np.unique(layout["step"], return_inverse=True)[1].reshape(-1)
    return Plan(name, layout, catalogue, palette, size_of(layout, catalogue))


def _known(names: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,): the catalogue row of each part by any of its numbers, printed ones by the plain part's; -1 for none."""
    row_of = {part: row for row, part in enumerate(catalogue.parts)}
    values, inverse = np.unique(names, return_inverse=True)
    rows = []
    for name in values.tolist():
        printed = _PRINTED.fullmatch(name)
        part = part_numbered(name) or (part_numbered(printed[1]) if printed else None)
        rows.append(-1 if part is None else row_of[part])
    return np.array(rows, np.int16)[inverse.reshape(-1)]


def _straightened(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """All parts turned about the vertical, so that most of the known upright ones lie along the axes."""
    matrix = rows["matrix"]
    upright = known & (abs(matrix[:, 1] - (0, 1, 0)) < _STRAIGHT).all(axis=1)
    angles = np.degrees(np.arctan2(matrix[upright, 2, 0], matrix[upright, 0, 0])) % 90
    values, count = np.unique(np.rint(angles / _STEP) % (90 / _STEP), return_counts=True)
    if not len(values) or values[np.argmax(count)] == 0:
        return rows
    angle = np.radians(values[np.argmax(count)] * _STEP)
    back = np.array([(np.cos(angle), 0, np.sin(angle)), (0, 1, 0), (-np.sin(angle), 0, np.cos(angle))])
    turned = rows.copy()
    turned["place"], turned["matrix"] = rows["place"] @ back.T, back @ matrix
    return turned


def _on_grid(
    places: np.ndarray, part: np.ndarray, turn: np.ndarray, catalogue: Catalogue
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lowest cells (N, 3) of the parts, where the grid of most of them lies (3,), and which of them are on it."""
    upright = (part >= 0) & (turn >= 0)
    corners = lowest_corners(places, part, turn, catalogue)
    steps = CELL / _ON_GRID
    shifts = np.rint(corners[upright] / _ON_GRID) % steps
    values, count = np.unique(shifts, axis=0, return_counts=True)
    shift = values[np.argmax(count)] * _ON_GRID if len(values) else np.zeros(3)
    cells = np.rint((corners - shift) / CELL)
    off = (abs(corners - shift - cells * CELL) > _ON_GRID).any(axis=1) | (abs(cells) > FARTHEST).any(axis=1)
    return cells, shift, upright & ~off


def _coloured(codes: np.ndarray) -> tuple[Palette, np.ndarray]:
    """All solid colours and those of the model that are unknown, and (N,) the row of each LDraw number."""
    known = load_palette("solid")
    values, inverse = np.unique(codes, return_inverse=True)
    unknown = [_unknown(code) for code in values.tolist() if code not in known.ldraw_codes]
    palette = Palette("LDraw", (*known.colours, *unknown))
    row_of = {code: row for row, code in enumerate(palette.ldraw_codes.tolist())}
    return palette, np.array([row_of[code] for code in values.tolist()], np.int16)[inverse.reshape(-1)]


def _unknown(code: int) -> Colour:
    """A colour by LDraw's number alone, which may say itself what it looks like; it is kept for LDraw's files."""
    shown = f"#{code - _DIRECT:06X}" if 0 <= code - _DIRECT < 2**24 else _GREY
    return Colour(f"LDraw {code}" if code >= 0 else "Unknown", "", shown, code, -1, -1, -1)


def _boxes(
    rows: np.ndarray, part: np.ndarray, found: PlacedParts, catalogue: Catalogue, shift: np.ndarray
) -> np.ndarray:
    """(N,) BOX_DTYPE: parts as loads, in the grid's cells; part (N,): their catalogue rows, -1 for none."""
    own = _own_boxes(catalogue)
    smallest = catalogue.parts[_known(np.array([_SMALLEST]), catalogue)[0]]
    boxes = np.zeros(len(rows), BOX_DTYPE)
    boxes["part"] = rows["part"]
    for place, (row, known) in enumerate(zip(rows, part.tolist(), strict=True)):
        drawn = found.boxes.get(str(row["part"]))
        sized = known >= 0 or (drawn is not None and bool((drawn[1] - drawn[0] < _LARGEST).all()))
        local = own[known] if known >= 0 else drawn if sized and drawn is not None else _GUESSED
        volume = np.prod((local[1] - local[0]) / (LDU_PER_STUD, LDU_PER_PLATE, LDU_PER_STUD))
        with np.errstate(over="ignore", invalid="ignore"):  # a place out of all bounds touches nothing
            corners = (upwards(corners_of(local) @ row["matrix"].T + row["place"]) - shift) / CELL
        boxes[place]["low"], boxes[place]["high"] = corners.min(axis=0), corners.max(axis=0)
        boxes[place]["grams"] = catalogue.grams[known] if known >= 0 else volume * smallest.grams / smallest.plates
        boxes[place]["sized"] = sized
    return boxes


def _own_boxes(catalogue: Catalogue) -> np.ndarray:
    """(P, 2, 3): the boxes of the table's parts from their origins, in LDraw units, y down."""
    origin = np.array([part.ldraw_origin for part in catalogue.parts], np.float64).reshape(-1, 3)
    ends = np.stack([-origin, catalogue.sizes * CELL - origin], axis=1)
    return np.sort(np.stack([ends[..., 0], -ends[..., 2], ends[..., 1]], axis=-1), axis=1)


def _guesses_told(loads: np.ndarray) -> Iterator[str]:
    guessed = int((~loads["sized"]).sum())
    if guessed:
        yield f"Loads whose size is not in the file, and which are guessed to be like bricks 1 x 1: {guessed}."


def _colours_told(rows: np.ndarray) -> Iterator[str]:
    unknown = rows["colour"][~np.isin(rows["colour"], load_palette("solid").ldraw_codes)]
    if len(unknown):
        codes = shortened([str(code) if code >= 0 else "none" for code in np.unique(unknown).tolist()])
        yield f"Parts of colours unknown to Brickprint, which hold all the same: {len(unknown)} (LDraw's {codes})."


def _lines_told(found: PlacedParts) -> Iterator[str]:
    lines = [line for line in found.skipped if not line.of_shape]
    if lines:
        yield (
            f"Lines of the file that place no part, and are left out: {len(lines)}. "
            f"Line {lines[0].line} {lines[0].why}: {lines[0].words}"
        )
