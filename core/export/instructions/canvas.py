"""A picture that parts are put into one after the other, seen from one corner.

Nearer parts hide others by their depth, so the order does not matter and a picture of the next step costs what its new
parts cost. Everything is drawn two or three times larger than shown and then averaged, which makes edges smooth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...catalogue.parts import Catalogue
from ...errors import TooLarge
from ...layout import extents
from .inks import FINE, INKS_A_COLOUR, LINES, STRONG
from .sprites import LOOKS, SHADES, sprite
from .views import View, box_of

_FINE_BELOW = 6  # shown pixels a plate below which edges need more pixels to look smooth
_MARGIN = 6  # shown pixels around the model, for outlines
_WIDE_FROM = 5  # shown pixels a plate from which lines between parts are twice as wide
_LEAST_PITCH, _MOST_PIXELS = 2, 60_000_000  # drawn pixels take 8 bytes
_NEVER = -1
_SHADE_BITS, _LOOK_BITS = SHADES.bit_length() - 1, LOOKS.bit_length() - 1

Rect = tuple[int, int, int, int]  # left, top, right, bottom, in shown pixels


@dataclass(frozen=True)
class Canvas:
    """Parts drawn so far: a picture of (height, width) shown pixels.

    pitch: shown pixels that a plate is high; left, top: of the picture, in drawn pixels of `view`;
    near (H, W) float32, key (H, W) int32: of drawn pixels, how near, and number of the part * LOOKS + look, -1 for
    none; shown (height, width, 4) uint8: averaged, colours already multiplied by opacity.
    """

    view: View
    pitch: int
    left: int
    top: int
    near: np.ndarray
    key: np.ndarray
    shown: np.ndarray = field(repr=False)

    @property
    def fineness(self) -> int:
        """Pixels drawn for one shown, along both sides."""
        return fineness(self.pitch)

    @property
    def bytes(self) -> int:
        """What it takes of memory."""
        return self.near.nbytes + self.key.nbytes + 2 * self.shown.nbytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in shown pixels."""
        return self.shown.shape[1], self.shown.shape[0]


def fineness(pitch: int) -> int:
    """Pixels drawn for one shown, along both sides."""
    return 3 if pitch < _FINE_BELOW else 2


def fitting_pitch(layout: np.ndarray, catalogue: Catalogue, views: Iterable[View], wanted: int) -> int:
    """The pitch that is wanted, or a smaller one where pictures of a layout would take too much memory.

    Raises TooLarge where none does.
    """
    size = extents(layout, catalogue)
    boxes = [box_of(layout, size, view) for view in views]
    area = max((right - left) * (bottom - top) for left, top, right, bottom in boxes)
    for pitch in range(wanted, _LEAST_PITCH - 1, -1):
        if area * (pitch * fineness(pitch)) ** 2 <= _MOST_PIXELS:
            return pitch
    raise TooLarge("The model is too large for pictures of its steps; convert it with fewer studs, or in sections.")


