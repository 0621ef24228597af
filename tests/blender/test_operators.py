"""The operators, as scripts call them: at once, without a window."""

from functools import partial

import bpy
import numpy as np
import pytest
from brickprint.core.errors import Cancelled
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.mesh import Mesh
from brickprint.core.settings import Settings
from brickprint.core.structure.shades import SHADES
from brickprint.scene.bricks import PLAN_PROPERTY, is_bricks, read_plan
from brickprint.scene.instancer import PARTS_INPUT, PICK, instancer_modifier
from brickprint.scene.versions import nodes_input
from model_plans import exported_ldr

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def cube():
    """A selected red cube of 2 units."""
    bpy.ops.mesh.primitive_cube_add(size=2)
    material = bpy.data.materials.new("red")
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.46, 0.0, 0.0, 1.0)
    bpy.context.object.data.materials.append(material)
    return bpy.context.object


def convert(studs=8):
    bpy.context.scene.brickprint.studs = studs
    return bpy.ops.brickprint.convert()


def test_convert_puts_bricks_in_place_of_the_selection(cube):
    assert convert(studs=8) == {"FINISHED"}
    bricks = bpy.context.active_object
    assert is_bricks(bricks) and not bpy.context.selected_objects  # outlines would hide the colours
    assert cube.hide_get() and cube.hide_render and cube.data.vertices[0].co.length == pytest.approx(3**0.5)
    plan = read_plan(bricks)
    assert plan.size == (8, 8, 21)  # 8 studs are 64 mm, 6.7 bricks
    assert {plan.palette.colours[row].name for row in np.unique(plan.layout["colour"])} == {"Red"}


def test_the_bricks_stand_where_the_source_stood(cube):
    cube.location = (5.0, -3.0, 1.0)
    convert(studs=8)
    bricks = bpy.context.active_object
    bpy.context.view_layer.update()
    low = bricks.matrix_world.translation
    # A cube of 2 units is 8 studs wide, so that the lowest corner of the grid is the cube's.
    np.testing.assert_allclose(low, (4.0, -4.0, 0.0), atol=1e-5)


def test_convert_reads_the_scene_s_settings(cube):
    bpy.context.scene.brickprint.interior = "solid"
    bpy.context.scene.brickprint.parts = "basic-11"
    bpy.context.scene.brickprint.without = "Red, 320"
    convert(studs=4)
    settings = read_plan(bpy.context.active_object).settings
    assert settings == Settings(studs=4, interior="solid", parts="basic-11", without=("Red", "320")).values()


def test_several_objects_become_one_model(cube):
    bpy.ops.mesh.primitive_cube_add(size=2, location=(2, 0, 0))
    bpy.ops.object.select_all(action="SELECT")
    sources = list(bpy.context.selected_objects)
    convert(studs=8)
    assert all(source.hide_get() for source in sources)
    assert read_plan(bpy.context.active_object).size[:2] == (8, 4)


def test_a_selected_brick_model_is_built_anew_from_its_sources(cube):
    cube.modifiers.new("taller", "SOLIDIFY").thickness = 0.5  # seen only where the source is evaluated
    convert(studs=8)
    first = read_plan(bpy.context.active_object)
    convert(studs=12)
    second = bpy.context.active_object
    assert [obj for obj in bpy.data.objects if is_bricks(obj)] == [second]
    assert read_plan(second).size[0] == 12 and cube.hide_get()
    assert second.name == second.users_collection[0].name == "Cube bricks"
    convert(studs=8)
    np.testing.assert_array_equal(read_plan(bpy.context.active_object).layout, first.layout)


def test_a_selection_counts_more_than_the_active_brick_model(cube):
    convert(studs=8)
    first = bpy.context.active_object
    bpy.ops.mesh.primitive_plane_add()
    bpy.context.object.modifiers.new("thick", "SOLIDIFY").thickness = 1.0
    bpy.context.view_layer.objects.active = first
    convert(studs=8)
    assert len([obj for obj in bpy.data.objects if is_bricks(obj)]) == 2
    assert read_plan(bpy.context.active_object).name == "Plane"


def test_a_source_may_get_another_name(cube):
    convert(studs=8)
    cube.name = "Renamed"
    convert(studs=6)
    assert read_plan(bpy.context.active_object).name == "Renamed"


def test_a_brick_model_whose_source_is_gone_is_refused(cube):
    convert()
    bricks = bpy.context.active_object
    bpy.data.objects.remove(cube)
    with pytest.raises(RuntimeError, match="is gone; select the object"):
        convert()
    assert is_bricks(bricks)


def scene_state():
    return sorted((kind, len(getattr(bpy.data, kind))) for kind in ("objects", "meshes", "collections", "materials"))


