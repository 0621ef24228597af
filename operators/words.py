"""How the interface writes what the command line and the report call by a word."""

from __future__ import annotations

import re
from functools import lru_cache

import bpy

from ..core.settings import options

_OPTION = re.compile(r"--([a-z][a-z-]*)(?: ([a-z0-9][a-z0-9-]*))?")
# What would not be understood, or not be spelt well, beside its value.
_SPOKEN = {
    "cusp": "Slice Error",
    "chord": "Curve Error",
    "opacity": "Least Opacity",
    "metric": "Difference",
    "cell_colour": "Brick Colour",
    "look": "Bricks Drawn",
    "parts": "Part Set",
    "stock": "Parts Owned",
    "packer": "Laid By",
    "deadline": "Time Limit",
    "floating": "Loose Parts",
    "offset": "Thicken Below",
    "prove": "Proof",
    "ground": "Stands On",
    "page": "Paper",
    "diagrams": "Layer Pages",
    "orbit": "Turn By",
    "without": "Leave Out",
    "include": "Add",
    "colours": "Dominant",
    "colours_from": "Found In",
    "colours_in": "Near In",
    "keep_thin": "Keep Thin Walls",
    "set": "Sets",
    "large": "Largest Plates",
    "darker": "Darker Under Round",
    "overrides": "By Hand",
    "distance": "Seen From Afar",
    "down": "Up and Down",
    "level": "On Widest Base",
    "ciede2000": "CIEDE2000",
    "cie94": "CIE94",
    "cie76": "CIE76",
    "din99o": "DIN99o",
    "rgb": "RGB",
}


def label(word: str) -> str:
    """How a setting's name or one of its choices is written in the interface."""
    return _SPOKEN.get(word) or bpy.path.display_name(word.replace("-", "_"), has_ext=False)


@lru_cache(maxsize=256)
def in_panel_words(text: str) -> str:
    """A text that speaks of settings as the command line has them, --so-called, in the interface's words instead."""
    return _OPTION.sub(_spoken, text)


def _spoken(found: re.Match[str]) -> str:
    name, word = found[1].replace("-", "_"), found[2]
    known = options().get(name)
    if known is None or word not in known.choices:
        return label(name) + ("" if word is None else f" {word}")
    return f"{label(name)}: {label(word)}"
