"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from typing import Any, get_type_hints

import bpy

from ..core.presets import words_in
from ..core.settings import Settings, options
from ..scene.user_files import kept

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas
KEPT = ("palette", "stock")  # such settings may name a file that is kept for all .blend files


_KINDS = get_type_hints(Settings)


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    return Settings(**{name: taken(name, getattr(properties, name)) for name in options()})


def taken(name: str, value: Any) -> Any:
    """What one setting's property holds, as the conversion takes it."""
    if name in KEPT and value and value not in options()[name].choices and (file := kept(name).get(value)):
        return str(file)
    if options()[name].file:
        return bpy.path.abspath(value)  # Blender writes paths from the .blend's folder as //name
    if _KINDS[name] == WORDS:
        return words_in(value)
    return round(value, 6) if _KINDS[name] is float else value  # Blender keeps 0.7 as the float32 next to it
