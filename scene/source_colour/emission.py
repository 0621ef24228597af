"""Copies of materials that glow in their own base colour, or in their alpha as grey, for baking."""

from __future__ import annotations

import bpy

from ..temporary import TemporaryData
from .images import is_missing
from .node_links import Source, find_input, linked_output, output_node
from .shaders import ADD, MIX, PRINCIPLED, TRANSPARENT, colour_input, leading_branch

_MISSING_GREY = (0.8, 0.8, 0.8, 1.0)


def glowing_copy(
    material: bpy.types.Material, target: bpy.types.Image, alpha: bool, made: TemporaryData
) -> bpy.types.Material:
    """A temporary copy that emits the material's colour (or its alpha) and whose active node is the bake target."""
    copy = made.keep(material.copy())
    tree = copy.node_tree
    output = output_node(copy)
    for name in ("Volume", "Displacement"):
        for link in output.inputs[name].links:
            tree.links.remove(link)
    _glow(tree, (), alpha, made)
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = target
    tree.nodes.active = node
    return copy


def _glow(tree: bpy.types.NodeTree, groups: tuple[bpy.types.Node, ...], alpha: bool, made: TemporaryData) -> None:
    """Replace every shader of the tree, and of copies of its groups, by an Emission."""
    nodes = list(tree.nodes)
    for node in nodes:
        if node.bl_idname == "ShaderNodeGroup" and node.node_tree is not None:
            node.node_tree = made.keep(node.node_tree.copy())
    # All shaders are judged first: once some have become emissions, they no longer tell what they were.
    shaders = [(node, Source(node.outputs[0], groups)) for node in nodes if _is_shader(node)]
    leads = {node.name: _lead(shader, alpha) for node, shader in shaders if node.bl_idname in {MIX, ADD}}
    inputs = {node.name: colour_input(shader) for node, shader in shaders}
    strength = _strength(tree)
    for node in nodes:
        if node.bl_idname == "ShaderNodeGroup" and node.node_tree is not None:
            _glow(node.node_tree, (*groups, node), alpha, made)
        elif node.bl_idname == "ShaderNodeTexImage" and (node.image is None or is_missing(node.image)):
            node.image = _grey(made)
        elif node.name in leads:
            _keep_branch(tree, node, leads[node.name])
        elif node.name in inputs:
            emission = _replace(tree, node, inputs[node.name], alpha)
            if strength is not None:
                tree.links.new(strength, emission.inputs["Strength"])


def _is_shader(node: bpy.types.Node) -> bool:
    kind = node.bl_idname
    is_plain = kind.startswith("ShaderNode") and kind != "ShaderNodeGroup"  # no reroute, no group's input or output
    return is_plain and len(node.outputs) > 0 and node.outputs[0].type == "SHADER"


def _lead(shader: Source, alpha: bool) -> int | None:
    """The branch of a mix that counts alone; in alpha, transparent branches count too."""
    if alpha and shader.node.bl_idname == MIX:
        return None
    return leading_branch(shader)


def _keep_branch(tree: bpy.types.NodeTree, node: bpy.types.Node, lead: int | None) -> None:
    """Join the outputs of a Mix or Add Shader to one of its branches; None leaves it mixing."""
    if lead is None:
        return
    inputs = [socket for socket in node.inputs if socket.type == "SHADER"]
    output = linked_output(inputs[lead])
    for link in list(node.outputs[0].links):
        target = link.to_socket
        tree.links.remove(link)
        if output is not None:
            tree.links.new(output, target)


def _replace(tree: bpy.types.NodeTree, node: bpy.types.Node, name: str | None, alpha: bool) -> bpy.types.Node:
    emission = tree.nodes.new("ShaderNodeEmission")
    colour = emission.inputs["Color"]
    if alpha:
        name = "Alpha" if node.bl_idname == PRINCIPLED else None
        grey = 0.0 if node.bl_idname in TRANSPARENT else 1.0
    else:
        grey = 0.0
    colour.default_value = (grey, grey, grey, 1.0)
    if name is not None:
        _copy_input(tree, find_input(node, name), colour)
    for link in list(node.outputs[0].links):
        tree.links.new(emission.outputs[0], link.to_socket)
    return emission


def _strength(tree: bpy.types.NodeTree) -> bpy.types.NodeSocket | None:
    """A strength of 1 that still uses every alpha output that the tree used.

    An image whose alpha nobody uses shows its colour multiplied by it, so none of them may fall idle.
    """
    strength = None
    for node in list(tree.nodes):
        if node.bl_idname == "ShaderNodeTexImage" and node.outputs["Alpha"].is_linked:
            total = tree.nodes.new("ShaderNodeMath")
            total.operation = "MULTIPLY_ADD"
            total.inputs[1].default_value = 1e-9  # lost in rounding; Cycles would fold a multiplication by 0
            total.inputs[2].default_value = 1.0
            tree.links.new(node.outputs["Alpha"], total.inputs[0])
            if strength is not None:
                tree.links.new(strength, total.inputs[2])
            strength = total.outputs[0]
    return strength


def _copy_input(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, colour: bpy.types.NodeSocket) -> None:
    output = linked_output(socket)
    if output is not None:
        tree.links.new(output, colour)
    elif socket.type == "VALUE":
        colour.default_value = (*(socket.default_value,) * 3, 1.0)
    else:
        colour.default_value = socket.default_value


def _grey(made: TemporaryData) -> bpy.types.Image:
    image = made.keep(bpy.data.images.new("missing", 4, 4))
    image.generated_color = _MISSING_GREY
    return image
