"""Objects in Blender become one mesh of the core."""

import bpy
import numpy as np
import pytest
from brickprint.core.errors import NothingToBuild, UnusableMesh
from brickprint.scene.source.reading import read_objects
from painted_objects import (
    add_cube,
    add_image,
    add_material,
    add_object,
    add_plane,
    block_counts,
    colour_at,
    signed_volume,
    textured_material,
    two_colours,
)


def read(*objects):
    return read_objects(bpy.context, objects)


def extents(mesh):
    return mesh.corners.reshape(-1, 3).min(axis=0), mesh.corners.reshape(-1, 3).max(axis=0)


def test_a_cube_in_world_coordinates():
    cube = add_cube(location=(10, 0, 0), rotation=(0, 0, np.pi / 2))
    cube.scale = (1, 2, 3)
    mesh = read(cube)
    assert len(mesh.triangles) == 12
    low, high = extents(mesh)
    np.testing.assert_allclose(low, (8, -1, -3), atol=1e-5)
    np.testing.assert_allclose(high, (12, 1, 3), atol=1e-5)
    assert signed_volume(mesh) == pytest.approx(2 * 4 * 6, rel=1e-5)
    assert mesh.name == "Cube"
    assert mesh.triangles.dtype == np.int32
    assert mesh.material.dtype == np.int32


@pytest.mark.parametrize("scale", [(-1, 1, 1), (1, -2, 1), (-1, -1, -1)])
def test_mirrored_objects_keep_their_outside(scale):
    cube = add_cube()
    cube.scale = scale
    assert signed_volume(read(cube)) == pytest.approx(8 * abs(np.prod(scale)), rel=1e-5)


def test_a_mirrored_object_keeps_its_texture_in_place():
    material, *_ = textured_material(add_image(two_colours()))
    plane = add_plane(material=material)
    plane.scale = (-1, 1, 1)
    mesh = read(plane)
    np.testing.assert_allclose(colour_at(mesh, -0.25, 0.3), (1, 0, 0, 1), atol=1e-6)
    np.testing.assert_allclose(colour_at(mesh, -0.75, 0.6), (0, 0, 1, 1), atol=1e-6)


def test_modifiers_are_applied():
    cube = add_cube()
    array = cube.modifiers.new("Array", "ARRAY")
    array.count = 3
    mesh = read(cube)
    assert len(mesh.triangles) == 36
    np.testing.assert_allclose(extents(mesh)[1], (5, 1, 1), atol=1e-5)
    assert len(cube.data.polygons) == 6


def test_shape_keys_are_applied():
    cube = add_cube()
    cube.shape_key_add(name="Basis")
    key = cube.shape_key_add(name="Tall")
    for point in key.data:
        point.co.z *= 3
    key.value = 0.5
    np.testing.assert_allclose(extents(read(cube))[1], (1, 1, 2), atol=1e-5)


def test_unsaved_edits_in_edit_mode_count():
    cube = add_cube()
    bpy.context.view_layer.objects.active = cube
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.resize(value=(2, 2, 2))
    try:
        np.testing.assert_allclose(extents(read(cube))[1], (2, 2, 2), atol=1e-5)
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")


def test_materials_by_face_are_shared_between_objects():
    red, blue = add_material("Red", (1, 0, 0, 1))[0], add_material("Blue", (0, 0, 1, 1))[0]
    first, second = add_cube("First"), add_cube("Second", location=(5, 0, 0))
    for cube, materials in ((first, (red, blue)), (second, (blue,))):
        for material in materials:
            cube.data.materials.append(material)
    first.data.polygons[0].material_index = 1
    mesh = read(first, second)
    assert sorted(material.name for material in mesh.materials) == ["Blue", "Red"]
    names = np.array([material.name for material in mesh.materials])[mesh.material]
    assert (names == "Red").sum() == 10
    assert (names == "Blue").sum() == 14


