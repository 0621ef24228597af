"""Colours as little squares to click: full ones are used, small ones are not."""

from __future__ import annotations

import colorsys
from functools import lru_cache
from typing import Any

import bpy
import bpy.utils.previews
import numpy as np

from ..core.colour.choosing import Swatch, swatches
from ..core.errors import BrickprintError
from ..operators.chosen_settings import taken

_SIDE = 32  # pixels
_EDGE = 2, 10  # pixels left free around what is used, and around what is not
_FRAME = 0.55  # how much darker the outermost pixels are, so that colours like the panel's can be seen

_GREY = 0.1  # difference of the channels below which a colour is sorted as a grey
_HUES = 12

_kept: dict[str, Any] = {}  # "icons": Blender's collection of them, while the extension is on


@lru_cache(maxsize=16)
def _found(palette: str, without: str, include: str) -> tuple[tuple[Swatch, ...], str]:
    try:
        found = swatches(taken("palette", palette), taken("without", without), taken("include", include))
        return tuple(sorted(found, key=_by_hue)), ""
    except BrickprintError as error:
        return (), str(error)


def _by_hue(swatch: Swatch) -> tuple[int, float]:
    """Greys from dark to light first, then the colours of the rainbow, each from dark to light."""
    hue, lightness, _ = colorsys.rgb_to_hls(*_rgb(swatch.colour.hex))
    grey = np.ptp(_rgb(swatch.colour.hex)) < _GREY
    return (0 if grey else 1 + int(hue * _HUES + 0.5) % _HUES, lightness)


def _rgb(shade: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(shade.lstrip("#")), np.uint8) / 255


def found_swatches(settings: bpy.types.PropertyGroup) -> tuple[tuple[Swatch, ...], str]:
    """All colours beside the chosen palette, or none and what is wrong with it; kept until another is chosen."""
    return _found(settings.palette, settings.without, settings.include)


def look_again(_self: Any = None, _context: Any = None) -> None:
    """Property update: a palette was chosen, maybe the same file with other colours in it."""
    _found.cache_clear()


def icon_of(swatch: Swatch) -> int:
    """The icon of a colour, made when it is first shown."""
    icons, name = _kept["icons"], f"{swatch.colour.hex} {swatch.used}"
    if name not in icons:
        icon = icons.new(name)
        icon.icon_size = (_SIDE, _SIDE)
        icon.icon_pixels_float.foreach_set(square_of(swatch).ravel())
    return icons[name].icon_id


def square_of(swatch: Swatch) -> np.ndarray:
    """(S, S, 4) float32 RGBA: a square with a darker edge, and nothing around it; small where it is not used."""
    pixels = np.zeros((_SIDE, _SIDE, 4), np.float32)
    edge = _EDGE[0 if swatch.used else 1]
    inside = slice(edge, _SIDE - edge), slice(edge, _SIDE - edge)
    core = slice(edge + 2, _SIDE - edge - 2), slice(edge + 2, _SIDE - edge - 2)
    colour = _rgb(swatch.colour.hex)
    pixels[inside] = (*(colour * _FRAME), 1.0)
    pixels[core] = (*colour, 1.0)
    return pixels


def draw_grid(layout: bpy.types.UILayout, shown: tuple[Swatch, ...]) -> None:
    """Squares to click, as many in a row as there is room."""
    grid = layout.grid_flow(row_major=True, columns=0, even_columns=True, even_rows=True, align=True)
    for swatch in shown:
        button = grid.operator("brickprint.use_colour", text="", icon_value=icon_of(swatch), emboss=False)
        button.ldraw = swatch.colour.ldraw


def add() -> None:
    """Make room for icons."""
    _kept["icons"] = bpy.utils.previews.new()


def take_away() -> None:
    """Undo `add`."""
    bpy.utils.previews.remove(_kept.pop("icons"))
    look_again()
