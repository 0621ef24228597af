from itertools import pairwise

import bpy
import numpy as np
import pytest
from brickprint.core.layout import extents
from brickprint.core.plan import Placement
from brickprint.scene.brick_meshes import brick_mesh, part_surface
from brickprint.scene.bricks import show_plan
from brickprint.scene.real_objects import real_objects
from model_plans import CATALOGUE, placed, plan_of
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def part_named(name):
    return next(part for part in CATALOGUE.parts if part.name == name)


# Kinds whose outermost points are on a sharp edge, which is rounded, or on a circle, which has corners.
ROUNDED = {"cheese": 0.37, "curved slope": 0.02, "round plate": 0.08, "round tile": 0.08}
# The larger baseplates are the smallest one with more studs.
SHAPED = [part for part in CATALOGUE.parts if part.kind != "baseplate" or part.studs_x == 16]


@pytest.mark.parametrize("outlined", [False, True])
@pytest.mark.parametrize("look", ["light", "full"])
@pytest.mark.parametrize("part", SHAPED, ids=lambda part: part.name)
def test_every_part_is_closed_with_normals_outwards_and_fits_its_cells(part, look, outlined):
    mesh = brick_mesh(part, look, outlined)
    assert not mesh.validate(verbose=True)
    edges = np.array([edge for polygon in mesh.polygons for edge in directed_edges(polygon)])
    forth, back = (set(map(tuple, way.tolist())) for way in (edges, edges[:, ::-1]))
    assert forth == back and len(forth) == len(edges)  # every edge is used once in each direction
    assert min(polygon.area for polygon in mesh.polygons) > 1e-6
    assert piece_volumes(mesh, edges).min() > 0
    vertices = part_surface(part, look, outlined).vertices
    half = np.array([part.studs_x * 4 - 0.1, part.studs_y * 4 - 0.1])
    low = 1.6 if part.kind == "baseplate" else 0
    high = part.plates * 3.2 + (1.7 if part.masks["studs"].any() else 0)
    near = ROUNDED.get(part.kind, 1e-6)
    assert vertices.min(axis=0) == pytest.approx([*-half, low], abs=near)
    assert vertices.max(axis=0) == pytest.approx([*half, high], abs=near)


@pytest.mark.parametrize("look", ["light", "full"])
@pytest.mark.parametrize("part", SHAPED, ids=lambda part: part.name)
def test_body_and_studs_stand_where_the_masks_say(part, look):
    thing = shown(part, look)
    for of, reached in (("studs", part.plates * 3.2 + 1.6), ("cells", 0.0)):
        for (y, x), there in np.ndenumerate(part.masks[of]):
            spot = ((x - (part.studs_x - 1) / 2) * 8, (y - (part.studs_y - 1) / 2) * 8)
            hit, place, _, _ = thing.ray_cast((*spot, 50), (0, 0, -1))
            assert (hit and place.z > reached) == there, (of, x, y)


def shown(part, look):
    thing = bpy.data.objects.new(part.name, brick_mesh(part, look))
    bpy.context.scene.collection.objects.link(thing)
    bpy.context.view_layer.update()
    return thing


# Heights in LDraw units of the upper and the lower side, 4 mm beside the middle of the part: at y in LDraw units from
# the low end; as LDraw draws them.
PROFILES = """
Slope Brick 45 2 x 2: 2.5 6.5 0, 10 14 0, 18 22 0, 36 24 0
Slope Brick 33 3 x 2: 10 9 0, 25.5 16.75 0, 37 22.5 0, 56 24 0
Slope Brick 45 2 x 2 Inverted: 3 24 17, 8 24 12, 16 24 4, 36 24 0
Slope Brick 31 1 x 2 x 0.667: 3 5.8 0, 10 10 0, 17 14.2 0
Slope Brick Curved 2 x 1: 3 5.9 0, 8 8.7 0, 13 11 0, 18 12.8 0, 25.5 14.6 8, 33 15.7 8
"""


@pytest.mark.parametrize("line", PROFILES.strip().split("\n"))
def test_slopes_have_ldraws_profile(line):
    name, points = line.split(": ")
    part = part_named(name)
    thing = shown(part, "full")
    x = 8 if part.studs_x == 2 else 3
    for point in points.split(", "):
        at, above, below = (0.4 * float(word) for word in point.split())
        at -= part.studs_y * 4
        found = [thing.ray_cast((sign * x * 0.9, at, height), way)[1].z for sign in (-1, 1) for height, way in RAYS]
        assert found == pytest.approx([above, below] * 2, abs=0.1), point


RAYS = (50, (0, 0, -1)), (-5, (0, 0, 1))


