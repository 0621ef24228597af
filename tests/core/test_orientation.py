"""Up axis, flips, scale factor, and the widest side to stand on."""

from itertools import product

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, UnusableMesh
from brickprint.core.mesh import Material, Mesh
from brickprint.core.orientation import oriented, scale_to_studs, turned, upright_extent, wanted_studs, widest_base
from brickprint.core.sizing import into_grid, model_size
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import box, joined, mesh_of, volume

LOW, HIGH = np.array([1.0, 2.0, 3.0]), np.array([3.0, 7.0, 12.0])  # a box of 2 x 5 x 9
CASES = [(up, flips) for up in "XYZ" for flips in product((False, True), repeat=3)]


def names(flips):
    return "".join(axis for axis, flip in zip("XYZ", flips, strict=True) if flip)


def coloured_box():
    """Colours of corners say where they were: linear R, G, B = how far along x, y, z; UVs how far along x and y."""
    vertices, triangles = box(HIGH - LOW, LOW)
    share = ((vertices - LOW) / (HIGH - LOW))[triangles].astype(np.float32)
    colours = np.concatenate([share, np.ones((len(triangles), 3, 1), np.float32)], axis=-1)
    return Mesh(vertices, triangles, (Material("", (1, 1, 1, 1)),), uvs=share[..., :2].copy(), corner_colours=colours)


def where_it_goes(share, up, flips):
    """Where a point at `share` (3,) of the box goes to: which shares become x, y, z."""
    x, y, z = share
    upright = {"Z": (x, y, z), "Y": (x, 1 - z, y), "X": (y, z, x)}[up]
    return np.array([1 - s if flip else s for s, flip in zip(upright, flips, strict=True)])


@pytest.mark.parametrize(("up", "flips"), CASES, ids=lambda value: value if isinstance(value, str) else names(value))
def test_every_axis_and_flip(up, flips):
    mesh = coloured_box()
    found = oriented(mesh, up, names(flips))
    assert volume(found.corners) == pytest.approx(2 * 5 * 9)  # never inside out
    low, high = found.vertices.min(axis=0), found.vertices.max(axis=0)
    np.testing.assert_allclose(high - low, {"Z": (2, 5, 9), "Y": (2, 9, 5), "X": (5, 9, 2)}[up])
    np.testing.assert_allclose((low + high) / 2, (LOW + HIGH) / 2)
    place = (found.corners - low) / (high - low)
    wanted = np.array([[where_it_goes(colour[:3], up, flips) for colour in row] for row in found.corner_colours])
    np.testing.assert_allclose(place, wanted, atol=1e-6)
    np.testing.assert_array_equal(found.uvs, found.corner_colours[..., :2])


def test_the_marked_corner_of_a_y_up_mesh():
    """A file with y up shows its front along +z; upright, the front is at -y."""
    mesh = mesh_of((np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]], float), np.array([[0, 1, 2]] * 2)))
    mesh = Mesh(mesh.vertices, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32))
    found = oriented(mesh, "Y").vertices
    np.testing.assert_allclose(found - found[0], [[0, 0, 0], [1, 0, 0], [0, 0, 2], [0, -3, 0]], atol=1e-12)


def test_upright_stays_as_it_is_and_two_flips_are_none():
    mesh = coloured_box()
    assert oriented(mesh) is mesh
    assert oriented(mesh, "z", ["x", "X"]) is mesh


def test_unknown_axes_are_refused():
    for up, flips in (("W", ""), ("", ""), ("Z", "XQ")):
        with pytest.raises(BadSetting, match="use X, Y or Z"):
            oriented(coloured_box(), up, flips)


def test_bad_meshes_are_left_to_those_who_name_them():
    empty = Mesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32))
    assert len(oriented(empty, "Y", "X").vertices) == 0
    vertices, triangles = box()
    vertices[3] = np.nan
    with pytest.raises(UnusableMesh, match="1 vertices"):
        into_grid(oriented(mesh_of((vertices, triangles)), "Z", ""), 10)
    assert np.isnan(oriented(mesh_of((vertices, triangles)), "Y", "X").vertices).any(axis=1).sum() == 1


# Scale


