"""GLB, OBJ and STL as others read them; nothing of the user's is touched while they are written."""

import json
import struct
import tempfile
from contextlib import contextmanager
from pathlib import Path

import bmesh
import bpy
import numpy as np
import pytest
import trimesh
from brickprint.core.errors import CannotWrite, NothingToBuild
from brickprint.core.export.options import ExportOptions
from brickprint.core.layout import extents
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from brickprint.scene.bricks import show_plan
from brickprint.scene.formats import SCENE_WRITERS
from brickprint.scene.model_files import write_glb, write_obj, write_stl
from brickprint.scene.plastic import linear_rgba
from brickprint.scene.printing import print_object
from brickprint.scene.rendering import render_still
from brickprint.scene.saving import save_blend
from brickprint.scene.source.importing import fresh_scene, import_file
from brickprint.scene.source.reading import read_objects
from model_plans import PALETTE, placed, plan_of, small_plan

COUNTED = ("objects", "meshes", "materials", "collections", "node_groups", "scenes", "images")
WRITERS = {
    "glb": lambda plan, path: write_glb(plan, path, "light"),
    "obj": write_obj,
    "stl": write_stl,
}
HIGH = 6 * 0.0032 + 0.0017  # of small_plan, with studs


def counts():
    return {kind: len(getattr(bpy.data, kind)) for kind in COUNTED}


def imported(path):
    """Name, linear colour and corners of the box in the scene of every object that a file holds."""
    fresh_scene()
    found = import_file(bpy.context, path)
    boxes = [np.array([item.matrix_world @ type(item.location)(corner) for corner in item.bound_box]) for item in found]
    shades = [item.data.materials[0].node_tree.nodes["Principled BSDF"].inputs["Base Color"] for item in found]
    return [
        (item.name.split(".")[0], tuple(shade.default_value), box)
        for item, shade, box in zip(found, shades, boxes, strict=True)
    ]


def glb_content(path):
    data = path.read_bytes()
    magic, version, total, length = struct.unpack_from("<4sIII", data)
    assert (magic, version, total) == (b"glTF", 2, len(data))
    return json.loads(data[20 : 20 + length])


def colours_of(plan):
    return sorted(linear_rgba(PALETTE.colours[row]) for row in plan.layout["colour"])


def converted(studs=16):
    found = import_file(bpy.context, Path(__file__).parents[2] / "samples" / "lighthouse.glb")
    chosen = Settings(studs=studs, packer="fast", repair=False, slopes=True, prove="none")
    return Conversion(read_objects(bpy.context, found)).run(chosen)


@pytest.mark.parametrize("kind", ["glb", "obj"])
def test_every_brick_comes_back_in_its_place_size_and_colour(tmp_path, kind):
    plan = small_plan()
    WRITERS[kind](plan, tmp_path / f"tower.{kind}")
    found = imported(tmp_path / f"tower.{kind}")
    assert len(found) == len(plan.layout)
    assert np.allclose(sorted(shade for _, shade, _ in found), colours_of(plan), atol=1e-5)
    corners = np.concatenate([box for *_, box in found])
    # 6 x 4 studs around the origin, less the gap at each end.
    assert np.allclose(corners.min(axis=0), [-0.0239, -0.0159, 0.0], atol=1e-5)
    assert np.allclose(corners.max(axis=0), [0.0239, 0.0159, HIGH], atol=1e-5)
    plate = next(box for _, shade, box in found if np.allclose(shade, linear_rgba(_colour("Yellow")), atol=1e-5))
    assert np.allclose(plate.mean(axis=0)[:2], [(5.5 - 3) * 0.008, (3.5 - 2) * 0.008], atol=1e-5)


def _colour(name):
    return next(colour for colour in PALETTE.colours if colour.name == name)


def test_the_parts_of_a_glb_are_shared_and_named(tmp_path):
    show_plan(bpy.context, small_plan())  # its meshes have the names already
    write_glb(small_plan(), tmp_path / "tower.glb", "light")
    content = glb_content(tmp_path / "tower.glb")
    names = [mesh["name"] for mesh in content["meshes"]]
    assert sorted(names) == ["Brick 1 x 2 White", "Brick 1 x 3 Blue", "Brick 2 x 4 Red", "Plate 1 x 1 Yellow"]
    bricks = [node for node in content["nodes"] if "mesh" in node]
    assert sorted(node["name"] for node in bricks) == sorted([*names, "Brick 2 x 4 Red"])
    assert [node["name"] for node in content["nodes"] if "mesh" not in node] == ["tower"]
    assert "extensionsRequired" not in content


