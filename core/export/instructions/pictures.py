"""The pictures of a book's steps, one after the other, from a few canvases that grow with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...catalogue.parts import Catalogue
from ...layout import LAYOUT_DTYPE
from ...plan import Plan
from .book import Chapter, Step
from .canvas import Canvas, Rect, blank_canvas, merged, put, refresh
from .inks import inks
from .looks import Outline, muted, outline_colour, with_new
from .views import HOME, View

_KEPT_BYTES = 800_000_000  # of canvases that wait for the next step; views that are rarely used are drawn anew


@dataclass(frozen=True)
class StepPicture:
    """One step, drawn.

    before, picture (H, W, 4) uint8, colours multiplied by opacity: earlier parts muted, without and with the new ones;
    `before` is drawn on with the next step. built, new: rectangles of all parts so far, and of the new ones.
    """

    step: Step
    before: np.ndarray
    picture: np.ndarray
    built: Rect
    new: Rect
    outline: Outline


@dataclass
class _Progressing:
    """A canvas, how many parts are on it, and where; pale: it muted."""

    canvas: Canvas
    pale: np.ndarray
    drawn: int = 0
    built: Rect | None = None


def step_pictures(chapter: Chapter, plan: Plan, pitch: int) -> Iterator[StepPicture]:
    """Every step of a chapter; pitch: pixels that a plate is high."""
    catalogue, outline = plan.catalogue, outline_of(plan, pitch)
    colour, ink = chapter.layout["colour"], inks(plan.palette)
    often = [view for view, _ in Counter(step.view for step in chapter.steps).most_common()]
    kept: dict[View, _Progressing] = {}
    for step in chapter.steps:
        view = kept.get(step.view)
        if view is None:
            canvas = blank_canvas(chapter.layout, catalogue, step.view, pitch)
            view = _Progressing(canvas, np.zeros_like(canvas.shown))
            if often.index(step.view) < _KEPT_BYTES // canvas.bytes:
                kept[step.view] = view
        _draw(view, chapter.layout, catalogue, step.first, colour, ink)
        rects = _draw(view, chapter.layout, catalogue, step.last, colour, ink, pale=False)
        picture = with_new(view.canvas, view.pale, rects, step.first, outline)
        assert view.built is not None
        yield StepPicture(step, view.pale, picture, view.built, union(rects), outline)
        _fade(view, rects)


def outline_of(plan: Plan, pitch: int) -> Outline:
    """The line around new parts in all pictures of this pitch."""
    return Outline(outline_colour(plan.layout, plan.palette), 1.2 + 0.22 * pitch)


def _draw(
    view: _Progressing,
    layout: np.ndarray,
    catalogue: Catalogue,
    until: int,
    colour: np.ndarray,
    ink: np.ndarray,
    pale: bool = True,
) -> list[Rect]:
    rects = put(view.canvas, layout[view.drawn : until], catalogue, view.drawn)
    view.drawn = until
    if not rects:
        return rects
    view.built = union([*rects, view.built] if view.built else rects)
    refresh(view.canvas, rects, colour, ink)
    if pale:
        _fade(view, rects)
    return rects


def _fade(view: _Progressing, rects: list[Rect]) -> None:
    for left, top, right, bottom in merged(rects, view.canvas, margin=2):
        view.pale[top:bottom, left:right] = muted(view.canvas.shown[top:bottom, left:right])


def union(rects: list[Rect]) -> Rect:
    """The rectangle around others."""
    left, top, right, bottom = zip(*rects, strict=True)
    return min(left), min(top), max(right), max(bottom)


def still(layout: np.ndarray, plan: Plan, pitch: int, view: View = HOME, new: int = 0) -> np.ndarray:
    """(H, W, 4) uint8, colours multiplied by opacity: parts in full colour, those before number `new` muted."""
    canvas = blank_canvas(layout, plan.catalogue, view, pitch)
    rects = put(canvas, layout, plan.catalogue, 0)
    refresh(canvas, rects, layout["colour"], inks(plan.palette))
    if not new:
        return canvas.shown
    return with_new(canvas, muted(canvas.shown), rects[new:], new, outline_of(plan, pitch))


def part_picture(plan: Plan, part: int, colour: int, pitch: int) -> np.ndarray:
    """(H, W, 4) uint8, colours multiplied by opacity: one part of the plan's catalogue, cut at its edges."""
    row = np.zeros(1, LAYOUT_DTYPE)
    row["part"], row["colour"] = part, colour
    picture = still(row, plan, pitch)
    filled = picture[..., 3] > 0
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
