"""Slices as loops: linked, nested, simplified, compared with their neighbours."""

import numpy as np
import pytest
from brickprint.core.errors import NothingToBuild
from brickprint.core.mesh import Mesh
from brickprint.core.sizing import ModelSize, into_grid
from brickprint.core.slicing.closing import close
from brickprint.core.slicing.contours import link
from brickprint.core.slicing.coverage import cell_shares
from brickprint.core.slicing.marking import differs, marked_cells
from brickprint.core.slicing.outlines import outlines, simplified
from brickprint.core.slicing.trajectories import Segments, cut
from hypothesis import given
from hypothesis import strategies as st
from shapes import ball, box, inverted, joined, mesh_of

STUD = 8.0


def heights(planes, step=3.2):
    return (np.arange(planes) + 0.5) * step


def sliced(body, planes=12, step=3.2):
    return link(cut(close(*body).corners, heights(planes, step)), planes)


def of_plane(contours, plane):
    return np.flatnonzero(contours.plane == plane)


def torus(radius, tube, at, around=48, across=24):
    """A ring that lies flat."""
    u, v = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
    turn, roll = u * 2 * np.pi / around, (v + 0.3) * 2 * np.pi / across
    reach = radius + tube * np.cos(roll)
    vertices = np.stack([reach * np.cos(turn), reach * np.sin(turn), tube * np.sin(roll)], axis=-1).reshape(-1, 3)
    a, b = u * across + v, (u + 1) % around * across + v
    c, d = (u + 1) % around * across + (v + 1) % across, u * across + (v + 1) % across
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    return vertices + at, triangles.astype(np.int32)


def loop_of(outline, plane=0):
    """The segments of one polygon."""
    outline = np.asarray(outline, float)
    return Segments(np.full(len(outline), plane), outline, np.roll(outline, -1, axis=0), np.arange(len(outline)))


def together(*segments):
    names = ("plane", "start", "end", "triangle")
    return Segments(*(np.concatenate([getattr(part, name) for part in segments]) for name in names))


# Linking


def test_a_box_is_one_counter_clockwise_rectangle():
    contours = sliced(box((30, 20, 9.6), (5, 5, 0)), planes=3)
    assert len(contours) == 3 and contours.plane.tolist() == [0, 1, 2]
    np.testing.assert_allclose(contours.area, 600)
    np.testing.assert_allclose(contours.length, 100)
    assert contours.depth.tolist() == [0, 0, 0] and contours.parent.tolist() == [-1, -1, -1]
    first = contours.points[: contours.sizes[0]]
    assert first[0].tolist() == [5, 5] and first.max(axis=0).tolist() == [35, 25]


def test_every_segment_is_in_one_loop_and_keeps_its_triangle():
    corners = close(*ball(30, at=(40, 40, 31))).corners
    segments = cut(corners, heights(19))
    contours = link(segments, 19)
    assert len(contours.points) == len(segments.plane)
    again = contours.segments
    given = {tuple(row) for row in np.column_stack([segments.plane, segments.triangle, segments.start, segments.end])}
    found = {tuple(row) for row in np.column_stack([again.plane, again.triangle, again.start, again.end])}
    assert given == found


def test_nested_boxes_have_depths_0_1_2():
    cavity = inverted(box((48, 48, 24), (16, 16, 2.4)))
    contours = sliced(joined(box((16, 16, 16), (32, 32, 6.4)), cavity, box((80, 80, 28.8))), planes=9)
    middle = of_plane(contours, 4)
    assert contours.depth[middle].tolist() == [0, 1, 2]
    assert contours.parent[middle].tolist() == [-1, middle[0], middle[1]]
    np.testing.assert_allclose(contours.area[middle], [6400, -2304, 256])
    assert contours.depth[of_plane(contours, 0)].tolist() == [0]


def test_several_children_of_one_parent():
    holes = [inverted(box((10, 10, 9.6), (x, y, 0))) for x in (5, 25, 45) for y in (5, 25)]
    holes = [(vertices * (1, 1, 0.5) + (0, 0, 2), faces) for vertices, faces in holes]
    beside = box((20, 40, 9.6), (70, 0, 0))
    contours = sliced(joined(box((60, 40, 9.6)), *holes, beside), planes=3)
    middle = of_plane(contours, 1)
    assert contours.depth[middle].tolist() == [0, 0] + [1] * 6
    assert set(contours.parent[middle[2:]]) == {middle[0]}


