"""Slices in the scene: curves at the place of what was cut."""

import bpy
import brickprint
import numpy as np
import pytest
from brickprint.core.plan import Placement
from brickprint.core.slicing.contours import link
from brickprint.core.slicing.trajectories import Segments
from brickprint.scene.contours import INNER_COLOUR, OUTER_COLOUR, is_contours, remove_contours, show_contours


@pytest.fixture
def switched_on():
    brickprint.register()
    yield
    brickprint.unregister()


def frames(planes):
    """On each plane a square of 20 mm with a square hole of 10 mm."""
    outer = np.array([(0, 0), (20, 0), (20, 20), (0, 20)], float)
    loops = [outer, outer[::-1] / 2 + 5]
    start = np.concatenate(loops * planes)
    end = np.concatenate([np.roll(loop, -1, axis=0) for loop in loops] * planes)
    return link(Segments(np.repeat(np.arange(planes), 8), start, end, np.zeros(8 * planes, int)), planes)


AT_ORIGIN = Placement()


def shown(name="frame", planes=2, placement=AT_ORIGIN):
    return show_contours(bpy.context, frames(planes), np.arange(planes) * 3.2 + 1.6, placement, name)


def points_of(spline):
    co = np.zeros(len(spline.points) * 4, np.float32)
    spline.points.foreach_get("co", co)
    return co.reshape(-1, 4)


def world_box(thing):
    """Lowest and highest corner of what Blender makes of an object, in the scene."""
    bpy.context.view_layer.update()
    found = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = found.to_mesh()
    co = np.zeros(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", co)
    matrix = np.array(found.matrix_world)
    found.to_mesh_clear()
    places = co.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    return places.min(axis=0), places.max(axis=0)


def test_outer_loops_are_blue_and_inner_ones_green():
    curve = shown().data
    assert [spline.type for spline in curve.splines] == ["POLY"] * 4
    assert all(spline.use_cyclic_u for spline in curve.splines)
    assert [spline.material_index for spline in curve.splines] == [0, 1, 0, 1]
    assert [tuple(material.diffuse_color) for material in curve.materials] == [
        pytest.approx(OUTER_COLOUR),
        pytest.approx(INNER_COLOUR),
    ]
    red, green, blue = OUTER_COLOUR[:3]
    assert blue > green and blue > red
    assert INNER_COLOUR[1] > max(INNER_COLOUR[0], INNER_COLOUR[2])


def test_loops_lie_on_their_planes():
    outer, inner, above, _ = (points_of(spline) for spline in shown().data.splines)
    np.testing.assert_allclose(outer, [[x, y, 1.6, 1] for x, y in ((0, 0), (20, 0), (20, 20), (0, 20))])
    assert sorted(map(tuple, inner[:, :2].tolist())) == [(5, 5), (5, 15), (15, 5), (15, 15)]
    np.testing.assert_allclose(above[:, 2], 4.8)


def test_they_stand_where_the_grid_stands():
    drawn = shown(placement=Placement((1.0, -2.0, 3.0), 0.01))
    low, high = world_box(drawn)
    np.testing.assert_allclose(low, (1, -2, 3.016), atol=0.004)  # lines are 0.4 mm thick
    np.testing.assert_allclose(high, (1.2, -1.8, 3.048), atol=0.004)


def test_each_model_has_one_set_of_slices():
    first, other = shown("frame"), shown("other")
    before = len(bpy.data.curves), len(bpy.data.collections), len(bpy.data.materials)
    name = first.name
    again = shown("frame", planes=3)
    assert (len(bpy.data.curves), len(bpy.data.collections), len(bpy.data.materials)) == before
    assert again.name == name and len(again.data.splines) == 6
    assert {thing.name for thing in bpy.context.scene.objects} == {name, other.name}
    assert [own.name for own in again.users_collection] == ["frame slices"]


def test_removing_leaves_nothing_but_what_the_user_added():
    drawn = shown()
    collection = drawn.users_collection[0]
    remove_contours(bpy.context, "somebody else's")
    assert is_contours(drawn)
    lamp = bpy.data.objects.new("lamp", None)
    collection.objects.link(lamp)
    remove_contours(bpy.context, "frame")
    assert list(bpy.context.scene.objects) == [lamp] and not bpy.data.curves and not bpy.data.materials


def test_many_points_are_drawn_thin():
    count = 210_000
    angle = np.arange(count) * 2 * np.pi / count
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 1000
    segments = Segments(np.zeros(count, int), circle, np.roll(circle, -1, axis=0), np.zeros(count, int))
    drawn = show_contours(bpy.context, link(segments, 1), np.array([1.6]), Placement(), "circle")
    assert drawn.data.bevel_depth == 0 and len(drawn.data.splines[0].points) == count
    assert shown().data.bevel_depth > 0


# The operator


def slices():
    return [thing for thing in bpy.context.scene.objects if is_contours(thing)]


def test_show_slices_of_the_selection(switched_on):
    bpy.ops.mesh.primitive_uv_sphere_add(radius=1, location=(5, -3, 2))
    ball = bpy.context.object
    bpy.context.scene.brickprint.studs = 20
    assert bpy.ops.brickprint.contours() == {"FINISHED"}
    (drawn,) = slices()
    low, high = world_box(drawn)
    np.testing.assert_allclose(low[:2], (4, -4), atol=0.02)
    np.testing.assert_allclose(high[:2], (6, -2), atol=0.02)
    assert 1 < low[2] < 1.05 and 2.95 < high[2] < 3
    assert bpy.context.selected_objects == [ball] and not ball.hide_get()
    assert bpy.ops.brickprint.contours() == {"FINISHED"} and len(slices()) == 1


def test_show_slices_of_a_brick_model(switched_on):
    bpy.ops.mesh.primitive_cube_add(size=2)
    cube = bpy.context.object
    bpy.context.scene.brickprint.studs = 8
    bpy.ops.brickprint.convert()
    bpy.ops.brickprint.contours()
    low, high = world_box(slices()[0])
    np.testing.assert_allclose([low[:2], high[:2]], [[-1, -1], [1, 1]], atol=0.01)
    assert cube.hide_get()


def test_show_slices_can_be_undone(switched_on):
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.brickprint.contours("EXEC_DEFAULT", True)
    assert len(slices()) == 1
    bpy.ops.ed.undo()
    assert not slices() and not bpy.data.curves


def test_what_is_wrong_is_reported_and_nothing_is_changed(switched_on):
    bpy.ops.mesh.primitive_plane_add()
    with pytest.raises(RuntimeError, match="no thickness"):
        bpy.ops.brickprint.contours()
    assert not slices() and not bpy.data.collections and not bpy.data.materials
    bpy.ops.object.select_all(action="DESELECT")
    with pytest.raises(RuntimeError, match="Select the objects"):
        bpy.ops.brickprint.contours()
