"""Brick models out of .blend files."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core.errors import CannotRead
from ..core.plan import Plan
from .bricks import is_bricks, read_plan


def plans_in_blend(path: Path) -> list[Plan]:
    """The plans of all brick models of a .blend file, by the names of their objects.

    The file's objects come into the open file, without a scene. Raises CannotRead when it is damaged or has no models.
    """
    try:
        with bpy.data.libraries.load(str(path), link=False) as (source, target):
            target.objects = source.objects
    except (OSError, RuntimeError) as error:
        raise CannotRead(f"Blender can't read {path} ({error}); check that it is a .blend file.") from error
    models = [item for item in target.objects if is_bricks(item)]
    if not models:
        raise CannotRead(f"{path} has no brick model; convert a mesh, or inspect another file.")
    return [read_plan(model) for model in sorted(models, key=lambda item: item.name)]