def test_a_lying_ring_is_an_annulus():
    contours = sliced(torus(40, 10, (60, 60, 12)), planes=8)
    middle = of_plane(contours, 3)
    outer, inner = contours.area[middle]
    assert contours.depth[middle].tolist() == [0, 1] and contours.parent[middle[1]] == middle[0]
    across = np.sqrt(10**2 - (3.5 * 3.2 - 12) ** 2)
    assert outer == pytest.approx(np.pi * (40 + across) ** 2, rel=0.02)
    assert inner == pytest.approx(-np.pi * (40 - across) ** 2, rel=0.02)


def test_two_legs_under_one_body():
    figure = joined(box((10, 10, 16), (0, 0, 0)), box((10, 10, 16), (20, 0, 0)), box((30, 10, 16), (0, 0, 16)))
    contours = sliced(figure, planes=10)
    assert np.bincount(contours.plane).tolist() == [2] * 5 + [1] * 5
    assert (contours.area > 0).all() and (contours.depth == 0).all()


def test_loops_that_touch_in_a_point_are_closed():
    squares = [[(0, 0), (1, 0), (1, 1), (0, 1)], [(1, 1), (2, 1), (2, 2), (1, 2)]]
    contours = link(together(*(loop_of(square) for square in squares)), 1)
    assert contours.area.sum() == pytest.approx(2)
    assert contours.length.sum() == pytest.approx(8)
    assert contours.sizes.sum() == 8


def test_a_gap_is_closed():
    segments = loop_of([(0, 0), (4, 0), (4, 4), (0, 4)])
    torn = Segments(*(values[:3] for values in (segments.plane, segments.start, segments.end, segments.triangle)))
    contours = link(torn, 1)
    assert len(contours) == 1 and contours.area[0] == pytest.approx(8)  # without the left edge: a triangle remains


def test_what_encloses_nothing_is_left_out():
    there_and_back = loop_of([(0, 0), (5, 0)])
    point = loop_of([(1, 1)])
    assert len(link(together(there_and_back, point, loop_of([(0, 0), (1, 0), (0, 1)], plane=1)), 2)) == 1
    empty = link(Segments(np.zeros(0, int), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, int)), 3)
    assert len(empty) == 0 and empty.planes == 3 and len(simplified(empty, 1.0)) == 0


def test_the_order_of_the_triangles_does_not_matter():
    corners = close(*joined(torus(30, 8, (40, 40, 10)), box((12, 12, 20), (34, 34, 1)))).corners
    shuffled = corners[np.random.default_rng(1).permutation(len(corners))]
    first, second = (link(cut(triangles, heights(7)), 7) for triangles in (corners, shuffled))
    np.testing.assert_array_equal(first.offsets, second.offsets)
    np.testing.assert_array_equal(first.points, second.points)
    np.testing.assert_array_equal(first.parent, second.parent)


