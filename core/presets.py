"""Presets: several settings under one name, shipped in `presets.json` or saved by Blender as a .py file."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from .errors import BadSetting, CannotRead
from .settings import DEFAULTS, Settings, options
from .text_files import read_text

_TABLE = Path(__file__).with_name("presets.json")
_GROUPS = ("model", "look", "inside", "build", "strength")
PATH = "bpy.context.scene.brickprint"  # where Blender has the settings: how a saved preset's lines begin
# What a preset may hold: not how one mesh stands, nor what only reads a finished model.
PRESET_SETTINGS = tuple(name for name, option in options().items() if option.group in _GROUPS)
# What stays as it is unless a preset names it, because it belongs to one mesh or to one person.
_STAYING = frozenset({"studs", "stock", "load"})


@dataclass(frozen=True)
class Preset:
    """Settings under a name; help: what they are for. What a preset does not name gets its default, or stays."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    help: str = ""

    def values(self) -> dict[str, Any]:
        """All values that the preset sets."""
        rest = {name: getattr(DEFAULTS, name) for name in PRESET_SETTINGS if name not in _STAYING}
        return rest | dict(self.settings)


def with_preset(settings: Settings, preset: Preset) -> Settings:
    """The settings after a preset was chosen. Raises BadSetting for a value that can't be used."""
    return replace(settings, **preset.values())


@cache
def load_presets() -> tuple[Preset, ...]:
    """The presets that are shipped, in the order they are shown."""
    return tuple(Preset(**entry) for entry in json.loads(_TABLE.read_text("utf-8")))


def find_preset(word: str) -> Preset:
    """The preset of a name (blanks may be hyphens, capitals do not matter), or of a .py file.

    Raises BadSetting for an unknown name, CannotRead for a file that can't be read.
    """
    if word.lower().endswith(".py"):
        return read_preset(Path(word))
    named = {_key(preset.name): preset for preset in load_presets()}
    if _key(word) not in named:
        raise BadSetting(f"The preset {word} is unknown; use one of: {', '.join(named)}, or a .py file.")
    return named[_key(word)]


def _key(name: str) -> str:
    return name.strip().lower().replace(" ", "-").replace("_", "-")


def read_preset(path: Path) -> Preset:
    """The preset in a file that Blender saved: its lines `PATH.<name> = <value>` are read, nothing is run.

    Names of another version are left out. Raises CannotRead for a file that is missing, damaged or no preset.
    """
    text = read_text(path, "preset", (".py",))
    try:
        lines = [line for line in ast.parse(text).body if isinstance(line, ast.Assign)]
        named = {name: ast.literal_eval(line.value) for line in lines if (name := _setting(line.targets[0]))}
        found = {name: _plain(name, value) for name, value in named.items() if name in PRESET_SETTINGS}
    except (SyntaxError, ValueError) as error:
        raise CannotRead(f"The preset {path} is damaged ({error}); save it again in Blender.") from error
    if not found:
        raise CannotRead(f"The preset {path} holds no setting of Brickprint; choose one that was saved in its panel.")
    return Preset(path.stem, found)


def _setting(target: ast.expr) -> str:
    """The name in `PATH.<name>`, or nothing."""
    return target.attr if isinstance(target, ast.Attribute) and ast.unparse(target.value) == PATH else ""


def _plain(name: str, value: Any) -> Any:
    """A value as Blender's properties hold it, as the settings do. Raises ValueError for one of another type."""
    kind = type(getattr(DEFAULTS, name))
    if type(value) is not (str if kind is tuple else kind):
        raise ValueError(f"{name} can't be {value!r}")
    if kind is tuple:
        return words_in(value)
    return round(value, 6) if isinstance(value, float) else value  # Blender keeps 0.7 as the float32 next to it


def words_in(text: str) -> tuple[str, ...]:
    """Words that are parted by commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