def test_what_is_wrong_is_reported_and_nothing_is_changed(cube):
    before = scene_state()
    bpy.context.scene.brickprint.without = "Octarine"
    with pytest.raises(RuntimeError, match="Octarine"):
        convert()
    assert scene_state() == before and not cube.hide_get()


def test_convert_needs_a_selection(cube):
    bpy.ops.object.select_all(action="DESELECT")
    assert not bpy.ops.brickprint.convert.poll()
    with pytest.raises(RuntimeError, match="Select the objects"):
        convert()


def test_convert_needs_object_mode(cube):
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="Object Mode"):
        convert()


def test_invoked_without_a_window_it_converts_at_once(cube):
    bpy.context.scene.brickprint.studs = 4
    assert bpy.ops.brickprint.convert("INVOKE_DEFAULT") == {"FINISHED"}
    assert is_bricks(bpy.context.active_object)


def test_export_writes_the_active_model(cube, tmp_path):
    convert()
    assert exported_ldr(tmp_path).read_text("utf-8") == ldraw_text(read_plan(bpy.context.active_object))


def test_export_says_why_it_can_not_write(cube, tmp_path):
    convert()
    (tmp_path / "Cube").write_text("in the way", "utf-8")
    with pytest.raises(RuntimeError, match="can't be written"):
        bpy.ops.brickprint.export_files(directory=str(tmp_path), formats={"ldr"})


def test_real_objects_are_one_a_part(cube):
    convert(studs=4)
    parts = len(read_plan(bpy.context.active_object).layout)
    bpy.ops.brickprint.real_objects()
    assert len(bpy.context.selected_objects) == parts
    assert all(obj.type == "MESH" and not is_bricks(obj) for obj in bpy.context.selected_objects)


def test_remove_takes_away_what_convert_added_and_shows_what_it_hid(cube):
    before = scene_state()
    convert(studs=4)
    assert scene_state() != before
    bpy.ops.brickprint.remove()
    assert scene_state() == before
    assert bpy.context.selected_objects == [cube] and cube.visible_get() and not cube.hide_render


def test_removing_a_model_that_gave_way_to_real_objects_leaves_the_source_hidden(cube):
    convert(studs=4)
    bricks = bpy.context.active_object
    bpy.ops.brickprint.real_objects()
    bpy.context.view_layer.objects.active = bricks
    bpy.ops.brickprint.remove()
    assert cube.hide_get()


@pytest.mark.parametrize("damaged", ["{", "[]", 3])
def test_a_damaged_model_is_told_and_can_be_built_anew(cube, damaged):
    convert(studs=4)
    bpy.context.active_object[PLAN_PROPERTY] = damaged
    with pytest.raises(RuntimeError, match="damaged plan"):
        bpy.ops.brickprint.real_objects()
    assert convert(studs=4) == {"FINISHED"}
    assert read_plan(bpy.context.active_object).size[0] == 4


def test_a_model_whose_points_were_deleted_makes_no_objects(cube):
    convert(studs=4)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.delete(type="VERT")
    bpy.ops.object.mode_set(mode="OBJECT")
    with pytest.raises(RuntimeError, match="no bricks left"):
        bpy.ops.brickprint.real_objects()


@pytest.mark.parametrize("name", ["export_files", "real_objects", "remove", "show_by", "select_weakest"])
def test_model_operators_need_a_brick_model(cube, name):
    with pytest.raises(RuntimeError, match="Select a brick model"):
        getattr(bpy.ops.brickprint, name)()


def picked(bricks):
    """(N,): the number of each point's brick mesh, and the names of these meshes in order."""
    pick = np.zeros(len(bricks.data.vertices), np.int32)
    bricks.data.attributes[PICK].data.foreach_get("value", pick)
    parts = nodes_input(instancer_modifier(bricks), PARTS_INPUT)
    return pick, [source.data.name for source in sorted(parts.objects, key=lambda source: source.name)]


def exported(path):
    path.mkdir()
    return exported_ldr(path).read_bytes()


@pytest.fixture
def table_top():
    """A selected board on a leg at its end: it hangs over, and is held by supports."""
    bpy.ops.mesh.primitive_cube_add(size=1, location=(1, 1, 2), scale=(2, 2, 4))
    leg = bpy.context.object
    bpy.ops.mesh.primitive_cube_add(size=1, location=(6, 1, 4.5), scale=(12, 2, 1))
    leg.select_set(True)


