"""The command line's `inspect`, as a user runs it: models of any origin in, a report on each out."""

import json
from io import StringIO

import bpy
import pytest
from brickprint.core.export.files import write_whole
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.plan_file import save_plan
from brickprint.scene.bricks import show_plan
from brickprint.scene.saving import save_blend
from model_plans import placed, plan_of
from test_cli import batch, made

TOWER = [placed("Brick 2 x 2", 0, 0, 3 * level, 0, "Red", step=level) for level in range(4)]
LOOSE = [*TOWER, placed("Brick 1 x 1", 7, 7, 5, 0, "Blue", step=3)]
UNKNOWN = "1 4 20 -120 20 1 0 0 0 1 0 0 0 1 99999.dat"


FILES = "ldr,mpd,lxf,plan,blend,report"


def reports_of(*names):
    """The files that an inspection leaves."""
    return sorted(f"{name}/report.{kind}" for name in names for kind in ("html", "json"))


def report_in(folder):
    return json.loads((folder / "report.json").read_text("utf-8"))


def inspected(*words):
    """The exit code and the lines of a run in this process."""
    from brickprint.operators.headless import main

    out = StringIO()
    return main(["inspect", *map(str, words)], out), out.getvalue().splitlines()


def test_every_kind_of_file_of_one_model_tells_the_same(tmp_path):
    bpy.ops.mesh.primitive_uv_sphere_add()
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "ball.glb"))
    ran = batch("convert", "ball.glb", "--out", "made", "--studs", "9", "--formats", FILES, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    inputs = [f"made/ball/ball.{kind}" for kind in ("ldr", "mpd", "plan.json", "blend")]
    ran = batch("inspect", *inputs, "--out", "seen", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    names = ["ball", "ball-2", "ball-3", "ball-4"]
    assert made(tmp_path / "seen") == reports_of(*names)
    reports = [report_in(tmp_path / "seen" / name) for name in names]
    converted = report_in(tmp_path / "made/ball")
    for report in reports:
        for key in ("steps", "grid"):
            assert report[key] == converted[key]
        assert report["parts"].items() <= converted["parts"].items()
        assert report["grams"] == pytest.approx(converted["grams"])
        assert report["structure"]["components"] == converted["structure"]["components"]
        assert report["structure"]["stable"] == reports[0]["structure"]["stable"]
        assert report["structure"]["prefixes"] == reports[0]["structure"]["prefixes"]
    lines = ran.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == names
    assert all(f"{converted['parts']['total']} parts in 1 piece, stands, " in line for line in lines)


def test_a_model_that_falls_is_told_and_no_failure(tmp_path):
    write_whole(tmp_path / "loose.ldr", ldraw_text(plan_of(LOOSE)))
    code, lines = inspected(tmp_path / "loose.ldr", "--out", tmp_path / "seen")
    assert code == 0
    assert lines[0].startswith("loose: 5 parts in 2 pieces, falls, ")
    assert report_in(tmp_path / "seen/loose")["structure"]["stable"] is False


def test_safety_is_asked_for(tmp_path):
    write_whole(tmp_path / "arm.ldr", ldraw_text(plan_of([*TOWER, placed("Brick 2 x 8", 1, 0, 12, 0, "Red")])))
    words = (tmp_path / "arm.ldr", "--out", tmp_path)
    assert inspected(*words)[1][0].startswith("arm: 5 parts in 1 piece, stands, ")
    most = report_in(tmp_path / "arm")["structure"]["safety"]
    assert 1 < most < 50
    assert inspected(*words, "--safety", 2 * most)[1][0].startswith("arm: 5 parts in 1 piece, falls, ")
    told = {"safety": 2 * most, "ground": "baseplate", "tilt": 0.0, "load": ""}
    assert report_in(tmp_path / "arm")["settings"] == told


def test_a_load_that_breaks_a_model_is_told_and_no_failure(tmp_path, capsys):
    write_whole(tmp_path / "arm.ldr", ldraw_text(plan_of([*TOWER, placed("Brick 2 x 8", 1, 0, 12, 0, "Red")])))
    words = (tmp_path / "arm.ldr", "--out", tmp_path)
    assert inspected(*words, "--load", "1")[1][0].startswith("arm: 5 parts in 1 piece, stands, ")
    assert report_in(tmp_path / "arm")["structure"]["situation"]["loads"] == [{"grams": 1.0, "at": None}]
    code, lines = inspected(*words, "--load", "2000@9,1")
    assert code == 0 and lines[0].startswith("arm: 5 parts in 1 piece, falls, ")
    assert "arm falls with 2000 g at stud 9, 1 (proved): what gives way is" in capsys.readouterr().err
    assert inspected(*words, "--load", "5@10,1") == (2, [])
    assert "stud 10, 1, where the model has no part" in capsys.readouterr().err


def test_supports_are_listed_where_they_are_known(tmp_path):
    rows = [*TOWER, placed("Brick 2 x 10", 0, 0, 12, 0, "Red")]
    rows += [placed("Brick 2 x 2", 8, 0, 3 * level, 0, "White", role=1) for level in range(4)]
    save_plan(plan_of(rows), tmp_path, "held")
    write_whole(tmp_path / "flat.ldr", ldraw_text(plan_of(rows)))
    assert inspected(tmp_path / "held.plan.json", tmp_path / "flat.ldr", "--out", tmp_path)[0] == 0
    supports = report_in(tmp_path / "held")["supports"]
    assert (supports["parts"], supports["by_part"]) == (4, {"Brick 2 x 2": 4})
    assert (supports["removable"], supports["kept"], supports["stands_without"]) == (True, [], True)
    assert report_in(tmp_path / "held")["parts"]["total"] == 5
    assert report_in(tmp_path / "flat")["supports"] is None  # an .ldr is flat
    inspected(tmp_path / "held.plan.json", "--out", tmp_path, "--load", "400@10,1")
    (kept,) = report_in(tmp_path / "held")["supports"]["kept"]
    assert (kept["parts"], kept["reason"]) == (4, "steadies")


def test_a_blend_file_with_several_models(tmp_path, capsys):
    for name, rows in (("one", TOWER), ("two", LOOSE), ("TWO", TOWER)):
        show_plan(bpy.context, plan_of(rows, name))
    save_blend(tmp_path / "both.blend")
    code, lines = inspected(tmp_path / "both.blend", "--out", tmp_path / "seen")
    assert code == 0, capsys.readouterr().err
    assert sorted(line.split(", ")[1] for line in lines) == ["falls", "stands", "stands"]
    assert made(tmp_path / "seen") == reports_of("both-TWO", "both-one", "both-two-2")


def test_unknown_parts_are_said(tmp_path, capsys):
    path = tmp_path / "foreign.mpd"
    write_whole(path, f"0 FILE main.ldr\n{ldraw_text(plan_of(TOWER))}{UNKNOWN}\n2 24 0 0 0 1 1 1\n")
    code, lines = inspected(path, "--out", tmp_path / "seen")
    assert (code, len(lines)) == (0, 1)
    told = capsys.readouterr().err
    assert f"brickprint: {path}: warning: 1 part is a load only (unknown to Brickprint): 1 x 99999." in told
    report = report_in(tmp_path / "seen/foreign")
    assert report["loads"]["by_part"] == {"99999": 1} and report["structure"]["stable"] is True
    assert all(" ".join(warning.split()) in told for warning in report["warnings"])


def test_what_can_not_be_read_is_refused_and_the_rest_goes_on(tmp_path):
    write_whole(tmp_path / "good.ldr", ldraw_text(plan_of(TOWER)))
    garbage = bytes(range(256)) * 40
    for name in ("bad.ldr", "bad.mpd", "bad.json", "bad.blend", "bad.glb"):
        (tmp_path / name).write_bytes(garbage)
    save_plan(plan_of([], "empty"), tmp_path, "empty")
    bpy.ops.mesh.primitive_cube_add()
    save_blend(tmp_path / "cube.blend")
    names = ["bad.ldr", "bad.mpd", "bad.json", "bad.blend", "bad.glb", "empty.plan.json", "cube.blend", "missing.ldr"]
    ran = batch("inspect", *names, "good.ldr", "--out", "seen", cwd=tmp_path)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    for name in names:
        told = [line for line in ran.stderr.splitlines() if line.startswith(f"brickprint: {name}: ")]
        assert len(told) == 1, (name, ran.stderr)
    assert made(tmp_path / "seen") == reports_of("good")
    assert ran.stdout.startswith("good: 4 parts in 1 piece, stands, ")


def test_an_old_report_stays_when_a_file_is_refused(tmp_path):
    write_whole(tmp_path / "model.ldr", ldraw_text(plan_of(TOWER)))
    assert inspected(tmp_path / "model.ldr", "--out", tmp_path / "seen")[0] == 0
    before = (tmp_path / "seen/model/report.json").read_bytes()
    write_whole(tmp_path / "model.ldr", "nothing")
    assert inspected(tmp_path / "model.ldr", "--out", tmp_path / "seen") == (2, [])
    assert (tmp_path / "seen/model/report.json").read_bytes() == before


@pytest.mark.parametrize(
    "words", [["--safety", "0"], ["--safety", "nan"], ["--studs", "9"], ["--load", "5x"], ["--tilt", "91"]]
)
def test_words_that_make_no_sense_are_refused_before_any_work(tmp_path, words):
    write_whole(tmp_path / "model.ldr", ldraw_text(plan_of(TOWER)))
    assert inspected(tmp_path / "model.ldr", "--out", tmp_path / "seen", *words) == (2, [])
    assert not (tmp_path / "seen").exists()
