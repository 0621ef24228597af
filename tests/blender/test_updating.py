"""Models that follow their source and their settings in place, several in a scene, through undo, save and reload."""

import bpy
import numpy as np
import pytest
from brickprint.operators import convert as convert_module
from brickprint.operators import kept
from brickprint.scene.bricks import is_bricks, is_outlined, read_plan
from brickprint.scene.layers import layers_frames
from brickprint.ui.up_to_date import lines, standing
from model_plans import exported_ldr
from painted_objects import add_image, add_object, textured_material
from source_edits import EDITS, shape_key

pytestmark = pytest.mark.usefixtures("switched_on")


def quick(studs=6, **rest):
    """Set the scene's settings to a small model that is converted at once."""
    for name, value in {"studs": studs, "packer": "fast", "prove": "none", "supports": "none", **rest}.items():
        setattr(bpy.context.scene.brickprint, name, value)


def bricks_of(source, **rest):
    """A model of an object, made active."""
    quick(**rest)
    bpy.ops.object.select_all(action="DESELECT")
    source.hide_set(False)
    source.select_set(True)
    bpy.ops.brickprint.convert()
    return bpy.context.active_object


@pytest.fixture
def cube():
    """A selected cube of 2 units."""
    bpy.ops.mesh.primitive_cube_add(size=2)
    return bpy.context.object


@pytest.fixture
def unread(monkeypatch):
    """A function after which reading a mesh fails the test."""

    def refuse(*_):
        raise AssertionError("the source was read again")

    return lambda: monkeypatch.setattr(convert_module, "reading", refuse)


def colours(bricks):
    plan = read_plan(bricks)
    return {plan.palette.colours[row].name for row in np.unique(plan.layout["colour"])}


def test_another_palette_changes_the_model_in_place_without_reading_the_mesh_again(cube, unread):
    bricks = bricks_of(cube)
    name, before = bricks.name, colours(bricks)
    unread()
    bpy.context.scene.brickprint.without = ", ".join(before)
    assert bpy.ops.brickprint.update() == {"FINISHED"}
    assert bpy.context.active_object == bricks and bricks.name == name
    assert not colours(bricks) & before
    assert read_plan(bricks).settings["without"] == sorted(before)
    assert all(block.users for kind in (bpy.data.objects, bpy.data.meshes, bpy.data.materials) for block in kind)


def test_an_update_gives_what_a_conversion_would(cube):
    bricks = bricks_of(cube)
    quick(studs=9, interior="solid")
    bpy.ops.brickprint.update()
    updated = read_plan(bricks)
    bpy.ops.brickprint.remove()
    fresh = read_plan(bricks_of(cube, studs=9, interior="solid"))
    np.testing.assert_array_equal(updated.layout, fresh.layout)
    assert updated.placement == fresh.placement and updated.settings == fresh.settings


def test_it_keeps_where_the_model_was_moved_its_outlines_its_shades_and_its_layers(cube):
    bricks = bricks_of(cube)
    bricks.location.x += 5
    bricks.rotation_euler.z = 1.0
    bpy.ops.brickprint.outline()
    bpy.ops.brickprint.show_by(by="steps")
    bpy.ops.brickprint.play_layers(frames=30)
    shown = bricks.matrix_basis.copy()
    quick(interior="solid")
    bpy.ops.brickprint.update()
    np.testing.assert_allclose(np.array(bricks.matrix_basis), np.array(shown), atol=1e-5)
    assert is_outlined(bricks) and len(layers_frames(bricks)) == 30
    assert bricks["brickprint_shown_by"] == "steps"


def test_a_model_follows_its_source_where_that_moved(cube):
    bricks = bricks_of(cube)
    low = np.array(bricks.location)
    cube.location.x += 3
    bpy.ops.brickprint.update()
    np.testing.assert_allclose(np.array(bricks.location), low + (3, 0, 0), atol=1e-4)


def said():
    bpy.context.view_layer.update()
    return " ".join(text for text, _ in lines(bpy.context))


@pytest.mark.parametrize(
    "prepared",
    [
        lambda cube: lambda: setattr(cube, "location", (1, 0, 0)),
        lambda cube: lambda: setattr(cube.data.vertices[0], "co", (-2, -2, -2)),
        lambda cube: lambda: cube.modifiers.new("b", "BEVEL"),
        lambda cube: lambda: cube.data.materials.append(bpy.data.materials.new("m")),
        *EDITS,
    ],
)
def test_an_edited_source_is_out_of_date_until_it_is_built_anew(cube, prepared):
    edit = prepared(cube)
    bricks_of(cube)
    assert said() == "Up to date"
    edit()
    cube.update_tag()
    assert said() == "Out of date: its source was changed"
    bpy.ops.brickprint.update()
    assert said() == "Up to date"


def test_an_edited_shape_key_is_built_as_a_conversion_would(cube):
    key = shape_key(cube)
    bricks = bricks_of(cube, studs=8)
    for point in key.points:
        point.co.z *= 2
    bpy.ops.brickprint.update()
    updated = read_plan(bricks)
    assert updated.size[2] > 40
    bpy.ops.brickprint.convert()
    np.testing.assert_array_equal(updated.layout, read_plan(bpy.context.active_object).layout)