@pytest.mark.parametrize("by", [word for word in SHADES if word != "colours"])
def test_show_by_changes_the_colours_that_are_seen_and_nothing_else(table_top, tmp_path, by):
    convert(studs=24)
    bricks = bpy.context.active_object
    own, names = picked(bricks)
    before, plan = exported(tmp_path / "before"), read_plan(bricks)
    assert bpy.ops.brickprint.show_by(by=by) == {"FINISHED"}
    _, shades = picked(bricks)
    assert not set(shades) & set(names) and all(f" {by} " in shade for shade in shades)
    assert exported(tmp_path / "after") == before
    np.testing.assert_array_equal(read_plan(bricks).layout, plan.layout)
    meshes = len(bpy.data.meshes)
    assert bpy.ops.brickprint.show_by(by="colours") == {"FINISHED"}
    again, names_again = picked(bricks)
    np.testing.assert_array_equal(again, own)
    assert [name.split(".")[0] for name in names_again] == [name.split(".")[0] for name in names]
    assert len(bpy.data.meshes) == meshes - len(shades) + len(names)


def test_shown_by_overhangs_supports_are_red_and_what_they_hold_is_yellow(table_top):
    convert(studs=24)
    bricks = bpy.context.active_object
    bpy.ops.brickprint.show_by(by="overhangs")
    pick, shades = picked(bricks)
    layout = read_plan(bricks).layout
    shade = np.array([int(shades[row].split(" overhangs ")[1][0]) for row in pick])
    assert layout["role"].any()
    np.testing.assert_array_equal(shade == 2, layout["role"] != 0)
    assert (shade == 1).any() and (shade == 0).any() and layout["z"][shade == 1].min() > 0


def test_show_by_tells_when_it_is_not_known_how_hard_parts_are_pulled(cube):
    bpy.context.scene.brickprint.prove = "none"
    convert(studs=6)
    before = picked(bpy.context.active_object)[1]
    for operator in (partial(bpy.ops.brickprint.show_by, by="utilisation"), bpy.ops.brickprint.select_weakest):
        with pytest.raises(RuntimeError, match="pulled is not known; convert it again"):
            operator()
    assert picked(bpy.context.active_object)[1] == before and bpy.context.mode == "OBJECT"


@pytest.mark.parametrize("count", [1, 3, 10_000])
def test_the_weakest_parts_are_selected_in_edit_mode(table_top, count):
    bpy.context.scene.brickprint.supports = "none"
    convert(studs=24)
    bricks = bpy.context.active_object
    share = read_plan(bricks).utilisation
    assert bpy.ops.brickprint.select_weakest(count=count) == {"FINISHED"}
    assert bpy.context.mode == "EDIT_MESH"
    bpy.ops.object.mode_set(mode="OBJECT")
    chosen = np.zeros(len(share), bool)
    bricks.data.vertices.foreach_get("select", chosen)
    assert chosen.sum() == min(count, len(share))
    assert share[chosen].min() >= share[~chosen].max(initial=0)


def test_loose_parts_are_not_the_weakest(table_top):
    bpy.ops.mesh.primitive_cube_add(size=2, location=(9, 1, 1.5))  # above the ground, below the board, touching nothing
    bpy.ops.object.select_all(action="SELECT")
    bpy.context.scene.brickprint.floating = "keep"
    convert(studs=24)
    share = read_plan(bpy.context.active_object).utilisation
    assert np.isinf(share).any() and np.isfinite(share).any()
    bpy.ops.brickprint.select_weakest(count=10_000)
    bpy.ops.object.mode_set(mode="OBJECT")
    chosen = np.zeros(len(share), bool)
    bpy.context.active_object.data.vertices.foreach_get("select", chosen)
    np.testing.assert_array_equal(chosen, np.isfinite(share))


class TestWorker:
    """The thread behind the window's conversion."""

    mesh = Mesh(
        np.array([[x, y, z] for z in (0.0, 1.0) for y in (0.0, 1.0) for x in (0.0, 1.0)]),
        np.array(
            [[0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4],
             [2, 6, 7], [2, 7, 3], [0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5]], np.int32
        ),
    )  # fmt: skip

    def ended(self, worker):
        worker.wait()
        assert worker.done
        return worker

    def test_it_makes_the_plan_that_the_main_thread_would(self):
        from brickprint.core.pipeline import Conversion
        from brickprint.operators.worker import Worker

        worker = self.ended(Worker(partial(Conversion(self.mesh).run, Settings(studs=6))))
        assert worker.error is None and worker.step.fraction > 0.5
        np.testing.assert_array_equal(worker.result.layout, Conversion(self.mesh).run(Settings(studs=6)).layout)

    def test_stopped_it_ends_with_cancelled(self):
        from brickprint.core.pipeline import Conversion
        from brickprint.operators.worker import Worker

        worker = Worker(partial(Conversion(self.mesh).run, Settings(studs=100, interior="solid")))
        worker.stop()
        assert isinstance(self.ended(worker).error, Cancelled) and worker.result is None

    def test_it_keeps_any_error_for_the_main_thread(self):
        from brickprint.operators.worker import Worker

        def faulty(progress):
            raise ZeroDivisionError("ours")

        assert isinstance(self.ended(Worker(faulty)).error, ZeroDivisionError)
