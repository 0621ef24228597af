import struct

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from brickprint.core.colour.ciede2000 import ciede2000
from brickprint.core.colour.spaces import srgb_to_lab
from brickprint.core.errors import BadSetting, CannotWrite, NothingToBuild
from brickprint.core.plan import Placement
from brickprint.scene import rendering
from brickprint.scene.bricks import show_plan
from brickprint.scene.rendering import FIELD_OF_VIEW, MARGIN, render_still, view_matrix
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mathutils import Vector
from model_plans import PALETTE, placed, plan_of, small_plan

SMALL = (160, 90)
COUNTED = ("objects", "meshes", "materials", "lights", "cameras", "worlds", "scenes", "images", "collections")


def counts():
    return {kind: len(getattr(bpy.data, kind)) for kind in COUNTED}


def picture(path):
    """(height, width, 3) float64 encoded sRGB, row 0 at the top."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1, :, :3].astype(np.float64)


def covered(pixels):
    """Where a picture of a saturated model shows the model and not the grey floor."""
    return np.ptp(pixels, axis=-1) > 0.3


def block(colour, wide=3, high=3, **rest):
    """A wall of 2 x 4 bricks, two rows deep."""
    rows = [
        placed("Brick 2 x 4", 4 * x, 2 * y, 3 * z, 0, colour)
        for x in range(wide)
        for y in range(2)
        for z in range(high)
    ]
    return plan_of(rows, **rest)


def still(plan, path, resolution=SMALL, engine="cycles"):
    render_still(bpy.context, show_plan(bpy.context, plan), path, resolution, engine)
    return picture(path)


@given(
    arrays(np.float64, st.tuples(st.integers(1, 20), st.just(3)), elements=st.floats(-1000, 1000)),
    st.tuples(st.integers(8, 2000), st.integers(8, 2000)),
)
def test_the_camera_sees_every_point_and_stands_no_farther_than_it_must(points, resolution):
    points = np.concatenate([points, points[:1] + 1.0])  # never a single place
    scene = bpy.context.scene
    data = bpy.data.cameras.get("test") or bpy.data.cameras.new("test")
    data.angle = FIELD_OF_VIEW
    camera = bpy.data.objects.get("test") or bpy.data.objects.new("test", data)
    camera.matrix_world = view_matrix(points, resolution)
    scene.render.resolution_x, scene.render.resolution_y = resolution
    seen = np.array([world_to_camera_view(scene, camera, Vector(point)) for point in points], np.float64)
    assert seen[:, 2].min() > 0
    slack = 2e-3
    edges = np.stack([seen[:, :2].min(axis=0) - MARGIN, 1 - MARGIN - seen[:, :2].max(axis=0)])
    assert edges.min() > -slack
    assert (np.abs(edges) < slack).all(axis=0).any()  # one direction is filled from margin to margin


@pytest.mark.parametrize(("wide", "high"), [(1, 12), (8, 1), (3, 3)])
def test_the_model_fills_the_picture_and_is_not_cut_off(tmp_path, wide, high):
    model = covered(still(block("Red", wide, high), tmp_path / "a.png"))
    rows, columns = np.flatnonzero(model.any(axis=1)), np.flatnonzero(model.any(axis=0))
    assert rows[0] > 0 and rows[-1] < SMALL[1] - 1 and columns[0] > 0 and columns[-1] < SMALL[0] - 1
    share = max(np.ptp(rows) / SMALL[1], np.ptp(columns) / SMALL[0])
    assert share > 0.8


@pytest.mark.parametrize("name", ["Red", "Blue", "Yellow", "Green", "Black", "White", "Tan", "Light Bluish Grey"])
def test_a_colour_looks_like_itself(tmp_path, name):
    pixels = still(block(name, wide=2, high=6), tmp_path / "a.png", (90, 90))
    middle = pixels[35:75, 30:60].reshape(-1, 3)
    bright = middle[middle.sum(axis=1) >= np.median(middle.sum(axis=1))]  # the front; the other side is in shade
    wanted = srgb_to_lab(next(PALETTE.srgb[row] for row, colour in enumerate(PALETTE.colours) if colour.name == name))
    assert ciede2000(srgb_to_lab(np.median(bright, axis=0)), wanted) < 12
    assert (middle.min(axis=1) > 0.995).mean() < 0.02  # white does not clip


def test_studs_and_edges_of_white_bricks_are_seen(tmp_path):
    pixels = still(block("White", wide=2, high=3), tmp_path / "a.png", (320, 180))
    top = pixels[40:80, 120:200].mean(axis=-1)
    assert np.ptp(np.percentile(top, [5, 95])) > 0.1


@pytest.mark.parametrize("unit", [1e-5, 1.0, 100.0])
def test_the_picture_does_not_depend_on_the_size_of_the_scene(tmp_path, unit):
    expected = still(block("Red"), tmp_path / "a.png")
    moved = still(block("Red", placement=Placement((30 * unit, -20 * unit, 10 * unit), unit)), tmp_path / "b.png")
    assert np.abs(covered(moved) ^ covered(expected)).mean() < 0.01
    assert np.abs(moved - expected).mean() < 0.02


def test_a_turned_and_hidden_model_is_shown_as_it_stands(tmp_path):
    bricks = show_plan(bpy.context, block("Red"))
    bricks.location = (1, 2, 3)
    bricks.rotation_euler = (0, 0, 1)
    bricks.hide_render = True
    bricks.hide_set(True)
    render_still(bpy.context, bricks, tmp_path / "a.png", SMALL)
    assert covered(picture(tmp_path / "a.png")).mean() > 0.1
    assert bricks.hide_render and bricks.hide_get()


@pytest.mark.parametrize("resolution", [(64, 36), (33, 70)])
def test_the_file_is_a_png_of_the_size_asked_for(tmp_path, resolution):
    still(small_plan(), tmp_path / "new" / "a.png", resolution)
    data = (tmp_path / "new" / "a.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack_from(">II", data, 16) == resolution
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "a.png"]


def test_workbench_shows_the_same_colours(tmp_path):
    pixels = still(block("Red"), tmp_path / "a.png", engine="workbench")
    red = np.median(pixels[covered(pixels)], axis=0)
    assert red == pytest.approx((180 / 255, 0, 0), abs=0.15)


def test_the_users_scene_stays_as_it_was(tmp_path):
    bricks = show_plan(bpy.context, small_plan())
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.filepath = 77, "//mine"
    scene.view_settings.view_transform = "AgX"
    before = counts()
    render_still(bpy.context, bricks, tmp_path / "a.png", SMALL)
    assert counts() == before
    assert bpy.context.scene == scene and scene.camera is None and scene.world is None
    assert (scene.render.resolution_x, scene.render.filepath) == (77, "//mine")
    assert scene.view_settings.view_transform == "AgX"
    assert bricks.users_scene == (scene,)


def test_a_failed_picture_leaves_the_old_file_and_the_scene(tmp_path, monkeypatch):
    bricks = show_plan(bpy.context, small_plan())
    before = counts()
    old = tmp_path / "old"
    old.write_text("old")
    with pytest.raises(CannotWrite, match="old"):
        render_still(bpy.context, bricks, old / "a.png", SMALL)

    def no_driver(scene):
        raise RuntimeError("no graphics driver")

    monkeypatch.setitem(rendering.ENGINES, "cycles", no_driver)
    with pytest.raises(RuntimeError, match="no graphics driver"):
        render_still(bpy.context, bricks, old, SMALL)
    assert counts() == before
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_what_can_not_be_pictured_is_refused_by_name(tmp_path):
    with pytest.raises(BadSetting, match=r"povray.*cycles, workbench, eevee"):
        render_still(bpy.context, show_plan(bpy.context, small_plan()), tmp_path / "a.png", SMALL, "povray")
    with pytest.raises(NothingToBuild, match="no bricks"):
        render_still(bpy.context, show_plan(bpy.context, plan_of([])), tmp_path / "a.png", SMALL)
