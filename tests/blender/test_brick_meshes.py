from itertools import pairwise

import bpy
import numpy as np
import pytest
from brickprint.scene.brick_meshes import brick_mesh, part_surface
from model_plans import CATALOGUE
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def part_named(name):
    return next(part for part in CATALOGUE.parts if part.name == name)


@pytest.mark.parametrize("look", ["light", "full"])
@pytest.mark.parametrize("part", CATALOGUE.parts, ids=lambda part: part.name)
def test_every_part_is_closed_with_normals_outwards_and_fits_its_cells(part, look):
    mesh = brick_mesh(part, look)
    assert not mesh.validate(verbose=True)
    edges = np.array([edge for polygon in mesh.polygons for edge in directed_edges(polygon)])
    forth, back = (set(map(tuple, way.tolist())) for way in (edges, edges[:, ::-1]))
    assert forth == back and len(forth) == len(edges)  # every edge is used once in each direction
    assert min(polygon.area for polygon in mesh.polygons) > 1e-6
    assert piece_volumes(mesh, edges).min() > 0
    vertices = part_surface(part, look).vertices
    half = np.array([part.studs_x * 4 - 0.1, part.studs_y * 4 - 0.1])
    assert vertices.min(axis=0) == pytest.approx([*-half, 0])
    assert vertices.max(axis=0) == pytest.approx([*half, part.plates * 3.2 + 1.7])


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
