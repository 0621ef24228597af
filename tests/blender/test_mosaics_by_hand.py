"""Studs of a mosaic set by hand in Blender: on top of its panel's choices, undone, saved, given back."""

import bpy
import numpy as np
import pytest
from brickprint.core.layout import footprint_cells
from brickprint.core.mosaic.by_hand import by_hand_of
from brickprint.operators.live_mosaic import Following, _tick
from brickprint.scene.bricks import is_changed, read_plan
from brickprint.scene.picking import pick_parts, picked_parts
from brickprint.scene.pictures import image_shown
from brickprint.ui.shown import shown
from PIL import Image

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def chosen(tmp_path):
    """The choices for a small mosaic of larger plates, which lies in the scene: white above, blue below."""
    pixels = np.full((64, 64, 3), (244, 244, 244), np.uint8)
    pixels[32:] = (30, 90, 168)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    choices = bpy.context.scene.brickprint_mosaic
    choices.size, choices.piece = "16x16", "variable-plate"
    choices.image = bpy.data.images.load(str(tmp_path / "photo.png"))
    assert bpy.ops.brickprint.mosaic() == {"FINISHED"}
    bpy.ops.ed.undo_push(message="mosaic")
    return choices


def mosaic():
    return bpy.data.objects["photo bricks"]


def choices():
    return bpy.context.scene.brickprint_mosaic


def seen():
    """(down, across) names of colours, and levels."""
    plan = read_plan(mosaic())
    top = plan.layout[plan.layout["role"] == 0]
    row, x, y = footprint_cells(top, plan.catalogue)
    colour, level = np.full(plan.size[1::-1], "", object), np.zeros(plan.size[1::-1], int)
    names = np.array([each.name for each in plan.palette.colours], object)
    colour[plan.size[1] - 1 - y, x], level[plan.size[1] - 1 - y, x] = names[top["colour"][row]], top["z"][row] - 1
    return colour, level


def pick(*places):
    """Pick the pieces at some x, y from the upper left; gives their studs (down, across) bool."""
    plan = read_plan(mosaic())
    top = np.flatnonzero(plan.layout["role"] == 0)
    row, x, y = footprint_cells(plan.layout[top], plan.catalogue)
    y = plan.size[1] - 1 - y
    rows = np.zeros(len(plan.layout), bool)
    rows[top[row[[(a + 1, b + 1) in places for a, b in zip(x, y, strict=True)]]]] = True
    pick_parts(mosaic(), rows)
    studs = np.zeros(plan.size[1::-1], bool)
    studs[y[rows[top[row]]], x[rows[top[row]]]] = True
    return studs


def follow():
    """Let the timer do all that is left."""
    for _ in range(1000):
        if _tick() is None:
            return
        if Following.now.worker is not None:
            Following.now.worker.wait()
    raise AssertionError("it never ends")


def set_by_hand():
    return by_hand_of(read_plan(mosaic()).settings)


def test_a_large_piece_is_recoloured_and_the_mosaic_follows_on(chosen):
    studs = pick((1, 1))
    assert studs.sum() > 4
    assert bpy.ops.brickprint.recolour_parts(colour="Red") == {"FINISHED"}
    assert ((seen()[0] == "Red") == studs).all() and not is_changed(mosaic())
    assert len(set_by_hand()) == studs.sum() == shown(bpy.context).set_by_hand
    assert picked_parts(mosaic()).any() and pick((1, 1)).sum() == studs.sum()
    for name, value in (("contrast", 40.0), ("piece", "round-tile"), ("method", "atkinson")):
        setattr(chosen, name, value)
        follow()
        assert ((seen()[0] == "Red") == studs).all() and Following.now.error == ""
    chosen.size = "32x32"
    follow()
    assert seen()[0].shape == (32, 32) and (seen()[0] == "Red").sum() == studs.sum()


def test_studs_outside_a_smaller_mosaic_are_told_and_come_back(chosen):
    chosen.size = "32x16"
    follow()
    studs = pick((20, 3))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    chosen.size = "16x16"
    follow()
    (told,) = read_plan(mosaic()).report["warnings"]
    assert f"{studs.sum()} outside the 16 x 16 studs" in told and "Red" not in seen()[0]
    chosen.size = "32x16"
    follow()
    assert ((seen()[0] == "Red") == studs).all() and not read_plan(mosaic()).report["warnings"]


def test_every_step_is_undone_and_redone(chosen):
    chosen.relief = 4
    follow()
    bpy.ops.ed.undo_push(message="relief")
    states = [seen()]
    for operator, given in (("recolour_parts", {"colour": "Red"}), ("raise_studs", {"by": -2}),
                            ("take_back_by_hand", {})):  # fmt: skip
        pick((3, 3))
        getattr(bpy.ops.brickprint, operator)(**given)
        bpy.ops.ed.undo_push(message=operator)
        states.append(seen())
    assert np.array_equal(states[3], states[0]) and not np.array_equal(states[2], states[1])
    for earlier in states[-2::-1]:
        bpy.ops.ed.undo()
        assert np.array_equal(seen(), earlier)
    for later in states[1:]:
        bpy.ops.ed.redo()
        assert np.array_equal(seen(), later)
    bpy.ops.ed.undo()
    choices().piece = "plate"
    follow()
    assert np.array_equal(seen(), states[2])  # of other pieces, with what is set by hand at that step


