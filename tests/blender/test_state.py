"""In what state a source is: edits that put what was built from it out of date, and what does not."""

import bpy
import numpy as np
import pytest
from brickprint.scene.source.state import state_of
from brickprint.scene.versions import set_nodes_input
from painted_objects import add_cube, add_image, add_material, add_node, add_object, link, textured_material


def shape_key(cube):
    cube.shape_key_add(name="Basis")
    key = cube.shape_key_add(name="tall")
    key.value = 1
    return key


def key_points(cube):
    key = shape_key(cube)
    return lambda: key.points.foreach_set("co", np.full(24, 3.0, np.float32))


def key_value(cube):
    key = shape_key(cube)
    return lambda: setattr(key, "value", 0.5)


def key_shown_alone(cube):
    key = shape_key(cube)
    key.value = 0
    cube.show_only_shape_key, cube.active_shape_key_index = True, 1
    return lambda: setattr(key.points[0], "co", (3, 3, 3))


def bevel_width(cube):
    bevel = cube.modifiers.new("bevel", "BEVEL")
    return lambda: setattr(bevel, "width", 0.5)


def modifier_order(cube):
    cube.modifiers.new("bevel", "BEVEL")
    cube.modifiers.new("array", "ARRAY")
    return lambda: cube.modifiers.move(0, 1)


def modifier_shown(cube):
    bevel = cube.modifiers.new("bevel", "BEVEL")
    return lambda: setattr(bevel, "show_viewport", False)


def modifier_profile(cube):
    bevel = cube.modifiers.new("bevel", "BEVEL")
    bevel.profile_type = "CUSTOM"
    return lambda: bevel.custom_profile.points.add(0.3, 0.9)


def modifier_texture(cube):
    cloud = bpy.data.textures.new("cloud", "CLOUDS")
    cube.modifiers.new("displace", "DISPLACE").texture = cloud
    return lambda: setattr(cloud, "noise_scale", 2.0)


def lattice_of(cube):
    lattice = add_object("lattice", bpy.data.lattices.new("lattice"))
    cube.modifiers.new("lattice", "LATTICE").object = lattice
    return lattice


def lattice_points(cube):
    lattice = lattice_of(cube)
    return lambda: setattr(lattice.data.points[0], "co_deform", (4, 4, 4))


def lattice_parent(cube):
    lattice = lattice_of(cube)
    lattice.parent = add_object("above", None)
    return lambda: setattr(lattice.parent, "location", (1, 0, 0))


def weights(cube):
    group = cube.vertex_groups.new(name="group")
    group.add([0, 1], 0.5, "REPLACE")
    cube.modifiers.new("displace", "DISPLACE").vertex_group = "group"
    return lambda: group.add([1], 1.0, "REPLACE")


def pose(cube):
    armature = bpy.data.armatures.new("rig")
    rig = add_object("rig", armature)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    armature.edit_bones.new("bone").tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    cube.modifiers.new("armature", "ARMATURE").object = rig
    return lambda: setattr(rig.pose.bones[0], "location", (0, 1, 0))


def operand(cube):
    other = add_cube("other", 1.0)
    cube.modifiers.new("boolean", "BOOLEAN").object = other
    return lambda: setattr(other.data.vertices[0], "co", (3, 3, 3))


def constraint_target(cube):
    target = add_object("target", None)
    cube.constraints.new("COPY_LOCATION").target = target
    return lambda: setattr(target, "location", (1, 2, 3))


