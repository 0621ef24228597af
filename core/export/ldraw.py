"""LDraw models (.ldr): one line a part, one step after another, and the same lines read back.

https://www.ldraw.org/article/218.html. LDraw's y axis points down, so that (x, y, z) of the grid is (x, -z, y) there.
"""

from __future__ import annotations

import io
import math

import numpy as np

from ..catalogue.colours import Palette
from ..catalogue.part_lists import shortened
from ..catalogue.parts import Catalogue
from ..errors import CannotRead
from ..layout import LAYOUT_DTYPE
from ..plan import Plan
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .files import file_name

# Row k: the matrix of k quarter turns, counter-clockwise seen from above.
_TURNS = ("1 0 0 0 1 0 0 0 1", "0 0 -1 0 1 0 1 0 0", "-1 0 0 0 1 0 0 0 -1", "0 0 1 0 1 0 -1 0 0")
_FARTHEST = 1_000_000  # studs or plates from the origin
_TURN_OF_MATRIX = {tuple(map(float, matrix.split())): turn for turn, matrix in enumerate(_TURNS)}

# What a part line says besides its part: x, y, z in LDraw units, y down; step counts from 0.
_PLACE_FIELDS = [
    ("colour", np.int32),
    ("x", np.float64),
    ("y", np.float64),
    ("z", np.float64),
    ("turn", np.int8),
    ("step", np.int32),
]


def ldraw_text(plan: Plan) -> str:
    """The plan as the text of an LDraw file: parts by step, `0 STEP` after each step that has any."""
    layout = plan.layout[np.argsort(plan.layout["step"], kind="stable")]
    lines = _part_lines(layout, plan)
    last = np.append(layout["step"][1:] != layout["step"][:-1], True)[: len(layout)]
    ends = np.where(last, "\n0 STEP", "").tolist()
    body = [line + end for line, end in zip(lines, ends, strict=True)]
    return "\n".join([*_header(plan.name), *body, ""])


def _header(name: str) -> list[str]:
    # The title has words before the name, as a name like "STEP" would be a command.
    title = " ".join("".join(character if character.isprintable() else " " for character in name).split())
    return [
        f"0 Brick model: {title}",
        f"0 Name: {file_name(name)}.ldr",
        "0 Author: Brickprint",
        "0 !LDRAW_ORG Model",
    ]


def _part_lines(layout: np.ndarray, plan: Plan) -> list[str]:
    colour = plan.palette.ldraw_codes[layout["colour"]]
    origin = _origins(plan.catalogue)[layout["part"], layout["turn"]]
    x = LDU_PER_STUD * layout["x"] + origin[:, 0]
    y = -LDU_PER_PLATE * layout["z"] - origin[:, 2]
    z = LDU_PER_STUD * layout["y"] + origin[:, 1]
    turns = [_TURNS[turn] for turn in layout["turn"].tolist()]
    files = [plan.catalogue.parts[part].ldraw for part in layout["part"].tolist()]
    columns = (colour.tolist(), x.tolist(), y.tolist(), z.tolist(), turns, files)
    return list(map("1 {} {} {} {} {} {}.dat".format, *columns))


def _origins(catalogue: Catalogue) -> np.ndarray:
    """(P, 4, 3) int32: LDraw's origin of every part by turn: x, y and up from the lowest corner, in LDraw units."""
    wide, deep = LDU_PER_STUD * catalogue.sizes[:, 0], LDU_PER_STUD * catalogue.sizes[:, 1]
    x, y, up = np.array([part.ldraw_origin for part in catalogue.parts], np.int32).reshape(-1, 3).T
    turned = [(x, y, up), (deep - y, x, up), (wide - x, deep - y, up), (y, wide - x, up)]
    return np.moveaxis(np.array(turned, np.int32), 2, 0)


def read_ldraw(text: str) -> np.ndarray:
    """The part lines of an LDraw model, in the file's order: (N,) structured part, colour, x, y, z, turn, step.

    part: LDraw's id without .dat; colour: LDraw's number; x, y, z float64, LDraw units, y down; turn 0..3.
    Raises CannotRead, with the number of the line, for a line that is damaged, draws by itself, or turns its part
    other than by quarters about the vertical axis.
    """
    rows, step = [], 0
    for number, line in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline=None), start=1):
        words = line.split(maxsplit=14)
        if not words:
            continue
        if words[0] == "0":
            step += words[1:2] == ["STEP"]
        elif words[0] == "1":
            rows.append((*_part_row(words, number), step))
        else:
            raise CannotRead(f"Line {number} of the LDraw file is not a part: {line.strip()[:80]}")
    longest = max((len(row[0]) for row in rows), default=0)
    return np.array(rows, [("part", f"U{longest or 1}"), *_PLACE_FIELDS])


def layout_of(lines: np.ndarray, catalogue: Catalogue, palette: Palette) -> np.ndarray:
    """The layout (LAYOUT_DTYPE) of part lines as `read_ldraw` gives them, in their order.

    Raises CannotRead for parts and colours that are not in the tables, and for parts off the grid.
    """
    layout = np.zeros(len(lines), LAYOUT_DTYPE)
    layout["turn"], layout["step"] = lines["turn"], lines["step"]
    layout["part"] = _rows_of(lines["part"], [part.ldraw for part in catalogue.parts], "part")
    layout["colour"] = _rows_of(lines["colour"], palette.ldraw_codes.tolist(), "colour")
    origin = _origins(catalogue)[layout["part"], layout["turn"]]
    places = np.stack([lines["x"], lines["z"], -lines["y"]], axis=1) - origin
    cells = places / (LDU_PER_STUD, LDU_PER_STUD, LDU_PER_PLATE)
    off = np.flatnonzero((cells != np.rint(cells)).any(axis=1) | (abs(cells) > _FARTHEST).any(axis=1))
    if len(off):
        raise CannotRead(
            f"{len(off)} parts of the LDraw model are not on the grid, the first of them {lines['part'][off[0]]}; "
            "only models of upright parts on the grid can be read."
        )
    for axis, name in enumerate("xyz"):
        layout[name] = cells[:, axis]
    return layout


def _rows_of(found: np.ndarray, known: list[str] | list[int], what: str) -> np.ndarray:
    """Which of the known numbers each found one is."""
    values, inverse = np.unique(found, return_inverse=True)
    rows = {number: row for row, number in enumerate(known)}
    unknown = [str(value) for value in values.tolist() if value not in rows]
    if unknown:
        raise CannotRead(
            f"The LDraw model has a {what} that Brickprint does not know: {shortened(unknown)}; "
            "only parts and solid colours of its tables can be read."
        )
    return np.array([rows[value] for value in values.tolist()], np.int32)[inverse.reshape(-1)]


def _part_row(words: list[str], number: int) -> tuple[str, int, float, float, float, int]:
    try:
        colour, (x, y, z) = int(words[1]), map(float, words[2:5])
        matrix = tuple(map(float, words[5:14]))
        file = words[14].strip()
    except (ValueError, IndexError) as error:
        raise CannotRead(f"Line {number} of the LDraw file is damaged: {' '.join(words)[:80]}") from error
    if not (0 <= colour < 2**31 and all(map(math.isfinite, (x, y, z)))):
        raise CannotRead(f"Line {number} of the LDraw file has a colour or a position out of range.")
    if matrix not in _TURN_OF_MATRIX:
        raise CannotRead(
            f"Line {number} of the LDraw file turns its part {file} other than by quarters about the vertical axis; "
            "only models of upright parts on the grid can be read."
        )
    return file.lower().removesuffix(".dat"), colour, x, y, z, _TURN_OF_MATRIX[matrix]
