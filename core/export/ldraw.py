"""LDraw models (.ldr): one line a part, one step after another, and the same lines read back.

https://www.ldraw.org/article/218.html. LDraw's y axis points down, so that (x, y, z) of the grid is (x, -z, y) there.
"""

from __future__ import annotations

import io
import math

import numpy as np

from ..errors import CannotRead
from ..layout import extents
from ..plan import Plan
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .files import file_name

# Row k: the matrix of k quarter turns, counter-clockwise seen from above.
_TURNS = ("1 0 0 0 1 0 0 0 1", "0 0 -1 0 1 0 1 0 0", "-1 0 0 0 1 0 0 0 -1", "0 0 1 0 1 0 -1 0 0")
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
    wide, deep, high = extents(layout, plan.catalogue).T
    colour = plan.palette.ldraw_codes[layout["colour"]]
    # A part's origin is the middle of its footprint, at the top of the body. Half studs are whole LDraw units.
    x = LDU_PER_STUD * layout["x"] + LDU_PER_STUD // 2 * wide
    y = -LDU_PER_PLATE * (layout["z"] + high)
    z = LDU_PER_STUD * layout["y"] + LDU_PER_STUD // 2 * deep
    turns = [_TURNS[turn] for turn in layout["turn"].tolist()]
    files = [plan.catalogue.parts[part].ldraw for part in layout["part"].tolist()]
    columns = (colour.tolist(), x.tolist(), y.tolist(), z.tolist(), turns, files)
    return list(map("1 {} {} {} {} {} {}.dat".format, *columns))


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
