"""Textures lie where UV maps and mapping nodes put them."""

import bpy
import numpy as np
import pytest
from brickprint.scene.source.reading import read_objects
from painted_objects import (
    add_image,
    add_node,
    add_plane,
    assert_colours,
    colour_at,
    followed,
    link,
    textured_material,
    two_colours,
)

RED, BLUE, WHITE = (1, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1)


def mapped(vector_type="POINT", uv_map=None, extension="REPEAT", **inputs):
    material, _, image = textured_material(add_image(two_colours(size=64)))
    image.extension = extension
    mapping = add_node(material, "ShaderNodeMapping", **inputs)
    mapping.vector_type = vector_type
    source = add_node(material, "ShaderNodeTexCoord" if uv_map is None else "ShaderNodeUVMap")
    if uv_map is not None:
        source.uv_map = uv_map
    link(material, source.outputs["UV"], mapping.inputs["Vector"])
    link(material, mapping.outputs["Vector"], image.inputs["Vector"])
    return material


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("POINT", {"Location": (0.5, 0, 0)}),
        ("POINT", {"Rotation": (0, 0, np.pi)}),
        ("POINT", {"Scale": (-1, 1, 1)}),
        ("TEXTURE", {"Location": (0.5, 0, 0)}),
        ("VECTOR", {"Location": (7, 0, 0), "Scale": (-1, 1, 1)}),
    ],
)
def test_mapping_nodes_that_swap_the_halves(kind, inputs):
    assert_colours(followed(mapped(kind, **inputs)), BLUE, RED)


def test_a_mapping_scales_then_rotates_then_moves():
    # (u, v) = (x, y) -> scaled (0.5 x, y) -> turned by 90 degrees (-y, 0.5 x) -> moved (1 - y, 0.5 x).
    mesh = followed(mapped(Scale=(0.5, 1, 1), Rotation=(0, 0, np.pi / 2), Location=(1, 0, 0)))
    np.testing.assert_allclose(colour_at(mesh, 0.5, 0.75), RED, atol=1e-6)
    np.testing.assert_allclose(colour_at(mesh, 0.5, 0.25), BLUE, atol=1e-6)


def test_the_uv_map_that_the_texture_names():
    plane = add_plane(material=mapped(uv_map="Flipped"))
    flipped = plane.data.uv_layers.new(name="Flipped")
    flipped.uv.foreach_set("vector", np.float32([(1, 0), (0, 0), (0, 1), (1, 1)]).ravel())
    assert_colours(read_objects(bpy.context, [plane]), BLUE, RED)


def test_the_render_uv_map_where_none_is_named():
    plane = add_plane(material=textured_material(add_image(two_colours()))[0])
    flipped = plane.data.uv_layers.new(name="Flipped")
    flipped.uv.foreach_set("vector", np.float32([(1, 0), (0, 0), (0, 1), (1, 1)]).ravel())
    assert_colours(read_objects(bpy.context, [plane]), RED, BLUE)
    flipped.active_render = True
    assert_colours(read_objects(bpy.context, [plane]), BLUE, RED)


def test_extended_textures_do_not_bleed_across_the_border():
    mesh = followed(mapped(extension="EXTEND"))
    np.testing.assert_allclose(colour_at(mesh, 0, 0.5), RED, atol=1e-3)
    np.testing.assert_allclose(colour_at(mesh, 1, 0.5), BLUE, atol=1e-3)