def nodes_of(cube, kind):
    """A geometry-nodes modifier with one input beside the geometry."""
    tree = bpy.data.node_groups.new("nodes", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("It", in_out="INPUT", socket_type=kind)
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    modifier = cube.modifiers.new("nodes", "NODES")
    modifier.node_group = tree
    return modifier


def nodes_object_moved(cube):
    other = add_cube("other")
    set_nodes_input(nodes_of(cube, "NodeSocketObject"), "It", other)
    return lambda: setattr(other, "location", (1, 2, 3))


def nodes_object_edited(cube):
    other = add_cube("other")
    set_nodes_input(nodes_of(cube, "NodeSocketObject"), "It", other)
    return lambda: setattr(other.data.vertices[0], "co", (3, 3, 3))


def nodes_collection(cube):
    collection = bpy.data.collections.new("parts")
    set_nodes_input(nodes_of(cube, "NodeSocketCollection"), "It", collection)
    return lambda: collection.objects.link(add_cube("other"))


def nodes_vector(cube):
    modifier = nodes_of(cube, "NodeSocketVector")
    return lambda: set_nodes_input(modifier, "It", (1.0, 2.0, 3.0))


def object_info_node(cube):
    other = add_cube("other")
    node = nodes_of(cube, "NodeSocketFloat").node_group.nodes.new("GeometryNodeObjectInfo")
    node.inputs["Object"].default_value = other
    return lambda: setattr(other, "location", (1, 2, 3))


def coordinates_node(cube):
    other, (material, _) = add_object("other", None), add_material()
    cube.data.materials.append(material)
    add_node(material, "ShaderNodeTexCoord").object = other
    return lambda: setattr(other, "location", (1, 2, 3))


def float_curve_node(cube):
    node = nodes_of(cube, "NodeSocketFloat").node_group.nodes.new("ShaderNodeFloatCurve")
    return lambda: setattr(node.mapping.curves[0].points[1], "location", (1, 0.2))


def shader_node(cube, kind):
    material, principled = add_material()
    cube.data.materials.append(material)
    node = add_node(material, kind)
    link(material, node.outputs["Color"], principled.inputs["Base Color"])
    return node


def rgb_curves(cube):
    node = shader_node(cube, "ShaderNodeRGBCurve")
    return lambda: setattr(node.mapping.curves[3].points[1], "location", (1, 0.1))


def colour_ramp(cube):
    node = shader_node(cube, "ShaderNodeValToRGB")
    return lambda: setattr(node.color_ramp.elements[0], "color", (1, 0, 0, 1))


def colour_ramp_between(cube):
    node = shader_node(cube, "ShaderNodeValToRGB")
    return lambda: setattr(node.color_ramp, "interpolation", "CONSTANT")


def pixels(cube):
    image = add_image(np.full((4, 4, 4), 0.5))
    image.pack()
    cube.data.materials.append(textured_material(image)[0])
    return lambda: image.pixels.foreach_set(np.ones(64, np.float32))


def pixels_packed(cube):
    image = add_image(np.full((4, 4, 4), 0.5))
    image.pack()
    cube.data.materials.append(textured_material(image)[0])

    def paint():
        image.pixels.foreach_set(np.full(64, 0.4, np.float32))
        image.pack()

    return paint


def colour_space(cube):
    image = add_image(np.full((4, 4, 4), 0.5))
    image.pack()
    cube.data.materials.append(textured_material(image)[0])
    return lambda: setattr(image.colorspace_settings, "name", "Non-Color")


def attribute(cube):
    layer = cube.data.attributes.new("on", "BOOLEAN", "POINT")
    return lambda: setattr(layer.data[0], "value", True)


CUBES = [
    key_points, key_value, key_shown_alone, bevel_width, modifier_order, modifier_shown, modifier_profile,
    modifier_texture, lattice_points, lattice_parent, weights, pose, operand, constraint_target, nodes_object_moved,
    nodes_object_edited, nodes_collection, nodes_vector, object_info_node, coordinates_node, float_curve_node,
    rgb_curves, colour_ramp, colour_ramp_between, pixels, pixels_packed, colour_space, attribute,
]  # fmt: skip


@pytest.mark.parametrize("prepared", CUBES)
def test_an_edit_of_a_mesh_or_of_what_shapes_and_colours_it_is_noticed(prepared):
    cube = add_cube()
    edit = prepared(cube)
    before = state_of([cube]).text
    assert state_of([cube]).text == before
    edit()
    assert state_of([cube]).text != before


def circle():
    bpy.ops.curve.primitive_bezier_circle_add()
    return bpy.context.object


def spline_of(curve):
    return curve.data.splines[0]


def point_of(curve):
    point = spline_of(curve).bezier_points[0]
    point.handle_left_type = point.handle_right_type = "FREE"
    return point


def text():
    return add_object("text", bpy.data.curves.new("text", "FONT"))


def ball():
    bpy.ops.object.metaball_add()
    return bpy.context.object


def nurbs():
    bpy.ops.surface.primitive_nurbs_surface_sphere_add()
    return bpy.context.object


def bevelled():
    curve = circle()
    curve.data.bevel_mode = "OBJECT"
    curve.data.bevel_object = circle()
    return curve


def instance():
    collection = bpy.data.collections.new("parts")
    collection.objects.link(add_cube("part"))
    empty = add_object("instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    return empty


def part_of(empty):
    return empty.instance_collection.objects[0]


@pytest.mark.parametrize(
    ("made", "prepared", "edit"),
    [
        (circle, point_of, lambda point: setattr(point, "handle_left", (9, 9, 9))),
        (circle, point_of, lambda point: setattr(point, "radius", 3)),
        (circle, point_of, lambda point: setattr(point, "tilt", 1)),
        (circle, spline_of, lambda spline: setattr(spline, "use_cyclic_u", False)),
        (circle, lambda curve: curve.data, lambda data: setattr(data, "bevel_depth", 0.2)),
        (bevelled, lambda curve: curve.data.bevel_object, lambda bevel: setattr(point_of(bevel), "co", (3, 3, 3))),
        (nurbs, spline_of, lambda spline: setattr(spline.points[0], "co", (3, 3, 3, 1))),
        (text, lambda item: item.data, lambda data: setattr(data, "body", "Brick")),
        (text, lambda item: item.data.body_format[0], lambda letter: setattr(letter, "use_bold", True)),
        (text, lambda item: item.data, lambda data: setattr(data.text_boxes[0], "width", 3)),
        (ball, lambda item: item.data.elements[0], lambda element: setattr(element, "co", (2, 0, 0))),
        (ball, lambda item: item.data.elements[0], lambda element: setattr(element, "hide", True)),
        (instance, part_of, lambda part: setattr(part, "location", (1, 0, 0))),
        (instance, part_of, lambda part: setattr(part.data.vertices[0], "co", (3, 3, 3))),
        (instance, part_of, lambda part: setattr(part, "hide_viewport", True)),
        (instance, lambda item: item, lambda item: item.instance_collection.objects.unlink(part_of(item))),
    ],
)
def test_an_edit_of_what_is_no_mesh_is_noticed(made, prepared, edit):
    item = made()
    if item.type == "FONT":
        item.data.body = "Bricks"
    edited = prepared(item)
    before = state_of([item]).text
    edit(edited)
    assert state_of([item]).text != before


def test_curves_have_shape_keys_too():
    curve = circle()
    key = shape_key(curve)
    before = state_of([curve]).text
    key.data[0].handle_left = (9, 9, 9)
    assert state_of([curve]).text != before


def test_an_image_file_that_was_painted_on_and_saved_is_another(tmp_path):
    image = add_image(np.full((4, 4, 4), 0.5))
    image.filepath_raw, image.file_format = str(tmp_path / "image.png"), "PNG"
    image.save()
    cube = add_cube()
    cube.data.materials.append(textured_material(image)[0])
    before = state_of([cube])
    assert not before.painted
    image.pixels.foreach_set(np.full(64, 0.4, np.float32))
    assert state_of([cube]).painted
    image.save()
    after = state_of([cube])
    assert not after.painted and after.text != before.text


@pytest.mark.parametrize(
    "change",
    [
        lambda cube, lattice, material: setattr(lattice, "name", "another"),
        lambda cube, lattice, material: setattr(material, "name", "another"),
        lambda cube, lattice, material: setattr(cube, "name", "another"),
        lambda cube, lattice, material: cube.hide_set(True),
        lambda cube, lattice, material: setattr(cube, "hide_render", True),
        lambda cube, lattice, material: cube.select_set(False),
        lambda cube, lattice, material: setattr(material.node_tree.nodes[0], "location", (300, 300)),
        lambda cube, lattice, material: setattr(material.node_tree.nodes[0], "width", 300),
        lambda cube, lattice, material: setattr(cube.modifiers[0], "show_expanded", False),
        lambda cube, lattice, material: setattr(cube.data.shape_keys.key_blocks[2].points[0], "co", (3, 3, 3)),
    ],
)
def test_names_places_in_editors_and_what_is_switched_off_do_not_matter(change):
    cube, (material, _) = add_cube(), add_material()
    cube.data.materials.append(material)
    lattice = lattice_of(cube)
    shape_key(cube)
    cube.shape_key_add(name="off").value = 0
    before = state_of([cube]).text
    change(cube, lattice, material)
    bpy.context.view_layer.update()
    assert state_of([cube]).text == before


def test_it_knows_all_that_it_hangs_on():
    cube, (material, _), stranger = add_cube(), add_material(), add_cube("stranger")
    cube.data.materials.append(material)
    lattice = lattice_of(cube)
    lattice.parent = add_object("above", None)
    blocks = state_of([cube]).blocks
    needed = [cube, cube.data, material, lattice, lattice.data, lattice.parent]
    assert {item.session_uid for item in needed} <= blocks
    assert stranger.session_uid not in blocks


def test_saved_and_opened_again_it_is_the_same(tmp_path):
    cube = add_cube()
    for prepared in CUBES:
        prepared(cube)
    name, before = cube.name, state_of([cube])
    assert before.painted is False
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "all.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "all.blend"))
    assert state_of([bpy.data.objects[name]]).text == before.text