def test_paint_that_is_not_saved_is_built_again_each_time(cube):
    image = add_image(np.full((4, 4, 4), (1, 0, 0, 1)))
    bpy.context.view_layer.objects.active = cube
    cube.data.materials.append(textured_material(image)[0])
    bricks = bricks_of(cube)
    reds = colours(bricks)
    image.pixels.foreach_set(np.tile(np.array((0, 0, 1, 1), np.float32), 16))
    bpy.ops.brickprint.update()
    assert not colours(bricks) & reds


def test_names_and_the_model_s_own_place_do_not_put_it_out_of_date(cube):
    bricks = bricks_of(cube)
    cube.name = "Renamed"
    bricks.location.x += 1
    assert said() == "Up to date"


def test_what_is_chosen_otherwise_is_named_and_can_be_taken_from_the_model(cube):
    bricks_of(cube, without="Red, 320")
    quick(studs=20, without="")
    bpy.context.scene.brickprint.frames = 99  # the animation's, no matter of the model
    assert said() == "Made with other: Studs, Leave Out"
    bpy.ops.brickprint.settings_from_model()
    assert said() == "Up to date"
    chosen = bpy.context.scene.brickprint
    assert (chosen.studs, chosen.without, chosen.frames) == (6, "Red, 320", 99)


def test_an_answer_is_kept_while_only_models_and_objects_beside_the_source_change(cube):
    cube.parent, beside = add_object("above", None), add_object("beside", None)
    bricks = bricks_of(cube)
    bpy.context.view_layer.update()
    first = standing(bpy.context)
    for moved in (bricks, beside):
        moved.location.x += 1
        bpy.context.view_layer.update()
        assert standing(bpy.context) is first
    cube.parent.location.x += 1
    assert said() == "Out of date: its source was changed"


def test_models_have_their_own_settings_and_copies_do_no_harm(cube):
    bricks = bricks_of(cube)
    bpy.ops.object.select_all(action="DESELECT")
    bricks.select_set(True)
    bpy.ops.object.duplicate(linked=True)
    copy = bpy.context.active_object
    quick(studs=10)
    bpy.ops.brickprint.update()
    assert (read_plan(bricks).size[0], read_plan(copy).size[0]) == (6, 10)
    assert (read_plan(bricks).settings["studs"], read_plan(copy).settings["studs"]) == (6, 10)
    bpy.ops.brickprint.remove()
    bpy.context.view_layer.objects.active = bricks
    bpy.ops.brickprint.update()
    assert read_plan(bricks).size[0] == 10


def test_a_model_whose_source_is_gone_still_exports_and_says_why_it_stays_as_it_is(cube, tmp_path):
    bricks_of(cube)
    bpy.data.objects.remove(cube)
    assert said() == "Its source is gone"
    assert exported_ldr(tmp_path).stat().st_size
    with pytest.raises(RuntimeError, match="is gone"):
        bpy.ops.brickprint.update()


def test_saved_and_opened_again_it_is_up_to_date_and_follows(cube, tmp_path):
    bricks_of(cube)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "house.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "house.blend"))
    bricks = bpy.context.active_object
    assert is_bricks(bricks) and said() == "Up to date"
    quick(studs=8)
    bpy.ops.brickprint.update()
    assert read_plan(bricks).size[0] == 8
    assert exported_ldr(tmp_path).stat().st_size


@pytest.mark.parametrize("link", [False, True])
def test_an_appended_model_exports_and_a_linked_one_is_left_alone(cube, tmp_path, link):
    name = bricks_of(cube).name
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=link) as (_, wanted):
        wanted.objects = [name]
    bricks = wanted.objects[0]
    bpy.context.scene.collection.objects.link(bricks)
    bpy.context.view_layer.objects.active = bricks
    assert said()
    assert exported_ldr(tmp_path).stat().st_size
    if link:
        assert not bpy.ops.brickprint.update.poll()


def test_few_conversions_are_kept_and_none_of_another_file(cube, unread):
    bricks_of(cube)
    for shift in range(5):
        cube.location.x = shift
        bpy.ops.brickprint.update()
    cube.location.x = 3
    bpy.context.scene.brickprint.interior = "solid"
    bpy.ops.brickprint.update()
    assert len(kept._kept) <= 3
    bpy.ops.wm.read_homefile(use_empty=True)
    assert not kept._kept


def test_a_palette_file_written_anew_is_read_anew(cube, tmp_path):
    palette = tmp_path / "mine.csv"
    palette.write_text("name,hex,ldraw\nRed,#C91A09,4\n", "utf-8")
    bricks = bricks_of(cube, palette=str(palette))
    assert colours(bricks) == {"Red"}
    palette.write_text("name,hex,ldraw\nBlue,#0055BF,1\n", "utf-8")
    bpy.ops.brickprint.update()
    assert colours(bricks) == {"Blue"}
