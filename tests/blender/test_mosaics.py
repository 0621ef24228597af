"""Mosaics in Blender: of images, of what a camera sees, of files; they follow the panel."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest
from brickprint.core.editing.changes import recoloured
from brickprint.core.mosaic.idle import is_idle
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.progress import SILENT
from brickprint.core.settings import DEFAULTS, options
from brickprint.operators.live_mosaic import Following, _tick
from brickprint.operators.mosaics import mosaic_settings_from, plan_of_file
from brickprint.operators.progress import PROGRESS
from brickprint.scene.bricks import is_bricks, read_plan
from brickprint.scene.dressing import dress_updated
from brickprint.scene.pictures import image_shown, picture_of
from brickprint.ui import mosaic_panel
from PIL import Image

pytestmark = pytest.mark.usefixtures("switched_on")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def photo(tmp_path):
    """The path of an image: red above, a blue corner, white below."""
    pixels = np.full((64, 64, 3), (244, 244, 244), np.uint8)
    pixels[:32] = (180, 0, 0)
    pixels[:32, :32] = (30, 90, 168)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture
def chosen():
    """The scene's choices about mosaics, for a small one."""
    found = bpy.context.scene.brickprint_mosaic
    found.size = "16x16"
    return found


def seen(plan):
    """(down, across) names of colours."""
    top = plan.layout[plan.layout["role"] == 0]
    found = np.full((plan.size[1], plan.size[0]), "", object)
    names = np.array([each.name for each in plan.palette.colours], object)
    found[plan.size[1] - 1 - top["y"], top["x"]] = names[top["colour"]]
    return found


def mosaic_of(photo, chosen):
    chosen.image = bpy.data.images.load(str(photo))
    assert bpy.ops.brickprint.mosaic() == {"FINISHED"}
    return bpy.context.active_object


def test_an_image_becomes_a_mosaic_the_right_way_up(photo, chosen):
    mosaic = mosaic_of(photo, chosen)
    assert is_bricks(mosaic) and image_shown(mosaic) == chosen.image
    found = seen(read_plan(mosaic))
    assert (found[:8, :8] == "Blue").all() and (found[:8, 8:] == "Red").all() and (found[8:] == "White").all()


def test_the_scene_and_the_file_make_the_same(photo, chosen):
    by_file = plan_of_file(photo, mosaic_settings_from(chosen), DEFAULTS, SILENT)
    assert np.array_equal(read_plan(mosaic_of(photo, chosen)).layout, by_file.layout)


def test_the_choices_start_as_the_defaults():
    assert mosaic_settings_from(bpy.context.scene.brickprint_mosaic) == MosaicSettings()


def test_a_mosaic_follows_the_panel_in_place(photo, chosen):
    mosaic = mosaic_of(photo, chosen)
    mosaic.location.x += 3
    moved = mosaic.location.copy()
    chosen.piece, chosen.contrast = "plate", 20.0
    ended()
    plan = read_plan(mosaic)
    assert {plan.catalogue.parts[row].name for row in plan.layout["part"]} == {"Plate 1 x 1", "Baseplate 16 x 16"}
    assert mosaic.location == moved


def test_a_slider_starts_the_work_and_the_timer_ends_it(photo, chosen):
    mosaic = mosaic_of(photo, chosen)
    chosen.brightness = 60.0
    assert Following.now.stale and Following.now.mosaic == mosaic.name
    assert _tick() is not None
    Following.now.worker.wait()
    chosen.set = "99999"
    assert _tick() is not None  # what was made is out of date already
    Following.now.worker.wait()
    assert _tick() is None and "99999" in Following.now.error
    assert image_shown(mosaic) is not None


def ended():
    """Let the timer do all that is left; how often it waited."""
    for waited in range(1000):
        if _tick() is None:
            return waited
        if Following.now.worker is not None:
            Following.now.worker.wait()
    raise AssertionError("it never ends")


def layout_shown():
    return read_plan(bpy.data.objects["photo bricks"]).layout


def let_go():
    """The step that Blender makes when a slider is let go."""
    bpy.ops.ed.undo_push(message="Brightness")


