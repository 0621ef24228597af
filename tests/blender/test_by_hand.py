"""Changes by hand, as scripts call them: undone, redone, saved, exported; and picking, as the mouse does it."""

import threading
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.mpd import mpd_text
from brickprint.core.plan import plan_values
from brickprint.core.structure.links import stud_links
from brickprint.scene.animation import animate_build, frames_of
from brickprint.scene.bricks import is_outlined, read_plan
from brickprint.scene.layers import shown_layers
from brickprint.scene.picking import part_under, pick_parts, picked_parts, rewrite
from mathutils import Matrix, Vector
from model_plans import exported_ldr

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def bricks():
    """A cube of 8 studs, converted, with nothing picked."""
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 8
    bpy.ops.brickprint.convert()
    pick(lambda plan: np.zeros(len(plan.layout), bool))
    return bpy.context.active_object


def model():
    return bpy.context.active_object


def pick(rows_of):
    plan = read_plan(model())
    rows = rows_of(plan)
    pick_parts(model(), rows)
    return rows


def largest(plan):
    """The largest brick of the model, and no other."""
    sizes = plan.catalogue.sizes[plan.layout["part"]]
    area = sizes[:, :2].prod(axis=1) * (sizes[:, 2] == 3)
    return np.arange(len(area)) == np.argmax(area)


def as_set(layout):
    return {tuple(row) for row in layout[["part", "x", "y", "z", "turn", "colour"]].tolist()}


def test_recolour_changes_only_what_is_picked(bricks):
    name, before = bricks.name, read_plan(bricks)
    rows = pick(largest)
    assert bpy.ops.brickprint.recolour_parts(colour="Blue") == {"FINISHED"}
    after = read_plan(model())
    assert model().name == name
    changed = as_set(after.layout) - as_set(before.layout)
    assert len(changed) == 1 and as_set(before.layout[~rows]) < as_set(after.layout)
    assert after.palette.colours[after.layout["colour"][picked_parts(model())][0]].name == "Blue"


def test_split_and_merge_bring_the_same_parts_back(bricks):
    before = read_plan(bricks)
    pick(largest)
    bpy.ops.brickprint.split_parts(into="ones")
    ones = picked_parts(model())
    split = read_plan(model())
    assert len(split.layout) == len(before.layout) + ones.sum() - 1
    assert (split.catalogue.sizes[split.layout["part"][ones], :2] == 1).all()
    bpy.ops.brickprint.merge_parts()
    assert as_set(read_plan(model()).layout) == as_set(before.layout)


def test_nothing_picked_is_reported_and_nothing_changed(bricks):
    before = read_plan(bricks)
    for operator in ("merge_parts", "split_parts", "delete_parts", "lock_parts"):
        with pytest.raises(RuntimeError, match="pick parts first"):
            getattr(bpy.ops.brickprint, operator)()
    assert plan_values(read_plan(bricks)) == plan_values(before)


def test_every_change_is_one_step_back_and_forth(bricks):
    bpy.ops.ed.undo_push(message="model")
    layouts = [read_plan(model()).layout]
    for name, options in (
        ("split_parts", {"into": "halves"}),
        ("recolour_parts", {"colour": "Blue", "split": True}),
        ("delete_parts", {}),
        ("repack_parts", {}),
    ):
        pick(largest)
        getattr(bpy.ops.brickprint, name)(**options)
        bpy.ops.ed.undo_push(message=name)  # Blender does so itself, but not for calls of a script
        layouts.append(read_plan(model()).layout)
    for earlier in layouts[-2::-1]:
        bpy.ops.ed.undo()
        assert np.array_equal(read_plan(model()).layout, earlier)
    for later in layouts[1:]:
        bpy.ops.ed.redo()
        assert np.array_equal(read_plan(model()).layout, later)


def test_in_edit_mode_it_goes_on_there_with_what_came_of_it(bricks):
    pick(largest)
    bpy.ops.ed.undo_push(message="model")
    before = read_plan(model())
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.ed.undo_push(message="edit mode")
    bpy.ops.brickprint.split_parts(into="halves")
    bpy.ops.ed.undo_push(message="split")
    assert bpy.context.mode == "EDIT_MESH" and picked_parts(model()).sum() == 2
    split = left_edit_mode()
    assert len(split.layout) == len(before.layout) + 1
    bpy.ops.ed.undo()
    assert as_set(left_edit_mode().layout) == as_set(before.layout)
    bpy.ops.ed.redo()
    assert as_set(left_edit_mode().layout) == as_set(split.layout)


def left_edit_mode():
    """The model's plan, which can be read in Object Mode only."""
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    return read_plan(model())


