"""The open file as a .blend."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy

from ..core.export.files import write_whole


def save_blend(path: Path) -> None:
    """Save a copy of all that is open as a .blend; the open file keeps its name. Raises CannotWrite."""
    # Writing a scene of its own with bpy.data.libraries.write would hold the model alone, but crashes Blender 5.2.
    with tempfile.TemporaryDirectory(prefix="brickprint-") as folder:
        saved = Path(folder) / "model.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(saved), copy=True, compress=True, check_existing=False)
        write_whole(path, saved.read_bytes())