def blank_canvas(layout: np.ndarray, catalogue: Catalogue, view: View, pitch: int) -> Canvas:
    """A canvas that the parts of a layout fit on."""
    fine = fineness(pitch)
    margin, unit = _MARGIN * fine, pitch * fine
    left, top, right, bottom = (edge * unit for edge in box_of(layout, extents(layout, catalogue), view))
    left, top = left - margin, top - margin
    wide, high = (-(-(end + margin - start) // fine) for start, end in ((left, right), (top, bottom)))
    drawn = (high * fine, wide * fine)
    return Canvas(
        view,
        pitch,
        left,
        top,
        np.full(drawn, -np.inf, np.float32),
        np.full(drawn, _NEVER, np.int32),
        np.zeros((high, wide, 4), np.uint8),
    )


def put(canvas: Canvas, layout: np.ndarray, catalogue: Catalogue, first: int) -> list[Rect]:
    """Draw parts, numbered from `first` on; the shown pixels that may have changed by it."""
    fine = canvas.fineness
    unit = canvas.pitch * fine
    places = np.stack([layout[axis] for axis in "xyz"], axis=1).astype(np.int64) @ canvas.view.matrix.T
    u = places[:, 0] * unit - canvas.left
    v = places[:, 1] * unit - canvas.top
    rows = zip(layout["part"].tolist(), layout["turn"].tolist(), u.tolist(), v.tolist(), places[:, 2], strict=True)
    rects = []
    for number, (part, turn, x, y, nearer) in enumerate(rows, first):
        drawn = sprite(catalogue.parts[part], turn, canvas.view, unit)
        high, wide = drawn.near.shape
        left, top = x + drawn.left, y + drawn.top
        near = canvas.near[top : top + high, left : left + wide]
        key = canvas.key[top : top + high, left : left + wide]
        depth = drawn.near + np.float32(nearer)
        in_front = depth > near
        np.copyto(near, depth, where=in_front)
        np.copyto(key, np.add(drawn.look, number * LOOKS, dtype=np.int32), where=in_front)
        rects.append((left // fine, top // fine, -(-(left + wide) // fine), -(-(top + high) // fine)))
    return rects


def merged(rects: Sequence[Rect], canvas: Canvas, margin: int) -> list[Rect]:
    """Rectangles made larger, cut at the picture's edges, and joined where they overlap."""
    wide, high = canvas.size
    found: list[Rect] = []
    for left, top, right, bottom in rects:
        one = (max(left - margin, 0), max(top - margin, 0), min(right + margin, wide), min(bottom + margin, high))
        while True:
            hit = next((other for other in found if _overlap(one, other)), None)
            if hit is None:
                break
            found.remove(hit)
            one = (min(one[0], hit[0]), min(one[1], hit[1]), max(one[2], hit[2]), max(one[3], hit[3]))
        found.append(one)
    return found


def _overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def refresh(canvas: Canvas, rects: Sequence[Rect], colour: np.ndarray, ink: np.ndarray) -> None:
    """Average what was drawn in some rectangles anew; colour (N,): of every part by its number; ink: `inks`."""
    # Key -1, where there is nothing, looks up the last entry: the ink that is clear.
    start = np.append(colour, len(ink) // INKS_A_COLOUR - 1).astype(np.int32) * INKS_A_COLOUR
    fine = canvas.fineness
    wide = canvas.pitch >= _WIDE_FROM
    for left, top, right, bottom in merged(rects, canvas, margin=2):
        key = canvas.key[top * fine : bottom * fine, left * fine : right * fine]
        index = start[key >> _LOOK_BITS]
        index += (key & (SHADES - 1)) * LINES
        index += _lines(key, wide)
        canvas.shown[top:bottom, left:right] = _averaged(ink[index], fine)


def _averaged(lanes: np.ndarray, fine: int) -> np.ndarray:
    total = np.zeros((lanes.shape[0] // fine, lanes.shape[1] // fine), np.uint64)
    for i in range(fine):
        for j in range(fine):
            total += lanes[i::fine, j::fine]
    sums = total.view(np.uint16).reshape(*total.shape, 4)
    return ((sums + fine**2 // 2) // fine**2).astype(np.uint8)


def _lines(key: np.ndarray, wide: bool) -> np.ndarray:
    """(H, W) uint8: FINE where faces of a part meet, STRONG where parts meet; wide: those twice as wide."""
    line = _edges(key >> _SHADE_BITS).astype(np.uint8) * np.uint8(FINE)
    between = _edges(key >> _LOOK_BITS)
    if wide:
        between = _spread(between)
    line[between] = STRONG
    return line


def _edges(of: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels that differ from one beside, above or below."""
    edge = np.zeros(of.shape, bool)
    beside, below = of[:, 1:] != of[:, :-1], of[1:] != of[:-1]
    edge[:, 1:] = beside
    edge[:, :-1] |= beside
    edge[1:] |= below
    edge[:-1] |= below
    return edge


def _spread(edge: np.ndarray) -> np.ndarray:
    """One pixel more on every side."""
    grown = edge.copy()
    grown[:, 1:] |= edge[:, :-1]
    grown[:, :-1] |= edge[:, 1:]
    grown[1:] |= edge[:-1]
    grown[:-1] |= edge[1:]
    return grown


def share_of(canvas: Canvas, rect: Rect, first: int) -> np.ndarray:
    """(h, w) uint8, 0 to 255: how much of each shown pixel of a rectangle belongs to parts from number `first` on."""
    left, top, right, bottom = rect
    fine = canvas.fineness
    new = canvas.key[top * fine : bottom * fine, left * fine : right * fine] >= first * LOOKS
    total = np.zeros((bottom - top, right - left), np.uint16)
    for i in range(fine):
        for j in range(fine):
            total += new[i::fine, j::fine]
    return (total * 255 // fine**2).astype(np.uint8)
