"""The command line as a user runs it: a process of its own, files in, files out."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import bpy
import numpy as np
import pytest
from brickprint.core.export.formats import FORMATS
from brickprint.core.export.ldraw_reading import placed_parts
from brickprint.core.export.plan_file import load_plan
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def batch(*words, cwd, **rest):
    """Run `python batch.py` with some words in the folder `cwd`."""
    command = [sys.executable, str(ROOT / "batch.py"), *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False, **rest)


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with cube.glb, other/cube.obj, ball.ply, and empty.obj, which has nothing to build."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "other").mkdir()
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.ops.export_scene.gltf(filepath=str(folder / "cube.glb"))
    bpy.ops.wm.obj_export(filepath=str(folder / "other" / "cube.obj"))
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=3)
    bpy.ops.wm.ply_export(filepath=str(folder / "ball.ply"))
    (folder / "empty.obj").write_text("# nothing\n", "utf-8")
    return folder


def made(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_one_input_makes_model_and_report(models, tmp_path):
    ran = batch("convert", models / "cube.glb", "--out", "made", "--studs", "10", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert made(tmp_path) == ["made/cube/cube.ldr", "made/cube/report.html", "made/cube/report.json"]
    assert len(ran.stdout.splitlines()) == 1
    report = json.loads((tmp_path / "made/cube/report.json").read_text("utf-8"))
    parts = placed_parts((tmp_path / "made/cube/cube.ldr").read_text("utf-8")).rows
    assert len(parts) == report["parts"]["total"]
    assert f"cube: 10 x 10 studs, 8.33 bricks high, {len(parts)} parts" in ran.stdout
    assert report["settings"]["studs"] == 10
    seconds = report["seconds"]
    assert seconds["read"] > 0 and seconds["export"] > 0
    assert seconds["total"] >= seconds["read"] + seconds["export"]


def test_voxels_come_in_as_they_are(tmp_path):
    coloured = np.zeros((2, 3, 4, 4), np.uint8)
    coloured[..., 3] = 255
    coloured[1, ..., 0] = 200
    np.save(tmp_path / "step.npy", coloured)
    words = ("--out", "made", "--parts", "basic-11", "--studs", "99")
    ran = batch("convert", "step.npy", *words, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    report = json.loads((tmp_path / "made/step/report.json").read_text("utf-8"))
    assert report["grid"] == {"studs_x": 4, "studs_y": 3, "plates_z": 6}
    assert report["input"]["triangles"] == 0 and len(report["parts"]["by_colour"]) == 2
    assert report["structure"]["components"] == 1
    assert any("--studs" in warning for warning in report["warnings"])


def test_a_stock_bounds_what_is_built_or_nothing_is_written(models, tmp_path):
    words = ("convert", models / "cube.glb", "--studs", "6", "--detail", "bricks", "--interior", "solid")
    words += ("--without", "Black", "--stock", "mine.csv")
    (tmp_path / "mine.csv").write_text("Part,Color,Quantity\n3003,White,80\n3001,Lime,2\n", "utf-8")
    ran = batch(*words, "--out", "made", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    report = json.loads((tmp_path / "made/cube/report.json").read_text("utf-8"))
    assert report["stock"] == {"used": report["parts"]["total"], "owned": 82}
    assert set(report["parts"]["by_part"]) <= {"Brick 2 x 2", "Brick 2 x 4"}
    before = (tmp_path / "made/cube/cube.ldr").read_bytes()
    for owned, missing in (("3003,White,9\n", "studs of White bricks"), ("3007,White,99\n", "x Brick 1 x 1 White")):
        (tmp_path / "mine.csv").write_text(f"Part,Color,Quantity\n{owned}", "utf-8")
        for folder in ("made", "other"):
            ran = batch(*words, "--deadline", "5", "--out", folder, cwd=tmp_path)
            assert (ran.returncode, ran.stdout) == (2, "")
            assert ran.stderr.splitlines()[-1].startswith(f"brickprint: {models / 'cube.glb'}: ")
            assert missing in ran.stderr and "Traceback" not in ran.stderr
    assert (tmp_path / "made/cube/cube.ldr").read_bytes() == before
    reports = ["made/cube/report.html", "made/cube/report.json"]
    assert made(tmp_path) == ["made/cube/cube.ldr", *reports, "mine.csv"]


def test_every_built_format(models, tmp_path):
    words = ("--studs", "6", "--formats", "all", "--resolution", "64x48", "--frames", "3")
    ran = batch("convert", models / "cube.glb", "--out", tmp_path, *words, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    single = [word for word in FORMATS if word not in {"plan", "report"}]
    others = ["cube-rebrickable.csv", "cube-print.stl", "cube.mtl", "cube.plan.json", "cube.plan.npz"]
    others += ["report.json", "report.html"]
    assert {f"cube/{name}" for name in [*others, *(f"cube.{word}" for word in single)]} <= set(made(tmp_path))
    plan = load_plan(tmp_path / "cube/cube.plan.json")
    assert plan.name == "cube" and plan.size == (6, 6, 15)
    picture = bpy.data.images.load(str(tmp_path / "cube/cube.png"))
    assert tuple(picture.size) == (64, 48)
    pixels = np.zeros(64 * 48 * 4, np.float32)
    picture.pixels.foreach_get(pixels)
    assert np.ptp(pixels.reshape(-1, 4)[:, :3]) > 0.1  # not one flat colour
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "cube/cube.blend"))
    from brickprint.scene.bricks import is_bricks, read_plan

    bricks = bpy.context.active_object
    assert is_bricks(bricks)
    np.testing.assert_array_equal(read_plan(bricks).layout, plan.layout)


def test_several_sizes_and_equal_names(models, tmp_path):
    inputs = (models / "cube.glb", models / "other/cube.obj")
    ran = batch("convert", *inputs, "--out", tmp_path, "--studs", "8", "4", "--formats", "ldr", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    names = ["cube-2-4", "cube-2-8", "cube-4", "cube-8"]
    assert made(tmp_path) == [f"{name}/{name}.ldr" for name in names]
    assert len(ran.stdout.splitlines()) == 4


def test_a_refused_input_does_not_stop_the_rest(models, tmp_path):
    inputs = (models / "missing.glb", models / "empty.obj", models / "cube.glb")
    ran = batch("convert", *inputs, "--out", tmp_path, "--studs", "4", "--formats", "ldr", cwd=tmp_path)
    assert ran.returncode == 2
    assert made(tmp_path) == ["cube/cube.ldr"]
    for refused in inputs[:2]:
        lines = [line for line in ran.stderr.splitlines() if line.startswith(f"brickprint: {refused}: ")]
        assert len(lines) == 1 and len(lines[0]) > len(f"brickprint: {refused}: ") + 20
    assert "Traceback" not in ran.stderr


def test_side_by_side_makes_the_same_files(models, tmp_path):
    inputs = (models / "cube.glb", models / "other/cube.obj", models / "missing.glb", models / "ball.ply")
    words = ("--studs", "6", "--formats", "ldr")
    one = batch("convert", *inputs, "--out", "one", *words, cwd=tmp_path)
    two = batch("convert", *inputs, "--out", "two", *words, "--jobs", "2", cwd=tmp_path)
    assert one.returncode == two.returncode == 2
    assert made(tmp_path / "one") == made(tmp_path / "two") == ["ball/ball.ldr", "cube-2/cube-2.ldr", "cube/cube.ldr"]
    for name in made(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert len(two.stdout.splitlines()) == 3


def test_an_unknown_format_is_refused_before_any_work(models, tmp_path):
    ran = batch("convert", models / "cube.glb", "--out", "made", "--formats", "ldr,docx", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith("brickprint: --formats docx is unknown")
    assert not made(tmp_path)


def test_an_unwritable_folder_is_refused_before_any_work(models, tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    ran = batch("convert", models / "missing.glb", "--out", tmp_path / "file" / "made", cwd=tmp_path)
    assert ran.returncode == 2
    lines = [line for line in ran.stderr.splitlines() if line.startswith("brickprint: ")]
    assert len(lines) == 1 and "can't be written" in lines[0]
    assert (tmp_path / "file").read_text("utf-8") == "in the way"


def test_old_files_stay_whole_when_a_run_is_refused(models, tmp_path):
    batch("convert", models / "cube.glb", "--out", tmp_path, "--studs", "4", cwd=tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in made(tmp_path)}
    broken = tmp_path.parent / f"{tmp_path.name}-broken"
    broken.mkdir()
    (broken / "cube.glb").write_bytes((models / "cube.glb").read_bytes()[:200])
    ran = batch("convert", broken / "cube.glb", "--out", tmp_path, "--studs", "4", cwd=tmp_path)
    assert ran.returncode == 2
    assert {name: (tmp_path / name).read_bytes() for name in made(tmp_path)} == before


def test_help_needs_no_input(tmp_path):
    ran = batch("convert", "--help", cwd=tmp_path)
    assert ran.returncode == 0 and "--palette" in ran.stdout


def test_the_whole_command_connects_to_nothing(models, tmp_path, no_network):
    from brickprint.operators.headless import main

    out = StringIO()
    words = ["--studs", "4", "--formats", "all", "--resolution", "32x32", "--frames", "2"]
    assert main(["convert", str(models / "cube.glb"), "--out", str(tmp_path), *words], out) == 0
    assert out.getvalue().startswith("cube: 4 x 4 studs")


@pytest.mark.parametrize(
    "words",
    [
        ("convert", "cube.glb", "--studs", "6", "--formats", "report,pdf,ldr,glb,mp4", "--frames", "3"),
        ("mosaic", "grey.png", "--size", "16x16", "--formats", "report,ldr,html,png"),
    ],
)
def test_making_and_writing_are_one_bar(words, models, tmp_path, monkeypatch):
    from brickprint.operators.headless import main
    from brickprint.operators.telling import Telling

    Image.new("RGB", (32, 32), (90, 90, 90)).save(models / "grey.png")
    told = []
    monkeypatch.setattr(Telling, "show", lambda self, text: told.append(text))
    command, name, *rest = words
    assert main([command, str(models / name), "--out", str(tmp_path), "--resolution", "32x32", *rest], StringIO()) == 0
    bar = [text.split() for text in told if "%" in text]
    shares = [int(share) for _, share, *_ in bar]
    assert shares == sorted(shares)
    assert shares[0] == 0 and 60 < shares[shares.index(80) - 1] < 80 and 90 <= shares[-1] <= 100
    assert {"ldr", "report"} <= {last for _, share, *_, last in bar if int(share) >= 80}


def test_a_fault_of_ours_is_1_and_does_not_stop_the_rest(models, tmp_path, monkeypatch, capsys):
    from brickprint.operators import headless

    real = headless.import_file

    def faulty(context, path):
        if path.name == "ball.ply":
            raise ZeroDivisionError("ours")
        return real(context, path)

    monkeypatch.setattr(headless, "import_file", faulty)
    inputs = [str(models / name) for name in ("ball.ply", "missing.glb", "cube.glb")]
    out = StringIO()
    assert headless.main(["convert", *inputs, "--out", str(tmp_path), "--studs", "4"], out) == 1
    assert out.getvalue().startswith("cube: 4 x 4 studs")
    told = capsys.readouterr().err
    assert "ZeroDivisionError: ours" in told and f"brickprint: {models / 'ball.ply'}: " in told


def test_ctrl_c_ends_the_run_with_one_line(models, tmp_path, monkeypatch, capsys):
    from brickprint.operators import headless

    def interrupted(context, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(headless, "import_file", interrupted)
    words = ["convert", str(models / "cube.glb"), "--out", str(tmp_path / "made")]
    assert headless.main(words, StringIO()) == 130
    assert capsys.readouterr().err == "brickprint: stopped.\n"
    assert not made(tmp_path)


def test_the_folder_may_have_any_name(models, tmp_path):
    other = tmp_path / "some-other-name"
    other.mkdir()
    for source in ("__init__.py", "batch.py", "cli.py", "core", "scene", "operators", "ui"):
        (other / source).symlink_to(ROOT / source)
    command = [sys.executable, str(other / "batch.py"), "convert", str(models / "cube.glb")]
    command += ["--out", str(tmp_path / "made"), "--studs", "4"]
    ran = subprocess.run(command, cwd=os.sep, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
