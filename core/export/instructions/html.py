"""Instructions as one HTML page that needs nothing else: `page.html` filled with a book.

Pictures are cut into tiles. A step brings the tiles of the muted model that changed since its corner was last shown,
and those that its new parts lie on; so the page grows with the parts, not with steps times pictures, and any step is
put together at once.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...layout import extents
from ...plan import Plan
from ...progress import SILENT, Progress
from .book import Book, Chapter, PartLine, Step, make_book
from .canvas import fitting_pitch
from .pictures import part_picture, step_pictures, still
from .signs import turn_sign
from .views import HOME, View, box_of

_PAGE = Path(__file__).with_name("page.html")
_TILE = 32  # pixels
_TILES_A_SIDE = 32  # of a sheet
_LONGEST = 1200  # pixels, of a chapter's picture, as far as the least pitch allows
_LEAST_PITCH, _MOST_PITCH = 4, 12
_PART_PITCH = 6


def html_text(plan: Plan, progress: Progress = SILENT) -> str:
    """The instructions of a plan as a page; equal plans give equal texts. Raises NothingToBuild, Cancelled."""
    book = make_book(plan)
    progress.at(0.0, "Drawing the cover")
    sheets = _Sheets()
    cover = [_still(book, view) for view in (HOME, View(2))]
    parts, number_of = _parts(book)
    steps, total = list[dict[str, Any]](), sum(len(chapter.steps) for chapter in book.chapters)
    for row, chapter in enumerate(book.chapters):
        for step in _steps(chapter, plan, sheets, number_of):
            steps.append({"chapter": row, **step})
            progress.at(0.95 * len(steps) / total, f"Step {len(steps)} of {total}")
    values = {
        "title": plan.name,
        "facts": book.facts,
        "cover": cover,
        "parts": parts,
        "chapters": [chapter.title for chapter in book.chapters],
        "surfaces": sheets.surfaces,
        "steps": steps,
        "tile": _TILE,
        "side": _TILES_A_SIDE,
        "sheets": sheets.finished(),
    }
    progress.at(1.0)
    return _filled(plan.name, values)


def _filled(title: str, values: dict[str, Any]) -> str:
    # Within a script nothing may look like a tag, or like the end of one.
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    data = data.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    shown = html.escape("".join(letter if letter.isprintable() else " " for letter in title))
    # Cut first, as a title may be spelled like a gap.
    before, after = _PAGE.read_text(encoding="utf-8").split("{{data}}")
    return before.replace("{{title}}", shown) + data + after


@dataclass
class _Sheets:
    """Distinct tiles in the making, put on sheets; surfaces: columns, rows, width and height by name."""

    surfaces: dict[str, list[int]] = field(default_factory=dict)
    known: dict[bytes, int] = field(default_factory=dict)
    waiting: list[np.ndarray] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def numbers(self, tiles: np.ndarray) -> list[int]:
        """The number of every tile (N, T, T, 4) of straight colours."""
        found = []
        for tile in tiles:
            mark = hashlib.blake2b(tile.tobytes(), digest_size=16).digest()
            if mark not in self.known:
                self.known[mark] = len(self.known)
                self.waiting.append(tile)
            found.append(self.known[mark])
            if len(self.waiting) == _TILES_A_SIDE**2:
                self._close()
        return found

    def _close(self) -> None:
        rows = -(-len(self.waiting) // _TILES_A_SIDE)
        sheet = np.zeros((rows * _TILES_A_SIDE, _TILE, _TILE, 4), np.uint8)
        sheet[: len(self.waiting)] = self.waiting
        sheet = sheet.reshape(rows, _TILES_A_SIDE, _TILE, _TILE, 4).swapaxes(1, 2)
        self.done.append(_source(sheet.reshape(rows * _TILE, _TILES_A_SIDE * _TILE, 4)))
        self.waiting = []

    def finished(self) -> list[str]:
        """All sheets, as sources of images."""
        if self.waiting:
            self._close()
        return self.done


def _source(picture: np.ndarray) -> str:
    """(H, W, 4) uint8, straight colours -> an image within the page."""
    target = io.BytesIO()
    Image.fromarray(picture).save(target, "WEBP", lossless=True, quality=40, method=3)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode()


def _straight(picture: np.ndarray) -> np.ndarray:
    """Colours multiplied by opacity -> colours as they are."""
    opacity = picture[..., 3:].astype(np.uint16)
    straight = picture.copy()
    colours = picture[..., :3].astype(np.uint16) * 255
    straight[..., :3] = np.minimum((colours + opacity // 2) // np.maximum(opacity, 1), 255)
    return straight


def _still(book: Book, view: View) -> str:
    pitch = _pitch(book.finished, book.plan, [view])
    return _source(_straight(still(book.finished, book.plan, pitch, view)))


def _pitch(layout: np.ndarray, plan: Plan, views: Sequence[View]) -> int:
    boxes = [box_of(layout, extents(layout, plan.catalogue), view) for view in views]
    longest = max(max(right - left, bottom - top) for left, top, right, bottom in boxes)
    wanted = min(max(_LONGEST // longest, _LEAST_PITCH), _MOST_PITCH)
    return fitting_pitch(layout, plan.catalogue, views, wanted)


def _parts(book: Book) -> tuple[list[dict[str, Any]], dict[tuple[int, int, bool], int]]:
    """The list of all parts, and where in it a part in a colour is."""
    plan = book.plan

    @cache
    def drawn(part: int, colour: int) -> tuple[str, int, int]:
        picture = part_picture(plan, part, colour, _PART_PITCH)
        return _source(_straight(picture)), picture.shape[1], picture.shape[0]

    found = []
    for line in book.parts:
        part, colour = plan.catalogue.parts[line.part], plan.palette.colours[line.colour]
        source, wide, high = drawn(line.part, line.colour)
        found.append(
            {
                "picture": source,
                "size": [wide, high],
                "name": part.name,
                "id": part.ldraw,
                "colour": colour.name,
                "hex": colour.hex,
                "count": line.count,
                "support": line.support,
            }
        )
    return found, {_key(line): place for place, line in enumerate(book.parts)}


def _key(line: PartLine) -> tuple[int, int, bool]:
    return line.part, line.colour, line.support


def _steps(
    chapter: Chapter, plan: Plan, sheets: _Sheets, number_of: dict[tuple[int, int, bool], int]
) -> Iterator[dict[str, Any]]:
    pitch = _pitch(chapter.layout, plan, sorted({step.view for step in chapter.steps}, key=_name))
    last: dict[str, np.ndarray] = {}
    start, before = len(sheets.surfaces), HOME
    for drawn in step_pictures(chapter, plan, pitch):
        name = f"{start}-{_name(drawn.step.view)}"
        pale, picture = _padded(drawn.before), _padded(drawn.picture)
        if name not in sheets.surfaces:
            high, wide = drawn.picture.shape[:2]
            sheets.surfaces[name] = [pale.shape[1] // _TILE, pale.shape[0] // _TILE, wide, high]
            last[name] = np.zeros_like(pale)
        yield {
            "surface": name,
            "base": _changed(pale, last[name], sheets),
            "over": _changed(picture, pale, sheets),
            **_words(drawn.step, before, plan, number_of, pitch),
        }
        last[name], before = pale, drawn.step.view


def _name(view: View) -> str:
    return f"{view.quarter}{'b' if view.below else 'a'}"


def _padded(picture: np.ndarray) -> np.ndarray:
    """A copy, to whole tiles."""
    high, wide = (-length % _TILE for length in picture.shape[:2])
    return np.pad(picture, ((0, high), (0, wide), (0, 0)))


def _changed(picture: np.ndarray, before: np.ndarray, sheets: _Sheets) -> list[int]:
    """Place and number of every tile that differs, one after the other."""
    rows, columns = picture.shape[0] // _TILE, picture.shape[1] // _TILE
    tiled = rows, _TILE, columns, _TILE
    # A pixel is one number, so that comparing reads each once.
    other = (picture.view(np.uint32) != before.view(np.uint32)).reshape(tiled).any(axis=(1, 3))
    places = np.flatnonzero(other)
    tiles = picture.reshape(*tiled, 4).swapaxes(1, 2)[other]
    return np.column_stack([places, sheets.numbers(_straight(tiles))]).astype(int).ravel().tolist()


def _words(
    step: Step, before: View, plan: Plan, number_of: dict[tuple[int, int, bool], int], pitch: int
) -> dict[str, Any]:
    lines = step.parts or step.takes_off
    words: dict[str, Any] = {
        "number": step.number,
        "parts": [[number_of[_key(line)], line.count] for line in lines],
        "notes": [note for note in (*step.notes, turn_sign(step, before)) if note],
    }
    if step.callout:
        firsts = (0, *step.callout.ends)
        layout = step.callout.layout
        pictures = [
            _source(_straight(still(layout[:last], plan, max(pitch * 2 // 3, 4), new=first)))
            for first, last in zip(firsts, step.callout.ends, strict=False)
        ]
        words["apart"] = {"pictures": pictures, "copies": step.callout.copies}
    return words
