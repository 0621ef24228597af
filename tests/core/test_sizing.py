"""Resolution to grid size, the placement in the scene, and meshes that can't be placed."""

import numpy as np
import pytest
from brickprint.core.errors import TooLarge, UnusableMesh
from brickprint.core.mesh import Mesh
from brickprint.core.sizing import ModelSize, into_grid, model_size
from hypothesis import given
from hypothesis import strategies as st
from shapes import box, mesh_of


def test_a_cube_at_20_studs_takes_17_layers():
    assert model_size(np.array([1.0, 1.0, 1.0]), 20) == ModelSize(20, 20, 17 * 3)


@given(
    size=st.tuples(*[st.floats(0.1, 10)] * 3),
    at=st.tuples(*[st.floats(-50, 50)] * 3),
    studs=st.integers(2, 60),
    scale=st.sampled_from([1e-5, 1.0, 1e6]),
)
def test_the_mesh_fits_its_grid_and_comes_back(size, at, studs, scale):
    mesh = mesh_of(box(np.array(size) * scale, np.array(at) * scale))
    placed = into_grid(mesh, studs)
    grid = np.array([placed.size.studs_x * 8, placed.size.studs_y * 8, placed.size.plates_z * 3.2])
    slack = 1e-4 * grid.max()
    assert (placed.mesh.vertices >= -slack).all() and (placed.mesh.vertices <= grid + slack).all()
    assert max(placed.size.studs_x, placed.size.studs_y) == studs
    assert placed.size.plates_z % 3 == 0
    back = np.array(placed.placement.origin) + placed.placement.unit * placed.mesh.vertices
    assert np.allclose(back, mesh.vertices, atol=1e-9 * scale * 100)


def test_no_faces_no_numbers_no_thickness():
    vertices, triangles = box()
    with pytest.raises(UnusableMesh, match="no faces"):
        into_grid(Mesh(vertices, triangles[:0]), 20)
    broken = vertices.copy()
    broken[3, 1] = np.nan
    with pytest.raises(UnusableMesh, match="1 vertices whose coordinates are not numbers"):
        into_grid(Mesh(broken, triangles), 20)
    for axis, name in enumerate("XYZ"):
        flat = vertices.copy()
        flat[:, axis] = 0
        with pytest.raises(UnusableMesh, match=f"no thickness along {name}"):
            into_grid(Mesh(flat, triangles), 20)
    with pytest.raises(UnusableMesh, match="one point"):
        into_grid(Mesh(vertices * 0, triangles), 20)


def test_a_loose_vertex_far_away_does_not_count():
    vertices, triangles = box()
    with_stray = np.concatenate([vertices, [[1e9, np.nan, 0]]])
    assert into_grid(Mesh(with_stray, triangles), 20).size == ModelSize(20, 20, 51)


def test_100000_studs_are_refused_with_the_memory_they_take():
    with pytest.raises(TooLarge, match=r"GB of memory.*ask for at most \d+ studs"):
        into_grid(mesh_of(box()), 100_000)
