"""Layer diagrams: a page for every level on which parts are laid, seen from above, with numbered parts and a legend."""

from __future__ import annotations

import numpy as np

from ...catalogue.colours import Palette
from ...layout import extents, footprint_cells
from ...plan import Plan
from ...progress import Progress
from ...support.removal import is_support
from ...units import PLATES_PER_BRICK
from .book import PartLine, part_lines
from .lettering import shortened, text_width
from .paper import GREY, INK, MARGIN, PALE, Paper, next_page, put_box, put_centred, put_text

_LARGEST_CELL = 26.0  # points
_COLUMNS, _LINE, _TEXT = 3, 11.0, 7.5  # of the legend
_HEAD = 44.0
_THROUGH = "#E3E7EB"  # parts of lower levels that reach through
_LIGHT, _DARK = np.array([0.2126, 0.7152, 0.0722]), 0.45  # below that lightness numbers are white


def print_diagrams(paper: Paper, plan: Plan, progress: Progress) -> None:
    """A page for every level from the ground up; a new page is open after that."""
    levels = np.unique(plan.layout["z"]).tolist()
    for number, level in enumerate(levels, 1):
        progress.at(0.95, f"Layer {number} of {len(levels)}")
        _print_level(paper, plan, level, f"Layer {number} of {len(levels)}")
        next_page(paper)


