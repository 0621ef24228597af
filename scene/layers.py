"""A model shown up to a layer: one value, `Layers`, which the user slides or the timeline plays.

A layer is all that begins at one height. Geometry nodes leave out the points of higher ones, before they become
bricks; the plan and what is exported stay whole.
"""

from __future__ import annotations

import bpy
import numpy as np

from .keys import input_curve, play_input, remove_played
from .versions import nodes_input

LAYERS = "Layers"
_LAYER = "layer"  # attribute of the points: how many layers are below
_MARK = "brickprint_layers"  # custom property of the node group: version and number of layers
_VERSION = 1  # counts up when the nodes change


def play_layers(bricks: bpy.types.Object, start: int, frames: int) -> None:
    """Let a model grow layer by layer, from frame `start` on, in so many frames; in place of what played before."""
    remove_layers(bricks)
    modifier = bricks.modifiers.new(LAYERS, "NODES")
    count = _number_layers(bricks.data)
    modifier.node_group = _layers_group(count)
    bricks.modifiers.move(len(bricks.modifiers) - 1, 0)
    play_input(bricks, modifier, LAYERS, ((0, start), (count, start + frames - 1)))


def layers_modifier(bricks: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier that shows a model up to a layer, or None."""
    for modifier in bricks.modifiers:
        if modifier.type == "NODES" and modifier.node_group and _MARK in modifier.node_group:
            return modifier
    return None


def shown_layers(bricks: bpy.types.Object) -> tuple[int, int, int] | None:
    """How many layers and how many parts are shown now, and how many layers there are; None where all are."""
    modifier = layers_modifier(bricks)
    attribute = bricks.data.attributes.get(_LAYER)
    if modifier is None or attribute is None:
        return None
    layer = np.zeros(len(bricks.data.vertices), np.int32)
    attribute.data.foreach_get("value", layer)
    shown = nodes_input(modifier, LAYERS)
    return min(shown, int(layer.max(initial=-1)) + 1), int((layer < shown).sum()), int(layer.max(initial=-1)) + 1


def layers_frames(bricks: bpy.types.Object) -> range | None:
    """The frames in which a model grows layer by layer, from its first key frame to its last; None without any."""
    modifier = layers_modifier(bricks)
    curve = input_curve(bricks, modifier, LAYERS) if modifier else None
    return range(round(curve.range()[0]), round(curve.range()[1]) + 1) if curve else None


def remove_layers(bricks: bpy.types.Object) -> None:
    """Show the whole model again; where it is, nothing happens."""
    modifier = layers_modifier(bricks)
    if modifier is None:
        return
    remove_played(bricks, modifier, LAYERS)
    attribute = bricks.data.attributes.get(_LAYER)
    if attribute is not None and bricks.data.users == 1:  # else a copy of the model may play by it
        bricks.data.attributes.remove(attribute)


def _number_layers(points: bpy.types.Mesh) -> int:
    """Number the points by height, and give the number of layers."""
    places = np.zeros(len(points.vertices) * 3, np.float32)
    points.vertices.foreach_get("co", places)
    heights, layer = np.unique(places[2::3].round(1), return_inverse=True)
    attribute = points.attributes.get(_LAYER) or points.attributes.new(_LAYER, "INT", "POINT")
    attribute.data.foreach_set("value", np.ascontiguousarray(layer.reshape(-1), np.int32))
    points.update()
    return len(heights)


def _layers_group(count: int) -> bpy.types.NodeTree:
    """The file's node group for so many layers, made when it is missing: the number limits the slider."""
    mark = f"{_VERSION} {count}"
    for group in bpy.data.node_groups:
        if group.get(_MARK) == mark and not group.library:
            return group
    group = bpy.data.node_groups.new(f"Brickprint layers, {count}", "GeometryNodeTree")
    group[_MARK] = mark
    group.is_modifier = True
    group.interface.new_socket("Points", in_out="INPUT", socket_type="NodeSocketGeometry")
    layers = group.interface.new_socket(LAYERS, in_out="INPUT", socket_type="NodeSocketInt")
    layers.description = "How many layers are shown, counted from the lowest"
    layers.min_value, layers.max_value, layers.default_value = 0, max(count, 1), count
    group.interface.new_socket("Points", in_out="OUTPUT", socket_type="NodeSocketGeometry")

    entry, layer, above, keep, leave = (
        group.nodes.new(kind)
        for kind in (
            "NodeGroupInput",
            "GeometryNodeInputNamedAttribute",
            "FunctionNodeCompare",
            "GeometryNodeDeleteGeometry",
            "NodeGroupOutput",
        )
    )
    for column, node in enumerate((entry, layer, above, keep, leave)):
        node.location = (200 * column, -150 * (node == layer))
    layer.data_type = "INT"
    layer.inputs["Name"].default_value = _LAYER
    above.data_type, above.operation = "INT", "GREATER_EQUAL"
    first, second = (socket for socket in above.inputs if socket.enabled and socket.type == "INT")
    link = group.links.new
    link(layer.outputs["Attribute"], first)
    link(entry.outputs[LAYERS], second)
    link(entry.outputs["Points"], keep.inputs["Geometry"])
    link(above.outputs[0], keep.inputs["Selection"])
    link(keep.outputs[0], leave.inputs["Points"])
    return group
