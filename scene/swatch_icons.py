"""Icons of colours: little squares, full where the colour is used, small where it is not."""

from __future__ import annotations

from typing import Any

import bpy.utils.previews
import numpy as np

_SIDE = 32  # pixels
_EDGE = 2, 10  # pixels left free around what is used, and around what is not
_FRAME = 0.55  # how much darker the outermost pixels are, so that colours like the panel's can be seen

_kept: dict[str, Any] = {}  # "icons": Blender's collection of them, while the extension is on


def rgb_of(shade: str) -> np.ndarray:
    """(3,) float64 in 0..1, sRGB, of a colour such as "#C91A09"."""
    return np.frombuffer(bytes.fromhex(shade.lstrip("#")), np.uint8) / 255


def icon_of(shade: str, used: bool = True) -> int:
    """The icon of a colour, made when it is first shown."""
    icons, name = _kept["icons"], f"{shade} {used}"
    if name not in icons:
        icon = icons.new(name)
        icon.icon_size = (_SIDE, _SIDE)
        icon.icon_pixels_float.foreach_set(square_of(shade, used).ravel())
    return icons[name].icon_id


def square_of(shade: str, used: bool) -> np.ndarray:
    """(S, S, 4) float32 RGBA: a square with a darker edge, and nothing around it; small where it is not used."""
    pixels = np.zeros((_SIDE, _SIDE, 4), np.float32)
    edge = _EDGE[0 if used else 1]
    inside = slice(edge, _SIDE - edge), slice(edge, _SIDE - edge)
    core = slice(edge + 2, _SIDE - edge - 2), slice(edge + 2, _SIDE - edge - 2)
    colour = rgb_of(shade)
    pixels[inside] = (*(colour * _FRAME), 1.0)
    pixels[core] = (*colour, 1.0)
    return pixels


def add() -> None:
    """Make room for icons."""
    _kept["icons"] = bpy.utils.previews.new()


def take_away() -> None:
    """Undo `add`."""
    bpy.utils.previews.remove(_kept.pop("icons"))
