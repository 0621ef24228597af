"""Parts lists in print: the entries of every list, and the last pages with all parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import groupby

from ...plan import Plan
from .book import Book, PartLine
from .lettering import text_width
from .looks import WHITE, laid_on
from .paper import GREY, MARGIN, POINTS_PER_MM, Paper, Printed, next_page, printed, put_box, put_text
from .pictures import part_picture
from .shelves import Listed, put_listed, rows_of

_PITCH, _PLATE_MM = 8, 0.85  # pixels and mm that a plate is high
_LONGEST = 90.0  # points; longer parts are shown smaller
_COLOUR_HEAD = 20.0  # points above the parts of a colour

Lister = Callable[[PartLine], Listed]


def lister(plan: Plan, paper: tuple[int, int, int], sizes: bool = False) -> Lister:
    """What makes the entries of parts lists; a part in a colour is drawn once.

    paper: the colour under them; sizes: they name the part instead of its colour.
    """

    @cache
    def drawn(part: int, colour: int) -> tuple[Printed, float, float]:
        pixels = laid_on(part_picture(plan, part, colour, _PITCH), paper)
        points = min(_PLATE_MM * POINTS_PER_MM / _PITCH, _LONGEST / pixels.shape[1])
        return printed(pixels), pixels.shape[1] * points, pixels.shape[0] * points

    def listed(line: PartLine) -> Listed:
        part, colour = plan.catalogue.parts[line.part], plan.palette.colours[line.colour]
        names = (part.name if sizes else colour.name, part.ldraw)
        support = ("support",) if line.support else ()
        return Listed(*drawn(line.part, line.colour), f"{line.count}x", (*names, *support))

    return listed


def print_parts(paper: Paper, book: Book) -> None:
    """The parts of all, colour by colour; the last page stays open."""
    put_text(paper, MARGIN, MARGIN + 18, f"All {sum(line.count for line in book.parts):,} parts", 20, bold=True)
    listed = lister(book.plan, WHITE, sizes=True)
    y, end = MARGIN + 36, MARGIN + paper.room[1]
    for (support, colour), group in groupby(book.parts, key=lambda line: (line.support, line.colour)):
        lines = list(group)
        entries = [listed(line) for line in lines]
        for number, row in enumerate(rows_of(entries, paper.room[0])):
            high = max(entry.room[1] for entry in row) + 4
            head = 0 if number else _COLOUR_HEAD
            if y + head + high > end:
                next_page(paper)
                y = MARGIN
            if head:
                _print_colour(paper, book.plan, colour, sum(line.count for line in lines), support, y)
                y += head
            x = MARGIN
            for entry in row:
                put_listed(paper, entry, x, y, high)
                x += entry.room[0] + 4
            y += high
        y += 8


def _print_colour(paper: Paper, plan: Plan, row: int, count: int, support: bool, y: float) -> None:
    colour = plan.palette.colours[row]
    put_box(paper, MARGIN, y + 3, 12, 12, fill=colour.hex, stroke=GREY, round_by=2)
    name = f"{colour.name}, supports" if support else colour.name
    put_text(paper, MARGIN + 18, y + 13, name, 11, bold=True)
    numbers = ", ".join(
        f"{system} {number}"
        for system, number in (("LDraw", colour.ldraw), ("BrickLink", colour.bricklink), ("LEGO", colour.lego))
        if number >= 0
    )
    told = f"{count:,} {'part' if count == 1 else 'parts'}" + (f"    {numbers}" if numbers else "")
    put_text(paper, MARGIN + 26 + text_width(name, 11, bold=True), y + 13, told, 8, colour=GREY)
