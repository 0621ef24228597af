"""Image to Bricks: images of the disk and of the .blend become models."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.operators import headless, imaging
from brickprint.operators.headless import main
from brickprint.operators.telling import Telling
from brickprint.scene.bricks import is_bricks, read_plan
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "core"))
from face_networks import detector, face_mesh
from onnx_files import ball_network
from test_faces import painted

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def preferred(monkeypatch, tmp_path):
    """Files in the preferences."""
    chosen = {}
    monkeypatch.setattr(imaging, "preference", chosen.get)
    (tmp_path / "vrn.onnx").write_bytes(ball_network(60, (100, 96, 96)))
    chosen["vrn_network"] = str(tmp_path / "vrn.onnx")
    return chosen


@pytest.fixture
def red(tmp_path):
    """An image file."""
    Image.new("RGB", (32, 32), (201, 26, 9)).save(tmp_path / "red.png")
    return str(tmp_path / "red.png")


def build(**options):
    bpy.context.scene.brickprint.studs = 10
    return bpy.ops.brickprint.image_to_bricks(**options)


def colours(plan):
    return {plan.palette.colours[row].name for row in np.unique(plan.layout["colour"])}


def test_an_image_file_becomes_bricks(preferred, red):
    assert build(filepath=red, network="vrn") == {"FINISHED"}
    bricks = bpy.context.active_object
    assert is_bricks(bricks) and bricks.name == "red bricks"
    plan = read_plan(bricks)
    assert plan.size[0] == 10 and "Red" in colours(plan)


def test_an_image_of_the_file_becomes_bricks(preferred):
    image = bpy.data.images.new("sky", 8, 8)
    image.pixels[:] = (0.0, 85 / 255, 191 / 255, 1.0) * 64
    assert build(image="sky", network="vrn") == {"FINISHED"}
    assert "Blue" in colours(read_plan(bpy.context.active_object))


def test_the_front_half_is_half_as_deep(preferred, red):
    build(filepath=red, network="vrn")
    whole = read_plan(bpy.context.active_object).size
    build(filepath=red, network="vrn", front=True)
    half = read_plan(bpy.context.active_object).size
    assert half[0] == whole[0] and half[1] <= whole[1] // 2 + 1


def test_any_network_of_the_preferences_is_taken(preferred, red):
    preferred["volume_network"] = preferred["vrn_network"]
    assert build(filepath=red, network="file") == {"FINISHED"}


@pytest.fixture
def portrait(preferred, tmp_path):
    """A painted portrait, whose networks are chosen."""
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "detector.onnx").write_bytes(detector())
    (tmp_path / "faces" / "mesh.onnx").write_bytes(face_mesh())
    preferred["face_networks"] = str(tmp_path / "faces")
    Image.fromarray(painted().pixels).save(tmp_path / "me.png")
    return str(tmp_path / "me.png")


def test_a_head_by_the_networks_of_a_folder(portrait):
    assert build(filepath=portrait, network="face") == {"FINISHED"}
    assert read_plan(bpy.context.active_object).size[2] > 30


def test_a_head_begins_with_the_preset_portrait_and_own_settings_count_more(portrait):
    bpy.context.scene.brickprint.smoothing = 0.25  # the default, but chosen
    build(filepath=portrait, network="face")
    used = read_plan(bpy.context.active_object).settings
    assert (used["fineness"], used["floating"], used["smoothing"]) == (0.9, "delete", 0.25)


def test_an_object_begins_with_the_scene_s_settings(preferred, red):
    build(filepath=red, network="vrn")
    assert read_plan(bpy.context.active_object).settings["fineness"] == 0.5


def test_undo_takes_the_bricks_away_and_redo_brings_them_back(preferred, red):
    bpy.context.preferences.edit.use_global_undo = True
    bpy.ops.ed.undo_push(message="before")
    before = set(bpy.data.objects.keys())
    build(filepath=red, network="vrn")
    bpy.ops.ed.undo_push(message="image to bricks")  # a script's operator leaves none by itself
    with_bricks = set(bpy.data.objects.keys())
    assert "red bricks" in with_bricks - before
    bpy.ops.ed.undo()
    assert set(bpy.data.objects.keys()) == before
    bpy.ops.ed.redo()
    assert set(bpy.data.objects.keys()) == with_bricks
    assert read_plan(bpy.data.objects["red bricks"]).size[0] == 10


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"network": "file"}, "Other Network"),
        ({"network": "face"}, "face detector"),
        ({"network": "vrn", "background": "network"}, "Background Network"),
        ({"network": "vrn", "filepath": "gone.png"}, "gone.png"),
        ({"network": "vrn", "image": "gone"}, "not in this file"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(preferred, red, options, words):
    before = set(bpy.data.objects)
    with pytest.raises(RuntimeError, match=words):
        build(**{"filepath": red} | options)
    assert set(bpy.data.objects) == before


def test_without_a_library_it_is_greyed_out_with_the_reason(monkeypatch):
    assert bpy.ops.brickprint.image_to_bricks.poll()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert not bpy.ops.brickprint.image_to_bricks.poll()
    with pytest.raises(RuntimeError, match=r"Models from images need onnxruntime"):
        build(filepath="a.png")


def run(capsys, *words):
    code = main(["image", *map(str, words)], io.StringIO())
    return code, capsys.readouterr().err


def test_the_command_line_does_the_same(preferred, red, tmp_path, capsys):
    out = tmp_path / "out"
    code, said = run(capsys, red, "--out", out, "--network", "vrn", "--weights", preferred["vrn_network"], "--studs", 8)
    assert code == 0 and not said
    assert json.loads((out / "red" / "report.json").read_text())["grid"]["studs_x"] == 8


def test_the_command_line_s_progress_is_one_bar(monkeypatch, preferred, red, tmp_path, capsys):
    told = []
    monkeypatch.setattr(Telling, "show", lambda self, text: told.append(text))
    monkeypatch.setattr(headless, "_finish", lambda *rest: None)
    run(capsys, red, "--out", tmp_path, "--network", "vrn", "--weights", preferred["vrn_network"], "--studs", 8)
    shares = [int(text.split()[1]) for text in told if "%" in text]
    image, conversion = shares[:3], shares[3:]  # looking, loading, running
    assert 0 < max(image) <= 24 <= min(conversion) and 75 < max(conversion) <= 80
    assert shares == sorted(shares)


def test_the_command_line_refuses_in_one_line(preferred, red, tmp_path, capsys):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    vrn = ("--out", tmp_path / "out", "--network", "vrn", "--weights", preferred["vrn_network"])
    code, said = run(capsys, tmp_path / "broken.png", *vrn)
    assert code == 2 and said.count("\n") == 1 and "broken.png" in said
    code, said = run(capsys, red, "--out", tmp_path / "out", "--network", red)
    assert code == 2 and said.count("\n") == 1 and "ONNX" in said
    assert not (tmp_path / "out").exists()


def test_it_stands_in_the_image_editor_s_menu(preferred):
    found = []

    class Layout:
        operator_context = ""

        def row(self):
            return self

        def operator(self, name, **options):
            found.append(name)
            return Layout()

    context = SimpleNamespace(space_data=SimpleNamespace(image=None))
    for draw in bpy.types.IMAGE_MT_image._dyn_ui_initialize():
        if draw.__module__.startswith("brickprint."):
            draw(SimpleNamespace(layout=Layout()), context)
    assert found == ["brickprint.image_to_bricks"]
