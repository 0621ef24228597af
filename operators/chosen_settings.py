"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import bpy

from ..core.errors import BadSetting
from ..core.presets import words_in
from ..core.settings import Settings, options
from ..scene.user_files import kept

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas
KEPT = ("palette", "stock")  # such settings may name a file that is kept for all .blend files
_BESIDE = "//"  # with this Blender begins paths that start from the folder of the .blend file

_kinds = cache(get_type_hints)


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    return Settings(**{name: taken(name, getattr(properties, name)) for name in options()})


def taken(name: str, value: Any, kind: type = Settings) -> Any:
    """What one setting's property holds, as the dataclass `kind` takes it. Raises BadSetting."""
    option, hint = options(kind)[name], _kinds(kind)[name]
    if hint == WORDS:
        return words_in(value)
    if value and name in KEPT and value not in option.choices and (file := kept(name).get(value)):
        return str(file)
    if isinstance(value, str) and value.startswith(_BESIDE):
        return _beside_the_blend(name, value)
    return round(value, 6) if hint is float else value  # Blender keeps 0.7 as the float32 next to it


def _beside_the_blend(name: str, path: str) -> str:
    if not bpy.data.filepath:
        raise BadSetting(
            f"--{name.replace('_', '-')} {path} starts from the folder of the .blend file, which was never saved; "
            "save it first, or name the whole path."
        )
    return bpy.path.abspath(path)
