"""Which objects are converted and give way to a model, and how they come back."""

import bpy
import numpy as np
import pytest
from brickprint.core.export.ldraw import ldraw_text
from brickprint.operators import convert as convert_module
from brickprint.scene.bricks import is_bricks, read_plan, show_plan
from brickprint.ui.shown import forget, shown
from brickprint.ui.up_to_date import lines
from model_plans import small_plan
from painted_objects import add_cube, add_image

pytestmark = pytest.mark.usefixtures("switched_on")


def quick():
    chosen = bpy.context.scene.brickprint
    chosen.studs, chosen.packer, chosen.prove, chosen.supports = 6, "fast", "none", "none"


def choose(*things, select=True):
    """Make objects the only selected ones, or the last only active."""
    bpy.ops.object.select_all(action="DESELECT")
    for thing in things:
        thing.select_set(select)
        bpy.context.view_layer.objects.active = thing


def converted(*things):
    quick()
    choose(*things)
    assert bpy.ops.brickprint.convert() == {"FINISHED"}
    return bpy.context.active_object


def said():
    bpy.context.view_layer.update()
    return " ".join(text for text, _ in lines(bpy.context))


def refused(name):
    """What an operator says that can't be used now."""
    operator = getattr(bpy.ops.brickprint, name)
    assert not operator.poll()
    with pytest.raises(RuntimeError) as told:
        operator()
    return str(told.value)


def models():
    return [thing for thing in bpy.data.objects if is_bricks(thing)]


@pytest.fixture
def linked(tmp_path):
    """A model and its source, a cube named Thing, linked from another file; the cube is shown."""
    name = converted(add_cube("Thing")).name
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = [name, "Thing"]
    for thing in wanted.objects:
        bpy.context.scene.collection.objects.link(thing)
        thing.hide_set(False)
    return wanted.objects


def ball(name):
    bpy.ops.mesh.primitive_uv_sphere_add(location=(9, 0, 0))
    bpy.context.object.name = name
    return bpy.context.object


@pytest.mark.parametrize("local", [True, False])
def test_of_two_objects_of_one_name_the_chosen_one_is_converted_and_hidden(linked, local):
    before, cube = linked
    bpy.data.objects.remove(before)
    sphere = ball("Thing")
    assert cube.name == sphere.name
    chosen, other = (sphere, cube) if local else (cube, sphere)
    model = converted(chosen)
    assert (model.location.x > 5) is local
    assert chosen.hide_get() and not other.hide_get()
    bpy.ops.brickprint.remove()
    assert bpy.context.selected_objects == [chosen] and not other.select_get()


def test_a_linked_model_is_not_converted_and_stays(linked):
    model, cube = linked
    bpy.context.scene.collection.objects.unlink(cube)
    sphere = ball("Thing")
    choose(model, select=False)
    assert "linked from another file" in refused("convert")
    assert not sphere.hide_get() and models() == [model]


def test_the_source_of_a_linked_model_that_is_not_in_the_scene_is_not_called_gone(linked):
    model, cube = linked
    bpy.context.scene.collection.objects.unlink(cube)
    choose(model, select=False)
    assert said().startswith("Its source is not in this view layer")


def while_it_works(monkeypatch, change):
    """Let something be done after the source was read and before the result is shown."""
    work = convert_module.convert_and_draw

    def changing(*arguments):
        change()
        return work(*arguments)

    monkeypatch.setattr(convert_module, "convert_and_draw", changing)


def test_a_source_that_is_renamed_while_it_converts_gives_way_and_is_remembered(monkeypatch):
    cube = add_cube()
    while_it_works(monkeypatch, lambda: setattr(cube, "name", "Renamed"))
    converted(cube)
    assert cube.name == "Renamed" and cube.hide_get() and said() == "Up to date"


def test_a_model_that_is_renamed_while_it_is_updated_is_updated(monkeypatch):
    model = converted(add_cube())
    while_it_works(monkeypatch, lambda: setattr(model, "name", "Renamed"))
    bpy.context.scene.brickprint.studs = 9
    assert bpy.ops.brickprint.update() == {"FINISHED"}
    assert model.name == "Renamed" and read_plan(model).size[0] == 9