def test_materials_of_the_object_win_over_those_of_its_mesh():
    cube = add_cube()
    cube.data.materials.append(add_material("Mesh", (1, 0, 0, 1))[0])
    cube.material_slots[0].link = "OBJECT"
    cube.material_slots[0].material = add_material("Object", (0, 1, 0, 1))[0]
    assert [material.name for material in read(cube).materials] == ["Object"]


def test_faces_without_a_material_are_grey():
    cube = add_cube()
    cube.data.materials.append(None)
    assert [material.base_colour for material in read(cube, add_cube()).materials] == [(0.8, 0.8, 0.8, 1.0)]


def test_a_collection_instance_is_read_where_it_stands():
    inner = bpy.data.collections.new("Inner")
    cube = add_cube()
    bpy.context.scene.collection.objects.unlink(cube)
    inner.objects.link(cube)
    outer = bpy.data.collections.new("Outer")
    for x in (0, 4):
        empty = bpy.data.objects.new("Nested", None)
        empty.instance_type, empty.instance_collection, empty.location.x = "COLLECTION", inner, x
        outer.objects.link(empty)
    instance = add_object("Instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", outer
    instance.location.z = 7
    mesh = read(instance)
    assert len(mesh.triangles) == 24
    low, high = extents(mesh)
    np.testing.assert_allclose((low, high), [(-1, -1, 6), (5, 1, 8)], atol=1e-5)


def test_instances_of_geometry_nodes_are_read_with_their_materials():
    plane = add_plane(material=add_material("Ground", (0, 1, 0, 1))[0])
    group = bpy.data.node_groups.new("Scatter", "GeometryNodeTree")
    group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    kinds = ("NodeGroupInput", "NodeGroupOutput", *(f"GeometryNode{name}" for name in _SCATTER_NODES))
    start, end, cube, painted, scatter, both = (group.nodes.new(kind) for kind in kinds)
    painted.inputs["Material"].default_value = add_material("Stone", (0, 0, 1, 1))[0]
    for output, target in (
        (cube.outputs["Mesh"], painted.inputs["Geometry"]),
        (painted.outputs[0], scatter.inputs["Instance"]),
        (start.outputs[0], scatter.inputs["Points"]),
        (start.outputs[0], both.inputs[0]),
        (scatter.outputs[0], both.inputs[0]),
        (both.outputs[0], end.inputs[0]),
    ):
        group.links.new(output, target)
    plane.modifiers.new("Scatter", "NODES").node_group = group
    mesh = read(plane)
    names = np.array([material.name for material in mesh.materials])[mesh.material]
    assert (names == "Ground").sum() == 2
    assert (names == "Stone").sum() == 4 * 12


_SCATTER_NODES = ("MeshCube", "SetMaterial", "InstanceOnPoints", "JoinGeometry")


def test_text_and_metaballs_are_read_once():
    bpy.ops.object.text_add()
    text = bpy.context.object
    text.data.body, text.data.extrude = "I", 0.1
    words = read(text)
    assert signed_volume(words) > 0.01
    # A closed extrusion: each edge has two triangles, four if the text came twice.
    places = np.unique(words.vertices.round(5), axis=0, return_inverse=True)[1].ravel()
    edges = places[words.triangles[:, [0, 1, 1, 2, 2, 0]]].reshape(-1, 2)
    assert set(np.unique(np.sort(edges), axis=0, return_counts=True)[1]) == {2}
    bpy.ops.object.metaball_add(radius=1)
    ball = signed_volume(read(bpy.context.object))
    assert 0.5 < ball < 8


def test_only_the_given_objects_are_read():
    first = add_cube("First")
    add_cube("Second")
    assert len(read(first).triangles) == 12


def test_loose_vertices_do_not_enlarge_the_model():
    mesh = bpy.data.meshes.new("Loose")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (100, 100, 100)], [], [(0, 1, 2)])
    assert len(read(add_object("Loose", mesh)).vertices) == 3


