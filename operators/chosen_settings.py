"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from typing import Any, get_type_hints

import bpy

from ..core.settings import Option, Settings, options

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    kinds = get_type_hints(Settings)
    return Settings(**{name: _value(getattr(properties, name), kinds[name], o) for name, o in options().items()})


def words_of(text: str) -> tuple[str, ...]:
    """The words of one line of text, which commas part."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _value(value: Any, kind: Any, option: Option) -> Any:
    if option.file:
        return bpy.path.abspath(value)  # Blender writes paths from the .blend's folder as //name
    if kind == WORDS:
        return words_of(value)
    return round(value, 6) if kind is float else value  # Blender keeps 0.7 as the float32 next to it
