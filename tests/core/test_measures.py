"""Shape and colour figures on cases that can be reckoned by hand."""

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.finishing.outsides import filled_up, outside_points
from brickprint.core.finishing.profiles import profile
from brickprint.core.finishing.solids import solid_of
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.measures import (
    built_distance,
    distance_to_triangles,
    fine_iou,
    outer_faces,
    shape_iou,
    surface_distance,
)
from brickprint.core.slicing.closing import close
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


STUD_MM3 = np.pi * 2.4**2 * 1.7


def built(name, mesh, shape):
    """Fine IoU, mean distance in mm and outside area in mm2 of one part against a mesh."""
    catalogue = load_parts("all")
    layout = np.zeros(1, LAYOUT_DTYPE)
    layout["part"] = [part.name for part in catalogue.parts].index(name)
    solid = filled_up(solid_of(layout, catalogue, shape), np.zeros(shape, bool))
    points, area = outside_points(layout, catalogue, solid)
    samples = sample_surface(mesh, np.zeros(len(mesh.triangles), bool), 1.0)
    closed = close(mesh.vertices, mesh.triangles)
    return fine_iou(solid, closed), built_distance(points, area, samples, mesh.corners), area.sum()


def test_a_brick_leaves_its_box_by_its_studs_only():
    iou, distance, area = built("Brick 2 x 2", mesh_of(box((16, 16, 9.6))), (3, 2, 2))
    volume = 16 * 16 * 9.6
    assert iou == pytest.approx(volume / (volume + 4 * STUD_MM3), rel=1e-3)
    top, side = np.pi * 2.4**2, np.pi * 4.8 * 1.7
    # The tops of studs stand for what they cover, within what fine cells can tell.
    assert area == pytest.approx(16 * 16 + 4 * 16 * 9.6 + 4 * side, rel=0.02)
    assert distance == pytest.approx(4 * (1.7 * top + 0.85 * side) / area, rel=0.01)


def test_a_tile_is_its_box():
    iou, distance, _ = built("Tile 2 x 4", mesh_of(box((32, 16, 3.2))), (3, 2, 4))
    assert iou == pytest.approx(1)
    assert distance == pytest.approx(0, abs=1e-9)


def test_a_slope_is_nearer_to_a_ramp_than_a_brick():
    part = next(part for part in load_parts("all").parts if part.name == "Slope Brick 45 2 x 2")
    corners = profile(part)
    ends = [np.column_stack([np.full(5, x), corners]) for x in (0.0, 16.0)]
    fan = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4]])
    sides = [[[i, 5 + (i + 1) % 5, 5 + i], [i, (i + 1) % 5, 5 + (i + 1) % 5]] for i in range(5)]
    mesh = mesh_of((np.concatenate(ends), np.concatenate([fan[:, ::-1], fan + 5, *sides]).astype(np.int32)))
    iou, distance, _ = built(part.name, mesh, (3, 2, 2))
    body = 0.7917 * 16 * 16 * 9.6
    assert iou == pytest.approx(body / (body + 2 * STUD_MM3), abs=0.01)
    worse = built("Brick 2 x 2", mesh, (3, 2, 2))
    assert worse[0] < iou - 0.15
    assert worse[1] > 3 * distance