def test_what_followed_goes_back_and_forth_with_the_choice(photo, chosen):
    """Whether the mosaic was ready before the slider was let go, after it, or both."""
    mosaic_of(photo, chosen)
    bpy.ops.ed.undo_push(message="mosaic")
    states = [(0.0, layout_shown())]
    for brightness, early, late in ((60.0, True, False), (-60.0, False, True), (20.0, True, True)):
        if early:
            chosen.brightness = brightness - 20 * late
            ended()
        chosen.brightness = brightness
        let_go()
        if late:
            ended()
        states.append((brightness, layout_shown()))
    assert not any(np.array_equal(one, other) for (_, one), (_, other) in itertools.pairwise(states))
    for way, order in ((bpy.ops.ed.undo, states[-2::-1]), (bpy.ops.ed.redo, states[1:])):
        for brightness, layout in order:
            way()
            assert bpy.context.scene.brickprint_mosaic.brightness == brightness
            ended()
            assert np.array_equal(layout_shown(), layout)


def test_a_slider_that_is_not_let_go_leaves_no_step(photo, chosen):
    mosaic_of(photo, chosen)
    bpy.ops.ed.undo_push(message="mosaic")
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="cube")
    bpy.context.view_layer.objects.active = bpy.data.objects["photo bricks"]
    before = layout_shown()
    for brightness in (60.0, 0.0):  # there, and back by Esc
        chosen.brightness = brightness
        ended()
    assert np.array_equal(layout_shown(), before)
    bpy.ops.ed.undo()
    assert "Cube" not in bpy.data.objects
    ended()
    assert np.array_equal(layout_shown(), before)


def test_undo_of_something_else_leaves_a_mosaic_of_other_choices(photo, chosen):
    """Only the one that followed last follows on."""
    mosaic_of(photo, chosen)
    first = layout_shown()
    chosen.live = False
    chosen.brightness = 60.0
    chosen.live = True
    bpy.ops.ed.undo_push(message="settings")
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="cube")
    bpy.ops.ed.undo()
    ended()
    assert np.array_equal(layout_shown(), first)


def test_another_file_is_not_followed(photo, chosen):
    mosaic_of(photo, chosen)
    chosen.brightness = 60.0
    bpy.ops.wm.read_homefile(use_empty=True)
    assert Following.now == Following()


def test_an_error_is_told_beside_its_mosaic_alone(photo, chosen):
    from test_panel import drawn

    def told():
        return [text for kind, text in drawn(mosaic_panel.MosaicPanel) if "99999" in str(text)]

    first = mosaic_of(photo, chosen)
    chosen.live = False
    second = mosaic_of(photo, chosen)
    chosen.live = True
    chosen.set = "99999"
    ended()
    assert told()
    bpy.context.view_layer.objects.active = first
    assert not told()
    bpy.context.view_layer.objects.active = second
    assert told()
    bpy.ops.wm.read_homefile(use_empty=True)
    assert Following.now.error == ""


def test_a_mosaic_follows_the_choices_of_its_own_scene(photo, chosen):
    mosaic_of(photo, chosen)
    chosen.piece = "plate"
    home = bpy.context.scene
    bpy.context.window.scene = bpy.data.scenes.new("elsewhere")
    assert bpy.context.scene.brickprint_mosaic.piece != "plate"
    ended()
    plan = read_plan(bpy.data.objects["photo bricks"])
    assert "Plate 1 x 1" in {plan.catalogue.parts[row].name for row in plan.layout["part"]}
    before = layout_shown()
    bpy.context.window.scene = home
    bpy.data.scenes["elsewhere"].brickprint_mosaic.brightness = 60.0  # of a scene that has no mosaic
    assert not Following.now.stale and np.array_equal(layout_shown(), before)


def test_another_image_is_followed_too(photo, chosen, tmp_path):
    mosaic = mosaic_of(photo, chosen)
    assert not Following.now.stale  # making one starts nothing
    Image.new("RGB", (64, 64), (180, 0, 0)).save(tmp_path / "red.png")
    chosen.image = bpy.data.images.load(str(tmp_path / "red.png"))
    chosen.piece = "plate"
    ended()
    assert image_shown(mosaic) == chosen.image
    assert (seen(read_plan(mosaic)) == "Red").all()


