"""A plane that hides the bricks in front of it, to look inside: geometry nodes, before the points become bricks.

Of a brick counts the centre of its underside. What is hidden stays in the plan, in exports and in the report.
"""

from __future__ import annotations

import bpy
import numpy as np

from .versions import nodes_input, set_nodes_input

_PLANE = "Plane"
_MARK = "brickprint_section"  # custom property of the node group, and of the planes
_VERSION = 1  # counts up when the nodes change
_ROOM_MM = 16.0  # by which the plane is seen beyond the model
_THICKNESS = 1e-3  # of the plane; none at all could not be turned


def add_section(bricks: bpy.types.Object) -> bpy.types.Object:
    """Put a plane upright through the middle of a model, facing the front, and give it; one there is stays."""
    plane = section_plane(bricks)
    if plane is not None:
        return plane
    remove_section(bricks)
    plane = _new_plane(bricks)
    modifier = bricks.modifiers.new("Section", "NODES")
    modifier.node_group = _section_group()
    set_nodes_input(modifier, _PLANE, plane)
    bricks.modifiers.move(len(bricks.modifiers) - 1, 0)
    return plane


def section_plane(bricks: bpy.types.Object) -> bpy.types.Object | None:
    """The plane that hides bricks of a model, or None."""
    modifier = section_modifier(bricks)
    return nodes_input(modifier, _PLANE) if modifier else None


def remove_section(bricks: bpy.types.Object) -> None:
    """Show the whole model again; without a plane nothing happens. A plane that cuts other models too stays."""
    modifier = section_modifier(bricks)
    if modifier is None:
        return
    plane, group = nodes_input(modifier, _PLANE), modifier.node_group
    bricks.modifiers.remove(modifier)
    if plane is not None and _MARK in plane and not _cuts_others(plane):
        bpy.data.objects.remove(plane)
    if not group.users:
        bpy.data.node_groups.remove(group)


def carry_section(bricks: bpy.types.Object, copy: bpy.types.Object) -> bpy.types.Object | None:
    """Give a model's copy a plane of its own, which moves with it; gives it, or None where there is no plane.

    The copy is cut as the model is, wherever it goes.
    """
    plane = section_plane(bricks)
    if plane is None:
        return None
    carried = plane.copy()
    carried.animation_data_clear()
    carried.constraints.clear()
    carried.parent, carried.parent_type = copy, "OBJECT"
    carried.matrix_parent_inverse.identity()
    carried.matrix_basis = bricks.matrix_world.inverted_safe() @ plane.matrix_world
    set_nodes_input(section_modifier(copy), _PLANE, carried)
    return carried


def _cuts_others(plane: bpy.types.Object) -> bool:
    models = (thing for thing in bpy.data.objects if thing.type == "MESH")
    return any(section_plane(model) == plane for model in models)


def section_modifier(bricks: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier by which a plane hides bricks of a model, or None."""
    for modifier in bricks.modifiers:
        if modifier.type == "NODES" and modifier.node_group and _MARK in modifier.node_group:
            return modifier
    return None


def _new_plane(bricks: bpy.types.Object) -> bpy.types.Object:
    """An empty, drawn as a flat frame around the model's middle; its z axis points to the front."""
    count = len(bricks.data.vertices)
    places = np.zeros(count * 3, np.float32)
    bricks.data.vertices.foreach_get("co", places)
    places = places.reshape(-1, 3) if count else np.zeros((1, 3), np.float32)
    low, high = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    plane = bpy.data.objects.new(f"{bricks.name} section", None)
    plane[_MARK] = _VERSION
    plane.empty_display_type, plane.empty_display_size = "CUBE", 1.0
    plane.parent = bricks
    plane.location = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    plane.rotation_euler = (np.pi / 2, 0.0, 0.0)
    plane.scale = ((high[0] - low[0]) / 2 + _ROOM_MM, (high[2] - low[2]) / 2 + _ROOM_MM, _THICKNESS)
    for collection in bricks.users_collection:
        collection.objects.link(plane)
    return plane


def _section_group() -> bpy.types.NodeTree:
    """The file's node group, made when it is missing."""
    for group in bpy.data.node_groups:
        if group.get(_MARK) == _VERSION and not group.library:
            return group
    group = bpy.data.node_groups.new("Brickprint section", "GeometryNodeTree")
    group[_MARK] = _VERSION
    group.is_modifier = True
    group.interface.new_socket("Points", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.interface.new_socket(_PLANE, in_out="INPUT", socket_type="NodeSocketObject")
    group.interface.new_socket("Points", in_out="OUTPUT", socket_type="NodeSocketGeometry")

    kinds = (
        ("entry", "NodeGroupInput", -800, 0),
        ("plane", "GeometryNodeObjectInfo", -600, -150),
        ("normal", "FunctionNodeRotateVector", -400, -250),
        ("position", "GeometryNodeInputPosition", -600, -400),
        ("away", "ShaderNodeVectorMath", -400, -400),
        ("in_front", "ShaderNodeVectorMath", -200, -300),
        ("there", "ShaderNodeVectorMath", -200, -100),
        ("hidden", "ShaderNodeMath", 0, -200),
        ("keep", "GeometryNodeDeleteGeometry", 200, 0),
        ("leave", "NodeGroupOutput", 400, 0),
    )
    nodes = {}
    for name, kind, x, y in kinds:
        nodes[name] = group.nodes.new(kind)
        nodes[name].location = (x, y)
    nodes["plane"].transform_space = "RELATIVE"
    nodes["normal"].inputs["Vector"].default_value = (0.0, 0.0, 1.0)
    nodes["away"].operation = "SUBTRACT"
    nodes["in_front"].operation = "DOT_PRODUCT"
    # A plane that was deleted has no scale: then nothing is hidden.
    nodes["there"].operation = "LENGTH"
    nodes["hidden"].operation = "MULTIPLY"

    link = group.links.new
    link(nodes["entry"].outputs[_PLANE], nodes["plane"].inputs["Object"])
    link(nodes["plane"].outputs["Rotation"], nodes["normal"].inputs["Rotation"])
    link(nodes["position"].outputs[0], nodes["away"].inputs[0])
    link(nodes["plane"].outputs["Location"], nodes["away"].inputs[1])
    link(nodes["away"].outputs[0], nodes["in_front"].inputs[0])
    link(nodes["normal"].outputs[0], nodes["in_front"].inputs[1])
    link(nodes["plane"].outputs["Scale"], nodes["there"].inputs[0])
    link(nodes["in_front"].outputs["Value"], nodes["hidden"].inputs[0])
    link(nodes["there"].outputs["Value"], nodes["hidden"].inputs[1])
    link(nodes["entry"].outputs["Points"], nodes["keep"].inputs["Geometry"])
    link(nodes["hidden"].outputs[0], nodes["keep"].inputs["Selection"])  # a number above 0 is true
    link(nodes["keep"].outputs[0], nodes["leave"].inputs["Points"])
    return group