def test_nothing_selected():
    with pytest.raises(NothingToBuild, match="select a mesh"):
        read()
    with pytest.raises(NothingToBuild, match="select a mesh"):
        read(add_object("Empty", None))


def test_no_faces():
    mesh = bpy.data.meshes.new("Points")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0)], [(0, 1)], [])
    with pytest.raises(UnusableMesh, match="'Points' has no faces"):
        read(add_object("Points", mesh))
    empty_collection = add_object("Instance", None)
    empty_collection.instance_type = "COLLECTION"
    empty_collection.instance_collection = bpy.data.collections.new("Nothing")
    with pytest.raises(UnusableMesh, match="'Instance' has no faces"):
        read(empty_collection)


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_coordinates_that_are_not_numbers(broken):
    cube = add_cube()
    positions = np.zeros(24, np.float32)
    cube.data.vertices.foreach_get("co", positions)
    positions[[6, 17]] = broken
    cube.data.vertices.foreach_set("co", positions)
    cube.data.update()
    with pytest.raises(UnusableMesh, match=r"2 vertices of 'Cube'.*Clean Up"):
        read(cube)


def test_hidden_objects_are_named():
    shown, hidden = add_cube("Shown"), add_cube("Hidden")
    hidden.hide_set(True)
    mesh = read(shown, hidden)
    assert len(mesh.triangles) == 12
    assert any("'Hidden'" in warning for warning in mesh.warnings)
    with pytest.raises(NothingToBuild, match="hidden in the viewport: 'Hidden'"):
        read(hidden)


def test_reading_leaves_no_traces():
    material, *_ = textured_material(add_image(two_colours()))
    plane, cube = add_plane(material=material), add_cube()
    cube.modifiers.new("Bevel", "BEVEL")
    bpy.context.view_layer.update()
    before = block_counts()
    read(plane, cube)
    assert block_counts() == before


@pytest.mark.parametrize("kind", ["FLOAT_COLOR", "BYTE_COLOR"])
@pytest.mark.parametrize("domain", ["POINT", "CORNER"])
def test_painted_vertices_without_a_material(kind, domain):
    plane = add_plane(uvs=None)
    attribute = plane.data.color_attributes.new("Col", kind, domain)
    # The plane has its corners in the order of its vertices.
    colours = [(1, 0, 0, 1), (0, 0.5, 0, 1), (0, 0, 0.25, 1), (1, 1, 1, 1)]
    attribute.data.foreach_set("color", np.float32(colours).ravel())
    plane.data.update()
    mesh = read(plane)
    assert mesh.corner_colours.dtype == np.float32
    for (x, y), colour in {(0, 0): (1, 0, 0), (1, 0): (0, 0.5, 0), (1, 1): (0, 0, 0.25), (0, 1): (1, 1, 1)}.items():
        np.testing.assert_allclose(colour_at(mesh, x, y)[:3], colour, atol=0.005)


def test_a_texture_without_uvs_gives_its_average_colour():
    image = add_image(two_colours((1, 1, 1, 1), (0, 0, 0, 1)))
    material, *_ = textured_material(image)
    mesh = read(add_plane(material=material, uvs=None))
    np.testing.assert_allclose(colour_at(mesh, 0.1, 0.1), (0.5, 0.5, 0.5, 1), atol=1e-3)
    assert any("no UV map" in warning and "Paint" in warning for warning in mesh.warnings)


def test_many_instances_share_one_shape():
    collection = bpy.data.collections.new("Trees")
    cube = add_cube()
    bpy.context.scene.collection.objects.unlink(cube)
    collection.objects.link(cube)
    instances = []
    for x in range(20):
        instances.append(add_object(f"Tree {x}", None))
        instances[-1].instance_type, instances[-1].instance_collection = "COLLECTION", collection
        instances[-1].location.x = 3 * x
    mesh = read(*instances)
    assert len(mesh.triangles) == 20 * 12
    assert len(mesh.materials) == 1
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), (19 * 3 + 2, 2, 2), atol=1e-4)
