"""Materials' colours are followed through their nodes."""

import bpy
import numpy as np
import pytest
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.scene.source.reading import read_objects
from painted_objects import (
    add_image,
    add_material,
    add_node,
    add_plane,
    assert_colours,
    followed,
    link,
    read_plane,
    textured_material,
    two_colours,
)

RED, BLUE, WHITE, GREY = (1, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1), (0.8, 0.8, 0.8, 1)


def through(kind, image, output="Color", **inputs):
    """A material with an image through one node into the base colour; gives material and node."""
    material, principled, image = textured_material(image)
    node = add_node(material, kind, **inputs)
    link(material, image.outputs["Color"], next(socket for socket in node.inputs if socket.type == "RGBA"))
    link(material, node.outputs[output], principled.inputs["Base Color"])
    return material, node


def test_plain_base_colour():
    assert_colours(followed(add_material(colour=(0.1, 0.2, 0.3, 1))[0]), (0.1, 0.2, 0.3, 1), (0.1, 0.2, 0.3, 1))


def test_image():
    mesh = followed(textured_material(add_image(two_colours((0.5, 0.25, 0, 1), BLUE)))[0])
    assert_colours(mesh, (*srgb_to_linear(np.array([0.5, 0.25, 0])), 1), BLUE)
    assert mesh.textured


def test_no_nodes_means_the_viewport_colour():
    material = bpy.data.materials.new("Flat")
    material.diffuse_color = (0.2, 0.4, 0.6, 1)
    if bpy.app.version >= (5, 0, 0):  # nodes are always there; without an output they say nothing
        material.node_tree.nodes.clear()
    assert_colours(followed(material), (0.2, 0.4, 0.6, 1), (0.2, 0.4, 0.6, 1))