@given(
    st.lists(st.tuples(st.floats(5, 25), st.floats(0, 2 * np.pi), st.integers(3, 12)), min_size=1, max_size=4),
    st.booleans(),
)
def test_areas_are_those_of_the_cells(parts, hollow):
    bodies = []
    for number, (radius, turn, sides) in enumerate(parts):
        angle = turn + np.arange(sides) * 2 * np.pi / sides
        ring = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(sides)]) * radius
        ends = np.array([[0, 0, -radius], [0, 0, radius]])
        i, j = np.arange(sides), (np.arange(sides) + 1) % sides
        down, up = np.full(sides, sides), np.full(sides, sides + 1)
        body = np.concatenate([ring, ends]), np.concatenate([np.stack([j, i, down], 1), np.stack([i, j, up], 1)])
        place = np.array([30 + 60 * (number % 2), 30 + 60 * (number // 2), 26.1])
        bodies.append((body[0] + place, body[1]))
        if hollow:
            bodies.append((body[0] * 0.5 + place, body[1][:, ::-1]))
    segments = cut(close(*joined(*bodies)).corners, heights(16))
    contours = link(segments, 16)
    shares = cell_shares(segments, 16, (16, 16), STUD).sum(axis=(1, 2)) * STUD**2
    np.testing.assert_allclose(np.bincount(contours.plane, contours.area, 16), shares, atol=1e-6)
    assert ((contours.area > 0) == (contours.depth % 2 == 0)).all()
    inside = contours.parent >= 0
    assert (contours.depth[inside] == contours.depth[contours.parent[inside]] + 1).all()


# Simplifying


def distance_to_loop(points, outline):
    a, b = outline, np.roll(outline, -1, axis=0)
    along = b - a
    share = np.einsum("nij,ij->ni", points[:, None] - a, along) / np.maximum((along**2).sum(axis=1), 1e-300)
    nearest = a + np.clip(share, 0, 1)[..., None] * along
    return np.linalg.norm(points[:, None] - nearest, axis=-1).min(axis=1)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 8.0), st.integers(4, 200))
def test_simplified_loops_keep_the_chord(seed, chord, count):
    rng = np.random.default_rng(seed)
    angle = np.arange(count) * 2 * np.pi / count
    outlines = [
        np.stack([np.cos(angle), np.sin(angle)], axis=1) * (20 + noise * rng.random((count, 1)))
        for noise in (0.0, 3.0, 15.0)
    ]
    contours = link(together(*(loop_of(outline, plane) for plane, outline in enumerate(outlines))), 3)
    fewer = simplified(contours, chord)
    assert len(fewer) == len(contours) and (fewer.sizes >= 3).all() and (fewer.area > 0).all()
    for row in range(len(contours)):
        outline = contours.points[contours.loop == row]
        rest = fewer.points[fewer.loop == row]
        assert distance_to_loop(outline, rest).max() <= chord + 1e-9
        assert {tuple(point) for point in rest} <= {tuple(point) for point in outline}
        assert abs(fewer.area[row] - contours.area[row]) <= chord * contours.length[row]
        assert fewer.length[row] <= contours.length[row] + 1e-9


def test_a_circle_loses_most_of_its_points():
    angle = np.arange(1000) * 2 * np.pi / 1000
    contours = link(loop_of(np.stack([np.cos(angle), np.sin(angle)], axis=1) * 50), 1)
    # An arc of 2 acos(1 - 0.2 / 50) rises by 0.2, so 36 points are the least; halving arcs takes up to twice as many.
    assert 36 <= simplified(contours, 0.2).sizes[0] <= 72
    assert simplified(contours, 0.0) is contours and simplified(contours, -1.0) is contours


def test_straight_sides_keep_their_corners_only():
    side = np.linspace(0, 40, 50)[:-1]
    zero, full = np.zeros_like(side), np.full_like(side, 40)
    outline = np.concatenate(
        [np.stack(xy, axis=1) for xy in ((side, zero), (full, side), (40 - side, full), (zero, 40 - side))]
    )
    fewer = simplified(link(loop_of(outline), 1), 0.01)
    assert fewer.points.tolist() == [[0, 0], [40, 0], [40, 40], [0, 40]]


def test_small_loops_do_not_vanish():
    angle = np.arange(40) * 2 * np.pi / 40
    contours = link(loop_of(np.stack([np.cos(angle), np.sin(angle)], axis=1)), 1)
    assert simplified(contours, 5.0).area[0] > 0.5


def test_simplified_slices_keep_planes_and_nesting():
    contours = sliced(torus(40, 10, (60, 60, 12), around=300, across=60), planes=8)
    fewer = simplified(contours, 0.1)
    assert len(fewer.points) < len(contours.points) / 4
    np.testing.assert_array_equal(fewer.depth, contours.depth)
    np.testing.assert_allclose(fewer.area, contours.area, rtol=0.01)
    assert len(fewer.triangle) == len(fewer.points) == fewer.offsets[-1]


def test_the_drawn_slices_of_a_mesh():
    placed = into_grid(mesh_of(ball(1, rings=80, sides=90)), 20)
    contours, where = outlines(placed.mesh, placed.size, 1.6, 0.2)
    assert contours.planes == len(where) and contours.plane.tolist() == np.flatnonzero(where < 160).tolist()
    radius = np.sqrt(80**2 - (where[contours.plane] - 80) ** 2)
    np.testing.assert_allclose(contours.area, np.pi * radius**2, rtol=0.05)
    assert len(contours.points) < 60 * len(contours)  # cut, they have up to 180


def test_what_no_slice_meets_is_refused():
    flat = mesh_of(box((80, 80, 0.4)))
    with pytest.raises(NothingToBuild, match="more studs"):
        outlines(flat, ModelSize(10, 10, 3), 9.6, 0.2)


# Marking


def test_a_straight_prism_is_not_marked():
    marks = differs(sliced(box((40, 30, 28.8), (4, 4, 0)), planes=9), 0.02, 0.02)
    assert not marks.marked.any()
    assert marks.above_row.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, -1]


def test_the_caps_of_a_ball_are_marked_and_its_belt_is_not():
    contours = sliced(ball(48, rings=60, sides=60, at=(50, 50, 48)), planes=30)
    marked = differs(contours, 0.1, 0.1).marked
    assert marked[:3].all() and marked[-3:].all()
    assert not marked[9:21].any()


