"""Meshes to cells: closing, cutting, exact areas, surface colours."""

import numpy as np
import pytest
from brickprint.core.detail import built, superposed
from brickprint.core.errors import Cancelled, NothingToBuild, UnusableMesh
from brickprint.core.mesh import Material, Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings
from brickprint.core.sizing import ModelSize, into_grid
from brickprint.core.slicing.cells import slice_to_cells
from brickprint.core.slicing.closing import close
from brickprint.core.slicing.coverage import cell_shares
from brickprint.core.slicing.facing import winding_numbers
from brickprint.core.slicing.heights import adaptive_heights
from brickprint.core.slicing.opacity import opaque
from brickprint.core.slicing.surface import look_at_surface
from brickprint.core.slicing.trajectories import cut
from hypothesis import given
from hypothesis import strategies as st
from shapes import ball, box, inverted, joined, mesh_of, volume

STUD = 8.0


def shares(body, planes=12, studs=(20, 20), step=3.2):
    heights = (np.arange(planes) + 0.5) * step
    return cell_shares(cut(close(*body).corners, heights), planes, studs, STUD)


def box_shares(size, at, planes=12, studs=(20, 20), step=3.2):
    """The shares of an axis-parallel box, from the lengths of intervals."""

    def overlap(count, axis):
        low = np.arange(count) * STUD
        inside = np.minimum(low + STUD, at[axis] + size[axis]) - np.maximum(low, at[axis])
        return np.clip(inside / STUD, 0, 1)

    middle = (np.arange(planes) + 0.5) * step
    there = (middle > at[2]) & (middle < at[2] + size[2])
    return there[:, None, None] * overlap(studs[0], 1)[None, :, None] * overlap(studs[1], 0)[None, None]


lengths = st.floats(1.0, 70.0)


@given(size=st.tuples(lengths, lengths, st.floats(4.0, 30.0)), at=st.tuples(*[st.floats(0.01, 80.0)] * 2, st.just(0.3)))
def test_areas_of_a_box_are_exact(size, at):
    assert np.allclose(shares(box(size, at)), box_shares(size, at), atol=1e-9)


@given(angle=st.floats(0.0, 6.3), sides=st.integers(3, 9), radius=st.floats(2.0, 70.0))
def test_areas_of_a_prism_add_up(angle, sides, radius):
    turn = angle + np.arange(sides) * 2 * np.pi / sides
    outline = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius + 80
    low = np.column_stack([outline, np.zeros(sides)])
    vertices = np.concatenate([low, low + [0, 0, 10.0]])
    i, j = np.arange(sides), (np.arange(sides) + 1) % sides
    sheath = np.concatenate([np.stack([i, j, j + sides], 1), np.stack([i, j + sides, i + sides], 1)])
    fan = np.stack([np.zeros(sides - 2, int), i[1:-1], i[2:]], 1)
    area = 0.5 * sides * radius**2 * np.sin(2 * np.pi / sides)
    found = shares((vertices, np.concatenate([sheath, fan[:, ::-1], fan + sides])), planes=3)
    assert np.allclose(found.sum(axis=(1, 2)) * STUD**2, area, rtol=1e-9)


def test_areas_of_a_ball_give_its_volume():
    body = ball(70.0, rings=90, sides=180, at=(80, 80, 80))
    found = shares(body, planes=50)
    assert found.sum() * STUD**2 * 3.2 == pytest.approx(volume(body[0][body[1]]), rel=2e-3)


def test_a_cell_is_filled_from_half_its_area_up():
    for width, filled in ((0.49, False), (0.51, True)):
        body = joined(box((8 * width, 8.0, 9.6), (0, 8, 0)), box((8, 8, 9.6), (0, 0, 0)))
        found = sliced(mesh_of(body), ModelSize(1, 2, 3))
        assert found.target[:, 0].all()
        assert found.target[:, 1].all() == filled


def test_a_brick_cell_is_filled_when_two_of_its_plates_are():
    for height, filled in ((4.7, False), (5.0, True)):
        body = joined(box((8.0, 8.0, height), (0, 8, 0)), box((8, 8, 9.6), (0, 0, 0)))
        assert superposed(sliced(mesh_of(body), ModelSize(1, 2, 3)).target)[0, 1, 0] == filled


