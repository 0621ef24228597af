"""Reading in pieces, and work that a worker does beside the user, as its timer's ticks see it."""

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.errors import UnusableMesh
from brickprint.core.pieces import whole
from brickprint.scene.source.reading import read_objects, reading
from fake_window import WindowContext, event
from model_plans import small_plan
from painted_objects import add_cube, add_image, add_material, add_node, add_plane, link, textured_material

pytestmark = pytest.mark.usefixtures("switched_on")


def blocks():
    """Everything in the file, by kind and name."""
    kinds = [name for name in dir(bpy.data) if isinstance(getattr(bpy.data, name), bpy.types.bpy_prop_collection)]
    return {(kind, item.name) for kind in kinds for item in getattr(bpy.data, kind)}


def noise():
    """A material that only a bake can read."""
    material, principled = add_material("noise")
    link(material, add_node(material, "ShaderNodeTexNoise").outputs["Color"], principled.inputs["Base Color"])
    return material


def test_pieces_come_one_by_one_and_leave_nothing_between_them():
    image = add_image(np.full((8, 8, 4), 0.5))
    objects = [add_plane(material=textured_material(image)[0]), add_cube(), add_plane(material=noise())]
    before, news, pieces = blocks(), [], reading(bpy.context, objects)
    while True:
        try:
            news.append(next(pieces))
        except StopIteration as end:
            mesh = end.value
            break
        assert blocks() == before
    assert len(mesh.triangles) == 2 + 12 + 2
    texts = [item.text for item in news]
    assert any(image.name in text for text in texts) and "Baking noise" in texts
    assert [item.text for item in news if item.long] == ["Baking noise"]
    whole_mesh = read_objects(bpy.context, objects)
    np.testing.assert_array_equal(mesh.vertices, whole_mesh.vertices)


@pytest.mark.parametrize("change", ["removed", "renamed material"])
def test_what_was_changed_while_it_was_read_is_told(change):
    plane = add_plane(material=textured_material(add_image(np.full((8, 8, 4), 0.5)))[0])
    pieces = reading(bpy.context, [plane])
    next(pieces)
    if change == "removed":
        bpy.data.objects.remove(plane)
    else:
        plane.data.materials[0].name = "another"
    with pytest.raises(UnusableMesh, match="was changed while it was read"):
        whole(pieces)


def test_several_objects_are_named_after_the_active_one():
    cube, plane, other = add_cube(), add_plane(), add_plane()
    bpy.context.view_layer.objects.active = plane
    assert read_objects(bpy.context, [cube, plane, other]).name == f"{plane.name} and 2 more"
    assert read_objects(bpy.context, [cube]).name == cube.name


@pytest.mark.parametrize(
    ("called", "rest", "name"),
    [
        ("House", 0, "House"),
        ("Collection 2", 0, "Plane and 1 more"),
        ("House", 1, "Plane and 1 more"),
    ],
)
def test_all_of_a_collection_are_named_after_it_where_it_has_a_name(called, rest, name):
    home = bpy.data.collections.new(called)
    bpy.context.scene.collection.children.link(home)
    made = [add_plane(f"Plane{row or ''}") for row in range(2 + rest)]
    for thing in made:
        bpy.context.scene.collection.objects.unlink(thing)
        home.objects.link(thing)
    bpy.context.view_layer.update()
    assert read_objects(bpy.context, made[:2]).name == name


@pytest.fixture
def beside():
    """Makes operators as a window would: a function that starts one's methods in a context without a window."""
    from brickprint.operators.progress import PROGRESS

    context, reports = WindowContext(), []
    timers = context.timers

    def made(kind, **members):
        bases = tuple(base for base in kind.__bases__ if base.__module__.startswith("brickprint"))
        members |= {"report": lambda kinds, text: reports.append((kinds, text))}
        # `refusals` are asked of the class that Blender knows, whose `super()` takes no other.
        own = {k: v for k, v in vars(kind).items() if k[:2] != "__" and k != "refusals"}
        operator = type("Beside", bases, own)()
        vars(operator).update(members)
        return operator

    def start(kind, **members):
        operator = made(kind, **members)
        return operator, operator._start(context)

    yield SimpleNamespace(made=made, start=start, context=context, reports=reports)
    assert not timers and not PROGRESS.running


def ended(operator, context):
    """What its ticks answer at last."""
    while (answer := operator.modal(context, event("TIMER"))) == {"PASS_THROUGH"}:
        pass
    return answer


@pytest.fixture
def cube():
    """A selected cube that is converted at once."""
    bpy.ops.mesh.primitive_cube_add(size=2)
    for name, value in {"studs": 6, "packer": "fast", "prove": "none", "supports": "none"}.items():
        setattr(bpy.context.scene.brickprint, name, value)
    return bpy.context.object


def test_converting_at_ticks_gives_what_converting_at_once_gives(beside, cube):
    from brickprint.operators.convert import ConvertToBricks
    from brickprint.scene.bricks import read_plan
    from brickprint.scene.draft import _drawn

    bpy.ops.brickprint.convert()
    at_once = read_plan(bpy.context.active_object).layout
    bpy.ops.brickprint.remove()
    operator, answer = beside.start(ConvertToBricks)
    assert answer == {"RUNNING_MODAL"} and not bpy.ops.brickprint.convert.poll()
    assert ended(operator, beside.context) == {"FINISHED"}
    np.testing.assert_array_equal(read_plan(bpy.context.active_object).layout, at_once)
    assert _drawn.handler is None and cube.hide_get()