def test_the_objects_of_an_obj_are_named_by_their_parts(tmp_path):
    show_plan(bpy.context, small_plan())
    write_obj(small_plan(), tmp_path / "tower.obj")
    lines = (tmp_path / "tower.obj").read_text(encoding="utf-8").splitlines()
    names = ["Brick_1_x_2_White", "Brick_1_x_3_Blue", "Brick_2_x_4_Red", "Brick_2_x_4_Red", "Plate_1_x_1_Yellow"]
    assert sorted(line for line in lines if line.startswith("o ")) == [f"o {name}" for name in names]
    assert {line for line in lines if line.startswith("usemtl")} == {
        f"usemtl {colour}_plastic" for colour in ("Red", "Blue", "White", "Yellow")
    }


def test_full_bricks_are_written_where_asked_for(tmp_path):
    for look in ("light", "full"):
        write_glb(small_plan(), tmp_path / f"{look}.glb", look)
    assert (tmp_path / "full.glb").stat().st_size > 2 * (tmp_path / "light.glb").stat().st_size


@pytest.mark.parametrize("kind", WRITERS)
def test_the_users_scene_is_left_alone(tmp_path, kind):
    cube = bpy.data.objects.new("cube", bpy.data.meshes.new("cube"))
    bpy.context.scene.collection.objects.link(cube)
    bpy.context.view_layer.objects.active = cube
    cube.select_set(True)
    bpy.context.scene.frame_set(7)
    bpy.ops.object.mode_set(mode="EDIT")
    before, scene = counts(), bpy.context.scene
    for _ in range(2):
        WRITERS[kind](small_plan(), tmp_path / f"tower.{kind}")
    assert counts() == before
    assert bpy.context.scene == bpy.context.window.scene == scene
    assert (bpy.context.active_object, cube.select_get(), scene.frame_current) == (cube, True, 7)
    assert cube.mode == "EDIT"


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", ["Größe 模型 🧱", "a b.c & (d)", "-'x' %s #"])
def test_names_of_any_letters(tmp_path, kind, name):
    WRITERS[kind](small_plan(name), tmp_path / f"{name}.{kind}")
    if kind == "obj":
        assert f"mtllib {name}.mtl" in (tmp_path / f"{name}.obj").read_text(encoding="utf-8").splitlines()
    assert len(imported(tmp_path / f"{name}.{kind}")) == 5 if kind != "stl" else (tmp_path / f"{name}.stl").is_file()


@pytest.mark.parametrize("kind", WRITERS)
def test_no_parts_are_refused_by_name(tmp_path, kind):
    before = counts()
    with pytest.raises(NothingToBuild, match="heap has no parts"):
        WRITERS[kind](plan_of([], "heap"), tmp_path / f"heap.{kind}")
    assert list(tmp_path.iterdir()) == []
    assert counts() == before


@pytest.mark.parametrize("kind", WRITERS)
def test_a_place_that_cannot_be_written(tmp_path, kind):
    before = counts()
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotWrite, match="taken"):
        WRITERS[kind](small_plan(), tmp_path / "taken" / f"tower.{kind}")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert counts() == before


