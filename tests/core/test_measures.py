"""Shape and colour figures on cases that can be reckoned by hand."""

import numpy as np
import pytest
from brickprint.core.measures import distance_to_triangles, outer_faces, shape_iou, surface_distance
from brickprint.core.slicing.surface import sample_surface
from hypothesis import given
from hypothesis import strategies as st
from shapes import box, mesh_of


def test_iou_of_shifted_boxes():
    first, second = np.zeros((2, 6, 4, 10), bool)
    first[:, :, :6], second[:, :, 3:9] = True, True
    assert shape_iou(first, second) == pytest.approx(3 / 9)
    assert shape_iou(first, first) == 1.0


def test_iou_looks_at_the_outside_only():
    full = np.ones((6, 6, 6), bool)
    hollow = full.copy()
    hollow[2:4, 2:4, 2:4] = False
    assert shape_iou(hollow, full) == 1.0


def test_outer_faces_of_one_cell():
    cell = np.zeros((3, 3, 3), bool)
    cell[1, 1, 1] = True
    centres = outer_faces(cell)
    assert len(centres) == 6
    assert np.allclose(centres.mean(axis=0), [12, 12, 4.8])
    assert np.allclose(np.ptp(centres, axis=0), [8, 8, 3.2])


point = st.tuples(*[st.floats(-2, 2)] * 3).map(np.array)


@given(point=point, corners=st.tuples(point, point, point).map(np.array))
def test_distance_to_a_triangle_is_that_to_its_nearest_point(point, corners):
    u, v = np.meshgrid(*[np.linspace(0, 1, 121)] * 2)
    inside = u + v <= 1 + 1e-9
    weights = np.stack([u[inside], v[inside], 1 - u[inside] - v[inside]], axis=1)
    nearest = np.linalg.norm(weights @ corners - point, axis=1).min()
    assert distance_to_triangles(point, corners) == pytest.approx(nearest, abs=0.06)


def test_a_model_that_is_its_mesh_has_no_distance():
    mesh = mesh_of(box((40, 40, 19.2)))
    samples = sample_surface(mesh, np.zeros(12, bool), 4.0)
    assert surface_distance(np.ones((6, 5, 5), bool), samples, mesh.corners) == pytest.approx(0, abs=1e-9)
    taller = mesh_of(box((40, 40, 19.2 + 1.6)))  # the top lies 1.6 mm lower: 25 of 25 + 25 + 120 faces
    samples = sample_surface(taller, np.zeros(12, bool), 4.0)
    assert surface_distance(np.ones((6, 5, 5), bool), samples, taller.corners) == pytest.approx(
        1.6 * 25 / 170, abs=0.01
    )
