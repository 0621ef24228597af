"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from typing import Any, get_type_hints

import bpy

from ..core.settings import Settings, options

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas


_KINDS = get_type_hints(Settings)


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    return Settings(**{name: taken(name, getattr(properties, name)) for name in options()})


def taken(name: str, value: Any) -> Any:
    """What one setting's property holds, as the conversion takes it."""
    if options()[name].file:
        return bpy.path.abspath(value)  # Blender writes paths from the .blend's folder as //name
    if _KINDS[name] == WORDS:
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return round(value, 6) if _KINDS[name] is float else value  # Blender keeps 0.7 as the float32 next to it
