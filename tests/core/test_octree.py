"""The octree network that ships: a picture of an object becomes a volume, and bricks."""

from pathlib import Path

import numpy as np
import pytest
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.errors import BadSetting, NothingToBuild
from brickprint.core.images import Picture
from brickprint.core.imaging import ImageSettings, mesh_of_image
from brickprint.core.mesh import Material, Mesh
from brickprint.core.networks import octree
from brickprint.core.networks.octree import (
    NETWORKS,
    PIXELS,
    SIDES,
    framed_object,
    occupancy_of_image,
    volume_of_image,
    without_specks,
)
from brickprint.core.networks.poses import POSES, SET_POSE, Pose, in_camera, on_picture
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.training.renders import picture, render
from brickprint.training.shapes import in_unit_box, volume
from shapes import box, joined, mesh_of

RED, BLUE = (200, 30, 30), (30, 30, 200)


def painted(body, colours):
    """A mesh with a colour for each of its triangles."""
    linear = srgb_to_linear(np.array(colours) / 255)
    corner = np.concatenate([linear, np.ones((len(linear), 1))], axis=1).astype(np.float32)
    white = (Material("", (1.0, 1.0, 1.0, 1.0)),)
    return Mesh(*body, materials=white, corner_colours=np.repeat(corner[:, None], 3, axis=1))


def crate(pose=SET_POSE):
    """A box, blue on top and red else."""
    body = box((1.0, 0.8, 0.6))
    return picture(painted(body, [BLUE if i in (2, 3) else RED for i in range(12)]), pose, 300)


def table():
    """A plate on four legs."""
    legs = [box((0.12, 0.12, 0.7), (x, y, 0)) for x in (0, 0.88) for y in (0, 0.88)]
    return joined(box((1.0, 1.0, 0.12), (0, 0, 0.68)), *legs)


def overlap(a, b):
    return np.count_nonzero(a & b) / np.count_nonzero(a | b)


@pytest.mark.parametrize("pose", [SET_POSE, POSES[2], POSES[11]])
def test_a_crate_is_found_from_several_sides(pose):
    found = volume_of_image(crate(pose)).cells
    true = volume(in_unit_box(mesh_of(box((1.0, 0.8, 0.6)))))
    assert overlap(found, true) > 0.5


