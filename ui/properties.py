"""The settings as Blender properties: names, defaults, limits and help come from `core.settings` alone."""

import re
from dataclasses import fields
from functools import lru_cache
from typing import Any, get_type_hints

import bpy

from ..core.settings import Option, Settings, options
from ..operators.chosen_settings import KEPT, WORDS
from ..scene.user_files import kept
from .swatches import look_again

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
    """A text that speaks of settings as the command line has them, --so-called, with their labels instead."""
    return re.sub(r"--([a-z-]+)", lambda found: label(found[1].replace("-", "_")), text)


def suggested(name: str, typed: str, kind: type = Settings) -> list[str]:
    """The words with `typed` in them that a setting of a dataclass knows, or that are kept for all files."""
    known = (*options(kind)[name].choices, *(kept(name) if name in KEPT else ()))
    return [word for word in known if typed.lower() in word.lower()]


def property_of(name: str, kind: Any, default: Any, choice: Option, update: Any = None, of: type = Settings) -> Any:
    """The Blender property of one setting of a dataclass; update: what is called when it changes."""
    rest = {"name": label(name), "description": choice.help, "options": set(), "update": update}
    limits = {"min": choice.minimum, "max": choice.maximum}
    limits = {key: kind(limit) for key, limit in limits.items() if limit is not None}
    if kind is bool:
        return bpy.props.BoolProperty(default=default, **rest)
    if kind is int:
        return bpy.props.IntProperty(default=default, **limits, **rest)
    if kind is float:
        return bpy.props.FloatProperty(default=default, **limits, **rest)
    if choice.choices and not choice.open:
        items = [(word, label(word), "") for word in choice.choices]
        return bpy.props.EnumProperty(default=default, items=items, **rest)
    text = ", ".join(default) if kind == WORDS else default
    if choice.choices or name in KEPT:

        def named(_self: Any, _context: Any, typed: str) -> list[str]:
            """The words that are known or kept; any other may be typed."""
            return suggested(name, typed, of)

        rest |= {"search": named, "search_options": {"SUGGESTION"}}
        if name == "palette" and update is None:
            rest["update"] = look_again
    return bpy.props.StringProperty(default=text, subtype="FILE_PATH" if choice.file else "NONE", **rest)


def _properties() -> dict[str, Any]:
    kinds = get_type_hints(Settings)
    defaults = {item.name: item.default for item in fields(Settings)}
    return {name: property_of(name, kinds[name], defaults[name], choice) for name, choice in options().items()}


SettingsProperties = type(
    "SettingsProperties",
    (bpy.types.PropertyGroup,),
    {"__doc__": "One conversion's choices, kept in the scene.", "__annotations__": _properties()},
)


CLASSES = (SettingsProperties,)


def add() -> None:
    """Hang the settings on the scene."""
    bpy.types.Scene.brickprint = bpy.props.PointerProperty(type=SettingsProperties)


def take_away() -> None:
    """Undo `add`."""
    del bpy.types.Scene.brickprint