def _print_level(paper: Paper, plan: Plan, level: int, title: str) -> None:
    layout = plan.layout
    laid = layout[layout["z"] == level]
    top = layout["z"] + extents(layout, plan.catalogue)[:, 2]
    through = layout[(layout["z"] < level) & (top > level)]
    lines = part_lines(laid)
    low = min(layout["x"].min(), 0), min(layout["y"].min(), 0)
    size = extents(layout, plan.catalogue)
    wide = int((layout["x"] + size[:, 0]).max()) - int(low[0])
    deep = int((layout["y"] + size[:, 1]).max()) - int(low[1])
    legend = -(-len(lines) // _COLUMNS) * _LINE
    room = paper.room[0], paper.room[1] - _HEAD - legend - 24
    cell = min(room[0] / wide, room[1] / deep, _LARGEST_CELL)
    put_text(paper, MARGIN, MARGIN + 18, title, 20, bold=True)
    height = f"brick {level // PLATES_PER_BRICK + 1}, plate {level % PLATES_PER_BRICK + 1}"
    told = f"{len(laid):,} {'part' if len(laid) == 1 else 'parts'}, from {height}; seen from above"
    put_text(paper, MARGIN, MARGIN + 33, told, 9, colour=GREY)
    left, bottom = MARGIN + (paper.room[0] - cell * wide) / 2, MARGIN + _HEAD + cell * deep
    corner = left - cell * low[0], bottom + cell * low[1]
    _grid(paper, left, bottom, wide, deep, cell)
    _parts(paper, plan, through, corner, cell, None)
    number_of = {(line.part, line.colour, line.support): place for place, line in enumerate(lines, 1)}
    _parts(paper, plan, laid, corner, cell, number_of)
    put_centred(paper, paper.width / 2, bottom + 11, "front", 8, colour=GREY)
    _legend(paper, plan, lines, bottom + 24)


def dark_colours(palette: Palette) -> np.ndarray:
    """(C,) bool: the colours on which text is white."""
    return palette.srgb @ _LIGHT < _DARK


def _grid(paper: Paper, left: float, bottom: float, wide: int, deep: int, cell: float) -> None:
    canvas, low = paper.canvas, paper.height - bottom
    canvas.setStrokeColor(PALE)
    canvas.setLineWidth(0.3)
    upright = [(left + x * cell, low, left + x * cell, low + deep * cell) for x in range(wide + 1)]
    level = [(left, low + y * cell, left + wide * cell, low + y * cell) for y in range(deep + 1)]
    canvas.lines(upright + level)


def _parts(
    paper: Paper,
    plan: Plan,
    layout: np.ndarray,
    corner: tuple[float, float],
    cell: float,
    number_of: dict[tuple[int, int, bool], int] | None,
) -> None:
    """Parts as their cells, in their colour and with their number; pale and without one where there are none."""
    if not len(layout):
        return
    canvas, (left, bottom) = paper.canvas, corner
    row, x, y = footprint_cells(layout, plan.catalogue)
    colours = plan.palette.colours
    for colour in np.unique(layout["colour"]).tolist():
        mine = layout["colour"][row] == colour
        canvas.setFillColor(colours[colour].hex if number_of else _THROUGH)
        path = canvas.beginPath()
        for i, j in zip(x[mine].tolist(), y[mine].tolist(), strict=True):
            path.rect(left + i * cell, paper.height - bottom + j * cell, cell, cell)
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.setStrokeColor(INK if number_of else "#B8C0C8")
    canvas.setLineWidth(0.9 if number_of else 0.4)
    canvas.lines(_borders(row, x, y, left, paper.height - bottom, cell))
    if number_of:
        _numbers(paper, plan, layout, corner, cell, number_of)


def _numbers(
    paper: Paper,
    plan: Plan,
    layout: np.ndarray,
    corner: tuple[float, float],
    cell: float,
    number_of: dict[tuple[int, int, bool], int],
) -> None:
    """The number of every part in its middle, or in its first cell where there is no body in the middle."""
    left, bottom = corner
    size = min(cell * 0.55, 9.0)
    row, x, y = footprint_cells(layout, plan.catalogue)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    whole = extents(layout, plan.catalogue)[:, :2]
    full = np.bincount(row) == whole.prod(axis=1)
    across = np.where(full, layout["x"] + whole[:, 0] / 2, x[first] + 0.5)
    along = np.where(full, layout["y"] + whole[:, 1] / 2, y[first] + 0.5)
    dark = dark_colours(plan.palette)[layout["colour"]]
    keys = zip(layout["part"].tolist(), layout["colour"].tolist(), is_support(layout).tolist(), strict=True)
    for key, i, j, white in zip(keys, across.tolist(), along.tolist(), dark.tolist(), strict=True):
        ink = "#FFFFFF" if white else INK
        put_centred(paper, left + i * cell, bottom - j * cell + size * 0.36, str(number_of[key]), size, colour=ink)


def _borders(
    row: np.ndarray, x: np.ndarray, y: np.ndarray, left: float, low: float, cell: float
) -> list[tuple[float, float, float, float]]:
    """Lines between cells of different parts, and around them."""
    first_x, first_y = int(x.min()), int(y.min())
    owner = np.full((int(y.max()) - first_y + 3, int(x.max()) - first_x + 3), -1)
    owner[y - first_y + 1, x - first_x + 1] = row
    upright = np.argwhere(owner[:, 1:] != owner[:, :-1]) + (first_y - 1, first_x)
    level = np.argwhere(owner[1:] != owner[:-1]) + (first_y, first_x - 1)
    lines = np.concatenate([np.column_stack([upright, upright + (1, 0)]), np.column_stack([level, level + (0, 1)])])
    return [tuple(line) for line in ((left, low, left, low) + cell * lines[:, [1, 0, 3, 2]]).tolist()]


def _legend(paper: Paper, plan: Plan, lines: tuple[PartLine, ...], y: float) -> None:
    column = paper.room[0] / _COLUMNS
    rows = -(-len(lines) // _COLUMNS)
    for place, line in enumerate(lines):
        x, at = MARGIN + (place // rows) * column, y + (place % rows) * _LINE
        colour = plan.palette.colours[line.colour]
        put_box(paper, x, at, 7, 7, fill=colour.hex, stroke=GREY, round_by=1)
        number = str(place + 1)
        put_text(paper, x + 11, at + 6.5, number, _TEXT, bold=True)
        support = ", support" if line.support else ""
        told = f"{line.count}x {plan.catalogue.parts[line.part].name}, {colour.name}{support}"
        start = x + 15 + text_width(number, _TEXT, bold=True)
        put_text(paper, start, at + 6.5, shortened(told, _TEXT, x + column - start - 4), _TEXT)