def test_locked_parts_survive_packing_saving_and_a_copy(bricks, tmp_path):
    rows = pick(lambda plan: np.arange(len(plan.layout)) % 3 == 0)
    kept = as_set(read_plan(bricks).layout[rows])
    bpy.ops.brickprint.lock_parts()
    with pytest.raises(RuntimeError, match="locked; unlock"):
        bpy.ops.brickprint.delete_parts()
    bpy.ops.brickprint.repack_parts()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "model.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "model.blend"))
    plan = read_plan(model())
    assert as_set(plan.layout[plan.locked]) == kept
    pick(lambda plan: plan.locked)
    bpy.ops.brickprint.lock_parts(lock=False)
    assert read_plan(model()).locked is None


def test_files_are_those_of_the_changed_plan(bricks, tmp_path):
    pick(largest)
    bpy.ops.brickprint.recolour_parts(colour="Blue")
    plan = read_plan(model())
    assert exported_ldr(tmp_path).read_text("utf-8") == ldraw_text(plan)
    assert f" {next(c.ldraw for c in plan.palette.colours if c.name == 'Blue')} " in mpd_text(plan)
    assert plan.report["parts"]["by_colour"]["Blue"] == 1 and plan.report["changes_by_hand"] == 1


def test_outlines_animation_layers_and_place_stay(bricks):
    bpy.ops.brickprint.outline()
    bpy.ops.brickprint.animate()
    bpy.ops.brickprint.play_layers()
    frames, place = frames_of(model()), (1.0, 2.0, 3.0)
    model().location = place
    modifiers = [modifier.name for modifier in model().modifiers]
    pick(largest)
    bpy.ops.brickprint.split_parts(into="ones")
    assert is_outlined(model()) and frames_of(model()) == frames and tuple(model().location) == pytest.approx(place)
    assert sorted(modifier.name for modifier in model().modifiers) == sorted(modifiers)
    bpy.context.scene.frame_set(240)
    count = len(read_plan(model()).layout)
    assert shown_layers(model())[1] == count == shown_instances()


def shown_instances():
    depsgraph = bpy.context.evaluated_depsgraph_get()
    return sum(1 for each in depsgraph.object_instances if each.is_instance)


def test_a_copy_that_shares_its_points_is_left_alone(bricks):
    copy = bricks.copy()
    bpy.context.collection.objects.link(copy)
    before = read_plan(copy)
    pick(largest)
    bpy.ops.brickprint.delete_parts()
    assert np.array_equal(read_plan(copy).layout, before.layout)
    assert len(read_plan(model()).layout) == len(before.layout) - 1


def test_strength_is_not_known_until_it_is_checked(bricks):
    pick(largest)
    bpy.ops.brickprint.split_parts(into="halves")
    report = read_plan(model()).report
    assert report["structure"]["stable"] is None and any("Check Strength" in each for each in report["warnings"])
    bpy.ops.brickprint.check_strength()
    plan = read_plan(model())
    assert plan.report["structure"]["stable"] is True and plan.utilisation is not None
    assert not any("Check Strength" in each for each in plan.report["warnings"])


def test_nothing_is_left_over_in_the_file(bricks):
    def count():
        return {kind: len(getattr(bpy.data, kind)) for kind in ("objects", "meshes", "collections", "materials")}

    before = count()
    pick(largest)
    bpy.ops.brickprint.recolour_parts(colour="Blue")
    pick(lambda plan: plan.layout["colour"] == plan.layout["colour"].max())
    first = read_plan(model())
    for _ in range(3):
        rewrite(model(), first, first.layout["step"] < 0)
    bpy.ops.outliner.orphans_purge()
    after = count()
    assert after["collections"] == before["collections"]
    assert after["objects"] <= before["objects"] + 1 and after["materials"] <= before["materials"] + 1


def test_a_ray_finds_the_part_that_is_seen(bricks):
    model().location.x += 5
    model().rotation_euler.z = 0.3
    bpy.context.view_layer.update()
    plan = read_plan(model())
    for row in (0, len(plan.layout) - 1):
        middle = model().matrix_world @ model().data.vertices[row].co
        up = Vector((0, 0, 1))
        found = part_under(bpy.context, model(), middle + 10 * up, -up)
        top = plan.layout["z"].max()
        if plan.layout["z"][row] == top:
            assert found == row
        else:
            assert found is None or plan.layout["z"][found] > plan.layout["z"][row]
    assert part_under(bpy.context, model(), Vector((50, 50, 50)), Vector((0, 0, 1))) is None