@pytest.mark.parametrize("ticks", [0, 1])
def test_esc_stops_reading_and_the_worker(beside, cube, ticks):
    from brickprint.operators.convert import ConvertToBricks

    bpy.context.scene.brickprint.studs = 200
    before = blocks()
    operator, _ = beside.start(ConvertToBricks)
    for _ in range(ticks):
        operator.modal(beside.context, event("TIMER"))
    answer = operator.modal(beside.context, event("ESC"))
    if ticks:
        assert answer == {"RUNNING_MODAL"}
        answer = ended(operator, beside.context)
    assert answer == {"CANCELLED"}
    assert beside.reports == [({"INFO"}, "Stopped; nothing was changed")]
    assert blocks() == before and not cube.hide_get()


def test_what_is_read_waits_for_its_scene(beside, cube):
    from brickprint.operators.convert import ConvertToBricks
    from brickprint.operators.progress import PROGRESS

    home = bpy.context.scene
    operator, _ = beside.start(ConvertToBricks)
    bpy.context.window.scene = bpy.data.scenes.new("elsewhere")
    operator.modal(beside.context, event("TIMER"))
    assert PROGRESS.text == f"Waiting: return to {home.name}"
    home.name = "renamed"
    operator.modal(beside.context, event("TIMER"))
    assert PROGRESS.text == "Waiting: return to renamed"
    bpy.context.window.scene = home
    assert ended(operator, beside.context) == {"FINISHED"}


def test_a_scene_that_is_removed_ends_the_work(beside, cube):
    from brickprint.operators.convert import ConvertToBricks

    home = bpy.context.scene
    operator, _ = beside.start(ConvertToBricks)
    bpy.context.window.scene = bpy.data.scenes.new("elsewhere")
    bpy.data.scenes.remove(home)
    assert ended(operator, beside.context) == {"CANCELLED"}
    assert beside.reports == [({"ERROR"}, "The scene where this began was removed; nothing was changed.")]


@pytest.mark.parametrize("name", ["two\nlines", "x" * 63])
def test_every_report_is_one_line_whatever_the_name(beside, cube, name):
    from brickprint.operators.convert import ConvertToBricks

    cube.name = name
    operator, _ = beside.start(ConvertToBricks)
    assert ended(operator, beside.context) == {"FINISHED"}
    operator, _ = beside.start(ConvertToBricks)  # in place of the first
    assert ended(operator, beside.context) == {"FINISHED"}
    assert beside.reports and not any("\n" in text for _, text in beside.reports)
    assert beside.reports[0][1].startswith(" ".join(name.split()))


def test_an_update_of_what_is_kept_begins_at_once_and_at_nothing(beside, cube):
    from brickprint.operators.progress import PROGRESS
    from brickprint.operators.updating import UpdateBricks

    bpy.ops.brickprint.convert()
    PROGRESS.fraction, PROGRESS.text = 1.0, "of an earlier run"
    operator, _ = beside.start(UpdateBricks)
    assert operator._worker is not None and (PROGRESS.fraction, PROGRESS.text) == (0.0, "Beginning")
    assert ended(operator, beside.context) == {"FINISHED"}


def test_the_model_waits_for_object_mode(beside, cube):
    from brickprint.operators.convert import ConvertToBricks
    from brickprint.operators.progress import PROGRESS

    operator, _ = beside.start(ConvertToBricks)
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    while not PROGRESS.text.startswith("Ready"):
        assert operator.modal(beside.context, event("TIMER")) == {"PASS_THROUGH"}
    assert PROGRESS.text == "Ready: return to Object Mode"
    bpy.ops.object.mode_set(mode="OBJECT")
    assert ended(operator, beside.context) == {"FINISHED"}


def test_reading_that_fails_is_told(beside, cube):
    from brickprint.operators.convert import ConvertToBricks

    cube.data.vertices[0].co.x = float("nan")
    operator, _ = beside.start(ConvertToBricks)
    assert ended(operator, beside.context) == {"CANCELLED"}
    ((kinds, text),) = beside.reports
    assert kinds == {"ERROR"} and "1 vertices of 'Cube'" in text


@pytest.fixture
def tower():
    """A brick model that is active."""
    from brickprint.scene.bricks import show_plan

    bpy.context.view_layer.objects.active = show_plan(bpy.context, small_plan())
    return bpy.context.active_object


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT"])
def test_strength_is_checked_beside_the_user(beside, tower, mode):
    from brickprint.operators.editing import CheckStrength
    from brickprint.scene.bricks import read_plan

    bpy.ops.object.mode_set(mode=mode)
    operator, answer = beside.start(CheckStrength)
    assert answer == {"RUNNING_MODAL"} and tower.mode == mode
    assert ended(operator, beside.context) == {"FINISHED"}
    assert tower.mode == mode and beside.reports == [({"INFO"}, "It stands")]
    bpy.ops.object.mode_set(mode="OBJECT")
    assert read_plan(tower).report["structure"]["stable"] is True


def test_a_model_that_is_renamed_meanwhile_is_still_the_one(beside, tower):
    from brickprint.operators.editing import CheckStrength

    operator, _ = beside.start(CheckStrength)
    tower.name = "renamed"
    assert ended(operator, beside.context) == {"FINISHED"}
    assert beside.reports == [({"INFO"}, "It stands")]


def test_repacking_gives_up_a_model_that_was_changed_meanwhile(beside, tower):
    from brickprint.operators.editing import RepackParts
    from brickprint.scene.bricks import read_plan

    operator, _ = beside.start(RepackParts, only_picked=False)
    tower.data.attributes["colour"].data[0].value = 3
    before = read_plan(tower).layout
    assert ended(operator, beside.context) == {"CANCELLED"}
    ((kinds, text),) = beside.reports
    assert kinds == {"ERROR"} and "was changed meanwhile" in text
    np.testing.assert_array_equal(read_plan(tower).layout, before)
