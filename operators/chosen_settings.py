"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from typing import Any, get_type_hints

import bpy

from ..core.presets import words_in
from ..core.settings import Option, Settings, options
from ..scene.user_files import kept

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas
KEPT = ("palette", "stock")  # such settings may name a file that is kept for all .blend files


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    kinds = get_type_hints(Settings)
    return Settings(**{name: _value(name, getattr(properties, name), kinds[name], o) for name, o in options().items()})


def _value(name: str, value: Any, kind: Any, option: Option) -> Any:
    if name in KEPT and value and value not in option.choices and (file := kept(name).get(value)):
        return str(file)
    if option.file:
        return bpy.path.abspath(value)  # Blender writes paths from the .blend's folder as //name
    if kind == WORDS:
        return words_in(value)
    return round(value, 6) if kind is float else value  # Blender keeps 0.7 as the float32 next to it
