"""How pictures look: earlier parts muted, new ones in full colour within a strong outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...catalogue.colours import Palette
from ...colour.differences import difference
from ...colour.spaces import srgb_to_linear
from .canvas import Canvas, Rect, merged, share_of

OUTLINES = ((236, 28, 36), (0, 104, 255), (230, 0, 160), (0, 158, 66))  # around new parts: the one that stands out best
WHITE = (255, 255, 255)
# CIEDE2000: colours further apart than that are never mixed up, and means within that are as good as each other.
_APART, _ALMOST = 35.0, 1.0
_KEPT = 0.38  # of the colour of earlier parts; the rest is white
_LIGHT = 0.5  # share of an outline's pixel from which on it counts


def outline_colour(layout: np.ndarray, palette: Palette) -> tuple[int, int, int]:
    """The first of OUTLINES that is hardly more like the colours of a layout's parts than the best one."""
    candidates = srgb_to_linear(np.array(OUTLINES) / 255.0)
    apart = difference(palette.linear[:, None], candidates[None])
    count = np.bincount(layout["colour"], minlength=len(apart))
    mean = count @ np.minimum(apart, _APART) / count.sum()
    return OUTLINES[int(np.flatnonzero(mean >= mean.max() - _ALMOST)[0])]


def muted(shown: np.ndarray) -> np.ndarray:
    """Pixels (H, W, 4) uint8, colours multiplied by opacity, blended towards white."""
    kept = round(_KEPT * 256)
    blend = shown.astype(np.uint16)
    blend[..., :3] = (blend[..., :3] * kept + blend[..., 3:] * (256 - kept)) >> 8
    return blend.astype(np.uint8)


@dataclass(frozen=True)
class Outline:
    """The line around new parts: its colour, and how many pixels it is wide."""

    colour: tuple[int, int, int]
    width: float


def with_new(canvas: Canvas, before: np.ndarray, rects: list[Rect], first: int, outline: Outline) -> np.ndarray:
    """The muted picture `before`, with the parts from number `first` on, which lie in `rects`, brought out."""
    picture = before.copy()
    for rect in merged(rects, canvas, margin=int(outline.width) + 2):
        left, top, right, bottom = rect
        share = share_of(canvas, rect, first)
        full = canvas.shown[top:bottom, left:right].astype(np.int32)
        new = share[..., None].astype(np.int32)
        pale = muted(canvas.shown[top:bottom, left:right]).astype(np.int32)
        mixed = (full * new + pale * (255 - new) + 127) // 255
        around = (_grown(share, outline.width).astype(np.int32)[..., None] * (255 - new) + 127) // 255
        mixed = (np.array([*outline.colour, 255]) * around + mixed * (255 - around) + 127) // 255
        picture[top:bottom, left:right] = mixed
    return picture


def _grown(share: np.ndarray, radius: float) -> np.ndarray:
    """The largest value within a radius, fading out over one pixel."""
    reach = int(np.ceil(radius + _LIGHT))
    padded = np.pad(share, reach)
    found = np.zeros_like(share)
    high, wide = share.shape
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            strength = radius + _LIGHT - float(np.hypot(i, j))
            if strength <= 0:
                continue
            moved = padded[reach + i : reach + i + high, reach + j : reach + j + wide]
            if strength < 1:
                moved = (moved * strength).astype(np.uint8)
            np.maximum(found, moved, out=found)
    return found


def laid_on(picture: np.ndarray, paper: tuple[int, int, int] = WHITE) -> np.ndarray:
    """(H, W, 3) uint8: pixels with colours multiplied by opacity, laid on paper of a colour."""
    clear, under = 255 - picture[..., 3], np.arange(256)
    return np.stack(
        [picture[..., row] + ((under * shade + 127) // 255).astype(np.uint8)[clear] for row, shade in enumerate(paper)],
        axis=-1,
    )
