"""Step panels laid out on pages: side by side in columns, row after row, as much as fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .lettering import lines_of, text_width
from .paper import (
    ACCENT,
    BOX,
    CALLOUT,
    CALLOUT_FRAME,
    FRAME,
    GREY,
    MARGIN,
    PALE,
    Paper,
    Printed,
    next_page,
    put_box,
    put_centred,
    put_picture,
    put_text,
    put_turn_sign,
)

GUTTER = 16.0  # between columns
_PAD = 6.0
_NUMBER = 24.0  # size of a step's number
_COUNT, _NAME = 9.5, 5.6  # sizes of text in a parts list
_ROW_GAP = 14.0
_MOST_SPREAD = 90.0  # how much rows are moved apart at most, to fill a page


@dataclass(frozen=True)
class Listed:
    """One entry of a parts list: its picture in points, how many, and lines below that."""

    picture: Printed
    width: float
    height: float
    count: str
    names: tuple[str, ...]

    @property
    def room(self) -> tuple[float, float]:
        """Width and height that it takes."""
        wide = max(self.width, text_width(self.count, _COUNT, bold=True), *(text_width(n, _NAME) for n in self.names))
        return wide + 8, self.height + _COUNT + 2 + len(self.names) * (_NAME + 1.2) + 3


@dataclass(frozen=True)
class Shown:
    """A picture and its size in points; label: in its upper left corner."""

    picture: Printed
    width: float
    height: float
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """One step as it is printed; sign: what a turned view says; inset: where in a large model its picture lies."""

    number: int
    picture: Shown
    parts: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()
    sign: str = ""
    called_out: tuple[Shown, ...] = ()
    copies: int = 1
    inset: Shown | None = None


@dataclass(frozen=True)
class _Flow:
    """Boxes in rows: places from the upper left corner, and the size of all."""

    places: list[tuple[float, float]]
    width: float
    height: float


def _flow(sizes: Iterable[tuple[float, float]], width: float) -> _Flow:
    places, x, y, row, widest = [], 0.0, 0.0, 0.0, 0.0
    for wide, high in sizes:
        if x and x + wide > width:
            x, y, row = 0.0, y + row, 0.0
        places.append((x, y))
        x, row = x + wide, max(row, high)
        widest = max(widest, x)
    return _Flow(places, widest, y + row)


@dataclass
class Shelves:
    """The panels of the page in the making; top: where the first row may begin."""

    paper: Paper
    columns: int
    top: float = MARGIN
    rows: list[list[Panel]] = field(default_factory=list)

    @property
    def column(self) -> float:
        """Width of a panel."""
        return (self.paper.room[0] - (self.columns - 1) * GUTTER) / self.columns


def add_panel(shelves: Shelves, panel: Panel) -> None:
    """Put a panel behind the others, on a new page where this one is full."""
    if shelves.rows and len(shelves.rows[-1]) < shelves.columns:
        shelves.rows[-1].append(panel)
        if _fits(shelves):
            return
        shelves.rows[-1].pop()
        row = [*shelves.rows.pop(), panel] if len(shelves.rows) > 1 else [panel]
    else:
        shelves.rows.append([panel])
        if len(shelves.rows) == 1 or _fits(shelves):
            return
        row = shelves.rows.pop()
    _print_rows(shelves)
    next_page(shelves.paper)
    shelves.top, shelves.rows = MARGIN, [row]


def finish_shelves(shelves: Shelves) -> None:
    """Print what is still waiting; the page stays open."""
    _print_rows(shelves)
    shelves.rows = []


def _heights(shelves: Shelves) -> list[float]:
    return [max(panel_height(panel, shelves.column) for panel in row) for row in shelves.rows]


def _fits(shelves: Shelves) -> bool:
    heights = _heights(shelves)
    return sum(heights) + _ROW_GAP * (len(heights) - 1) <= MARGIN + shelves.paper.room[1] - shelves.top


def _print_rows(shelves: Shelves) -> None:
    heights = _heights(shelves)
    room = MARGIN + shelves.paper.room[1] - shelves.top
    spare = room - sum(heights) - _ROW_GAP * (len(heights) - 1)
    gap = _ROW_GAP + min(max(spare, 0.0) / max(len(heights), 1), _MOST_SPREAD)
    y = shelves.top
    for number, (row, wanted) in enumerate(zip(shelves.rows, heights, strict=True)):
        if number:
            _rule(shelves.paper, y - gap / 2)
        height = min(wanted, room)
        for place, panel in enumerate(row):
            x = MARGIN + place * (shelves.column + GUTTER)
            _print_panel(shelves.paper, panel, x, y, shelves.column, height)
        y += height + gap


def _rule(paper: Paper, y: float) -> None:
    paper.canvas.setStrokeColor(PALE)
    paper.canvas.setLineWidth(0.7)
    paper.canvas.line(MARGIN, paper.height - y, paper.width - MARGIN, paper.height - y)


def number_width(panel: Panel) -> float:
    """What the step's number takes of the panel's width."""
    return text_width(str(panel.number), _NUMBER, bold=True) + 8


def _list_flow(panel: Panel, width: float) -> _Flow:
    return _flow((entry.room for entry in panel.parts), width - number_width(panel) - 2 * _PAD)


def _callout_flow(panel: Panel, width: float) -> _Flow:
    copies = text_width(f"{panel.copies}x", 14, bold=True) + 8 if panel.copies > 1 else 0
    return _flow(((one.width + 12, one.height + 8) for one in panel.called_out), width - 2 * _PAD - copies)


def _note_lines(panel: Panel, width: float) -> list[str]:
    return [line for note in panel.notes for line in lines_of(note, 8, width)]


def panel_height(panel: Panel, width: float) -> float:
    """Of a panel of this width."""
    return head_height(panel, width) + panel.picture.height + 4


def head_height(panel: Panel, width: float) -> float:
    """Of what stands above a panel's picture."""
    head = _list_flow(panel, width).height + 2 * _PAD if panel.parts else 0.0
    height = max(head, _NUMBER + 4) + 5
    if panel.called_out:
        height += _callout_flow(panel, width).height + 2 * _PAD + 5
    return height + 10.5 * len(_note_lines(panel, width)) + (13 if panel.sign else 0)