def test_a_saved_file_keeps_them(chosen, tmp_path):
    chosen.relief = 3
    follow()
    studs = pick((2, 2))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    pick((2, 2))
    bpy.ops.brickprint.raise_studs(by=-1)
    before = seen()
    assert (before[1][studs] == 1).all()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert np.array_equal(seen(), before)
    choices().piece = "plate"
    follow()
    assert ((seen()[0] == "Red") == studs).all() and (seen()[1][studs] == 1).all()
    bpy.ops.brickprint.take_back_by_hand(everything=True)
    assert "Red" not in seen()[0] and (seen()[1][:8] == 2).all() and not len(set_by_hand())


def test_a_flat_mosaic_has_no_levels(chosen):
    pick((1, 1))
    before = seen()
    with pytest.raises(RuntimeError, match="is flat; choose levels for a relief first"):
        bpy.ops.brickprint.raise_studs(by=1)
    assert np.array_equal(seen(), before)


def test_the_picked_are_given_back_or_all_of_them(chosen):
    first, second = pick((1, 1)), pick((9, 16))
    pick((1, 1), (9, 16))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    pick((1, 1))
    bpy.ops.brickprint.take_back_by_hand()
    assert ((seen()[0] == "Red") == second).all() and first.any()
    pick((1, 1))
    with pytest.raises(RuntimeError, match="Of the picked studs none"):
        bpy.ops.brickprint.take_back_by_hand()
    pick()
    bpy.ops.brickprint.take_back_by_hand()
    assert "Red" not in seen()[0] and shown(bpy.context).set_by_hand == 0


def test_the_colour_of_the_picked_becomes_the_next(chosen):
    pick((1, 16))
    assert bpy.ops.brickprint.take_colour() == {"FINISHED"}
    assert chosen.brush == "Blue"
    studs = pick((1, 1))
    bpy.ops.brickprint.recolour_parts(colour=chosen.brush)
    assert (seen()[0][studs] == "Blue").all()
    pick((1, 16), (16, 1))
    with pytest.raises(RuntimeError, match="2 colours"):
        bpy.ops.brickprint.take_colour()
    pick((16, 1))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    assert chosen.brush == "Red"


def test_its_own_choices_stay_where_the_panel_has_others(chosen):
    chosen.live = False
    chosen.piece, chosen.relief = "plate", 5
    before = read_plan(mosaic())
    pick((1, 1))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    after = read_plan(mosaic())
    assert after.settings["piece"] == before.settings["piece"] == "variable-plate" and after.size == before.size


def test_what_is_set_while_the_mosaic_is_made_is_not_lost(chosen):
    chosen.contrast = 30.0
    assert _tick() is not None
    studs = pick((1, 1))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    follow()
    assert ((seen()[0] == "Red") == studs).all() and read_plan(mosaic()).settings["contrast"] == 30.0


def test_other_changes_end_the_following_as_before(chosen):
    pick((1, 1))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    pick((1, 1))
    bpy.ops.brickprint.split_parts(into="ones")
    split = read_plan(mosaic())
    chosen.contrast = 30.0
    follow()
    assert "changed by hand" in Following.now.error
    assert np.array_equal(read_plan(mosaic()).layout, split.layout)
    for operator in ("take_back_by_hand", "raise_studs"):
        with pytest.raises(RuntimeError, match="undo those changes first"):
            getattr(bpy.ops.brickprint, operator)()
    pick((16, 16))
    bpy.ops.brickprint.recolour_parts(colour="Red")  # as parts of any model
    assert len(set_by_hand()) == split.report["mosaic"]["by_hand"] == (seen()[0] == "Red").sum() - pick((16, 16)).sum()


def test_in_edit_mode_too(chosen):
    studs = pick((1, 1))
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.brickprint.take_colour()
    bpy.ops.brickprint.recolour_parts(colour="Red")
    assert bpy.context.mode == "EDIT_MESH"
    bpy.ops.object.mode_set(mode="OBJECT")
    assert ((seen()[0] == "Red") == studs).all()


def test_what_the_studs_lack_is_told(chosen):
    chosen.set, chosen.unlimited, chosen.piece = "41935-rounds", True, "round-tile"
    follow()
    pick_parts(mosaic(), np.ones(len(mosaic().data.vertices), bool))
    bpy.ops.brickprint.recolour_parts(colour="Red")
    report = read_plan(mosaic()).report
    assert report["mosaic"]["missing"] == {"Red": 256 - report["mosaic"]["available"]["Red"]}
    assert any("studs more are used than there are" in each for each in report["warnings"])
    with pytest.raises(TypeError, match="Dark Bluish Grey"):  # that of the base plates
        bpy.ops.brickprint.recolour_parts(colour="Dark Bluish Grey")


def test_other_models_have_no_studs(chosen):
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    assert image_shown(bpy.context.active_object) is None
    for operator in ("take_back_by_hand", "raise_studs", "take_colour"):
        with pytest.raises(RuntimeError, match="Select a mosaic"):
            getattr(bpy.ops.brickprint, operator)()
