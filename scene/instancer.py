"""The geometry-nodes group that turns points into bricks.

Every point is one brick: its position the centre of the footprint, at the underside; attribute `pick` the number of
its part among the collection's objects, sorted by name; attribute `turn` its quarter turns.
"""

from __future__ import annotations

import math

import bpy

GROUP_NAME = "Brickprint bricks"
PARTS_INPUT = "Parts"
PICK = "pick"
TURN = "turn"
_VERSION_MARK = "brickprint_version"
_VERSION = 1  # counts up when the nodes change; a file's older group stays with the models that use it


def instancer_group() -> bpy.types.NodeTree:
    """The file's node group of this version, made when it is missing."""
    for group in bpy.data.node_groups:
        if group.get(_VERSION_MARK) == _VERSION and not group.library:
            return group
    return _new_group()


def is_instancer(group: bpy.types.NodeTree | None) -> bool:
    """Whether the group is one of ours, of any version."""
    return group is not None and _VERSION_MARK in group


def instancer_modifier(points: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier that makes an object's points bricks, or None."""
    for modifier in points.modifiers:
        if modifier.type == "NODES" and is_instancer(modifier.node_group):
            return modifier
    return None


def _new_group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.new(GROUP_NAME, "GeometryNodeTree")
    group[_VERSION_MARK] = _VERSION
    group.is_modifier = True
    interface = group.interface
    interface.new_socket("Points", in_out="INPUT", socket_type="NodeSocketGeometry")
    interface.new_socket(PARTS_INPUT, in_out="INPUT", socket_type="NodeSocketCollection")
    interface.new_socket("Bricks", in_out="OUTPUT", socket_type="NodeSocketGeometry")

    entry = _node(group, "NodeGroupInput", -600, 0)
    parts = _node(group, "GeometryNodeCollectionInfo", -200, -100)
    pick = _attribute(group, PICK, -200, -300)
    turn = _attribute(group, TURN, -600, -450)
    angle = _node(group, "ShaderNodeMath", -400, -450)
    rotation = _node(group, "FunctionNodeAxisAngleToRotation", -200, -450)
    bricks = _node(group, "GeometryNodeInstanceOnPoints", 100, 0)
    leave = _node(group, "NodeGroupOutput", 400, 0)

    parts.transform_space = "ORIGINAL"
    parts.inputs["Separate Children"].default_value = True
    parts.inputs["Reset Children"].default_value = True
    angle.operation = "MULTIPLY"
    angle.inputs[1].default_value = math.pi / 2
    rotation.inputs["Axis"].default_value = (0.0, 0.0, 1.0)
    bricks.inputs["Pick Instance"].default_value = True

    link = group.links.new
    link(entry.outputs["Points"], bricks.inputs["Points"])
    link(entry.outputs[PARTS_INPUT], parts.inputs["Collection"])
    link(parts.outputs[0], bricks.inputs["Instance"])
    link(pick.outputs["Attribute"], bricks.inputs["Instance Index"])
    link(turn.outputs["Attribute"], angle.inputs[0])
    link(angle.outputs[0], rotation.inputs["Angle"])
    link(rotation.outputs[0], bricks.inputs["Rotation"])
    link(bricks.outputs[0], leave.inputs["Bricks"])
    return group


def _attribute(group: bpy.types.NodeTree, name: str, x: float, y: float) -> bpy.types.Node:
    node = _node(group, "GeometryNodeInputNamedAttribute", x, y)
    node.data_type = "INT"
    node.inputs["Name"].default_value = name
    return node


def _node(group: bpy.types.NodeTree, kind: str, x: float, y: float) -> bpy.types.Node:
    node = group.nodes.new(kind)
    node.location = (x, y)
    return node
