"""The steps of a chapter as panels for the printed page: how large, which part of a large picture, with which lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from ...layout import extents
from ...plan import Plan
from .assemblies import Callout
from .book import Chapter
from .canvas import Rect, fitting_pitch
from .looks import WHITE, laid_on
from .paper import POINTS_PER_MM, UNDER_CALLOUTS, Paper, Printed, printed
from .part_lists import Lister
from .pictures import StepPicture, step_pictures, still
from .shelves import GUTTER, Panel, Shown, head_height
from .signs import turn_sign
from .views import HOME, View, box_of

_DPI = 254
_MOST_MM, _LEAST_MM = (
    1.5,
    0.62,
)  # of a plate in the steps: at most, and at least, or a step shows only what is around it
_FEW = 2  # steps that get a page each
_CALLOUT = 0.7  # of the scale of the step
_GAP, _LEAST_WINDOW = 14.0, 110.0  # points between rows, and that a window into a large picture is high at least
_HEAD = 90.0  # points of a panel that are kept for its parts list
_INSET_PIXELS, _INSET_POINTS = 330, 62.0  # the longer side of the small picture of the whole, at most


_NO_PICTURE = Shown(Printed("", 0, 0, b"", b""), 0.0, 0.0)


@dataclass(frozen=True)
class Scale:
    """How the steps of a chapter are printed: columns of a page, and mm and pixels that a plate is high."""

    columns: int
    mm: float
    pitch: int


def scale_of(paper: Paper, chapter: Chapter, plan: Plan) -> Scale:
    """As many columns as show the whole chapter large enough."""
    views = {step.view for step in chapter.steps}
    boxes = np.array([box_of(chapter.layout, extents(chapter.layout, plan.catalogue), view) for view in views])
    wide, high = (boxes[:, 2] - boxes[:, 0]).max(), (boxes[:, 3] - boxes[:, 1]).max()
    fits = {}
    for columns in (1, 2, 3):
        column = (paper.room[0] - (columns - 1) * GUTTER) / columns
        # Outlines take a little more than the parts.
        fits[columns] = min(column / (wide + 4), (paper.room[1] / columns - _HEAD) / (high + 4)) / POINTS_PER_MM
    columns, mm = _columns(fits, len(chapter.steps))
    return Scale(columns, mm, fitting_pitch(chapter.layout, plan.catalogue, views, pixels_of(mm)))


def _columns(fits: dict[int, float], steps: int) -> tuple[int, float]:
    if steps <= _FEW:
        return 1, min(fits[1], _MOST_MM)
    for columns, least in ((3, 1.0), (2, _LEAST_MM)):
        if fits[columns] >= least:
            return columns, min(fits[columns], _MOST_MM)
    return 2, _LEAST_MM


def panels_of(chapter: Chapter, plan: Plan, scale: Scale, listed: Lister, room: tuple[float, float]) -> Iterator[Panel]:
    """A panel for every step; room: points that one has at most, as far as the scale allows it."""
    before = HOME
    for drawn in step_pictures(chapter, plan, scale.pitch):
        yield _panel(drawn, before, plan, scale, listed, room)
        before = drawn.step.view


def _panel(
    drawn: StepPicture, before: View, plan: Plan, scale: Scale, listed: Lister, room: tuple[float, float]
) -> Panel:
    step, callout = drawn.step, drawn.step.callout
    whole = _around(drawn.built, drawn.picture, int(drawn.outline.width) + 2)
    panel = Panel(
        step.number,
        _NO_PICTURE,
        tuple(map(listed, step.parts or step.takes_off)),
        step.notes,
        turn_sign(step, before),
        _called_out(callout, plan, scale.mm * _CALLOUT, room[0]) if callout else (),
        callout.copies if callout else 1,
    )
    pixels = scale.pitch / (scale.mm * POINTS_PER_MM)
    wide, row = int(room[0] * pixels), room[1] / scale.columns
    area = _window(whole, drawn.new, wide, int((row - _HEAD) * pixels))
    if area != whole:
        # So high that as many rows as columns fit on a page, whatever stands above the picture.
        high = max(row - head_height(panel, room[0]) - _GAP, _LEAST_WINDOW)
        area = _window(whole, drawn.new, wide, int(high * pixels))
    left, top, right, bottom = area
    picture = shown(drawn.picture[top:bottom, left:right], scale.mm, scale.pitch)
    return replace(panel, picture=picture, inset=None if area == whole else _inset(drawn, whole, area))


def _around(rect: Rect, picture: np.ndarray, more: int) -> Rect:
    """With so many pixels more on every side, as far as there are any."""
    left, top, right, bottom = rect
    high, wide = picture.shape[:2]
    return max(left - more, 0), max(top - more, 0), min(right + more, wide), min(bottom + more, high)


def _window(whole: Rect, new: Rect, width: int, height: int) -> Rect:
    """What a panel shows: all that is built, or what is around the new parts where that is too large."""
    left, right = _span(whole[0], whole[2], (new[0] + new[2]) // 2, width)
    top, bottom = _span(whole[1], whole[3], (new[1] + new[3]) // 2, height)
    return left, top, right, bottom


def _span(low: int, high: int, middle: int, room: int) -> tuple[int, int]:
    if high - low <= room:
        return low, high
    start = min(max(middle - room // 2, low), high - room)
    return start, start + room


def _inset(drawn: StepPicture, whole: Rect, area: Rect) -> Shown:
    """All that is built, small, and the window in it."""
    left, top, right, bottom = whole
    factor = max(1, -(-max(right - left, bottom - top) // _INSET_PIXELS))
    skipped = max(1, factor // 2)  # most of the pixels need not be looked at for a picture that small
    sampled = laid_on(drawn.before[top:bottom:skipped, left:right:skipped])
    small = Image.fromarray(sampled).reduce(max(1, factor // skipped))
    factor = skipped * max(1, factor // skipped)
    frame = [(edge - start) // factor for edge, start in zip(area, (left, top, left, top), strict=True)]
    frame[2], frame[3] = min(frame[2], small.width - 1), min(frame[3], small.height - 1)
    ImageDraw.Draw(small).rectangle(frame, outline=drawn.outline.colour, width=3)
    scale = _INSET_POINTS / max(small.size)
    return Shown(printed(np.array(small)), small.width * scale, small.height * scale)


def _called_out(callout: Callout, plan: Plan, mm: float, width: float) -> tuple[Shown, ...]:
    starts = (0, *callout.ends)
    found = []
    for number, (first, last) in enumerate(zip(starts, callout.ends, strict=False), 1):
        layout = callout.layout[:last]
        left, _, right, _ = box_of(layout, extents(layout, plan.catalogue), HOME)
        scale = min(mm, (width - 30) / POINTS_PER_MM / (right - left + 4))
        pitch = pixels_of(scale)
        picture = still(layout, plan, pitch, new=first)
        label = str(number) if len(callout.ends) > 1 else ""
        found.append(shown(picture, scale, pitch, label, UNDER_CALLOUTS))
    return tuple(found)


def pixels_of(mm: float) -> int:
    """Pixels of a plate that is so high on paper."""
    return max(3, round(mm / 25.4 * _DPI))


def shown(picture: np.ndarray, mm: float, pitch: int, label: str = "", paper: tuple[int, int, int] = WHITE) -> Shown:
    """A picture (H, W, 4) for print, in which a plate is `pitch` pixels and so many mm high."""
    points = mm * POINTS_PER_MM / pitch
    return Shown(printed(laid_on(picture, paper)), picture.shape[1] * points, picture.shape[0] * points, label)