@pytest.mark.parametrize(("turn", "low_end"), list(enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)])))
def test_a_slope_falls_to_the_side_that_its_turn_says(turn, low_end):
    plan = plan_of([placed("Slope Brick 45 2 x 1", 3, 5, 0, turn, "Red")], placement=Placement(unit=1.0))
    bricks = show_plan(bpy.context, plan)
    instances = bpy.context.evaluated_depsgraph_get().object_instances
    matrices = [instance.matrix_world.copy() for instance in instances if instance.is_instance]
    lone = real_objects(bpy.context, bricks)[0]
    bpy.context.view_layer.update()
    size = extents(plan.layout, CATALOGUE)[0, :2] * 8
    for matrix in (*matrices, lone.matrix_world):
        points = np.array([matrix @ vertex.co for vertex in lone.data.vertices])
        assert points.min(axis=0) == pytest.approx([24.1, 40.1, 0], abs=1e-4)
        assert points.max(axis=0)[:2] == pytest.approx(np.array([24, 40]) + size - 0.1, abs=1e-4)
        side = (points[:, :2] - points[:, :2].mean(axis=0)) @ low_end
        assert points[side > side.max() - 2, 2].max() < 4 < points[side < side.min() + 2, 2].max()
    assert len(matrices) == 1


def test_corners_are_hollow_with_a_wall_along_the_inner_edge():
    corner = shown(part_named("Brick 2 x 2 Corner"), "full")
    height = {spot: corner.ray_cast((*spot, -5), (0, 0, 1))[1].z for spot in ((-4, -4), (4, -4), (-4, 4), (3, -0.7))}
    assert height.pop((3, -0.7)) == pytest.approx(0, abs=1e-5)
    assert list(height.values()) == pytest.approx([8.4] * 3, abs=1e-5)
    assert not corner.ray_cast((4, 4, -5), (0, 0, 1))[0]


def directed_edges(polygon):
    corners = list(polygon.vertices)
    return zip(corners, corners[1:] + corners[:1], strict=True)


def piece_volumes(mesh, edges):
    """Signed volume of each connected piece of a mesh (divergence theorem)."""
    count = len(mesh.vertices)
    pieces, piece = connected_components(coo_matrix((np.ones(len(edges)), edges.T), (count, count)))
    volumes = np.zeros(pieces)
    for polygon in mesh.polygons:
        first, *rest = (mesh.vertices[corner].co for corner in polygon.vertices)
        volumes[piece[polygon.vertices[0]]] += sum(first.dot(b.cross(c)) for b, c in pairwise(rest)) / 6
    return volumes


def test_a_light_brick_is_its_box_and_studs_in_few_vertices():
    mesh = brick_mesh(part_named("Brick 2 x 4"), "light")
    edges = np.array([edge for polygon in mesh.polygons for edge in directed_edges(polygon)])
    body, *studs = sorted(piece_volumes(mesh, edges), reverse=True)
    assert 0.99 * 31.8 * 15.8 * 9.6 < body < 31.8 * 15.8 * 9.6  # rounded edges take away less than a hundredth
    octagon = 2 * 2**0.5 * 2.4**2
    assert studs == pytest.approx([octagon * (1.7 + 0.2)] * 8, rel=1e-4)
    assert len(mesh.vertices) < 200


def test_full_bricks_are_hollow_with_room_for_the_studs_below():
    mesh = brick_mesh(part_named("Brick 2 x 4"), "full")
    points = bpy.data.objects.new("brick", mesh)
    bpy.context.scene.collection.objects.link(points)
    bpy.context.view_layer.update()
    up = (0, 0, 1)
    heights = {}
    for name, spot in {"stud": (4, 4), "tube wall": (2.9, 0), "inside the tube": (0, 0), "wall": (15.2, 4)}.items():
        hit, place, _, _ = points.ray_cast((*spot, -5), up)
        assert hit, name
        heights[name] = place.z
    assert heights["stud"] > 1.7 and heights["inside the tube"] > 1.7
    assert (heights["tube wall"], heights["wall"]) == pytest.approx((0, 0), abs=1e-5)


def test_single_row_parts_have_pins_between_the_studs_and_1x1_none():
    for name, spot, expected in (("Plate 1 x 2", (0, 0), 0), ("Plate 1 x 2", (4, 0), 2), ("Plate 1 x 1", (0, 0), 2)):
        thing = bpy.data.objects.new(name, brick_mesh(part_named(name), "full"))
        bpy.context.scene.collection.objects.link(thing)
        bpy.context.view_layer.update()
        assert thing.ray_cast((*spot, -5), (0, 0, 1))[1].z == pytest.approx(expected, abs=1e-5)
