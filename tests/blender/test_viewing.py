"""Where the 3D views of a saved file look."""

from dataclasses import replace
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.plan import Placement
from brickprint.scene.bricks import show_plan
from brickprint.scene.rendering import brick_corners
from brickprint.scene.saving import save_blend
from brickprint.scene.viewing import look_at, look_towards
from model_plans import small_plan


@pytest.mark.parametrize("unit", [1e-7, 1e-3, 1e3])
def test_a_model_of_any_size_is_in_the_middle_of_every_view(unit, tmp_path):
    plan = replace(small_plan(), placement=Placement((70 * unit, -20 * unit, 5 * unit), unit))
    bricks = show_plan(bpy.context, plan)
    look_at(bpy.context, bricks)
    save_blend(tmp_path / "model.blend")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "model.blend"))
    bricks = bpy.context.active_object
    corners = brick_corners(bricks)
    spaces = [space for screen in bpy.data.screens for area in screen.areas for space in area.spaces]
    views = [space for space in spaces if space.type == "VIEW_3D"]
    assert views
    for view in views:
        place = view.region_3d
        seen = (corners - np.array(place.view_location)) @ np.array(place.view_rotation.to_matrix())
        depth = place.view_distance - seen[:, 2]
        assert view.clip_start < depth.min() and depth.max() < view.clip_end
        aside = np.abs(seen[:, :2]).max(axis=1) / depth * view.lens / 36  # 1 is the edge: a view is 72 mm wide
        assert 0.1 < aside.max() < 0.6


def test_all_views_of_a_quad_view_turn_to_parts():
    def region(kind):
        return SimpleNamespace(type=kind, data=SimpleNamespace(view_location=None) if kind == "WINDOW" else None)

    bricks = show_plan(bpy.context, small_plan())
    bpy.context.view_layer.update()
    regions = [region(kind) for kind in ("HEADER", "WINDOW", "UI", "WINDOW", "WINDOW", "WINDOW")]
    screen = SimpleNamespace(areas=[SimpleNamespace(type="VIEW_3D", regions=regions)])
    look_towards(SimpleNamespace(screen=screen), bricks, np.arange(len(bricks.data.vertices)) == 0)
    place = bricks.matrix_world @ bricks.data.vertices[0].co
    assert [region.data.view_location for region in regions if region.data] == [place] * 4
