"""The settings that are chosen in the scene, as the conversion takes them."""

from __future__ import annotations

from typing import Any, get_type_hints

from ..core.settings import Settings

WORDS = tuple[str, ...]  # such settings are one line of text in the scene, words parted by commas


def settings_from(properties: Any) -> Settings:
    """The settings that a property group holds. Raises BadSetting when one can't be used."""
    return Settings(
        **{name: _value(getattr(properties, name), kind) for name, kind in get_type_hints(Settings).items()}
    )


def _value(value: Any, kind: Any) -> Any:
    if kind == WORDS:
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return round(value, 6) if kind is float else value  # Blender keeps 0.7 as the float32 next to it