@pytest.mark.parametrize("kind", ["ShaderNodeBsdfDiffuse", "ShaderNodeEmission", "ShaderNodeBsdfGlossy"])
def test_other_shaders(kind):
    material, _ = add_material()
    shader = add_node(material, kind, Color=(0.3, 0.6, 0.9, 1))
    link(material, shader.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    assert_colours(followed(material), (0.3, 0.6, 0.9, 1), (0.3, 0.6, 0.9, 1))


def test_a_black_surface_shows_its_glow():
    material, principled = add_material(colour=(0, 0, 0, 1))
    principled.inputs["Emission Color"].default_value = (0.5, 1, 0, 1)
    principled.inputs["Emission Strength"].default_value = 2
    assert_colours(followed(material), (0.5, 1, 0, 1), (0.5, 1, 0, 1))


def mixed_shaders(first, second, share):
    material, _ = add_material()
    mix = add_node(material, "ShaderNodeMixShader", Fac=share)
    for kind, socket in ((first, mix.inputs[1]), (second, mix.inputs[2])):
        shader = add_node(material, f"ShaderNode{kind[0]}", **({"Color": kind[1]} if kind[1] else {}))
        link(material, shader.outputs[0], socket)
    link(material, mix.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    return material


@pytest.mark.parametrize(
    ("first", "second", "share", "expected"),
    [
        (("BsdfDiffuse", RED), ("BsdfDiffuse", BLUE), 0.25, (0.75, 0, 0.25, 1)),
        (("BsdfDiffuse", RED), ("BsdfGlossy", WHITE), 0.9, RED),
        (("BsdfGlossy", WHITE), ("BsdfDiffuse", RED), 0.1, RED),
        (("Emission", BLUE), ("BsdfDiffuse", RED), 0.5, RED),
        (("BsdfTransparent", WHITE), ("BsdfDiffuse", RED), 0.25, (1, 0, 0, 0.25)),
        (("BsdfDiffuse", RED), ("BsdfTransparent", WHITE), 0.25, (1, 0, 0, 0.75)),
    ],
)
def test_mixed_shaders(first, second, share, expected):
    assert_colours(followed(mixed_shaders(first, second, share)), expected, expected)


def test_added_shaders():
    material, principled = add_material(colour=RED)
    add = add_node(material, "ShaderNodeAddShader")
    glow = add_node(material, "ShaderNodeEmission", Color=BLUE)
    link(material, glow.outputs[0], add.inputs[0])
    link(material, principled.outputs[0], add.inputs[1])
    link(material, add.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    assert_colours(followed(material), RED, RED)


@pytest.mark.parametrize(
    ("blend", "share", "left", "right"),
    [
        ("MIX", 0.0, RED, BLUE),
        ("MIX", 1.0, (0.5, 0.5, 0.5, 1), (0.5, 0.5, 0.5, 1)),
        ("MIX", 0.5, (0.75, 0.25, 0.25, 1), (0.25, 0.25, 0.75, 1)),
        ("MULTIPLY", 1.0, (0.5, 0, 0, 1), (0, 0, 0.5, 1)),
        ("MULTIPLY", 0.5, (0.75, 0, 0, 1), (0, 0, 0.75, 1)),
        ("ADD", 1.0, (1, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)),
        ("SCREEN", 1.0, (1, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)),
        ("DIFFERENCE", 1.0, (0.5, 0.5, 0.5, 1), (0.5, 0.5, 0.5, 1)),
        ("DARKEN", 1.0, (0.5, 0, 0, 1), (0, 0, 0.5, 1)),
    ],
)
@pytest.mark.parametrize("legacy", [False, True])
def test_mixes_with_a_constant(blend, share, left, right, legacy):
    material, principled, image = textured_material(add_image(two_colours()))
    half = (0.5, 0.5, 0.5, 1)
    if legacy:
        mix = add_node(material, "ShaderNodeMixRGB", Fac=share, Color2=half)
        first, result = mix.inputs["Color1"], mix.outputs["Color"]
    else:
        mix = add_node(material, "ShaderNodeMix", Factor_Float=share, B_Color=half)
        mix.data_type = "RGBA"
        first = next(socket for socket in mix.inputs if socket.identifier == "A_Color")
        result = next(socket for socket in mix.outputs if socket.identifier == "Result_Color")
    mix.blend_type = blend
    link(material, image.outputs["Color"], first)
    link(material, result, principled.inputs["Base Color"])
    assert_colours(followed(material), left, right)


def test_two_images_of_different_sizes_multiply():
    material, principled, image = textured_material(add_image(two_colours((1, 1, 0, 1), WHITE, size=8)))
    shade = add_node(material, "ShaderNodeTexImage")
    shade.image = add_image(two_colours((1, 0, 0, 1), (0, 1, 0, 1), size=32))
    mix = add_node(material, "ShaderNodeMixRGB", Fac=1.0)
    mix.blend_type = "MULTIPLY"
    for output, target in (
        (image.outputs["Color"], mix.inputs["Color1"]),
        (shade.outputs["Color"], mix.inputs["Color2"]),
        (mix.outputs["Color"], principled.inputs["Base Color"]),
    ):
        link(material, output, target)
    assert_colours(followed(material), RED, (0, 1, 0, 1))


def test_image_times_vertex_colour():
    material, principled, image = textured_material(add_image(two_colours()))
    painted = add_node(material, "ShaderNodeVertexColor")
    painted.layer_name = "Shade"
    mix = add_node(material, "ShaderNodeMixRGB", Fac=1.0)
    mix.blend_type = "MULTIPLY"
    link(material, image.outputs["Color"], mix.inputs["Color1"])
    link(material, painted.outputs["Color"], mix.inputs["Color2"])
    link(material, mix.outputs["Color"], principled.inputs["Base Color"])
    plane = add_plane(material=material)
    shades = plane.data.color_attributes.new("Shade", "FLOAT_COLOR", "POINT")
    shades.data.foreach_set("color", np.float32([(0.5, 0.5, 0.5, 1)] * 4).ravel())
    mesh = read_objects(bpy.context, [plane])
    assert_colours(mesh, (0.5, 0, 0, 1), (0, 0, 0.5, 1))
    assert not mesh.warnings


def test_the_named_colour_attribute_is_taken():
    material, principled = add_material()
    node = add_node(material, "ShaderNodeAttribute")
    node.attribute_name = "Second"
    link(material, node.outputs["Color"], principled.inputs["Base Color"])
    plane = add_plane(material=material)
    for name, colour in (("First", RED), ("Second", BLUE)):
        attribute = plane.data.color_attributes.new(name, "BYTE_COLOR", "CORNER")
        attribute.data.foreach_set("color", np.float32([colour] * 4).ravel())
    assert_colours(read_objects(bpy.context, [plane]), BLUE, BLUE)


def test_a_missing_colour_attribute_is_named():
    material, principled = add_material()
    node = add_node(material, "ShaderNodeVertexColor")
    node.layer_name = "Gone"
    link(material, node.outputs["Color"], principled.inputs["Base Color"])
    mesh = read_plane(material)
    assert_colours(mesh, WHITE, WHITE)
    assert any("'Gone'" in warning and "'Plane'" in warning for warning in mesh.warnings)


@pytest.mark.parametrize(
    ("kind", "inputs", "left", "right"),
    [
        ("ShaderNodeGamma", {"Gamma": 2.0}, (0.25, 0, 0, 1), BLUE),
        ("ShaderNodeInvert", {"Fac": 1.0}, (0.5, 1, 1, 1), (1, 1, 0, 1)),
        ("ShaderNodeInvert", {"Fac": 0.0}, (0.5, 0, 0, 1), BLUE),
        ("ShaderNodeBrightContrast", {"Bright": 0.25, "Contrast": 0.0}, (0.75, 0.25, 0.25, 1), (0.25, 0.25, 1, 1)),
        ("ShaderNodeHueSaturation", {"Hue": 0.5 + 1 / 3}, (0, 0.5, 0, 1), RED),
        ("ShaderNodeHueSaturation", {"Saturation": 0.0, "Value": 0.5}, (0.25, 0.25, 0.25, 1), (0.5, 0.5, 0.5, 1)),
    ],
)
def test_colour_nodes_change_the_texels(kind, inputs, left, right):
    image = add_image(two_colours((0.5, 0, 0, 1), BLUE), space="Non-Color")
    assert_colours(followed(through(kind, image, **inputs)[0]), left, right)


def test_a_colour_ramp_on_an_image():
    material, node = through("ShaderNodeRGBToBW", add_image(two_colours()), output=0)
    principled = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    ramp = add_node(material, "ShaderNodeValToRGB")
    ramp.color_ramp.interpolation = "CONSTANT"
    ramp.color_ramp.elements[0].color = (0, 1, 0, 1)
    ramp.color_ramp.elements[1].color, ramp.color_ramp.elements[1].position = (1, 0, 1, 1), 0.15
    link(material, node.outputs[0], ramp.inputs["Fac"])
    link(material, ramp.outputs["Color"], principled.inputs["Base Color"])
    # Rec.709 luminance: red 0.21, blue 0.07.
    assert_colours(followed(material), (1, 0, 1, 1), (0, 1, 0, 1))


def test_node_groups_reroutes_and_muted_nodes():
    material, principled, image = textured_material(add_image(two_colours()))
    group = bpy.data.node_groups.new("Pass", "ShaderNodeTree")
    group.interface.new_socket("Unused", in_out="INPUT", socket_type="NodeSocketFloat")
    group.interface.new_socket("In", in_out="INPUT", socket_type="NodeSocketColor")
    group.interface.new_socket("Out", in_out="OUTPUT", socket_type="NodeSocketColor")
    start, end = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    inner = group.nodes.new("ShaderNodeInvert")
    group.links.new(start.outputs["In"], inner.inputs["Color"])
    group.links.new(inner.outputs[0], end.inputs["Out"])
    node = add_node(material, "ShaderNodeGroup")
    node.node_tree = group
    knee = add_node(material, "NodeReroute")
    muted = add_node(material, "ShaderNodeGamma", Gamma=5.0)
    muted.mute = True
    for output, target in (
        (image.outputs["Color"], knee.inputs[0]),
        (knee.outputs[0], muted.inputs["Color"]),
        (muted.outputs[0], node.inputs["In"]),
        (node.outputs["Out"], principled.inputs["Base Color"]),
    ):
        link(material, output, target)
    assert_colours(followed(material), (0, 1, 1, 1), (1, 1, 0, 1))


def test_a_shader_inside_a_group():
    material, _ = add_material()
    group = bpy.data.node_groups.new("Paint", "ShaderNodeTree")
    group.interface.new_socket("Tint", in_out="INPUT", socket_type="NodeSocketColor")
    group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    start, end = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    inner = group.nodes.new("ShaderNodeBsdfDiffuse")
    group.links.new(start.outputs["Tint"], inner.inputs["Color"])
    group.links.new(inner.outputs[0], end.inputs["Shader"])
    node = add_node(material, "ShaderNodeGroup")
    node.node_tree = group
    node.inputs["Tint"].default_value = (0.2, 0.7, 0.1, 1)
    link(material, node.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    assert_colours(followed(material), (0.2, 0.7, 0.1, 1), (0.2, 0.7, 0.1, 1))


def test_a_missing_image_is_named_and_not_magenta(tmp_path):
    image = add_image(two_colours(), name="Bark")
    image.filepath_raw, image.file_format = str(tmp_path / "bark.png"), "PNG"
    image.save()
    loaded = bpy.data.images.load(str(tmp_path / "bark.png"), check_existing=False)
    (tmp_path / "bark.png").unlink()
    material, principled, _ = textured_material(loaded, name="Tree")
    principled.inputs["Base Color"].default_value = (0.3, 0.2, 0.1, 1)
    mesh = read_plane(material)
    assert_colours(mesh, (0.3, 0.2, 0.1, 1), (0.3, 0.2, 0.1, 1))
    (warning,) = mesh.warnings
    assert all(word in warning for word in ("'Tree'", "bark.png", "Find Missing Files"))


def test_an_image_node_without_an_image():
    mesh = read_plane(textured_material(None, name="Bare")[0])
    assert_colours(mesh, GREY, GREY)
    assert any("'Bare'" in warning and "without an image" in warning for warning in mesh.warnings)
