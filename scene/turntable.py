"""A camera in the user's own scene that goes round a model."""

from __future__ import annotations

import math

import bpy
from mathutils import Matrix

from .animation import frames_of, is_animated
from .filming import turntable_view
from .rendering import FIELD_OF_VIEW, TOWARDS_CAMERA, brick_corners, view_matrix
from .versions import curves_of

_WHOLE_TURN = 360.0
_NEARER = 0.1  # of the camera's distance: nothing nearer is seen
_FARTHER = 20.0


def add_turntable(context: bpy.types.Context, bricks: bpy.types.Object, degrees: float) -> bpy.types.Object:
    """Add a camera that sees all of a model from every side, and the empty in its axis that turns it; gives the empty.

    It turns by so many degrees, once round where these are 0, over the model's build animation or the scene's frames,
    against the sense in which a turntable turns the model. Both go into the scene's collection, and the camera becomes
    the scene's. Raises NothingToBuild, CannotRead.
    """
    scene = context.scene
    context.view_layer.update()  # a model that was just made or moved is placed only then
    degrees = degrees or _WHOLE_TURN
    view = turntable_view(brick_corners(bricks), degrees)
    pivot = bpy.data.objects.new(f"{bricks.name} turntable", None)
    pivot.location = (*view.axis.tolist(), float(view.corners[:, 2].min()))
    camera = bpy.data.objects.new(f"{bricks.name} camera", bpy.data.cameras.new(f"{bricks.name} camera"))
    for thing in (pivot, camera):
        scene.collection.objects.link(thing)
    camera.data.sensor_fit = "AUTO"  # the angle then counts along the longer side
    camera.data.angle = FIELD_OF_VIEW
    camera.parent = pivot
    picture = scene.render.resolution_x, scene.render.resolution_y
    placed = Matrix.Translation(pivot.location).inverted() @ view_matrix(view.corners, picture)
    camera.location, camera.rotation_euler = placed.translation, TOWARDS_CAMERA
    camera.data.clip_start = _NEARER * placed.translation.length
    camera.data.clip_end = _FARTHER * placed.translation.length
    _turn(pivot, degrees, frames_of(bricks) if is_animated(bricks) else range(scene.frame_start, scene.frame_end + 1))
    scene.camera = camera
    return pivot


def _turn(pivot: bpy.types.Object, degrees: float, frames: range) -> None:
    """Evenly round the axis; it ends where the camera stands for a still picture."""
    for angle, frame in ((degrees, frames[0]), (0.0, frames[-1])):
        pivot.rotation_euler.z = math.radians(angle)
        pivot.keyframe_insert("rotation_euler", index=2, frame=frame)
    for curve in curves_of(pivot):
        for key in curve.keyframe_points:
            key.interpolation = "LINEAR"
