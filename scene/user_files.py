"""What the user keeps for all files: palettes and stocks, in the folder that Blender gives to the extension."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import bpy

ROOT_PACKAGE = __package__.rpartition(".")[0]  # the extension's name, as Blender has it
Kind = Literal["palette", "stock"]
_FOLDERS: dict[str, str] = {"palette": "palettes", "stock": "stocks"}


def user_folder() -> Path:
    """The extension's own folder, which upgrades leave alone; outside an extension, one beside Blender's own data."""
    try:
        return Path(bpy.utils.extension_path_user(ROOT_PACKAGE))
    except ValueError:  # a checkout or `batch.py`
        return Path(bpy.utils.resource_path("USER")) / "datafiles" / ROOT_PACKAGE


def kept_folder(kind: Kind) -> Path:
    """Where palettes or stocks are kept; it may not exist yet."""
    return user_folder() / _FOLDERS[kind]


def kept(kind: Kind) -> dict[str, Path]:
    """The palettes or stocks that are kept, by name."""
    folder = kept_folder(kind)
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.stem: path for path in found if path.is_file() and not path.name.startswith(".")}
