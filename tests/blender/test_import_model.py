"""Models of other programs as bricks, and what is left out of them."""

import bpy
import numpy as np
import pytest
from brickprint.core.export.formats import write_format
from brickprint.core.export.options import ExportOptions
from brickprint.scene.bricks import is_bricks, read_plan
from model_plans import exported_ldr, small_plan

pytestmark = pytest.mark.usefixtures("switched_on")

IDENTITY = "1 0 0 0 1 0 0 0 1"


def imported(path):
    """What the operator returns or the message with which it fails, and the model."""
    try:
        result = bpy.ops.brickprint.import_model(filepath=str(path))
    except RuntimeError as error:
        return str(error), None
    return result, bpy.context.active_object


def rows(plan, *without):
    """What a layout says, by numbers that do not depend on the tables of the plan."""
    layout, parts, colours = plan.layout, plan.catalogue.parts, plan.palette.colours
    names = [name for name in ("x", "y", "z", "turn", "role", "section") if name not in without]
    return sorted(
        (parts[row["part"]].ldraw, colours[row["colour"]].ldraw, *(int(row[name]) for name in names)) for row in layout
    )


@pytest.mark.parametrize(("word", "lost"), [("ldr", ("role", "section")), ("mpd", ()), ("lxf", ("role", "section"))])
def test_what_we_write_comes_back_as_bricks(tmp_path, word, lost):
    plan = small_plan()
    write_format(word, plan, tmp_path, ExportOptions())
    result, bricks = imported(tmp_path / f"tower.{word}")
    assert result == {"FINISHED"} and is_bricks(bricks) and bricks.name == "tower bricks"
    found = read_plan(bricks)
    assert rows(found, *lost) == rows(plan, *lost)
    assert not [told for told in found.report["warnings"] if "inner supports out before" not in told]
    assert found.report["parts"]["total"] == len(found.layout) - np.isin(found.layout["role"], (1, 2)).sum()


def test_an_imported_model_is_the_only_one_selected(tmp_path):
    bpy.ops.mesh.primitive_cube_add()
    write_format("ldr", small_plan(), tmp_path, ExportOptions())
    _, bricks = imported(tmp_path / "tower.ldr")
    assert bpy.context.selected_objects == [bricks]


def test_supports_of_an_imported_model_are_counted_apart(tmp_path):
    write_format("mpd", small_plan(), tmp_path, ExportOptions())
    _, bricks = imported(tmp_path / "tower.mpd")
    report = read_plan(bricks).report
    assert (report["parts"]["total"], report["supports"]["parts"]) == (3, 2)


def test_supports_alone_are_refused(tmp_path):
    line = f"1 4 20 -24 20 {IDENTITY} 3003.dat"
    (tmp_path / "props.mpd").write_text(f"0 FILE props.ldr\n0 !BRICKPRINT ROLE SUPPORT_OUTER\n{line}\n", "utf-8")
    assert "props has no parts but supports" in imported(tmp_path / "props.mpd")[0]


def test_parts_that_do_not_fit_are_left_out_and_named(tmp_path):
    lines = [
        f"1 4 20 -24 20 {IDENTITY} 3003.dat",
        f"1 4 20 -48 20 {IDENTITY} 3003.dat",
        f"1 4 20 -96 20 {IDENTITY} 4070.dat",
        f"1 4 63 -24 21 {IDENTITY} 3005.dat",
        "1 4 100 -24 20 1 0 0 0 0 -1 0 1 0 3001.dat",
    ]
    (tmp_path / "odd.ldr").write_text("\n".join(lines), "utf-8")
    result, bricks = imported(tmp_path / "odd.ldr")
    assert result == {"FINISHED"}
    plan = read_plan(bricks)
    assert [plan.catalogue.parts[row].ldraw for row in plan.layout["part"]] == ["3003", "3003"]
    told = " ".join(plan.report["warnings"])
    assert all(f"1 x {number}" in told for number in ("4070", "3005", "3001")) and "left out" in told


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("none.ldr", None, "choose a file"),
        ("a.txt", "0", "choose a file"),
        ("a.ldr", "0 nothing here", "no upright part that Brickprint knows"),
        ("a.lxf", "no zip", "damaged"),
    ],
)
def test_what_can_not_be_shown_is_refused_and_changes_nothing(tmp_path, name, text, reason):
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    before = list(bpy.data.objects)
    message, _ = imported(tmp_path / name)
    assert reason in message and list(bpy.data.objects) == before


def test_an_imported_model_is_exported_as_it_was(tmp_path):
    (tmp_path / "glass.ldr").write_text(f"1 47 20 -24 20 {IDENTITY} 3003.dat\n", "utf-8")
    imported(tmp_path / "glass.ldr")
    assert f"1 47 20 -24 20 {IDENTITY} 3003.dat\n" in exported_ldr(tmp_path).read_text("utf-8")


def test_several_formats_go_into_a_folder_of_the_model_s_name(tmp_path):
    write_format("mpd", small_plan(), tmp_path, ExportOptions())
    imported(tmp_path / "tower.mpd")
    formats = {"ldr", "mpd", "lxf", "xml", "csv", "plan"}
    assert bpy.ops.brickprint.export_files(directory=str(tmp_path), formats=formats) == {"FINISHED"}
    names = ["-rebrickable.csv", ".csv", ".ldr", ".lxf", ".mpd", ".plan.json", ".plan.npz", ".xml"]
    assert sorted(path.name for path in (tmp_path / "tower").iterdir()) == [f"tower{name}" for name in names]
    flat = [path.read_text("utf-8").splitlines() for path in (tmp_path / "tower/tower.mpd", tmp_path / "tower.mpd")]
    one, other = ([line for line in lines if not line.startswith("0 !BRICKPRINT STEP")] for lines in flat)
    assert one == other  # the steps are counted anew