@contextmanager
def room_for(size):
    """No file grows beyond so many bytes, as when a disk is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


FILES = WRITERS | {"blend": lambda plan, path: save_blend(path)}


@pytest.mark.parametrize("kind", FILES)
def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, kind):
    path = tmp_path / f"tower.{kind}"
    path.write_text("old")
    plan, before = small_plan(), counts()
    with pytest.raises(CannotWrite, match="make room") as refused, room_for(20_000):
        FILES[kind](plan, path)
    assert "Location" not in str(refused.value) and "bpy" not in str(refused.value)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]
    assert counts() == before


def test_the_reason_of_an_exporter_is_told(tmp_path):
    with pytest.raises(CannotWrite, match="File too large"), room_for(20_000):
        write_glb(small_plan(), tmp_path / "tower.glb", "light")


@pytest.mark.parametrize("kind", [*FILES, "png"])
def test_no_temporary_folder_is_told(tmp_path, monkeypatch, kind):
    writers = FILES | {
        "png": lambda plan, path: render_still(bpy.context, show_plan(bpy.context, plan), path, (32, 32))
    }
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(CannotWrite, match="No temporary folder"):
        writers[kind](small_plan(), tmp_path / f"tower.{kind}")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_names_files_as_every_system_takes_them(tmp_path):
    plan = small_plan("a/b:c")
    bricks = show_plan(bpy.context, plan)
    for word in ("glb", "obj", "blend", "png"):
        SCENE_WRITERS[word](bricks, plan, tmp_path, ExportOptions(resolution=(32, 32)), SILENT)
    names = ["a_b_c-print.stl", "a_b_c.blend", "a_b_c.glb", "a_b_c.mtl", "a_b_c.obj", "a_b_c.png"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == names


def test_a_real_model_prints_as_one_closed_surface(tmp_path):
    plan = converted()
    assert {plan.catalogue.parts[row].kind for row in plan.layout["part"]} & {"slope", "cheese", "inverted slope"}
    pieces = write_stl(plan, tmp_path / "lighthouse.stl")
    mesh = trimesh.load(tmp_path / "lighthouse.stl")
    assert mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0
    assert pieces == 1
    wide, deep, _ = plan.size
    high = (plan.layout["z"] + extents(plan.layout, plan.catalogue)[:, 2]).max()
    assert np.allclose(mesh.bounds[:, :2], [[-wide * 4, -deep * 4], [wide * 4, deep * 4]], atol=0.2)
    assert mesh.bounds[0, 2] == pytest.approx(0, abs=1e-3)
    assert mesh.bounds[1, 2] == pytest.approx(high * 3.2 + 1.7, abs=1e-3)
    assert mesh.volume < wide * deep * high * 8 * 8 * 3.2


def test_slopes_of_a_print_lap_over_their_neighbours(tmp_path):
    plan = plan_of([placed("Slope Brick 45 2 x 2", 0, 0, 0, 0, "Red")], "slope")
    write_stl(plan, tmp_path / "slope.stl")
    mesh = trimesh.load(tmp_path / "slope.stl")
    assert mesh.is_watertight
    assert np.allclose(mesh.bounds, [[-8.05, -8.05, 0], [8.05, 8.05, 11.36]], atol=0.06)


@pytest.mark.parametrize("turn", range(4))
def test_a_turned_slope_of_a_print_falls_as_its_brick_does(tmp_path, turn):
    plan = plan_of([placed("Slope Brick 45 2 x 2", 3, 5, 0, turn, "Red")], "slope")
    write_stl(plan, tmp_path / "slope.stl")
    write_glb(plan, tmp_path / "slope.glb", "light")
    printed = trimesh.load(tmp_path / "slope.stl").centroid
    fresh_scene()
    (brick,) = import_file(bpy.context, tmp_path / "slope.glb")
    corners = np.array([brick.matrix_world @ vertex.co for vertex in brick.data.vertices])
    high = corners[corners[:, 2] > 0.0105].mean(axis=0)  # its studs
    assert np.linalg.norm(printed[:2]) > 0.5
    assert printed[:2] @ high[:2] > 0.99 * np.linalg.norm(printed[:2]) * np.linalg.norm(high[:2])


def test_the_merged_object_is_closed_coloured_and_in_place():
    plan = small_plan()
    bricks = show_plan(bpy.context, plan)
    merged, pieces = print_object(bpy.context, bricks)
    shape = bmesh.new()
    shape.from_mesh(merged.data)
    assert all(edge.is_manifold for edge in shape.edges)
    assert shape.calc_volume() > 0
    shape.free()
    bpy.context.view_layer.update()
    corners = np.array([merged.matrix_world @ type(merged.location)(corner) for corner in merged.bound_box])
    assert np.allclose(corners.min(axis=0), plan.placement.origin, atol=1e-4)
    assert np.allclose(corners.max(axis=0) - plan.placement.origin, [0.048, 0.032, HIGH], atol=1e-4)
    used = {merged.data.materials[face.material_index].name for face in merged.data.polygons}
    assert used >= {"Red plastic", "White plastic"}
    assert "Blue plastic" not in used  # a support
    assert bricks.hide_get() and bricks.hide_render
    assert pieces == 1
    assert merged.data.name == "tower for printing"


def test_the_operator_selects_what_it_made(switched_on):
    bricks = show_plan(bpy.context, small_plan())
    bpy.context.view_layer.objects.active = bricks
    assert bpy.ops.brickprint.merge_for_printing() == {"FINISHED"}
    assert bpy.context.active_object.name == "tower for printing"
    assert bpy.context.selected_objects == [bpy.context.active_object]


def test_the_operator_refuses_a_model_without_bricks(switched_on):
    bricks = show_plan(bpy.context, plan_of([], "heap"))
    bpy.context.view_layer.objects.active = bricks
    with pytest.raises(RuntimeError, match="heap has no parts"):
        bpy.ops.brickprint.merge_for_printing()


@pytest.mark.parametrize("kind", WRITERS)
def test_equal_models_make_equal_files(tmp_path, kind):
    for folder in ("one", "two"):
        WRITERS[kind](small_plan(), tmp_path / folder / f"tower.{kind}")
        show_plan(bpy.context, small_plan())
    assert (tmp_path / f"one/tower.{kind}").read_bytes() == (tmp_path / f"two/tower.{kind}").read_bytes()