@pytest.mark.parametrize(("k", "cells"), [(10, (51, 34, 66)), (5, (26, 17, 33)), (2.5, (13, 9, 17))])
def test_scale_factor(k, cells):
    extent = np.array([408.0, 272.0, 633.6])
    size = model_size(extent, scale_to_studs(extent, k))
    assert (size.studs_x, size.studs_y, size.plates_z // 3) == cells


@pytest.mark.parametrize(
    ("k", "extent", "cells"),
    [(2.5, (96, 72, 163.2), (12, 9, 17)), (5, (208, 144, 316.8), (26, 18, 33)), (10, (408, 272, 633.6), (51, 34, 66))],
)
def test_published_sizes(k, extent, cells):
    """Boxes of the published sizes take the published cells, and the large one scaled down agrees within one."""
    studs = scale_to_studs(np.array(extent), 10)
    size = model_size(np.array(extent), studs)
    assert (size.studs_x, size.studs_y, size.plates_z // 3) == cells
    scaled = model_size(np.array([408, 272, 633.6]), scale_to_studs(np.array([408, 272, 633.6]), k))
    assert max(abs(np.array([scaled.studs_x, scaled.studs_y, scaled.plates_z // 3]) - cells)) <= 1


@pytest.mark.parametrize("k", [0, -1, np.nan, np.inf])
def test_scale_factors_that_make_nothing(k):
    with pytest.raises(BadSetting, match="above 0"):
        scale_to_studs(np.ones(3), k)


# The widest base


def tilted(body, *turn):
    return mesh_of((Rotation.from_euler("xyz", turn, degrees=True).apply(body[0]), body[1]))


def cone(radius, height, sides=60):
    angle = np.arange(sides) * 2 * np.pi / sides
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.zeros(sides)], axis=1)
    i, j = np.arange(sides), (np.arange(sides) + 1) % sides
    sheath = np.stack([i, j, np.full(sides, sides)], 1)
    base = np.stack([np.zeros(sides - 2, int), i[2:], i[1:-1]], 1)
    return np.concatenate([ring, [[0, 0, height]]]), np.concatenate([sheath, base]).astype(np.int32)


@given(st.tuples(*[st.floats(-180, 180)] * 3))
def test_a_tilted_box_is_laid_on_its_largest_side(turn):
    mesh = tilted(box((2, 5, 9)), *turn)
    found = widest_base(mesh)
    after = mesh if found is None else turned(mesh, found.rotation)
    extent = np.ptp(after.vertices, axis=0)
    assert extent[2] == pytest.approx(2, abs=0.1)
    if found is not None:
        assert found.area == pytest.approx(45)
        assert np.linalg.det(found.rotation) == pytest.approx(1)
        assert np.degrees(Rotation.from_matrix(found.rotation).magnitude()) == pytest.approx(found.angle, abs=1e-3)
        assert widest_base(after) is None


def test_a_box_that_stands_on_an_edge_has_no_present_side():
    found = widest_base(tilted(box((4, 4, 4)), 30, 0, 0))
    assert found.present_area == 0 and found.angle == pytest.approx(30) and found.area == pytest.approx(16)


def test_a_cube_may_stay():
    assert widest_base(mesh_of(box((4, 4, 4)))) is None
    assert widest_base(mesh_of(box((4, 4, 4.1)))) is None  # nearly as good
    assert widest_base(mesh_of(box((4, 4, 6)))).present_area == pytest.approx(16)


@pytest.mark.parametrize("turn", [(180, 0, 0), (90, 0, 0), (0, 77, 20)])
def test_a_cone_stands_on_its_base(turn):
    mesh = tilted(cone(3, 8), *turn)
    after = turned(mesh, widest_base(mesh).rotation)
    assert after.vertices[-1, 2] - after.vertices[:-1, 2].max() == pytest.approx(8)
    assert widest_base(after) is None


def test_where_it_would_fall_over_it_does_not_stand():
    """A foot with all the weight far out at one side: the foot is wide, but the weight is not above it."""
    body = joined(box((10, 10, 0.5)), box((1, 1, 12), (9, 4, 0)), box((40, 10, 10), (9, 0, 12)))
    found = widest_base(mesh_of(body))
    assert found.present_area == 0
    after = turned(mesh_of(body), found.rotation)
    assert np.ptp(after.vertices[:, 2]) == pytest.approx(10)  # it lies on its side
    assert widest_base(after) is None
    weighted = joined(box((10, 10, 0.5)), box((1, 1, 12), (9, 4, 0)), box((3, 10, 10), (7, 0, 12)))
    assert widest_base(mesh_of(weighted)).present_area == pytest.approx(100)


def test_faces_that_are_nearly_level_are_one_side():
    """A base that bulges by a hair, as scanned models have."""
    vertices, triangles = cone(3, 8)
    vertices = np.concatenate([vertices, [[0, 0, -0.005]]])
    sides = np.arange(60)
    fan = np.stack([np.full(60, 61), (sides + 1) % 60, sides], 1)
    mesh = mesh_of((vertices, np.concatenate([triangles[:60], fan]).astype(np.int32)))
    assert widest_base(mesh) is None
    lying = turned(mesh, Rotation.from_euler("x", 100, degrees=True).as_matrix())
    assert widest_base(lying).area == pytest.approx(np.pi * 9, rel=0.01)


def test_a_lying_bottle_is_stood_up(shared_data):
    trimesh = pytest.importorskip("trimesh")
    found = trimesh.load(shared_data / "meshes" / "FuzeBottle.glb", force="mesh")
    lying = oriented(mesh_of((np.asarray(found.vertices, float), np.asarray(found.faces, np.int32))), "Y")
    assert np.ptp(lying.vertices, axis=0).argmax() == 1  # the file's bottle lies
    suggestion = widest_base(lying)
    assert suggestion.angle == pytest.approx(90, abs=1)
    after = turned(lying, suggestion.rotation)
    assert np.ptp(after.vertices, axis=0).argmax() == 2
    assert widest_base(after) is None


def test_a_sheet_is_refused():
    with pytest.raises(UnusableMesh, match="thickness"):
        widest_base(mesh_of((np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], float), np.array([[0, 1, 2]]))))


@pytest.mark.parametrize("up", ["X", "Y", "Z"])
def test_the_extent_turns_with_the_mesh(up):
    mesh = mesh_of(box((2.0, 3.0, 5.0)))
    turned_extent = np.ptp(oriented(mesh, up).vertices, axis=0)
    assert np.allclose(upright_extent(np.array([2.0, 3.0, 5.0]), up), turned_extent)


def test_the_scale_factor_wins_over_studs_where_it_is_given():
    assert wanted_studs(np.array([0.408, 0.272, 0.6336]), 48, 0.0) == 48
    assert wanted_studs(np.array([0.408, 0.272, 0.6336]), 48, 10.0) == pytest.approx(51)
