"""`make bench`: how long the files to take away take to write."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.export.formats import write_format
from brickprint.core.export.options import ExportOptions
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.plan import Plan
from table import Row, best_of, measured

_PARTS, _WIDE = 30_000, 100
_WORDS = ("ldr", "lxf", "xml", "csv")


@measured("export")
def export() -> list[Row]:
    """30,000 parts to .ldr, .lxf and the lists to buy from; .mpd beside them."""
    plan, taken = _many(), {}
    with tempfile.TemporaryDirectory() as folder:
        for word in (*_WORDS, "mpd"):
            taken[word], _ = best_of(3, partial(write_format, word, plan, Path(folder), ExportOptions()))
    seconds = sum(taken[word] for word in _WORDS)
    details = ", ".join(f"{word} {taken[word]:.2f} s" for word in (*_WORDS, "mpd"))
    return [Row("30,000 parts: .ldr + .lxf + .xml + .csv", "<= 2 s", f"{seconds:.2f} s", seconds <= 2, details)]


def _many() -> Plan:
    """Layers of bricks 2 x 4 in all colours, eight to a step."""
    catalogue, palette = load_parts(), load_palette("solid")
    layout = np.zeros(_PARTS, LAYOUT_DTYPE)
    row = np.arange(_PARTS)
    layer, place = np.divmod(row, _WIDE * 10)
    layout["part"] = [part.ldraw for part in catalogue.parts].index("3001")
    layout["x"], layout["y"], layout["z"] = 4 * (place % _WIDE), 2 * (place // _WIDE), 3 * layer
    layout["colour"], layout["step"] = row % len(palette.colours), row // 8
    return Plan("many", layout, catalogue, palette, (4 * _WIDE, 20, 90))