def test_three_slices_superposed_put_a_border_where_two_have_it_or_in_the_middle():
    for reach, expected in (((4, 4, 4), 4), ((3, 5, 3), 3), ((5, 5, 2), 5), ((2, 4, 7), 4), ((7, 2, 4), 4)):
        target = np.arange(8) < np.array(reach)[:, None]
        assert np.count_nonzero(superposed(target[:, None, :])) == expected


def sliced(mesh, size, cusp=0.8, **rest):
    return slice_to_cells(mesh, size, cusp, **rest)


def bricks_of(mesh, size):
    """The mesh's colours on a grid of bricks."""
    found = sliced(mesh, size)
    bricks = superposed(found.target)
    plates = np.zeros_like(bricks)
    return look_at_surface(found.samples, built(found.target, bricks, plates), plates)


def test_no_segments_cover_nothing():
    empty = cut(close(*box((40, 40, 3))).corners, np.array([50.0, 60.0]))
    assert not cell_shares(empty, 2, (5, 5), STUD).any()


# Winding, not parity


def test_overlapping_bodies_are_their_union():
    first, second = (box((40, 40, 16), (8, 8, 0)), box((40, 40, 16), (30, 25, 0)))
    both = shares(joined(first, second), planes=5)
    expected = np.maximum(shares(first, planes=5), shares(second, planes=5))
    assert np.abs(both - expected).max() < 0.06  # rows with overlaps are measured by lines
    assert both.sum() == pytest.approx(expected.sum(), rel=0.01)


def test_a_body_inside_a_body_changes_nothing():
    outer = ball(70, at=(80, 80, 80))
    both, alone = shares(joined(outer, ball(30, at=(80, 80, 80))), planes=50), shares(outer, planes=50)
    assert np.abs(both - alone).max() < 0.06
    assert both.sum() == pytest.approx(alone.sum(), rel=1e-3)


def test_an_inverted_body_fills_the_same_cells():
    body = ball(70, at=(80, 80, 80))
    assert np.allclose(shares(inverted(body), planes=50), shares(body, planes=50))


def test_an_inverted_body_beside_a_good_one_is_turned_round():
    good, bad = box((30, 30, 10), (5, 5, 0)), inverted(box((30, 30, 10), (20, 20, 0)))
    assert shares(joined(good, bad), planes=3).max() == 1.0
    assert close(*joined(good, bad)).flipped.tolist() == [False] * 12 + [True] * 12


@pytest.mark.parametrize("turn", [lambda body: body, inverted], ids=["as made", "inside out"])
def test_a_cavity_stays_a_cavity(turn):
    body = turn(joined(box((80, 80, 40)), inverted(box((40, 40, 20), (20, 20, 10)))))
    found = shares(body, planes=12)
    assert found[6, 5, 5] == 0.0
    assert found[1, 5, 5] == 1.0


def test_triangles_turned_at_random_are_mended():
    vertices, triangles = ball(70, at=(80, 80, 80))
    turned = np.random.default_rng(3).random(len(triangles)) < 0.1
    mixed = np.where(turned[:, None], triangles[:, ::-1], triangles)
    assert np.abs(shares((vertices, mixed), planes=50) - shares((vertices, triangles), planes=50)).sum() < 5


def test_half_a_ball_inside_out_is_mended_whole():
    vertices, triangles = ball(70, at=(80, 80, 80))
    lower = vertices[triangles][:, :, 2].mean(axis=1) < 80
    closed = close(vertices, np.where(lower[:, None], triangles[:, ::-1], triangles))
    assert closed.open_share == 0.0
    assert volume(closed.corners) == pytest.approx(volume(vertices[triangles]))
    assert np.array_equal(closed.flipped, lower)


def test_two_sided_faces_count_once():
    vertices, triangles = ball(70, at=(80, 80, 80))
    double = np.concatenate([triangles, triangles[:, ::-1]])
    assert np.allclose(shares((vertices, double), planes=50), shares((vertices, triangles), planes=50))


def test_what_only_partly_lies_inside_is_no_cavity():
    torso, arm = box((80, 40, 120)), inverted(box((120, 20, 20), (20, 10, 40)))
    for k in range(12):
        closed = close(*joined(torso, (arm[0], np.roll(arm[1], k, axis=0))))
        assert closed.flipped.tolist() == [False] * 12 + [True] * 12


def test_many_bodies_inside_out_are_turned():
    balls = [ball(1.0, rings=4, sides=5, at=(3 * i, 3 * j, 0)) for i in range(12) for j in range(12)]
    mixed = joined(*(inverted(one) if i % 2 else one for i, one in enumerate(balls)))
    assert volume(close(*mixed).corners) == pytest.approx(144 * volume(balls[0][0][balls[0][1]]))


