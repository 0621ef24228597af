"""What to buy: a BrickLink wanted list, Rebrickable's part list, and a table to read.

https://www.bricklink.com/help.asp?helpID=207 and https://rebrickable.com/help/. The shops' lists have one line for a
part and colour; the table has those of supports apart.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from ..catalogue.colours import Colour
from ..catalogue.part_lists import shortened
from ..catalogue.parts import Part
from ..layout import Role
from ..mosaic.studs import stud_map_text
from ..plan import Plan, is_mosaic
from ..progress import Progress
from .files import file_name, write_whole
from .options import ExportOptions

_USES = {
    Role.MODEL: "model",
    Role.SUPPORT_OUTER: "support",
    Role.SUPPORT_INNER: "inner support",
    Role.BASE: "base",
    Role.FILLER: "filler",
}
_NOT_MADE = "not known in this colour"
_HEADING = (
    "Part", "LDraw", "LEGO design", "BrickLink", "Rebrickable",
    "Colour", "LDraw colour", "LEGO colour", "BrickLink colour", "Rebrickable colour",
    "Count", "Grams", "For", "Remark",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Equal parts of one use. made: whether the part is known in the colour."""

    part: Part
    colour: Colour
    role: Role
    count: int
    made: bool

    @property
    def remark(self) -> str:
        """What a buyer has to know."""
        return "" if self.made else _NOT_MADE


def shopping_lines(plan: Plan, roles: bool = True) -> list[Line]:
    """The parts by colour and size, what is most first: by part, colour and, if so wished, role."""
    keys = [plan.layout["role"] if roles else np.zeros(len(plan.layout)), plan.layout["part"], plan.layout["colour"]]
    rows, count = np.unique(np.stack(keys, axis=1).astype(np.int64), axis=0, return_counts=True)
    made = plan.catalogue.made_in(plan.palette)
    order = np.lexsort((rows[:, 2], rows[:, 1], -count, rows[:, 0]))
    parts, colours = plan.catalogue.parts, plan.palette.colours
    return [
        Line(parts[part], colours[colour], Role(role), number, bool(made[part, colour]))
        for (role, part, colour), number in zip(rows[order].tolist(), count[order].tolist(), strict=True)
    ]


def not_made_warning(plan: Plan) -> list[str]:
    """A warning that names the parts which are not known in their colour."""
    missing = [line for line in shopping_lines(plan, roles=False) if not line.made]
    if not missing:
        return []
    named = shortened([f"{line.count} x {line.part.name} {line.colour.name}" for line in missing])
    return [f"Parts that are not known to exist in their colour: {sum(line.count for line in missing)} ({named})."]


def write_bricklink(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.xml`; of a relief, what lies below it in `<name>-depth.xml` instead. Raises CannotWrite."""
    name = file_name(plan.name)
    fillers = plan.layout["role"] == Role.FILLER
    if fillers.any():
        write_whole(folder / f"{name}-depth.xml", bricklink_text(_part_of(plan, fillers)))
    write_whole(folder / f"{name}.xml", bricklink_text(_part_of(plan, ~fillers)))
    return not_made_warning(plan)


def _part_of(plan: Plan, rows: np.ndarray) -> Plan:
    return replace(plan, layout=plan.layout[rows], utilisation=None, locked=None)


def write_tables(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.csv`, to read, `<name>-rebrickable.csv`, a mosaic's `<name>-studs.json`. Raises CannotWrite."""
    name = file_name(plan.name)
    if is_mosaic(plan):
        pieces = plan.layout[plan.layout["role"] == Role.MODEL]
        count = np.bincount(pieces["colour"], minlength=len(plan.palette.colours))
        write_whole(folder / f"{name}-studs.json", stud_map_text(plan.palette, count))
    write_whole(folder / f"{name}.csv", table_text(plan))
    write_whole(folder / f"{name}-rebrickable.csv", rebrickable_text(plan))
    return not_made_warning(plan)


def bricklink_text(plan: Plan) -> str:
    """A wanted list; a colour that BrickLink does not have is left open."""
    counts: Counter[tuple[str, int, str]] = Counter()
    for line in shopping_lines(plan, roles=False):
        counts[line.part.bricklink, line.colour.bricklink, line.remark] += line.count
    items = [_item(*key, count) for key, count in counts.items()]
    return "\n".join(["<INVENTORY>", *items, "</INVENTORY>", ""])


def _item(number: str, colour: int, remark: str, count: int) -> str:
    found = f"<ITEMTYPE>P</ITEMTYPE><ITEMID>{escape(number)}</ITEMID>"
    found += f"<COLOR>{colour}</COLOR>" if colour >= 0 else ""
    found += f"<MINQTY>{count}</MINQTY>"
    return f"<ITEM>{found}<REMARKS>{escape(remark)}</REMARKS></ITEM>" if remark else f"<ITEM>{found}</ITEM>"


def rebrickable_text(plan: Plan) -> str:
    """Rebrickable's columns; -1 is its own number for an unknown colour."""
    counts: Counter[tuple[str, int]] = Counter()
    for line in shopping_lines(plan, roles=False):
        counts[line.part.rebrickable, line.colour.rebrickable] += line.count
    return _csv([("Part", "Color", "Quantity"), *((*key, count) for key, count in counts.items())])


def table_text(plan: Plan) -> str:
    """A row for each part, colour and use, with its numbers in every catalogue and what all of them weigh."""
    return _csv([_HEADING, *map(_row, shopping_lines(plan))])


def _row(line: Line) -> tuple[str | int, ...]:
    part, colour = line.part, line.colour
    numbers = (colour.ldraw, colour.lego, colour.bricklink, colour.rebrickable)
    return (
        part.name, part.ldraw, part.ldd, part.bricklink, part.rebrickable,
        colour.name, *("" if number < 0 else number for number in numbers),
        line.count, f"{line.count * part.grams:.2f}", _USES[line.role], line.remark,
    )  # fmt: skip


def _csv(rows: list[tuple[str | int, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
