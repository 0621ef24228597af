"""LDraw models (.ldr) written: one line a part, one step after another.

https://www.ldraw.org/article/218.html. LDraw's y axis points down, so that (x, y, z) of the grid is (x, -z, y) there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..catalogue.parts import Catalogue
from ..plan import Plan
from ..progress import Progress
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .files import file_name, write_whole
from .options import ExportOptions

# Row k: the matrix of k quarter turns, counter-clockwise seen from above.
TURNS = ("1 0 0 0 1 0 0 0 1", "0 0 -1 0 1 0 1 0 0", "-1 0 0 0 1 0 0 0 -1", "0 0 1 0 1 0 -1 0 0")

_GREY = 71  # LDraw's number for light bluish grey


def write_ldr(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.ldr`, flat: a line a part. Raises CannotWrite."""
    write_whole(folder / f"{file_name(plan.name)}.ldr", ldraw_text(plan))
    return grey_told(plan)


def grey_told(plan: Plan) -> Sequence[str]:
    """The warning on parts of colours that LDraw has no number for."""
    unknown = np.count_nonzero(plan.palette.ldraw_codes[plan.layout["colour"]] < 0)
    return [f"Parts of colours without an LDraw number, which are grey in the file: {unknown}."] if unknown else ()


def ldraw_text(plan: Plan) -> str:
    """The plan as the text of an LDraw file: parts by step, `0 STEP` after each step that has any."""
    layout = plan.layout[np.argsort(plan.layout["step"], kind="stable")]
    lines = part_lines(layout, plan)
    last = np.append(layout["step"][1:] != layout["step"][:-1], True)[: len(layout)]
    ends = np.where(last, "\n0 STEP", "").tolist()
    body = [line + end for line, end in zip(lines, ends, strict=True)]
    return "\n".join([*header(plan.name, file_name(plan.name)), *body, ""])


def header(title: str, file: str) -> list[str]:
    """The first lines of a model; file: its name, without .ldr."""
    # The title has words before the name, as a name like "STEP" would be a command.
    return [
        f"0 Brick model: {plain_title(title)}",
        f"0 Name: {file}.ldr",
        "0 Author: Brickprint",
        "0 !LDRAW_ORG Model",
    ]


def plain_title(text: str) -> str:
    """A text on one line, without characters that can't be shown."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def part_lines(layout: np.ndarray, plan: Plan) -> list[str]:
    """The line of every part; what has a colour without a number is grey."""
    colour = plan.palette.ldraw_codes[layout["colour"]]
    colour = np.where(colour < 0, _GREY, colour)
    origin = origins(plan.catalogue)[layout["part"], layout["turn"]]
    x = LDU_PER_STUD * layout["x"] + origin[:, 0]
    y = -LDU_PER_PLATE * layout["z"] - origin[:, 2]
    z = LDU_PER_STUD * layout["y"] + origin[:, 1]
    turns = [TURNS[turn] for turn in layout["turn"].tolist()]
    files = [plan.catalogue.parts[part].ldraw for part in layout["part"].tolist()]
    columns = (colour.tolist(), x.tolist(), y.tolist(), z.tolist(), turns, files)
    return list(map("1 {} {} {} {} {} {}.dat".format, *columns))


def origins(catalogue: Catalogue) -> np.ndarray:
    """(P, 4, 3) int32: LDraw's origin of every part by turn: x, y and up from the lowest corner, in LDraw units."""
    return turned_points(catalogue, [part.ldraw_origin for part in catalogue.parts])


def turned_points(catalogue: Catalogue, points: Sequence[tuple[int, int, int]]) -> np.ndarray:
    """(P, 4, 3) int32: a point of every part by turn: x, y and up from the lowest corner, in LDraw units."""
    wide, deep = LDU_PER_STUD * catalogue.sizes[:, 0], LDU_PER_STUD * catalogue.sizes[:, 1]
    x, y, up = np.array(points, np.int32).reshape(-1, 3).T
    turned = [(x, y, up), (deep - y, x, up), (wide - x, deep - y, up), (y, wide - x, up)]
    return np.moveaxis(np.array(turned, np.int32), 2, 0)