def test_faces_without_area_are_refused():
    with pytest.raises(UnusableMesh, match="without area"):
        close(np.random.default_rng(0).random((9, 3)), np.array([[0, 1, 1], [2, 3, 3], [4, 4, 5]]))


def test_triangles_that_share_no_vertices_are_welded():
    vertices, triangles = ball(70, at=(80, 80, 80))
    soup = vertices[triangles].reshape(-1, 3), np.arange(len(triangles) * 3).reshape(-1, 3)
    assert np.allclose(shares(soup, planes=50), shares((vertices, triangles), planes=50))


def test_a_hole_is_closed_straight_across():
    vertices, triangles = box((80, 80, 20))
    holed = vertices, triangles[2:]  # no bottom
    closed = close(*holed)
    assert np.allclose(shares(holed, planes=6), shares((vertices, triangles), planes=6))
    assert closed.open_share == pytest.approx(6400 / (2 * 6400 + 4 * 1600))


@given(st.integers(0, 2**32 - 1))
def test_winding_numbers_of_any_triangles_are_whole_after_closing(seed):
    rng = np.random.default_rng(seed)
    vertices, triangles = rng.random((9, 3)), rng.integers(0, 9, (14, 3))
    try:
        corners = close(vertices, triangles).corners
    except UnusableMesh:
        return
    numbers = winding_numbers(corners, rng.random((20, 3)) * 1.5 - 0.25)
    assert np.allclose(numbers, np.rint(numbers), atol=1e-6)


def test_a_single_sheet_is_refused():
    with pytest.raises(UnusableMesh, match="thickness"):
        close(np.array([[0, 0, 0], [1, 0, 0], [1, 1, 1], [0, 1, 1]], float), np.array([[0, 1, 2], [0, 2, 3]]))


def test_too_thin_for_any_cell_is_refused():
    with pytest.raises(NothingToBuild, match="more studs"):
        Conversion(mesh_of(joined(box((1, 100, 1)), box((100, 1, 1))))).run(Settings(studs=20))


def test_cancelling_stops_the_slicing():
    placed = into_grid(mesh_of(ball()), 40)
    with pytest.raises(Cancelled):
        slice_to_cells(placed.mesh, placed.size, 1.6, progress=Progress(cancelled=lambda: True))


# Colour of the surface


def striped(texture, base=(1.0, 1.0, 1.0, 1.0)):
    """A box of 10 x 1 x 1 bricks whose sides show the texture once along x."""
    vertices, triangles = box((80, 8, 9.6))
    corners = vertices[triangles]
    uvs = np.stack([corners[..., 0] / 80, corners[..., 1] / 16 + corners[..., 2] / 20], axis=-1).astype(np.float32)
    return Mesh(vertices, triangles, (Material("stripes", base, texture),), uvs=uvs)


def test_every_cell_takes_the_colour_of_its_own_surface():
    texture = np.full((1, 10, 4), 255, np.uint8)
    texture[0, :5, 1:3] = 0  # red, then white
    surface = bricks_of(striped(texture), ModelSize(10, 1, 3)).of_unit
    assert np.allclose(surface[1:4], [1, 0, 0], atol=0.05)
    assert np.allclose(surface[6:9], [1, 1, 1], atol=0.05)


def test_fine_textures_are_averaged_not_picked():
    texture = np.full((4, 640, 4), 255, np.uint8)
    texture[:, ::2, :3] = 0  # black and white columns, 64 to a stud
    surface = bricks_of(striped(texture), ModelSize(10, 1, 3)).of_unit
    assert np.allclose(surface, 0.5, atol=0.03)  # linear light: half the light


def test_buried_surfaces_do_not_show():
    body = joined(box((80, 80, 48)), box((40, 40, 24), (21, 21, 13)))
    material = np.repeat([0, 1], 12).astype(np.int32)
    mesh = Mesh(*body, (Material("red", (1, 0, 0, 1)), Material("green", (0, 1, 0, 1))), material)
    surface = bricks_of(mesh, ModelSize(10, 10, 15)).of_unit
    assert np.allclose(surface, [1, 0, 0], atol=0.01)


