"""A model as objects of its own, one a brick; for small models."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix

from ..core.errors import NothingToBuild, TooLarge
from .brick_points import positions
from .bricks import hide_from_view, new_collection, parts_shown, read_plan
from .instancer import PICK

REAL_OBJECTS_LIMIT = 2000


def real_objects(context: bpy.types.Context, bricks: bpy.types.Object) -> list[bpy.types.Object]:
    """Make every brick an object of its own, in a new collection, and hide the model they replace.

    Bricks of one part and colour share their mesh. Raises TooLarge above REAL_OBJECTS_LIMIT parts, NothingToBuild
    without any, CannotRead.
    """
    plan = read_plan(bricks)
    if not len(plan.layout):
        raise NothingToBuild(f"Model {bricks.name!r} has no bricks left; convert it again.")
    if len(plan.layout) > REAL_OBJECTS_LIMIT:
        raise TooLarge(
            f"{bricks.name!r} has {len(plan.layout):,} parts; as many objects would make Blender slow, so at most "
            f"{REAL_OBJECTS_LIMIT:,} are made. Leave the model as it is, or convert it again with fewer studs."
        )
    sources = parts_shown(bricks)
    context.view_layer.update()  # a model that was just made or moved is placed only then
    picks = np.zeros(len(plan.layout), np.int32)
    bricks.data.attributes[PICK].data.foreach_get("value", picks)
    collection = new_collection(context, f"{plan.name} parts")
    placed = []
    for position, turn, pick in zip(positions(bricks.data), plan.layout["turn"], picks, strict=True):
        part = bpy.data.objects.new(sources[pick].data.name, sources[pick].data)
        turned = Matrix.Rotation(int(turn) * math.pi / 2, 4, "Z")
        part.matrix_world = bricks.matrix_world @ Matrix.Translation(position) @ turned
        collection.objects.link(part)
        placed.append(part)
    hide_from_view(context, bricks)
    return placed