@pytest.mark.parametrize("again", ["convert", "update"])
def test_what_builds_the_model_again_says_that_changes_by_hand_are_gone(bricks, capfd, again):
    pick(largest)
    bpy.ops.brickprint.delete_parts()
    getattr(bpy.ops.brickprint, again)()
    assert "was changed by hand" in capfd.readouterr().out
    assert "changes_by_hand" not in read_plan(model()).report


def test_pieces_that_come_loose_are_told(bricks):
    plan = read_plan(bricks)
    pick(lambda plan: plan.layout["z"] == 3)
    bpy.ops.brickprint.delete_parts()
    after = read_plan(model())
    links = stud_links(after.layout, after.catalogue)
    assert links.floating.any() and len(after.layout) < len(plan.layout)
    assert any("hang on nothing" in each for each in after.report["warnings"])


def test_an_animation_of_a_model_without_one_is_not_begun(bricks):
    pick(largest)
    modifiers = len(model().modifiers)
    bpy.ops.brickprint.delete_parts()
    assert len(model().modifiers) == modifiers
    from brickprint.operators.chosen_settings import settings_from

    animate_build(model(), read_plan(model()), settings_from(bpy.context.scene.brickprint))
    assert len(model().modifiers) == modifiers + 1


def test_the_menu_of_colours_has_all_of_the_palette_with_icons(bricks):
    from brickprint.operators.editing import _colours

    items = _colours(None, bpy.context)
    colours = read_plan(bricks).palette.colours
    assert [item[0] for item in items] == sorted(colour.name for colour in colours)
    assert all(colours[row].name == name for name, _, _, _, row in items)
    assert all(isinstance(icon, int) for *_, icon, _ in items)  # without a window, Blender gives all the number 0


def area_of_view():
    return next(area for area in bpy.context.window_manager.windows[0].screen.areas if area.type == "VIEW_3D")


@pytest.fixture
def local_view(bricks):
    """A 3D view that shows the model alone."""
    window, area = bpy.context.window_manager.windows[0], area_of_view()
    region = next(region for region in area.regions if region.type == "WINDOW")
    bricks.select_set(True)
    with bpy.context.temp_override(window=window, area=area, region=region):
        bpy.ops.view3d.localview(frame_selected=False)
    assert bricks.visible_get(viewport=area.spaces.active)
    return area.spaces.active


def cube_above():
    """A cube between the model and whoever looks from above."""
    bpy.ops.mesh.primitive_cube_add(size=1, location=(0, 0, 4))
    return bpy.context.object


def copied_above():
    """A copy of the model, of the same parts, there."""
    copy = model().copy()
    copy.location.z += 4
    bpy.context.collection.objects.link(copy)
    return copy


def shown_by_an_empty_above():
    """A cube there that is only shown by an empty."""
    collection = bpy.data.collections.new("apart")
    bpy.ops.mesh.primitive_cube_add(size=1)
    collection.objects.link(bpy.context.object)
    bpy.context.collection.objects.unlink(bpy.context.object)
    bpy.ops.object.collection_instance_add(collection="apart", location=(0, 0, 4))
    return bpy.context.object


@pytest.mark.parametrize("above", [cube_above, copied_above, shown_by_an_empty_above])
def test_what_the_view_does_not_show_hides_no_part(bricks, local_view, above):
    origin, down = Vector((0.1, 0.1, 9)), Vector((0, 0, -1))
    found = part_under(bpy.context, bricks, origin, down, local_view)
    assert found is not None
    other = above()
    other.local_view_set(local_view, True)
    bpy.context.view_layer.update()
    assert part_under(bpy.context, bricks, origin, down, local_view) is None
    other.local_view_set(local_view, False)
    bpy.context.view_layer.update()
    assert not other.visible_get(viewport=local_view)
    assert part_under(bpy.context, bricks, origin, down) is None
    assert part_under(bpy.context, bricks, origin, down, local_view) == found


def test_a_model_that_the_view_does_not_show_has_no_parts_there(bricks, local_view):
    bricks.local_view_set(local_view, False)
    assert part_under(bpy.context, bricks, Vector((0.1, 0.1, 9)), Vector((0, 0, -1)), local_view) is None


def test_a_new_model_is_shown_in_a_local_view(bricks, local_view):
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.brickprint.convert()
    bpy.context.view_layer.update()
    assert model().visible_get(viewport=local_view)


class Picking:
    """The operator, without a window: what it reports is noted."""

    def __init__(self):
        self._model, self.said = model().session_uid, []

    def report(self, kind, text):
        self.said.append((kind, text))

    def __getattr__(self, name):
        from brickprint.operators.picking import PickParts

        return getattr(PickParts, name).__get__(self)