def test_visible_units_are_those_on_the_outside_air():
    surface = bricks_of(mesh_of(box((40, 40, 48))), ModelSize(5, 5, 15))
    assert len(surface.seen) == 5**3 - 3**3
    assert len(surface.cells) == 5 * 5 * 15 - 3 * 3 * 13
    assert np.allclose(surface.of_unit, [0.8, 0.1, 0.1], atol=1e-6)


def test_transparent_faces_are_no_surface():
    body = joined(box((40, 40, 28.8)), box((16, 16, 28.8), (48, 0, 0)))
    material = np.repeat([0, 1], 12).astype(np.int32)
    glass = Material("glass", (1, 1, 1, 0.3))
    mesh = Mesh(*body, (Material("red", (1, 0, 0, 1)), glass), material)
    found, warnings = opaque(mesh, 0.7)
    assert len(found.triangles) == 12
    assert "transparent" in warnings[0]
    assert opaque(mesh, 0.2) == (mesh, ())
    with pytest.raises(UnusableMesh, match="transparent"):
        opaque(mesh_of(box((40, 40, 28.8)), (1, 1, 1, 0.1)), 0.7)


# Where the planes lie


def test_upright_walls_need_one_plane_a_brick_and_slanted_ones_many():
    tower = close(*box((40, 40, 48)))
    inside = adaptive_heights(tower.corners, 15, 1.6)
    assert inside.band_plates.tolist() == [1, 1, 1, 3, 3, 3, 1, 1, 1]  # the level ends keep their plates
    sphere = close(*ball(72, rings=60, sides=60, at=(72, 72, 72)))
    heights = adaptive_heights(sphere.corners, 45, 0.8)
    per_plate = np.diff(heights.band_start, append=len(heights.height))
    assert per_plate[0] == per_plate[-1] == 4  # thin at the poles
    assert per_plate[22] == 1  # thick at the equator
    assert (np.diff(heights.height) > 0).all()


@given(cusp=st.floats(0.05, 9.6), plates=st.integers(1, 9))
def test_planes_are_spread_evenly_over_their_bands(cusp, plates):
    corners = close(*ball(plates * 4.8, rings=12, sides=9, at=(50, 50, plates * 4.8))).corners
    heights = adaptive_heights(corners, plates * 3, cusp)
    assert heights.band_plates.sum() == plates * 3
    bottom = (np.cumsum(heights.band_plates) - heights.band_plates) * 3.2
    planes = np.diff(heights.band_start, append=len(heights.height))
    middle = np.add.reduceat(heights.height, heights.band_start) / planes
    assert np.allclose(middle, bottom + heights.band_plates * 1.6)


def test_fewer_planes_give_nearly_the_same_cells():
    placed = into_grid(mesh_of(ball(1.0, rings=60, sides=90)), 40)
    fine, coarse = (sliced(placed.mesh, placed.size, cusp) for cusp in (0.2, 3.2))
    assert len(coarse.heights) < len(fine.heights) / 3
    assert np.count_nonzero(fine.target ^ coarse.target) < 0.01 * np.count_nonzero(fine.target)


# Thin walls


def fin(width):
    """A block of 5 x 5 studs with an upright fin that leaves it along x, in the middle of a row of studs."""
    return joined(box((40, 40, 19.2)), box((42, width, 19.2), (38, 20 - width / 2, 0)))


def test_thin_walls_are_kept_on_demand():
    size = ModelSize(10, 5, 6)
    lost, kept = (sliced(mesh_of(fin(2.0)), size, keep_thin=keep).target for keep in (False, True))
    assert not lost[:, :, 5:].any()
    assert kept[:, 2, 5:].all()
    assert np.array_equal(lost[:, :, :5], kept[:, :, :5])
    assert np.count_nonzero(kept[:, :, 5:]) == 6 * 5


def test_keeping_thin_walls_leaves_thick_bodies_alone():
    placed = into_grid(mesh_of(ball(1.0, rings=40, sides=60)), 30)
    plain, thin = (sliced(placed.mesh, placed.size, keep_thin=keep).target for keep in (False, True))
    assert np.count_nonzero(thin ^ plain) < 0.01 * np.count_nonzero(plain)


def test_volume_of_a_ball_is_kept_by_the_shares():
    body = ball(1.0, rings=120, sides=240)
    placed = into_grid(mesh_of(body), 60)
    found = sliced(placed.mesh, placed.size, cusp=1.6)
    assert found.volume_mm3 == pytest.approx(volume(placed.mesh.corners), rel=1e-3)
