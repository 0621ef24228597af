"""A camera in the user's scene that goes round a model."""

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from brickprint.core.settings import Settings
from brickprint.scene.animation import animate_build
from brickprint.scene.bricks import read_plan, show_plan
from brickprint.scene.rendering import brick_corners
from mathutils import Vector
from model_plans import small_plan

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def tower():
    """A brick model that is active, somewhere in the scene."""
    bricks = show_plan(bpy.context, small_plan())
    bricks.location = (3.0, -2.0, 1.0)
    bpy.context.view_layer.objects.active = bricks
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 5, 65
    return bricks


def places(camera, frames):
    """(F, 3): where the camera is at frames."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        found.append(camera.matrix_world.translation[:])
    return np.array(found)


@pytest.mark.parametrize("degrees", [0.0, 360.0, -90.0])
def test_all_of_the_model_is_seen_at_every_turn(tower, degrees):
    scene = bpy.context.scene
    scene.brickprint.orbit = degrees
    assert bpy.ops.brickprint.add_turntable() == {"FINISHED"}
    for frame in range(5, 66, 6):
        scene.frame_set(frame)
        seen = np.array([world_to_camera_view(scene, scene.camera, Vector(corner)) for corner in brick_corners(tower)])
        assert seen[:, :2].min() >= 0 and seen[:, :2].max() <= 1 and seen[:, 2].min() > scene.camera.data.clip_start
        assert seen[:, 2].max() < scene.camera.data.clip_end


def test_it_goes_evenly_round_the_model_in_the_scene_s_frames(tower):
    bpy.ops.brickprint.add_turntable()
    camera = bpy.context.scene.camera
    found = places(camera, [5, 20, 35, 50, 65]) - np.array(camera.parent.location)
    np.testing.assert_allclose(found[0], found[-1], atol=1e-4)
    np.testing.assert_allclose(found[0, :2], -found[2, :2], atol=1e-4)
    np.testing.assert_allclose((found[:-1, :2] * found[1:, :2]).sum(axis=1), 0, atol=1e-3)


def test_it_keeps_to_the_build_animation_where_there_is_one(tower):
    animate_build(tower, read_plan(tower), Settings(frames=20), 40)
    bpy.ops.brickprint.add_turntable()
    still, moving, still_again = (
        np.ptp(places(bpy.context.scene.camera, pair), axis=0).max() for pair in ([1, 40], [40, 50], [59, 70])
    )
    assert max(still, still_again) < 1e-4 and moving > 0.1
