"""What the user prefers, as the add-on's preferences keep it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy

from ..scene.user_files import ROOT_PACKAGE


def preference(name: str, otherwise: Any) -> Any:
    """One of the add-on's preferences; otherwise: what counts where Brickprint runs without being an add-on."""
    addon = bpy.context.preferences.addons.get(ROOT_PACKAGE)
    return getattr(addon.preferences, name, otherwise) if addon else otherwise


def first_place(name: str = "") -> str:
    """Where a file browser opens for a file to be written: in the preferred folder, else beside the .blend file.

    A preferred folder that is gone is passed over: the browser would open in one above it.
    """
    folder = bpy.path.abspath(preference("files_folder", ""))
    if not Path(folder).is_dir():
        folder = ""
    if not folder and bpy.data.filepath:
        folder = str(Path(bpy.data.filepath).parent)
    return os.path.join(folder, name) if folder else name  # noqa: PTH118  (an empty name must leave a separator)