def test_a_change_waits_until_what_runs_has_ended(photo, chosen, monkeypatch):
    mosaic_of(photo, chosen)
    before = layout_shown()
    monkeypatch.setattr(PROGRESS, "running", True)
    chosen.brightness = 60.0
    assert _tick() is not None and Following.now.worker is None
    monkeypatch.setattr(PROGRESS, "running", False)
    assert _tick() is not None
    Following.now.worker.wait()
    bpy.ops.object.mode_set(mode="EDIT")
    assert _tick() is not None
    bpy.ops.object.mode_set(mode="OBJECT")
    assert _tick() is None
    assert not np.array_equal(layout_shown(), before)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_was_changed_by_hand_is_never_lost(photo, chosen, when):
    mosaic = mosaic_of(photo, chosen)
    if when == "meanwhile":
        chosen.brightness = 60.0
        assert _tick() is not None
    plan = read_plan(mosaic)
    edited = recoloured(plan, plan.layout["role"] == 0, [each.name for each in plan.palette.colours].index("Blue"))
    dress_updated(mosaic, edited.plan, "light")
    chosen.live = when == "before"  # a change now would stop what is made
    chosen.contrast = 20.0
    ended()
    assert (seen(read_plan(mosaic)) == "Blue").all()
    assert "changed by hand" in Following.now.error


def test_without_live_nothing_follows(photo, chosen):
    mosaic_of(photo, chosen)
    chosen.live = False
    chosen.brightness = 60.0
    assert not Following.now.stale


def test_what_the_camera_sees_becomes_a_mosaic(chosen):
    bpy.ops.mesh.primitive_plane_add(size=50, location=(0, 0, -5))
    bpy.ops.object.camera_add(location=(0, 0, 10))
    scene = bpy.context.scene
    scene.camera = bpy.context.active_object
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.render.resolution_x, scene.render.resolution_y, scene.render.filepath = 640, 320, "//mine"
    assert bpy.ops.brickprint.mosaic_of_camera() == {"FINISHED"}
    assert (scene.render.resolution_x, scene.render.resolution_y) == (640, 320)
    assert scene.render.filepath == "//mine"
    image = image_shown(bpy.context.active_object)
    assert tuple(image.size) == (512, 256) and image.packed_file


def test_a_scene_that_makes_films_keeps_its_settings(chosen):
    bpy.ops.object.camera_add(location=(0, 0, 10))
    scene = bpy.context.scene
    scene.camera = bpy.context.active_object
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.render.resolution_x, scene.render.resolution_y = 64, 64
    written = scene.render.image_settings
    new = bpy.app.version >= (5, 0, 0)
    for medium, kind in (("VIDEO", "FFMPEG"), ("MULTI_LAYER_IMAGE", "OPEN_EXR_MULTILAYER"), ("IMAGE", "JPEG")):
        if new:
            written.media_type = medium
        written.file_format = kind
        before = written.file_format, written.color_mode, written.color_depth
        assert bpy.ops.brickprint.mosaic_of_camera() == {"FINISHED"}
        assert (written.file_format, written.color_mode, written.color_depth) == before
        assert not new or written.media_type == medium


def test_what_fails_leaves_no_image(photo, chosen):
    bpy.ops.object.camera_add(location=(0, 0, 10))
    bpy.context.scene.camera = bpy.context.active_object
    bpy.context.scene.render.engine, bpy.context.scene.cycles.samples = "CYCLES", 1
    chosen.set = "41948"
    before = set(bpy.data.images.keys()) | {"Render Result"}
    with pytest.raises(RuntimeError, match="are missing"):
        bpy.ops.brickprint.mosaic_of_camera()
    with pytest.raises(RuntimeError, match="are missing"):
        bpy.ops.brickprint.mosaic_of_file(filepath=str(photo))
    assert set(bpy.data.images.keys()) <= before and chosen.image is None


def test_without_a_camera_it_says_so(chosen):
    with pytest.raises(RuntimeError, match="no camera"):
        bpy.ops.brickprint.mosaic_of_camera()


def test_a_file_becomes_an_image_and_a_mosaic(photo, chosen):
    assert bpy.ops.brickprint.mosaic_of_file(filepath=str(photo)) == {"FINISHED"}
    assert chosen.image.name == "photo.png"
    assert read_plan(bpy.context.active_object).name == "photo"


