"""Colours as little squares to click: full ones are used, small ones are not."""

from __future__ import annotations

import colorsys
from functools import lru_cache
from typing import Any

import bpy
import numpy as np

from ..core.colour.choosing import Swatch, swatches
from ..core.errors import BrickprintError
from ..operators.chosen_settings import taken
from ..scene.swatch_icons import icon_of, rgb_of

_GREY = 0.1  # difference of the channels below which a colour is sorted as a grey
_HUES = 12


@lru_cache(maxsize=16)
def _found(palette: str, without: str, include: str, _blend: str) -> tuple[tuple[Swatch, ...], str]:
    """_blend: the .blend file, from whose folder a palette's path may start."""
    try:
        found = swatches(taken("palette", palette), taken("without", without), taken("include", include))
        return tuple(sorted(found, key=_by_hue)), ""
    except BrickprintError as error:
        return (), str(error)


def _by_hue(swatch: Swatch) -> tuple[int, float]:
    """Greys from dark to light first, then the colours of the rainbow, each from dark to light."""
    hue, lightness, _ = colorsys.rgb_to_hls(*rgb_of(swatch.colour.hex))
    grey = np.ptp(rgb_of(swatch.colour.hex)) < _GREY
    return (0 if grey else 1 + int(hue * _HUES + 0.5) % _HUES, lightness)


def found_swatches(settings: bpy.types.PropertyGroup) -> tuple[tuple[Swatch, ...], str]:
    """All colours beside the chosen palette, or none and what is wrong with it; kept until another is chosen."""
    return _found(settings.palette, settings.without, settings.include, bpy.data.filepath)


def look_again(_self: Any = None, _context: Any = None) -> None:
    """Property update: a palette was chosen, maybe the same file with other colours in it."""
    _found.cache_clear()


def draw_grid(layout: bpy.types.UILayout, shown: tuple[Swatch, ...]) -> None:
    """Squares to click, as many in a row as there is room."""
    grid = layout.grid_flow(row_major=True, columns=0, even_columns=True, even_rows=True, align=True)
    for swatch in shown:
        icon = icon_of(swatch.colour.hex, swatch.used)
        button = grid.operator("brickprint.use_colour", text="", icon_value=icon, emboss=False)
        button.ldraw = swatch.colour.ldraw


def add() -> None:
    """Nothing was looked up yet."""


def take_away() -> None:
    """Keep nothing."""
    look_again()