class Window:
    """The context in a window whose 3D view has these regions."""

    def __init__(self, regions):
        spaces = SimpleNamespace(active=area_of_view().spaces.active)
        self.screen = SimpleNamespace(areas=[SimpleNamespace(type="VIEW_3D", regions=regions, spaces=spaces)])

    def __getattr__(self, name):
        return getattr(bpy.context, name)


def region_that_looks(x, turned):
    """A region of 100 by 100 pixels from x on; from above, turned by an angle about the x axis."""
    view = (Matrix.Rotation(turned, 4, "X") @ Matrix.Translation((0, 0, 20))).inverted()
    seen = Matrix.Diagonal((0.1, 0.1, -0.01, 1))
    looks = SimpleNamespace(
        view_matrix=view, perspective_matrix=seen @ view, is_perspective=False, view_perspective="ORTHO"
    )
    return SimpleNamespace(type="WINDOW", x=x, y=0, width=100, height=100, data=looks)


def event(kind, x=50, y=50):
    held = {"shift": False, "ctrl": False, "oskey": False}
    return SimpleNamespace(type=kind, value="PRESS", mouse_x=x, mouse_y=y, **held)


@pytest.fixture
def picking():
    """Picking goes on."""
    from brickprint.scene.highlight import HIGHLIGHT

    HIGHLIGHT.picking = True
    yield HIGHLIGHT
    HIGHLIGHT.picking = False


def test_in_a_quad_view_each_region_looks_its_own_way(bricks, picking):
    layout = read_plan(bricks).layout
    window = Window([region_that_looks(0, 0.0), region_that_looks(100, np.pi / 2)])
    low = {}
    for side, x in (("above", 51), ("front", 151)):
        assert Picking().modal(window, event("LEFTMOUSE", x, 51)) == {"RUNNING_MODAL"}
        (row,) = np.flatnonzero(picked_parts(model()))
        low[side] = layout[row]
    assert low["above"]["z"] == layout["z"].max() > low["front"]["z"] and low["front"]["y"] == layout["y"].min()


@pytest.mark.parametrize("reason", ["locked; unlock", "Nothing would be left"])
def test_what_is_against_deleting_while_picking_is_told_in_a_line(bricks, picking, reason):
    pick(lambda plan: np.ones(len(plan.layout), bool))
    if reason.startswith("locked"):
        bpy.ops.brickprint.lock_parts()
    before, operator = as_set(read_plan(model()).layout), Picking()
    assert operator.modal(Window([region_that_looks(0, 0.0)]), event("X")) == {"RUNNING_MODAL"}
    ((kind, text),) = operator.said
    assert kind == {"ERROR"} and reason in text and "\n" not in text and not text.startswith("Error")
    assert as_set(read_plan(model()).layout) == before and picking.picking


def test_a_fault_while_picking_is_no_refusal(bricks, picking, monkeypatch):
    from brickprint.operators import editing

    def at_fault(*_):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(editing, "deleted", at_fault)
    pick(largest)
    operator = Picking()
    with pytest.raises(RuntimeError, match="ZeroDivisionError: ours"):
        operator.modal(Window([region_that_looks(0, 0.0)]), event("X"))
    assert not operator.said


def test_deleting_while_picking(bricks, picking):
    rows, count = pick(largest), len(bricks.data.vertices)
    assert Picking().modal(Window([region_that_looks(0, 0.0)]), event("X")) == {"RUNNING_MODAL"}
    assert len(model().data.vertices) == count - rows.sum()


def test_picking_ends_when_the_extension_is_switched_off(picking, monkeypatch):
    import brickprint
    from brickprint.operators.status import tell_status

    told = []
    monkeypatch.setattr(bpy.types.WorkSpace, "status_text_set", lambda _space, text: told.append(text))
    tell_status(bpy.context, "1 part picked")
    brickprint.unregister()
    try:
        assert not picking.picking and told == ["1 part picked", None]
    finally:
        brickprint.register()


@pytest.mark.parametrize("only_picked", [False, True])
def test_a_worker_that_repacks_asks_nothing_of_the_operator(bricks, only_picked):
    from brickprint.core.pieces import whole
    from brickprint.core.progress import SILENT
    from brickprint.operators.editing import RepackParts, SlowOnPickedParts

    class Repacking(SlowOnPickedParts):
        _prepared, _change = RepackParts._prepared, RepackParts._change

        @property
        def only_picked(self):
            assert threading.current_thread() is threading.main_thread()
            return only_picked

    Repacking.bl_label = RepackParts.bl_label
    pick(largest)
    bpy.ops.brickprint.split_parts(into="ones")
    work, done = whole(Repacking()._prepared(bpy.context)), []
    worker = threading.Thread(target=lambda: done.append(work(SILENT)))
    worker.start()
    worker.join()
    assert len(done[0].plan.layout) < len(read_plan(model()).layout)