def test_what_is_no_image_is_refused(tmp_path, chosen):
    (tmp_path / "bad.png").write_bytes(b"nothing")
    before = len(bpy.data.objects), len(bpy.data.images)
    with pytest.raises(RuntimeError, match=r"bad\.png is no image"):
        bpy.ops.brickprint.mosaic_of_file(filepath=str(tmp_path / "bad.png"))
    assert (len(bpy.data.objects), len(bpy.data.images)) == before


def test_an_image_whose_file_is_gone_is_refused(photo, chosen):
    chosen.image = bpy.data.images.load(str(photo))
    photo.unlink()
    chosen.image.reload()
    with pytest.raises(RuntimeError, match="no pixels"):
        bpy.ops.brickprint.mosaic()


def test_too_few_studs_leave_the_scene_as_it_was(photo, chosen):
    chosen.image, chosen.set = bpy.data.images.load(str(photo)), "41948"
    with pytest.raises(RuntimeError, match="210 are missing"):
        bpy.ops.brickprint.mosaic()
    assert not bpy.data.objects


def test_studs_can_be_recoloured_by_hand(photo, chosen):
    mosaic = mosaic_of(photo, chosen)
    plan = read_plan(mosaic)
    picked = np.zeros(len(plan.layout), bool)
    picked[np.flatnonzero(plan.layout["role"] == 0)[-5:]] = True
    red = [each.name for each in plan.palette.colours].index("Red")
    edited = recoloured(plan, picked, red)
    assert (seen(edited.plan) == "Red").sum() == (seen(plan) == "Red").sum() + 5
    before, after = (each.report["mosaic"]["studs"] for each in (plan, edited.plan))
    assert after["Red"] == before["Red"] + 5 and sum(after.values()) == sum(before.values()) == 256


def test_the_panel_takes_the_choices_of_a_mosaic(photo, chosen):
    chosen.relief, chosen.without = 3, "Red, 1"
    mosaic_of(photo, chosen)
    wanted = mosaic_settings_from(chosen)
    chosen.live, chosen.relief, chosen.without = False, 0, ""
    assert bpy.ops.brickprint.settings_from_model() == {"FINISHED"}
    assert mosaic_settings_from(chosen) == wanted


def test_update_points_to_the_panel(photo, chosen):
    mosaic_of(photo, chosen)
    with pytest.raises(RuntimeError, match="panel Mosaic"):
        bpy.ops.brickprint.update()


def test_images_come_as_they_are_seen(photo):
    image = bpy.data.images.load(str(photo))
    assert np.array_equal(picture_of(image).rgb, np.asarray(Image.open(photo)))


def test_the_panels_show_every_choice_once():
    names = [name for panel in mosaic_panel.CLASSES for name in panel.names]
    assert sorted(names) == sorted(options(MosaicSettings))


def test_a_choice_that_does_nothing_is_known(chosen):
    assert {name for name in options(MosaicSettings) if is_idle(name, chosen)} == {
        "unlimited", "large", "depth", "seed",
    }  # fmt: skip
    chosen.set, chosen.ties = "21226", "random"
    assert is_idle("palette", chosen) and not is_idle("unlimited", chosen) and not is_idle("seed", chosen)


def test_the_command_line_makes_mosaics_side_by_side_with_failures(photo, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"nothing")
    words = ["mosaic", photo, tmp_path / "bad.png", "--out", tmp_path / "made", "--size", "16x16", "--relief", "2"]
    command = [sys.executable, str(ROOT / "batch.py"), *map(str, words), "--formats", "ldr,xml,plan,report"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 2, ran.stderr
    assert "bad.png" in ran.stderr
    report = json.loads((tmp_path / "made/photo/report.json").read_text("utf-8"))
    assert report["structure"]["certified"] is True and report["input"]["pixels"] == [64, 64]
    assert {path.name for path in (tmp_path / "made/photo").iterdir()} == {
        "photo.ldr", "photo.xml", "photo-depth.xml", "photo.plan.json", "photo.plan.npz", "report.json", "report.html",
    }  # fmt: skip