def test_appended_together_model_and_source_stay_together(tmp_path):
    name = converted(add_cube("Thing")).name
    path = str(tmp_path / "house.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    add_cube("Thing")
    with bpy.data.libraries.load(path) as (_, wanted):
        wanted.objects = [name, "Thing"]
    for thing in wanted.objects:
        bpy.context.scene.collection.objects.link(thing)
    model, source = wanted.objects
    quick()
    choose(model, select=False)
    assert source.name != "Thing" and said() == "Up to date"
    source.location.x = 7
    bpy.ops.brickprint.update()
    assert model.location.x > 5


@pytest.mark.parametrize("hidden", [True, False])
def test_a_source_comes_back_as_it_was_when_its_last_model_goes(hidden):
    cube = add_cube()
    cube.hide_render = hidden
    model = converted(cube)
    choose(model)
    bpy.ops.object.duplicate()
    bpy.ops.brickprint.remove()
    assert models() == [model] and cube.hide_get() and cube.hide_render
    choose(model)
    bpy.ops.brickprint.remove()
    assert cube.visible_get() and cube.hide_render is hidden
    assert not cube.keys()


def test_what_was_shown_by_hand_and_converted_again_comes_back_as_it_was_at_first():
    cube = add_cube()
    model = converted(cube)
    cube.hide_set(False)
    other = converted(cube)
    assert cube.hide_get() and cube.hide_render
    for thing in (other, model):
        choose(thing)
        bpy.ops.brickprint.remove()
    assert cube.visible_get() and not cube.hide_render


def test_what_a_deleted_model_was_made_from_can_be_shown_again():
    cube, other = add_cube(), add_cube("other", location=(9, 0, 0))
    model, kept = converted(cube), converted(other)
    assert "Nothing is hidden" in refused("show_sources")
    choose(model)
    bpy.ops.object.delete()
    bpy.context.view_layer.update()
    assert models() == [kept] and cube.hide_get()
    forget()
    assert shown(bpy.context).hidden
    assert bpy.ops.brickprint.show_sources() == {"FINISHED"}
    assert bpy.context.selected_objects == [cube] and cube.visible_get() and not cube.hide_render
    assert other.hide_get()
    forget()
    assert not shown(bpy.context).hidden and not bpy.ops.brickprint.show_sources.poll()


def test_what_was_shown_in_the_view_only_is_shown_in_renders_too():
    cube = add_cube()
    bpy.data.objects.remove(converted(cube))
    cube.hide_set(False)  # as Alt-H does
    assert cube.visible_get() and cube.hide_render
    bpy.ops.brickprint.show_sources()
    assert not cube.hide_render


def test_what_gave_way_is_known_in_the_saved_file(tmp_path):
    cube = add_cube()
    bpy.data.objects.remove(converted(cube))
    path = str(tmp_path / "house.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    bpy.ops.brickprint.show_sources()
    assert bpy.data.objects["Cube"].visible_get()


def excluded(cube, _folder):
    home = bpy.data.collections.new("home")
    bpy.context.scene.collection.children.link(home)
    converted(cube)
    bpy.context.scene.collection.objects.unlink(cube)
    home.objects.link(cube)
    bpy.context.view_layer.layer_collection.children["home"].exclude = True


def in_another_scene(cube, _folder):
    converted(cube)
    bpy.data.scenes.new("other").collection.objects.link(cube)
    bpy.context.scene.collection.objects.unlink(cube)


def taken_out(cube, _folder):
    converted(cube)
    bpy.data.objects.remove(cube)


def deleted(cube, _folder):
    model = converted(cube)
    cube.hide_set(False)
    choose(cube)
    bpy.ops.object.delete()
    bpy.context.view_layer.objects.active = model


def linked_and_unlinked(cube, folder):
    bpy.data.libraries.write(str(folder / "library.blend"), {cube})
    bpy.data.objects.remove(cube)
    with bpy.data.libraries.load(str(folder / "library.blend"), link=True) as (_, wanted):
        wanted.objects = ["Cube"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    converted(wanted.objects[0])
    bpy.context.scene.collection.objects.unlink(wanted.objects[0])


def imported(_cube, folder):
    path = folder / "tower.ldr"
    path.write_text(ldraw_text(read_plan(show_plan(bpy.context, small_plan()))), "utf-8")
    bpy.ops.brickprint.import_model(filepath=str(path))


def mosaic(_cube, _folder):
    image = add_image(np.full((32, 32, 4), 0.5))
    image.pack()
    chosen = bpy.context.scene.brickprint_mosaic
    chosen.image, chosen.size = image, "32x32"
    bpy.ops.brickprint.mosaic()


@pytest.mark.parametrize(
    ("made", "in_panel", "why"),
    [
        (excluded, "Its source is not in this view layer", "not in this view layer"),
        (in_another_scene, "Its source is not in this view layer", "not in this view layer"),
        (taken_out, "Its source is gone", "is gone"),
        (deleted, "Its source is gone", "is gone"),
        (linked_and_unlinked, "Its source is gone", "is gone"),
        (imported, "It was not made from an object", "not made from an object"),
        (mosaic, "Its choices are in the panel Mosaic", "A mosaic follows"),
    ],
)
def test_why_a_model_can_not_be_updated_is_said_before(tmp_path, made, in_panel, why):
    made(add_cube("Cube"), tmp_path)
    assert said() == in_panel
    assert why in refused("update")


@pytest.mark.parametrize(
    ("made", "why"), [(excluded, "view layer; show"), (taken_out, "gone; select"), (imported, "not made")]
)
def test_why_a_model_can_not_be_converted_anew_is_said_and_it_stays(tmp_path, made, why):
    made(add_cube("Cube"), tmp_path)
    before = models()
    choose(before[0], select=False)
    with pytest.raises(RuntimeError, match=why):
        bpy.ops.brickprint.convert()
    assert models() == before


def test_a_source_that_is_in_the_view_layer_again_is_followed_again():
    cube = add_cube()
    excluded(cube, None)
    assert "view layer" in said()
    bpy.context.view_layer.layer_collection.children["home"].exclude = False
    cube.hide_set(True)
    assert said() == "Up to date" and bpy.ops.brickprint.update() == {"FINISHED"}


def test_of_several_sources_the_rest_is_built_where_one_is_gone():
    cube, other = add_cube("one"), add_cube("two", location=(9, 0, 0))
    model = converted(cube, other)
    wide = read_plan(model).size[:2]
    bpy.data.objects.remove(other)
    assert said() == "Out of date: its source was changed"
    bpy.ops.brickprint.update()
    assert read_plan(model).size[:2] != wide and said() == "Up to date"
