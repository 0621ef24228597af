"""Edits of a cube, or of what shapes and colours it: each makes ready what it needs and gives a function that edits."""

import bpy
import numpy as np
from brickprint.scene.versions import set_nodes_input
from painted_objects import add_cube, add_image, add_material, add_node, add_object, link, textured_material


def shape_key(cube):
    cube.shape_key_add(name="Basis")
    key = cube.shape_key_add(name="tall")
    key.value = 1
    return key


def key_points(cube):
    key = shape_key(cube)
    return lambda: [setattr(point, "co", point.co * 2) for point in key.points]


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
    given, made = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
    tree.links.new(given.outputs[0], made.inputs[0])
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
    other = add_cube("other")
    return lambda: collection.objects.link(other)


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


def another_frame(prepared):
    """An edit: the scene is at another frame, after something that changes with it was made."""

    def at_first(cube):
        bpy.context.scene.frame_set(1)
        prepared(cube)
        return lambda: bpy.context.scene.frame_set(20)

    return at_first


def keys(cube):
    for frame, height in ((1, 0), (20, 4)):
        cube.location.z = height
        cube.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_set(1)


def scene_time(cube):
    nodes_of(cube, "NodeSocketFloat").node_group.nodes.new("GeometryNodeInputSceneTime")


EDITS = [
    key_points, key_value, key_shown_alone, bevel_width, modifier_order, modifier_shown, modifier_profile,
    modifier_texture, lattice_points, lattice_parent, weights, pose, operand, constraint_target, nodes_object_moved,
    nodes_object_edited, nodes_collection, nodes_vector, object_info_node, coordinates_node, float_curve_node,
    rgb_curves, colour_ramp, colour_ramp_between, pixels, pixels_packed, colour_space, attribute,
    another_frame(keys), another_frame(lambda cube: cube.modifiers.new("wave", "WAVE")), another_frame(scene_time),
]  # fmt: skip
