"""Instructions as a PDF: cover, steps, layer diagrams if asked for, and the parts of all."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count

from ...layout import extents
from ...plan import Plan
from ...progress import SILENT, Progress
from .book import Book, Chapter, make_book
from .canvas import fitting_pitch
from .diagrams import print_diagrams
from .lettering import lines_of
from .panels import panels_of, pixels_of, scale_of, shown
from .paper import (
    GREY,
    MARGIN,
    POINTS_PER_MM,
    UNDER_LISTS,
    Paper,
    close_page,
    new_paper,
    next_page,
    put_centred,
    put_picture,
    put_text,
)
from .part_lists import Lister, lister, print_parts
from .pictures import still
from .shelves import Shelves, Shown, add_panel, finish_shelves
from .views import HOME, View, box_of

_TITLE = 34.0  # points that a chapter's title takes
_COVER_MM = 3.0  # of a plate on the cover, at most: about the real size


def pdf_bytes(plan: Plan, page: str = "a4", diagrams: bool = False, progress: Progress = SILENT) -> bytes:
    """The instructions of a plan as a PDF; equal plans give equal bytes.

    page: "a4" or "letter"; diagrams: a page for every layer, too. Raises NothingToBuild, TooLarge,
    Cancelled.
    """
    book = make_book(plan)
    target = io.BytesIO()
    paper = new_paper(target, page, plan.name)
    progress.at(0.0, "Drawing the cover")
    _cover(paper, book)
    next_page(paper)
    total, numbers = sum(len(chapter.steps) for chapter in book.chapters), count(1)
    listed = lister(plan, UNDER_LISTS)
    for chapter in book.chapters:
        for _ in _print_chapter(paper, chapter, plan, listed):
            done = next(numbers)
            progress.at(0.9 * done / total, f"Step {done} of {total}")
        next_page(paper)
    if diagrams:
        print_diagrams(paper, plan, progress.part(progress.stage, 0.9, 0.05))
    progress.at(0.95, "Listing the parts")
    print_parts(paper, book)
    close_page(paper)
    paper.canvas.save()
    progress.at(1.0)
    return target.getvalue()


def _cover(paper: Paper, book: Book) -> None:
    wide, high = paper.room
    y = MARGIN + 26
    for line in lines_of(book.plan.name, 30, wide, bold=True)[:2]:
        put_centred(paper, paper.width / 2, y, line, 30, bold=True)
        y += 34
    put_centred(paper, paper.width / 2, y - 8, "Building instructions", 13, colour=GREY)
    foot = 17.0 * len(book.facts) + 10
    room = MARGIN + high - y - foot
    large = _fitting(book, HOME, wide, room * 0.84)
    back = _fitting(book, View(2), wide * 0.42, room * 0.24)
    spare = MARGIN + high - back.height - y - large.height
    put_picture(paper, large.picture, (paper.width - large.width) / 2, y + max(spare / 2, 0), large.width, large.height)
    below = MARGIN + high - back.height
    put_picture(paper, back.picture, paper.width - MARGIN - back.width, below, back.width, back.height)
    y = MARGIN + high - foot + 17
    for row, fact in enumerate(book.facts):
        put_text(paper, MARGIN, y, fact, 12 if row else 15, bold=not row)
        y += 17


def _fitting(book: Book, view: View, width: float, height: float) -> Shown:
    left, top, right, bottom = box_of(book.finished, extents(book.finished, book.plan.catalogue), view)
    mm = min(width / (right - left), height / (bottom - top), _COVER_MM * POINTS_PER_MM) / POINTS_PER_MM
    pitch = fitting_pitch(book.finished, book.plan.catalogue, [view], pixels_of(mm))
    return shown(still(book.finished, book.plan, pitch, view), mm, pitch)


def _print_chapter(paper: Paper, chapter: Chapter, plan: Plan, listed: Lister) -> Iterator[None]:
    """Prints a panel at each turn; the last page stays open."""
    scale = scale_of(paper, chapter, plan)
    shelves = Shelves(paper, scale.columns)
    if chapter.title:
        put_text(paper, MARGIN, MARGIN + 18, chapter.title, 20, bold=True)
        shelves.top += _TITLE
    for panel in panels_of(chapter, plan, scale, listed, (shelves.column, paper.room[1])):
        add_panel(shelves, panel)
        yield
    finish_shelves(shelves)
