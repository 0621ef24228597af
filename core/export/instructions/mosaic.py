"""A mosaic as a PDF: a title page with a numbered legend, then a page for every section with its numbered pieces.

Of a relief, a second PDF tells which plates lie below the pieces, level by level, in the same sections.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np

from ...layout import Role, extents, footprint_cells
from ...mosaic.settings import SECTION
from ...plan import Plan
from ...progress import SILENT, Progress
from ...structure.sections import sections_of
from ...units import STUD_MM
from .diagrams import dark_colours
from .lettering import lines_of, shortened, text_width
from .paper import (
    GREY,
    INK,
    MARGIN,
    PALE,
    Paper,
    close_page,
    new_paper,
    next_page,
    printed,
    put_box,
    put_centred,
    put_picture,
    put_text,
)

_PIXELS = 6  # of a stud in the picture of the whole, at least
_LEAST_PICTURE = 400
_COLUMNS, _LINE, _TEXT = 3, 13.0, 8.5  # of a legend
_MAP = 150.0  # points of the map of the sections, at most
_SMALL_MAP = 54.0
_HEAD = 66.0

Numbers = dict[tuple[int, int], int]  # of (catalogue row, palette row) -> what stands on the piece


def mosaic_pdf(plan: Plan, page: str = "a4", progress: Progress = SILENT) -> bytes:
    """How the pieces of a mosaic lie: 1 + sections pages. Equal plans give equal bytes. Raises Cancelled."""
    seen = plan.layout["role"] == Role.MODEL
    used = np.unique(plan.layout["colour"][seen]).tolist()
    number_of = {(part, row): number for number, row in enumerate(used, 1) for part in range(len(plan.catalogue.parts))}
    lines = [(number, row, plan.palette.colours[row].name) for number, row in enumerate(used, 1)]
    counts = {row: int(np.count_nonzero(seen & (plan.layout["colour"] == row))) for row in used}
    legend = [(number, row, f"{counts[row]:,}x {name}") for number, row, name in lines]

    def section(paper: Paper, rows: np.ndarray) -> None:
        own = plan.layout[rows][seen[rows]]
        here = [(n, row, f"{np.count_nonzero(own['colour'] == row)}x {name}") for n, row, name in lines
                if (own["colour"] == row).any()]  # fmt: skip
        _print_field(paper, plan, own, rows, number_of, here)

    return _pdf(plan, page, "Mosaic", _picture(plan), legend, section, progress)


def relief_pdf(plan: Plan, page: str = "a4", progress: Progress = SILENT) -> bytes:
    """How the plates below a relief lie: 1 + sections pages with all levels of a section on one. Raises Cancelled."""
    below = plan.layout["role"] == Role.FILLER
    fillers = plan.layout[below]
    used = np.unique(np.stack([fillers["part"], fillers["colour"]], axis=1), axis=0)[::-1].tolist()
    number_of = {(part, colour): number for number, (part, colour) in enumerate(used, 1)}
    legend = [
        (n, colour, f"{np.count_nonzero(fillers['part'] == part):,}x {plan.catalogue.parts[part].name}")
        for (part, colour), n in number_of.items()
    ]

    def section(paper: Paper, rows: np.ndarray) -> None:
        own = plan.layout[rows][below[rows]]
        levels = np.unique(own["z"]).tolist()
        across = max(1, int(np.ceil(np.sqrt(len(levels)))))
        side = min(paper.room[0] / across, (paper.room[1] - _HEAD) / max(1, -(-len(levels) // across))) - 16
        for place, level in enumerate(levels):
            left = MARGIN + (place % across) * (side + 16)
            top = MARGIN + _HEAD + (place // across) * (side + 16)
            put_text(paper, left, top + 8, f"Level {level}", 8, bold=True)
            _put_pieces(paper, plan, own[own["z"] == level], rows, number_of, left, top + 12, side / SECTION)

    return _pdf(plan, page, "Plates below the pieces", _heights(plan), legend, section, progress)


def _pdf(
    plan: Plan,
    page: str,
    what: str,
    picture: np.ndarray,
    legend: list[tuple[int, int, str]],
    section: Callable[[Paper, np.ndarray], None],
    progress: Progress,
) -> bytes:
    target = io.BytesIO()
    paper = new_paper(target, page, plan.name)
    sections = sections_of(plan.layout)
    _print_title(paper, plan, what, picture, legend)
    for number, rows in enumerate(sections, 1):
        progress.at(number / (len(sections) + 1), f"Section {number} of {len(sections)}")
        next_page(paper)
        put_text(paper, MARGIN, MARGIN + 22, f"Section {number} of {len(sections)}", 20, bold=True)
        row, column = (number - 1) // (plan.size[0] // SECTION) + 1, (number - 1) % (plan.size[0] // SECTION) + 1
        put_text(paper, MARGIN, MARGIN + 38, f"Row {row}, column {column}; {what.lower()}", 9, colour=GREY)
        small = _map_side(plan, _SMALL_MAP)
        _put_map(paper, plan, MARGIN + paper.room[0] - plan.size[0] // SECTION * small, MARGIN, small, number)
        section(paper, rows)
    close_page(paper)
    paper.canvas.save()
    progress.at(1.0)
    return target.getvalue()


def _print_title(paper: Paper, plan: Plan, what: str, picture: np.ndarray, legend: list[tuple[int, int, str]]) -> None:
    y = MARGIN + 26
    for line in lines_of(plan.name, 28, paper.room[0], bold=True)[:2]:
        put_centred(paper, paper.width / 2, y, line, 28, bold=True)
        y += 32
    wide, deep = plan.size[0], plan.size[1]
    size = f"{wide} × {deep} studs, {wide * STUD_MM / 10:.1f} × {deep * STUD_MM / 10:.1f} cm"
    put_centred(paper, paper.width / 2, y - 10, f"{what}: {size}", 11, colour=GREY)
    end = MARGIN + paper.room[1] - _legend_height(legend)
    side = _map_side(plan, _MAP)
    map_wide, map_high = side * (wide // SECTION), side * (deep // SECTION)
    room_wide, room_high = paper.room[0] - map_wide - 20, end - y - 20
    shown = min(room_wide / wide, room_high / deep)
    put_picture(paper, printed(picture), MARGIN, y, shown * wide, shown * deep)
    left = MARGIN + paper.room[0] - map_wide
    put_text(paper, left, y + 9, "Sections", 9, bold=True)
    _put_map(paper, plan, left, y + 15, side, 0)
    put_text(paper, left, y + map_high + 29, f"{sum(1 for _ in sections_of(plan.layout))} base plates", 8, colour=GREY)
    _put_legend(paper, plan, legend, y + max(shown * deep, map_high + 30) + 12)


def _print_field(
    paper: Paper,
    plan: Plan,
    own: np.ndarray,
    rows: np.ndarray,
    number_of: Numbers,
    legend: list[tuple[int, int, str]],
) -> None:
    """The pieces of a section, as large as the page allows, and their colours below."""
    room = paper.room[1] - _HEAD - _legend_height(legend) - 10
    cell = min(paper.room[0], room) / SECTION
    left, top = MARGIN + (paper.room[0] - cell * SECTION) / 2, MARGIN + _HEAD
    _put_pieces(paper, plan, own, rows, number_of, left, top, cell)
    _put_legend(paper, plan, legend, top + cell * SECTION + 14)


def _put_pieces(
    paper: Paper,
    plan: Plan,
    own: np.ndarray,
    rows: np.ndarray,
    number_of: Numbers,
    left: float,
    top: float,
    cell: float,
) -> None:
    """Pieces of one section (`rows` of the layout) seen from above, with their numbers."""
    base = plan.layout[rows]
    low_x, high_y = int(base["x"].min()), int((base["y"] + extents(base, plan.catalogue)[:, 1]).max())
    put_box(paper, left, top, cell * SECTION, cell * SECTION, fill=PALE, stroke=INK, round_by=0)
    size = extents(own, plan.catalogue)
    dark = dark_colours(plan.palette)
    text = min(cell * 0.5, 10.0)
    for piece, (wide, deep, _) in zip(own.tolist(), size.tolist(), strict=True):
        part, x, y, _, _, colour = piece[:6]
        at_x, at_y = left + (x - low_x) * cell, top + (high_y - y - deep) * cell
        round_by = cell / 2 - 0.4 if plan.catalogue.parts[part].kind.startswith("round") else min(cell * 0.08, 1.5)
        hexes = plan.palette.colours[colour].hex
        box = (at_x + 0.4, at_y + 0.4, wide * cell - 0.8, deep * cell - 0.8)
        put_box(paper, *box, fill=hexes, stroke=GREY, round_by=round_by)
        middle = at_x + wide * cell / 2, at_y + deep * cell / 2 + text * 0.36
        put_centred(paper, *middle, str(number_of[part, colour]), text, colour="#FFFFFF" if dark[colour] else INK)


def _put_map(paper: Paper, plan: Plan, left: float, top: float, side: float, marked: int) -> None:
    """The numbered sections, one of them marked."""
    across = plan.size[0] // SECTION
    for place in range(across * (plan.size[1] // SECTION)):
        x, y = left + place % across * side, top + place // across * side
        put_box(paper, x, y, side, side, fill="#2F74C0" if place + 1 == marked else "#FFFFFF", stroke=GREY, round_by=0)
        text, colour = min(side * 0.4, 11.0), "#FFFFFF" if place + 1 == marked else INK
        put_centred(paper, x + side / 2, y + side / 2 + text * 0.36, str(place + 1), text, colour=colour)


def _map_side(plan: Plan, most: float) -> float:
    return min(most / max(plan.size[0], plan.size[1]) * SECTION, 30.0)


def _legend_height(legend: list[tuple[int, int, str]]) -> float:
    return -(-len(legend) // _COLUMNS) * _LINE + 6


def _put_legend(paper: Paper, plan: Plan, legend: list[tuple[int, int, str]], y: float) -> None:
    """Numbers, colours and texts, in columns."""
    column, rows = paper.room[0] / _COLUMNS, -(-len(legend) // _COLUMNS)
    for place, (number, colour, text) in enumerate(legend):
        x, at = MARGIN + place // rows * column, y + place % rows * _LINE
        put_text(paper, x + 16 - text_width(str(number), _TEXT, bold=True), at + 8, str(number), _TEXT, bold=True)
        put_box(paper, x + 20, at + 1, 8.5, 8.5, fill=plan.palette.colours[colour].hex, stroke=GREY, round_by=1)
        put_text(paper, x + 33, at + 8, shortened(text, _TEXT, column - 36), _TEXT)


def _picture(plan: Plan) -> np.ndarray:
    """(H, W, 3) uint8: the mosaic from above, a square a stud."""
    return _enlarged(np.rint(255 * plan.palette.srgb).astype(np.uint8)[plan.layout["colour"][topmost(plan)]])


def _heights(plan: Plan) -> np.ndarray:
    """(H, W, 3) uint8: the levels of a relief, the highest white, a square a stud."""
    level = plan.layout["z"][topmost(plan)] - 1
    grey = (40 + 215 * level // max(1, level.max())).astype(np.uint8)
    return _enlarged(np.stack([grey] * 3, axis=-1))


def topmost(plan: Plan) -> np.ndarray:
    """(down, across): the layout row of the highest part over every stud; upper left first."""
    row, x, y = footprint_cells(plan.layout, plan.catalogue)
    order = np.argsort(plan.layout["z"][row], kind="stable")
    wide, deep, _ = plan.size
    found = np.zeros((deep, wide), np.int64)
    found[deep - 1 - y[order], x[order]] = row[order]
    return found


def _enlarged(pixels: np.ndarray) -> np.ndarray:
    wide, deep = pixels.shape[1], pixels.shape[0]
    times = max(_PIXELS, _LEAST_PICTURE // max(wide, deep))
    return np.ascontiguousarray(pixels.repeat(times, axis=0).repeat(times, axis=1))
