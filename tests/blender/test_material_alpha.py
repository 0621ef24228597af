"""The alpha of materials is followed where they use it."""

import numpy as np
from brickprint.core.colour.spaces import srgb_to_linear
from painted_objects import (
    add_image,
    add_material,
    add_node,
    assert_colours,
    followed,
    link,
    textured_material,
    two_colours,
)

RED, BLUE, WHITE = (1, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1)


def test_alpha_by_value():
    material, principled = add_material(colour=RED)
    principled.inputs["Alpha"].default_value = 0.25
    assert_colours(followed(material), (1, 0, 0, 0.25), (1, 0, 0, 0.25))


def clear_right(alpha=0.2):
    return add_image(two_colours(RED, (0, 0, 1, alpha)))


def test_alpha_of_the_same_image():
    material, principled, image = textured_material(clear_right())
    link(material, image.outputs["Alpha"], principled.inputs["Alpha"])
    assert_colours(followed(material), RED, (0, 0, 1, 0.2))


def test_alpha_that_nothing_uses_leaves_the_surface_opaque():
    material, *_ = textured_material(clear_right())
    # Blender's shaders then show the image's bytes multiplied by its alpha.
    assert_colours(followed(material), RED, (0, 0, srgb_to_linear(np.array(0.2)), 1))


def test_channel_packed_colours_ignore_their_alpha():
    material, _, node = textured_material(clear_right())
    node.image.alpha_mode = "CHANNEL_PACKED"
    assert_colours(followed(material), RED, BLUE)


def test_alpha_of_another_image_of_another_size():
    material, principled, _ = textured_material(add_image(two_colours()))
    mask = add_node(material, "ShaderNodeTexImage")
    mask.image = add_image(two_colours(WHITE, (0.5, 0.5, 0.5, 1), size=32), space="Non-Color")
    link(material, mask.outputs["Color"], principled.inputs["Alpha"])
    assert_colours(followed(material), RED, (0, 0, 1, 0.5))


def test_alpha_of_an_image_on_a_plain_colour():
    material, principled = add_material(colour=(0.2, 0.4, 0.6, 1))
    mask = add_node(material, "ShaderNodeTexImage")
    mask.image = clear_right()
    link(material, mask.outputs["Alpha"], principled.inputs["Alpha"])
    assert_colours(followed(material), (0.2, 0.4, 0.6, 1), (0.2, 0.4, 0.6, 0.2))


def test_alpha_cut_off_by_math_nodes():
    material, principled, image = textured_material(clear_right(0.4))
    below = add_node(material, "ShaderNodeMath", Value_001=0.5)
    below.operation = "LESS_THAN"
    opposite = add_node(material, "ShaderNodeMath", Value=1.0)
    opposite.operation = "SUBTRACT"
    link(material, image.outputs["Alpha"], below.inputs[0])
    link(material, below.outputs[0], opposite.inputs[1])
    link(material, opposite.outputs[0], principled.inputs["Alpha"])
    assert_colours(followed(material), RED, (0, 0, 1, 0))


def test_alpha_by_a_mix_with_a_transparent_shader():
    material, principled, image = textured_material(clear_right())
    mix, clear = add_node(material, "ShaderNodeMixShader"), add_node(material, "ShaderNodeBsdfTransparent")
    link(material, image.outputs["Alpha"], mix.inputs["Fac"])
    link(material, clear.outputs[0], mix.inputs[1])
    link(material, principled.outputs[0], mix.inputs[2])
    link(material, mix.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    assert_colours(followed(material), RED, (0, 0, 1, 0.2))
