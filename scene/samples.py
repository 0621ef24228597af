"""Models to try Brickprint with, which the extension brings along."""

from __future__ import annotations

from pathlib import Path

import bpy

from .source.importing import import_file

SAMPLES = {"lighthouse": "Lighthouse", "apple": "Apple"}
_FOLDER = Path(__file__).parents[1] / "samples"


def add_sample(context: bpy.types.Context, word: str) -> list[bpy.types.Object]:
    """The objects of one of SAMPLES, at the 3D cursor. Raises CannotRead."""
    objects = import_file(context, _FOLDER / f"{word}.glb")
    for thing in objects:
        if thing.parent is None:
            thing.location += context.scene.cursor.location
    return objects