def _print_panel(paper: Paper, panel: Panel, x: float, y: float, width: float, height: float) -> None:
    wanted = panel_height(panel, width)
    canvas = paper.canvas
    canvas.saveState()
    if wanted > height + 0.1:  # more than a page: all of it smaller
        scale = height / wanted
        canvas.translate(x, paper.height - y)
        canvas.scale(scale, scale)
        canvas.translate(-x, -(paper.height - y))
        height = wanted
    put_text(paper, x, y + _NUMBER * 0.86, str(panel.number), _NUMBER, bold=True)
    _print_list(paper, panel, x + number_width(panel), y, width)
    at = y + max(_list_flow(panel, width).height + 2 * _PAD if panel.parts else 0.0, _NUMBER + 4) + 5
    if panel.called_out:
        at = _print_callout(paper, panel, x, at, width)
    for line in _note_lines(panel, width):
        put_text(paper, x, at + 8, line, 8, bold=False)
        at += 10.5
    if panel.sign:
        put_turn_sign(paper, x + 7, at + 5.5, 4.6)
        put_text(paper, x + 17, at + 8.2, panel.sign, 7, colour=GREY)
        at += 13
    picture = panel.picture
    left, top = x + (width - picture.width) / 2, y + height - picture.height
    put_picture(paper, picture.picture, left, top, picture.width, picture.height)
    if panel.inset:
        inset = panel.inset
        put_box(paper, x + width - inset.width - 4, at, inset.width + 4, inset.height + 4, fill="#FFFFFF", stroke=PALE)
        put_picture(paper, inset.picture, x + width - inset.width - 2, at + 2, inset.width, inset.height)
    canvas.restoreState()


def _print_list(paper: Paper, panel: Panel, x: float, y: float, width: float) -> None:
    if not panel.parts:
        return
    flow = _list_flow(panel, width)
    put_box(paper, x, y, flow.width + 2 * _PAD, flow.height + 2 * _PAD, fill=BOX, stroke=FRAME)
    for entry, (left, top) in zip(panel.parts, flow.places, strict=True):
        put_listed(paper, entry, x + _PAD + left, y + _PAD + top, _row_height(panel, flow, top))


def _row_height(panel: Panel, flow: _Flow, top: float) -> float:
    return max(entry.room[1] for entry, place in zip(panel.parts, flow.places, strict=True) if place[1] == top)


def rows_of(entries: Iterable[Listed], width: float) -> list[list[Listed]]:
    """Entries of a list in rows of this width, with 4 points between them."""
    entries = list(entries)
    flow = _flow(((entry.room[0] + 4, 1.0) for entry in entries), width + 4)
    rows: dict[float, list[Listed]] = {}
    for entry, (_, top) in zip(entries, flow.places, strict=True):
        rows.setdefault(top, []).append(entry)
    return list(rows.values())


def put_listed(paper: Paper, entry: Listed, x: float, y: float, height: float) -> None:
    """An entry of a parts list, its text at the lower edge of the row."""
    wide, high = entry.room
    y += height - high
    put_picture(paper, entry.picture, x + (wide - entry.width) / 2, y, entry.width, entry.height)
    y += entry.height + _COUNT
    put_centred(paper, x + wide / 2, y, entry.count, _COUNT, bold=True)
    for name in entry.names:
        y += _NAME + 1.2
        put_centred(paper, x + wide / 2, y, name, _NAME, colour=GREY)


def _print_callout(paper: Paper, panel: Panel, x: float, y: float, width: float) -> float:
    flow = _callout_flow(panel, width)
    copies = f"{panel.copies}x" if panel.copies > 1 else ""
    wide = flow.width + 2 * _PAD + (text_width(copies, 14, bold=True) + 8 if copies else 0)
    put_box(paper, x, y, wide, flow.height + 2 * _PAD, fill=CALLOUT, stroke=CALLOUT_FRAME)
    for shown, (left, top) in zip(panel.called_out, flow.places, strict=True):
        put_picture(paper, shown.picture, x + _PAD + left + 10, y + _PAD + top + 6, shown.width, shown.height)
        put_text(paper, x + _PAD + left, y + _PAD + top + 8, shown.label, 8, bold=True)
    if copies:
        put_text(
            paper,
            x + wide - text_width(copies, 14, bold=True) - _PAD,
            y + flow.height + _PAD,
            copies,
            14,
            bold=True,
            colour=ACCENT,
        )
    return y + flow.height + 2 * _PAD + 5
