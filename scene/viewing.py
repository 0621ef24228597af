"""Where the 3D views of the open file look."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector

from .brick_points import positions
from .rendering import TOWARDS_CAMERA, brick_corners

_DISTANCE_RADII = 3.0  # the whole model fits into a view of usual shape


def look_at(context: bpy.types.Context, bricks: bpy.types.Object) -> None:
    """Turn all 3D views to a model of any size, so that whoever opens the file sees it, and make it active.

    Raises CannotRead, NothingToBuild.
    """
    context.view_layer.update()  # a model that was just made is placed only then
    context.view_layer.objects.active = bricks
    corners = brick_corners(bricks)
    low, high = corners.min(axis=0), corners.max(axis=0)
    radius = float(np.linalg.norm(high - low)) / 2
    spaces = [space for screen in bpy.data.screens for area in screen.areas for space in area.spaces]
    for space in spaces:
        if space.type == "VIEW_3D":
            space.region_3d.view_location = Vector(((low + high) / 2).tolist())
            space.region_3d.view_rotation = TOWARDS_CAMERA.to_quaternion()
            space.region_3d.view_distance = _DISTANCE_RADII * radius
            space.clip_start, space.clip_end = radius / 100, radius * 1000


def look_towards(context: bpy.types.Context, bricks: bpy.types.Object, chosen: np.ndarray) -> None:
    """Turn the middle of the window's 3D views to the chosen parts (N,) bool of a model, from as far as they are."""
    middle = bricks.matrix_world @ Vector(positions(bricks.data)[chosen].mean(axis=0).tolist())
    for area in context.screen.areas if context.screen else ():
        for region in area.regions if area.type == "VIEW_3D" else ():
            if region.type == "WINDOW" and region.data is not None:  # as of views that were never drawn
                region.data.view_location = middle  # in a quad view each of the four has its own
