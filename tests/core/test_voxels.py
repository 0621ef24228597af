"""The sampler by voxels: touched cells, what they shut off, and their colours."""

import numpy as np
import pytest
from brickprint.core.errors import Cancelled
from brickprint.core.mesh import Material, Mesh
from brickprint.core.progress import Progress
from brickprint.core.sizing import ModelSize, into_grid
from brickprint.core.slicing.closing import close
from brickprint.core.slicing.voxels import voxel_cells, voxel_surface
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ball, box, inverted, joined, mesh_of

CELL = np.array([8.0, 8.0, 3.2])


def voxels_of(mesh, size, **rest):
    return voxel_cells(mesh, close(mesh.vertices, mesh.triangles), size, **rest)


def touched(voxels):
    cells = np.zeros(voxels.target.shape, bool)
    cells[tuple(voxels.cell.T)] = True
    return cells


def clipped_area(triangle, low, high):
    """Area of a triangle inside a box, by cutting it with the box's six planes one after the other."""
    polygon = triangle
    for axis in range(3):
        for side, bound in ((1, low[axis]), (-1, -high[axis])):
            inside = polygon[:, axis] * side - bound
            kept = []
            for here, there, a, b in zip(
                polygon, np.roll(polygon, -1, axis=0), inside, np.roll(inside, -1), strict=True
            ):
                if a >= 0:
                    kept.append(here)
                if (a < 0) != (b < 0):
                    kept.append(here + (there - here) * a / (a - b))
            if len(kept) < 3:
                return 0.0
            polygon = np.array(kept)
    fan = np.cross(polygon[1:-1] - polygon[0], polygon[2:] - polygon[0]).sum(axis=0)
    return np.linalg.norm(fan) / 2


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_touched_cells_are_those_in_which_a_triangle_has_area(seed):
    corners = np.random.default_rng(seed).random((4, 3)) * (32, 32, 19.2)
    mesh = mesh_of((corners, np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.int32)))
    closed = close(mesh.vertices, mesh.triangles)
    voxels = voxel_cells(mesh, closed, ModelSize(4, 4, 6))
    found = set(zip(voxels.samples.triangle.tolist(), map(tuple, voxels.cell.tolist()), strict=True))
    for row, triangle in enumerate(mesh.corners):
        for z, y, x in np.ndindex(6, 4, 4):
            area = clipped_area(triangle, np.array([x, y, z]) * CELL, np.array([x + 1, y + 1, z + 1]) * CELL)
            if area > 0.05:  # where it only grazes, the skin decides
                assert (row, (z, y, x)) in found
            elif area == 0.0:
                low, high = np.array([x, y, z]) * CELL - 0.01, np.array([x + 1, y + 1, z + 1]) * CELL + 0.01
                assert (row, (z, y, x)) not in found or clipped_area(triangle, low, high) > 0


def test_a_box_on_the_grid_fills_its_own_cells_only():
    voxels = voxels_of(mesh_of(box((24, 16, 9.6), (8, 8, 9.6))), ModelSize(5, 4, 9))
    expected = np.zeros((9, 4, 5), bool)
    expected[3:6, 1:3, 1:4] = True
    np.testing.assert_array_equal(voxels.target, expected)
    np.testing.assert_array_equal(voxels.bricks, expected[::3])


@pytest.mark.parametrize("turn", [lambda body: body, inverted], ids=["as made", "inside out"])
def test_an_l_on_the_grid_is_filled_without_a_leak(turn):
    body = turn(joined(box((40, 40, 9.6)), box((16, 40, 19.2), (0, 0, 9.6))))
    voxels = voxels_of(mesh_of(body), ModelSize(5, 5, 9))
    assert voxels.target[:3].all() and voxels.target[3:, :, :2].all() and not voxels.target[3:, :, 2:].any()


def test_a_box_off_the_grid_fills_every_cell_it_touches():
    voxels = voxels_of(mesh_of(box((24, 16, 9.6), (6, 6, 1))), ModelSize(5, 4, 6))
    assert voxels.target[:4, :3, :4].all() and voxels.target.sum() == 4 * 3 * 4
    assert voxels.bricks.all(axis=0)[:3, :4].all() and voxels.bricks.sum() == 2 * 3 * 4


