"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import bpy

from ..core.presets import words_in
from ..core.settings import Settings, options
from ..scene.user_files import kept

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas
KEPT = ("palette", "stock")  # such settings may name a file that is kept for all .blend files
_OR_FILE = ("depth",)  # such settings are a word or the path of a file

_kinds = cache(get_type_hints)


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    return Settings(**{name: taken(name, getattr(properties, name)) for name in options()})


def taken(name: str, value: Any, kind: type = Settings) -> Any:
    """What one setting's property holds, as the dataclass `kind` takes it."""
    option, hint = options(kind)[name], _kinds(kind)[name]
    named = value and value not in option.choices
    if named and name in KEPT and (file := kept(name).get(value)):
        return str(file)
    if named and (option.file or name in _OR_FILE):
        return bpy.path.abspath(value)  # Blender writes paths from the .blend's folder as //name
    if hint == WORDS:
        return words_in(value)
    return round(value, 6) if hint is float else value  # Blender keeps 0.7 as the float32 next to it
