"""Following the links of a node tree backwards, through reroutes, muted nodes and groups."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from .colour_fields import NotFollowable


@dataclass(frozen=True)
class Source:
    """What feeds an input: an output socket, or an unlinked input with its own value; and the groups around it."""

    socket: bpy.types.NodeSocket
    groups: tuple[bpy.types.Node, ...] = ()

    @property
    def node(self) -> bpy.types.Node:
        """The node that the socket belongs to."""
        return self.socket.node

    @property
    def is_value(self) -> bool:
        """Whether nothing is linked, so that the socket's own value counts."""
        return not self.socket.is_output

    @property
    def value(self) -> np.ndarray | None:
        """An unlinked input's value, (n,) float64; None for sockets without one."""
        default = getattr(self.socket, "default_value", None)
        return None if default is None else np.atleast_1d(np.array(default, float))

    def input(self, name: str) -> Source:
        """What feeds the input of that name or identifier of this node."""
        return source_of(find_input(self.node, name), self.groups)


def find_input(node: bpy.types.Node, name: str) -> bpy.types.NodeSocket:
    """A node's input by identifier, else by name (several may share a name, identifiers differ)."""
    matches = [socket for socket in node.inputs if socket.identifier == name]
    return matches[0] if matches else node.inputs[name]


def surface_source(material: bpy.types.Material) -> Source | None:
    """What feeds the Surface of the material's active output; None where there is nothing."""
    output = output_node(material)
    if output is None:
        return None
    surface = source_of(output.inputs["Surface"], ())
    return None if surface.is_value else surface


def output_node(material: bpy.types.Material) -> bpy.types.Node | None:
    """The active Material Output that Cycles uses, else any renderer's."""
    tree = material.node_tree
    return tree.get_output_node("CYCLES") or tree.get_output_node("ALL")


def linked_output(socket: bpy.types.NodeSocket) -> bpy.types.NodeSocket | None:
    """The output at the other end of an input's link; None without one or with a muted one."""
    links = [link for link in socket.links if not link.is_muted]
    return links[0].from_socket if links else None


def source_of(socket: bpy.types.NodeSocket, groups: tuple[bpy.types.Node, ...]) -> Source:
    """The source of an input socket that lies inside `groups` (outermost first)."""
    while True:
        output = linked_output(socket)
        if output is None:
            return Source(socket, groups)
        node = output.node
        if node.bl_idname == "NodeReroute":
            socket = node.inputs[0]
        elif node.mute:
            socket = _muted_input(node, output)
        elif node.bl_idname == "ShaderNodeGroup":
            socket = _group_result(node, output)
            groups = (*groups, node)
        elif node.bl_idname == "NodeGroupInput":
            socket = find_input(groups[-1], output.identifier)
            groups = groups[:-1]
        else:
            return Source(output, groups)


def _muted_input(node: bpy.types.Node, output: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    for link in node.internal_links:
        if link.to_socket == output:
            return link.from_socket
    raise NotFollowable(f"has a muted {node.bl_label} node that passes nothing on")


def _group_result(node: bpy.types.Node, output: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    nodes = node.node_tree.nodes if node.node_tree else ()
    results = [inner for inner in nodes if inner.bl_idname == "NodeGroupOutput" and inner.is_active_output]
    if not results:
        raise NotFollowable(f"has a node group without an output, '{node.label or node.name}'")
    return find_input(results[0], output.identifier)
