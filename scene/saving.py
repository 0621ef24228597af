"""The open file as a .blend."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core.export.files import write_whole
from .temporary import place_for, require_whole

_END = b"\xb1\xea\x92\x8f"  # of a packed .blend: Zstandard's table of its frames comes last, and ends so


def save_blend(path: Path) -> None:
    """Save a copy of all that is open as a .blend; the open file keeps its name. Raises CannotWrite."""
    # Writing a scene of its own with bpy.data.libraries.write would hold the model alone, but crashes Blender 5.2.
    with place_for("model.blend") as place:
        bpy.ops.wm.save_as_mainfile(filepath=str(place), copy=True, compress=True, check_existing=False)
        data = place.read_bytes()
        require_whole(data.endswith(_END), place)
    write_whole(path, data)