def test_a_thin_brim_is_marked():
    figure = joined(box((40, 40, 16), (20, 20, 0)), box((80, 80, 3.2), (0, 0, 16)), box((40, 40, 16), (20, 20, 19.2)))
    contours = sliced(figure, planes=11)
    marks = differs(contours, 0.2, 0.2)
    assert np.flatnonzero(marks.marked).tolist() == [4, 5, 6]  # the brim, and both its neighbours
    assert np.flatnonzero(marks.between(contours)).tolist() == [4, 5]
    cells = marked_cells(contours, marks.marked, (10, 10))
    assert cells[5].all() and not cells[3].any() and not cells[7].any()
    assert cells[4].sum() == 36  # 40 mm from 20 on touch cells 2 to 7


def test_where_one_loop_becomes_two_all_are_marked():
    figure = joined(box((10, 10, 16), (0, 0, 0)), box((10, 10, 16), (20, 0, 0)), box((30, 10, 16), (0, 0, 16)))
    contours = sliced(figure, planes=10)
    marked = differs(contours, 0.3, 0.3).marked
    assert contours.plane[marked].tolist() == [4, 4, 5]


def test_only_the_loop_that_changes_is_marked():
    column, cone = box((16, 16, 32), (0, 0, 0)), box((16, 16, 32), (40, 0, 0))
    cone = np.where(cone[0][:, 2:] > 0, (cone[0] - (48, 8, 0)) * (0.2, 0.2, 1) + (48, 8, 0), cone[0]), cone[1]
    contours = sliced(joined(column, cone), planes=10)
    marked = differs(contours, 0.02, 0.02).marked
    low = np.minimum.reduceat(contours.points[:, 0], contours.offsets[:-1])
    assert (marked == (low > 20)).all()
    cells = marked_cells(contours, marked, (2, 7))
    assert cells[0, :, 5:].all() and not cells[:, :, :5].any()


def test_concentric_loops_correspond_to_their_likes():
    cavity = inverted(box((48, 48, 24), (16, 16, 2.4)))
    contours = sliced(joined(box((80, 80, 28.8)), cavity, box((16, 16, 19.2), (32, 32, 4.8))), planes=9)
    marks = differs(contours, 0.1, 0.1)
    assert (contours.depth[marks.above_row[marks.above_row >= 0]] == contours.depth[marks.above_row >= 0]).all()
    assert set(contours.depth[marks.marked]) == {1, 2}  # cavity and core begin and end, the outside stays


def test_an_unmarked_hole_is_not_inside():
    cavity = inverted(box((48, 48, 24), (16, 16, 2.4)))
    contours = sliced(joined(box((80, 80, 28.8)), cavity), planes=9)
    outer = contours.depth == 0
    assert marked_cells(contours, outer, (10, 10))[4].sum() == 100 - 36
    assert marked_cells(contours, ~outer, (10, 10))[4].sum() == 36
    assert marked_cells(contours, np.ones(len(contours), bool), (10, 10))[4].all()


def test_real_meshes_give_their_cells_areas(shared_data):
    trimesh = pytest.importorskip("trimesh")
    for name in ("Spot", "StanfordBunny", "FlightHelmet"):
        found = trimesh.load(shared_data / "meshes" / f"{name}.glb", force="mesh")
        vertices = np.asarray(found.vertices, float)[:, [0, 2, 1]] * (1, -1, 1)
        vertices = (vertices - vertices.min(axis=0)) * (300 / np.ptp(vertices, axis=0).max()) + 0.7
        mesh = Mesh(vertices, np.asarray(found.faces, np.int32))
        segments = cut(close(mesh.vertices, mesh.triangles).corners, heights(95))
        contours = link(segments, 95)
        shares = cell_shares(segments, 95, (39, 39), STUD).sum(axis=(1, 2)) * STUD**2
        areas = np.bincount(contours.plane, contours.area, 95)
        if name == "FlightHelmet":  # where its bodies overlap, loops count what cells do not
            assert areas.sum() > 1.01 * shares.sum()
        else:
            np.testing.assert_allclose(areas, shares, rtol=0.02, atol=1.0)
        assert distance_of_simplified(contours, 0.4) <= 0.4 + 1e-9


def distance_of_simplified(contours, chord):
    fewer = simplified(contours, chord)
    largest = contours.sizes.argmax()
    return distance_to_loop(contours.points[contours.loop == largest], fewer.points[fewer.loop == largest]).max()
