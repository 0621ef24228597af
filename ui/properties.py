"""The settings as Blender properties: names, defaults, limits and help come from `core.settings` alone."""

from dataclasses import fields
from typing import Any, get_type_hints

import bpy

from ..core.settings import Option, Settings, options
from ..operators.chosen_settings import KEPT, WORDS
from ..operators.words import label
from ..scene.user_files import kept
from .swatches import look_again


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