def test_a_table_has_nothing_below_its_plate():
    body = table()
    found = volume_of_image(picture(mesh_of(body), SET_POSE, 300)).cells
    high = np.flatnonzero(found.any(axis=(1, 2)))
    middle, top = found[high[len(high) // 3]], found[high[-4:]].any(axis=0)
    assert np.count_nonzero(middle) < 0.7 * np.count_nonzero(top)


def test_cells_have_the_colours_of_the_picture():
    seen = volume_of_image(crate())
    cells, colour = seen.cells, seen.colour.astype(int)
    z, y, _ = np.nonzero(cells)
    front = colour[cells][(y == y.min()) & (z < z.max() / 2)]
    top = colour[cells][z == z.max()]
    assert np.mean(front[:, 0] > front[:, 2]) > 0.9
    assert np.mean(top[:, 2] > top[:, 0]) > 0.5


def test_the_same_picture_gives_the_same_volume():
    first, second = volume_of_image(crate()), volume_of_image(crate())
    assert np.array_equal(first.occupancy, second.occupancy) and np.array_equal(first.colour, second.colour)


@pytest.mark.parametrize("side", SIDES)
def test_every_level_can_be_asked_for(side):
    chance = occupancy_of_image(crate(), side)
    assert chance.shape == (side,) * 3 and chance.min() >= 0 and chance.max() <= 1
    assert (chance > 0.5).any() and not (chance > 0.5).all()


def test_other_levels_are_refused():
    with pytest.raises(BadSetting, match="no 5 cells a side"):
        occupancy_of_image(crate(), 5)


def test_where_the_object_lies_in_the_image_does_not_matter():
    object_alone = crate()
    wide = np.zeros((700, 700, 4), np.uint8)
    wide[40:340, 350:650] = object_alone
    assert np.array_equal(volume_of_image(wide).occupancy, volume_of_image(object_alone).occupancy)


def test_the_object_fills_the_frame():
    pixels = np.zeros((400, 500, 4), np.uint8)
    pixels[100:300, 50:150] = (10, 20, 30, 255)
    framed, warnings = framed_object(pixels)
    rows, columns = (np.flatnonzero((framed[..., 3] > 127).any(axis=axis)) for axis in (1, 0))
    assert framed.shape == (PIXELS, PIXELS, 4) and not warnings
    assert (rows[0], rows[-1]) == (1, PIXELS - 2)
    assert columns[-1] - columns[0] + 1 == pytest.approx(PIXELS / 2, abs=2)
    assert columns[0] == pytest.approx(PIXELS - 1 - columns[-1], abs=1)


def test_an_image_without_background_to_leave_out_is_told_of():
    pixels = np.full((50, 50, 4), 255, np.uint8)
    assert "no transparent background" in framed_object(pixels)[1][0]


def test_a_transparent_image_is_refused():
    with pytest.raises(NothingToBuild, match="transparent throughout"):
        volume_of_image(np.zeros((64, 64, 4), np.uint8))


def test_one_pixel_is_an_object_or_refused():
    try:
        found = volume_of_image(np.full((1, 1, 4), 255, np.uint8))
    except NothingToBuild as refused:
        assert "no object" in str(refused)
    else:
        assert found.cells.any()


def test_small_pieces_are_left_out():
    chance = np.zeros((8, 8, 8), np.float32)
    chance[:4, :4, :4] = 0.9
    chance[7, 7, 7] = 0.8
    chance[6, 6, 6] = 0.2
    cleaned = without_specks(chance)
    assert cleaned[7, 7, 7] == 0 and cleaned[6, 6, 6] == np.float32(0.2) and (cleaned[:4, :4, :4] > 0.5).all()


def test_a_camera_in_front_sees_x_to_the_right_and_z_up():
    seen = in_camera(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]), Pose(0, 0))
    assert seen[1] - seen[0] == pytest.approx([1, 0, 0])
    assert seen[2] - seen[0] == pytest.approx([0, 0, -1])
    assert seen[3] - seen[0] == pytest.approx([0, 1, 0])
    place, inverse = on_picture(seen, 100, 5)
    assert place.min() == pytest.approx(5) and place.max() == pytest.approx(95)
    assert inverse[2] < inverse[0]  # what is farther away


def test_a_single_cell_lies_in_the_middle_of_the_picture():
    point = np.full((1, 3), 0.5)
    with np.errstate(all="raise"):
        place, inverse = on_picture(in_camera(point, SET_POSE), 64, margin=2)
    assert np.allclose(place, 32) and (inverse > 0).all()


def test_what_is_nearer_hides_what_is_behind_it():
    near, far = box((1, 0.1, 1)), box((1, 0.1, 1), (0, 2, 0))
    shade = np.repeat([1.0, 0.2], 12)
    grey, alpha = render(mesh_of(joined(near, far)).corners, shade, Pose(0, 0), 64)
    assert alpha[32, 32] == 1
    assert grey[32, 32] == pytest.approx(render(mesh_of(near).corners, shade[:12], Pose(0, 0), 64)[0][32, 32], abs=0.02)


def test_thin_walls_are_in_the_volumes_that_are_learned():
    sheet = volume(in_unit_box(mesh_of(box((1.0, 0.004, 1.0)))))
    assert sheet.any(axis=1).mean() > 0.95
    solid = volume(in_unit_box(mesh_of(box((1.0, 0.5, 0.25)))))
    assert np.count_nonzero(solid) == 32 * 16 * 8


def test_a_picture_becomes_bricks():
    mesh = mesh_of_image(Picture("crate", crate()), ImageSettings(network="octree"))
    plan = Conversion(mesh).run(Settings(studs=12))
    assert mesh.name == "crate" and len(plan.layout) > 10
    assert plan.report["shape"]["iou"] > 0.7


def test_the_files_are_small():
    folder = Path(octree.__file__).parent
    assert sum((folder / name).stat().st_size for name in NETWORKS) < 12e6