def test_a_ball_is_full_and_at_least_as_large_as_its_cells():
    placed = into_grid(mesh_of(ball(50)), 13)
    voxels = voxels_of(placed.mesh, placed.size)
    centres = (np.argwhere(np.ones(voxels.target.shape, bool))[:, ::-1] + 0.5) * CELL
    inside = np.linalg.norm(centres - placed.mesh.vertices.mean(axis=0), axis=1) < 50
    assert voxels.target.ravel()[inside].all()
    assert not touched(voxels)[len(voxels.target) // 2, 6, 6]


def test_a_hole_is_closed_and_has_no_colour_of_its_own():
    vertices, triangles = box((40, 40, 19.2))
    mesh = mesh_of((vertices, triangles[2:]))  # no bottom
    voxels = voxels_of(mesh, ModelSize(5, 5, 6))
    assert voxels.target.all() and not touched(voxels)[0, 1:-1, 1:-1].any()
    surface = voxel_surface(voxels, voxels.target, np.ones((2, 5, 5), bool), 0.7)
    np.testing.assert_allclose(surface.of_cell, np.broadcast_to([0.8, 0.1, 0.1], (len(surface.cells), 3)), atol=1e-6)


def striped():
    """A box of 4 x 1 x 1 bricks, red below z = 4.8 and green above, by its texture."""
    vertices, triangles = box((32, 8, 9.6))
    corners = vertices[triangles]
    uvs = np.stack([corners[..., 0] / 32, corners[..., 2] / 9.6 * 0.8 + 0.1], axis=-1).astype(np.float32)
    texture = np.zeros((32, 1, 4), np.uint8)
    texture[:16, :, 0] = texture[16:, :, 1] = texture[..., 3] = 255
    return Mesh(vertices, triangles, (Material("stripes", (1, 1, 1, 1), texture),), uvs=uvs)


@pytest.mark.parametrize("turn", [False, True], ids=["as made", "inside out"])
def test_cells_take_the_colour_at_the_point_nearest_to_their_centre(turn):
    mesh = striped()
    if turn:
        mesh = Mesh(mesh.vertices, mesh.triangles[:, ::-1], mesh.materials, uvs=mesh.uvs[:, ::-1])
    voxels = voxels_of(mesh, ModelSize(4, 1, 3))
    np.testing.assert_allclose(np.einsum("ij,ij->i", voxels.samples.normal, voxels.samples.normal), 1)
    surface = voxel_surface(voxels, voxels.target, np.ones((1, 1, 4), bool), 0.7)
    low, high = surface.cells[:, 0] == 0, surface.cells[:, 0] == 2
    # The floor (red) and the ceiling (green) are nearest in the lowest and highest cells.
    np.testing.assert_allclose(surface.of_cell[low], [[1, 0, 0]] * 4, atol=0.02)
    np.testing.assert_allclose(surface.of_cell[high], [[0, 1, 0]] * 4, atol=0.02)
    whole = voxel_surface(voxels, voxels.target, np.zeros((1, 1, 4), bool), 0.7)
    np.testing.assert_allclose(whole.of_unit[:, :2].sum(axis=1), 1, atol=0.02)
    assert (np.abs(whole.of_unit[:, 0] - 0.5) < 0.2).all()


def test_see_through_points_do_not_colour_what_others_touch():
    materials = Material("glass", (0, 0, 1, 0.2)), Material("red", (1, 0, 0, 1))
    body = joined(box((8, 8, 3.2)), box((6, 6, 2.0), (1, 1, 0.6)))
    mesh = Mesh(*body, materials, np.repeat([0, 1], 12).astype(np.int32))
    voxels = voxels_of(mesh, ModelSize(1, 1, 3))
    args = voxels, voxels.target, np.ones((1, 1, 1), bool)
    np.testing.assert_allclose(voxel_surface(*args, 0.7).of_cell[0], [1, 0, 0])
    np.testing.assert_allclose(voxel_surface(*args, 0.1).of_cell[0], [1, 0, 0])  # it is nearer to the centre
    alone = voxels_of(mesh.only(np.arange(12)), ModelSize(1, 1, 3))
    np.testing.assert_allclose(voxel_surface(alone, *args[1:], 0.7).of_cell[0], [0, 0, 1])


def test_samples_lie_on_the_mesh_nearest_to_the_centres():
    mesh = mesh_of(ball(30, rings=6, sides=8, at=(32, 32, 31)))
    voxels = voxels_of(mesh, ModelSize(8, 8, 21))
    centres = (voxels.cell[:, ::-1] + 0.5) * CELL
    away = np.linalg.norm(voxels.samples.position - centres, axis=1)
    shares = np.random.default_rng(0).dirichlet([0.7] * 3, 300)
    points = np.einsum("sc,ncd->nsd", shares, mesh.corners[voxels.samples.triangle])
    assert (np.linalg.norm(points - centres[:, None], axis=-1).min(axis=1) >= away - 1e-9).all()
    corners = mesh.corners[voxels.samples.triangle]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    assert np.abs(np.einsum("ij,ij->i", voxels.samples.position - corners[:, 0], normal)).max() < 1e-9


def test_many_pairs_are_tested_a_few_at_a_time(monkeypatch):
    mesh = mesh_of(ball(60, at=(64, 64, 62)))
    whole = voxels_of(mesh, ModelSize(16, 16, 39))
    monkeypatch.setattr("brickprint.core.slicing.voxels._PAIRS_AT_ONCE", 97)
    pieces = voxels_of(mesh, ModelSize(16, 16, 39))
    np.testing.assert_array_equal(whole.target, pieces.target)
    np.testing.assert_array_equal(whole.cell, pieces.cell)


def test_it_can_be_stopped():
    with pytest.raises(Cancelled):
        voxels_of(mesh_of(box((24, 16, 9.6))), ModelSize(3, 2, 3), progress=Progress(cancelled=lambda: True))
