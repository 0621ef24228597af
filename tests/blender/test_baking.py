"""Colours that can't be followed are baked by Blender."""

import bpy
import numpy as np
import pytest
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.errors import UnusableMesh
from brickprint.scene.source.reading import read_objects
from painted_objects import (
    LEFT,
    RIGHT,
    add_cube,
    add_image,
    add_material,
    add_node,
    add_plane,
    block_counts,
    colour_at,
    colours_at,
    link,
    textured_material,
    two_colours,
)

RED, BLUE = (1, 0, 0, 1), (0, 0, 1, 1)


def read(*objects):
    return read_objects(bpy.context, objects)


def checked(name="Checks", coordinates="Generated", **inputs):
    """A checker texture on some coordinates; gives the material, the Principled BSDF and the texture.

    A cell is red where the sum of its numbers is odd, else blue.
    """
    material, principled = add_material(name)
    checker = add_node(material, "ShaderNodeTexChecker", Color1=RED, Color2=BLUE, **inputs)
    source = add_node(material, "ShaderNodeTexCoord")
    link(material, source.outputs[coordinates], checker.inputs["Vector"])
    link(material, checker.outputs["Color"], principled.inputs["Base Color"])
    return material, principled, checker


def surface_samples(mesh, count=4000):
    """Triangles and barycentric coordinates spread evenly over the surface."""
    generator = np.random.default_rng(1)
    triangle = generator.choice(len(mesh.triangles), count, p=mesh.areas / mesh.areas.sum())
    return triangle, generator.dirichlet((1, 1, 1), count)


def test_a_checker_shows_both_colours_where_they_belong():
    plane = add_plane(material=checked(coordinates="UV", Scale=4.0)[0])
    mesh = read(plane)
    x, y = np.meshgrid(np.arange(4) / 4 + 1 / 8, np.arange(4) / 4 + 1 / 8)
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(16)])
    odd = (np.floor(points[:, 0] * 4) + np.floor(points[:, 1] * 4)) % 2 == 1
    expected = np.where(odd[:, None], RED, BLUE)
    np.testing.assert_allclose(colours_at(mesh, points), expected, atol=0.02)
    (warning,) = mesh.warnings
    assert "'Checks'" in warning
    assert "Checker Texture" in warning
    assert "baked" in warning


def test_the_average_of_a_checker_is_half_of_each():
    bpy.ops.mesh.primitive_uv_sphere_add(segments=48, ring_count=24)
    ball = bpy.context.object
    ball.data.materials.append(checked(coordinates="Object", Scale=3.0)[0])
    mesh = read(ball)
    triangle, barycentric = surface_samples(mesh)
    points = np.einsum("nc,ncd->nd", barycentric, mesh.corners[triangle])
    colours = mesh.colour_at(triangle, barycentric)
    cells = np.floor(points * 3 + 1e-6)
    # Away from the borders every sample has the colour of its cell.
    inner = (np.abs(points * 3 - np.rint(points * 3)) > 0.1).all(axis=1)
    odd = cells.sum(axis=1) % 2 == 1
    right = np.abs(colours - np.where(odd[:, None], RED, BLUE)).max(axis=1) < 0.1
    assert right[inner].mean() > 0.99
    coarse = mesh.colour_at(triangle, barycentric, spacing=0.02)
    assert np.abs(coarse[:, :3].mean(axis=0) - colours[:, :3].mean(axis=0)).max() < 0.02


def test_generated_coordinates_follow_the_object():
    cube = add_cube(side=2, location=(5, 0, 0))
    cube.data.materials.append(checked(Scale=2.0)[0])
    mesh = read(cube)
    # Generated coordinates run from 0 to 1 over the cube; on its right side x is 1, seen as the cell below.
    for y, z in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)):
        odd = (1 + (y > 0) + (z > 0)) % 2
        np.testing.assert_allclose(colour_at(mesh, 6, y, z), RED if odd else BLUE, atol=0.02)


def test_a_texture_on_world_positions():
    material, principled = add_material()
    where = add_node(material, "ShaderNodeNewGeometry")
    link(material, where.outputs["Position"], principled.inputs["Base Color"])
    plane = add_plane(material=material)
    plane.location = (0.2, 0, 0.5)
    plane.scale = (0.5, 1, 1)
    np.testing.assert_allclose(colour_at(read(plane), 0.45, 0.25, 0.5)[:3], (0.45, 0.25, 0.5), atol=0.01)


def test_only_the_material_that_needs_it_is_baked():
    followed, *_ = textured_material(add_image(two_colours()), name="Picture")
    plane = add_plane(material=followed)
    other = add_plane("Other", material=checked(coordinates="UV", Scale=1.0)[0])
    other.location.x = 1
    for item in (plane, other):
        item.select_set(True)
    bpy.context.view_layer.objects.active = plane
    bpy.ops.object.join()
    mesh = read(plane)
    assert [material.name for material in mesh.materials if material.texture is not None] == ["Picture", "Checks"]
    np.testing.assert_allclose(colour_at(mesh, 0.25, 0.3), RED, atol=0.01)
    np.testing.assert_allclose(colour_at(mesh, 0.75, 0.3), BLUE, atol=0.01)
    np.testing.assert_allclose(colour_at(mesh, 1.5, 0.3), BLUE, atol=0.01)
    assert len(mesh.warnings) == 1


def test_alpha_is_baked_too():
    material, principled, checker = checked(coordinates="UV", Scale=2.0)
    link(material, checker.outputs["Fac"], principled.inputs["Alpha"])
    mesh = read(add_plane(material=material))
    np.testing.assert_allclose(colour_at(mesh, 0.75, 0.25), RED, atol=0.02)
    np.testing.assert_allclose(colour_at(mesh, 0.25, 0.25), (0, 0, 1, 0), atol=0.02)


def test_shaders_mixed_by_a_pattern():
    material, _, checker = checked(coordinates="UV", Scale=2.0)
    mix = add_node(material, "ShaderNodeMixShader")
    dull = add_node(material, "ShaderNodeBsdfDiffuse", Color=(0, 1, 0, 1))
    shiny = add_node(material, "ShaderNodeBsdfDiffuse", Color=(1, 0, 1, 1))
    link(material, checker.outputs["Fac"], mix.inputs["Fac"])
    link(material, dull.outputs[0], mix.inputs[1])
    link(material, shiny.outputs[0], mix.inputs[2])
    link(material, mix.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    mesh = read(add_plane(material=material))
    np.testing.assert_allclose(colour_at(mesh, 0.75, 0.25), (1, 0, 1, 1), atol=0.02)
    np.testing.assert_allclose(colour_at(mesh, 0.25, 0.25), (0, 1, 0, 1), atol=0.02)


def test_a_procedural_shader_inside_a_group():
    material, _ = add_material("Grouped")
    group = bpy.data.node_groups.new("Tiles", "ShaderNodeTree")
    group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    end = group.nodes.new("NodeGroupOutput")
    checker, inner = group.nodes.new("ShaderNodeTexChecker"), group.nodes.new("ShaderNodeBsdfPrincipled")
    source = group.nodes.new("ShaderNodeTexCoord")
    checker.inputs["Color1"].default_value, checker.inputs["Color2"].default_value = RED, BLUE
    checker.inputs["Scale"].default_value = 2.0
    group.links.new(source.outputs["UV"], checker.inputs["Vector"])
    group.links.new(checker.outputs["Color"], inner.inputs["Base Color"])
    group.links.new(inner.outputs[0], end.inputs["Shader"])
    node = add_node(material, "ShaderNodeGroup")
    node.node_tree = group
    link(material, node.outputs[0], material.node_tree.get_output_node("ALL").inputs["Surface"])
    mesh = read(add_plane(material=material))
    np.testing.assert_allclose(colour_at(mesh, 0.75, 0.25), RED, atol=0.02)
    np.testing.assert_allclose(colour_at(mesh, 0.25, 0.25), BLUE, atol=0.02)
    assert [node.type for node in group.nodes].count("EMISSION") == 0


@pytest.mark.parametrize(("extension", "expected"), [("EXTEND", BLUE), ("MIRROR", BLUE), ("CLIP", (0, 0, 0, 1))])
def test_textures_that_do_not_repeat(extension, expected):
    material, _, node = textured_material(add_image(two_colours()))
    node.extension = extension
    mesh = read(add_plane(material=material, uvs=((0, 0), (2, 0), (2, 1), (0, 1))))
    np.testing.assert_allclose(colour_at(mesh, 0.1, 0.4), RED, atol=0.02)
    np.testing.assert_allclose(colour_at(mesh, 0.6, 0.4), expected, atol=0.02)
    assert any("does not repeat" in warning for warning in mesh.warnings)


def test_images_in_a_wide_colour_space():
    image = add_image(np.broadcast_to(np.float32((0.5, 0.5, 0.5, 1)), (4, 4, 4)), space="Linear Rec.2020")
    mesh = read(add_plane(material=textured_material(image)[0]))
    np.testing.assert_allclose(colour_at(mesh, 0.5, 0.4)[:3], 0.5, atol=0.02)  # greys are the same in both
    assert len(mesh.warnings) == 1


def test_tiled_images(tmp_path):
    for number, colour in ((1001, (1, 0, 0, 1)), (1002, (0, 0.5, 0, 1))):
        tile = add_image(np.broadcast_to(np.float32(colour), (8, 8, 4)))
        tile.filepath_raw, tile.file_format = str(tmp_path / f"skin.{number}.png"), "PNG"
        tile.save()
    image = bpy.data.images.load(str(tmp_path / "skin.1001.png"))
    image.source, image.filepath = "TILED", str(tmp_path / "skin.<UDIM>.png")
    if len(image.tiles) < 2:
        image.tiles.new(1002)
    material, *_ = textured_material(image)
    mesh = read(add_plane(material=material, uvs=((0, 0), (2, 0), (2, 1), (0, 1))))
    np.testing.assert_allclose(colour_at(mesh, 0.25, 0.4), RED, atol=0.02)
    np.testing.assert_allclose(colour_at(mesh, 0.75, 0.4)[1], srgb_to_linear(np.array(128 / 255)), atol=0.02)


def test_modifiers_and_ngons_are_baked_as_they_look():
    bpy.ops.mesh.primitive_cylinder_add(vertices=6, radius=1, depth=2)
    tower = bpy.context.object
    tower.modifiers.new("Array", "ARRAY").count = 2
    material, principled = add_material()
    where = add_node(material, "ShaderNodeNewGeometry")
    link(material, where.outputs["Position"], principled.inputs["Base Color"])
    tower.data.materials.append(material)
    tower.location = (2, 2, 2)
    mesh = read(tower)
    triangle, barycentric = surface_samples(mesh)
    points = np.einsum("nc,ncd->nd", barycentric, mesh.corners[triangle])
    expected = np.clip(points, 0, 1)
    assert np.quantile(np.abs(mesh.colour_at(triangle, barycentric)[:, :3] - expected).max(axis=1), 0.95) < 0.05


def test_a_missing_image_is_not_magenta_in_a_bake(tmp_path):
    lost = bpy.data.images.new("Lost", 4, 4)
    lost.source, lost.filepath = "FILE", str(tmp_path / "lost.png")
    material, principled, checker = checked(coordinates="UV", Scale=1.0)
    node = add_node(material, "ShaderNodeTexImage")
    node.image = lost
    mix = add_node(material, "ShaderNodeMixRGB", Fac=0.5)
    link(material, checker.outputs["Color"], mix.inputs["Color1"])
    link(material, node.outputs["Color"], mix.inputs["Color2"])
    link(material, mix.outputs["Color"], principled.inputs["Base Color"])
    red, green, blue, _ = colour_at(read(add_plane(material=material)), 0.5, 0.4)
    assert blue > green  # from the checker
    assert red == green > 0.2  # from the grey that stands in for the image


def state():
    """What a user would miss if a bake changed it."""
    scene, view_layer = bpy.context.scene, bpy.context.view_layer
    return (
        block_counts(),
        scene.name,
        scene.render.engine,
        scene.frame_current,
        view_layer.objects.active and view_layer.objects.active.name,
        [item.name for item in bpy.context.selected_objects],
        [(mesh.name, [layer.name for layer in mesh.uv_layers]) for mesh in bpy.data.meshes],
        [(material.name, len(material.node_tree.nodes)) for material in bpy.data.materials],
    )


def test_baking_leaves_everything_as_it_was():
    plane, cube = add_plane(material=checked()[0]), add_cube()
    cube.select_set(True)
    bpy.context.scene.frame_set(7)
    bpy.context.view_layer.update()
    before = state()
    read(plane)
    assert state() == before


def test_without_cycles_the_viewport_colour_is_used(monkeypatch):
    from brickprint.scene.source import baked_shapes
    from brickprint.scene.source_colour.baking import BakeImpossible

    def refuse(*arguments, **options):
        raise BakeImpossible("Cycles is not there")

    monkeypatch.setattr(baked_shapes, "bake_colours", refuse)
    material, *_ = checked()
    material.diffuse_color = (0.1, 0.6, 0.3, 1)
    before = block_counts()
    mesh = read(add_plane(material=material))
    np.testing.assert_allclose(colour_at(mesh, 0.5, 0.4), (0.1, 0.6, 0.3, 1), atol=1e-6)
    (warning,) = mesh.warnings
    assert "Cycles is not there" in warning
    assert "viewport colour" in warning
    assert block_counts()["objects"] == before["objects"] + 1


def test_broken_coordinates_are_refused_before_a_bake():
    plane = add_plane(material=checked()[0])
    plane.data.vertices[0].co.x = float("nan")
    with pytest.raises(UnusableMesh, match="1 vertices of 'Plane'"):
        read(plane)


def changed_by(kind, **inputs):
    """A picture in two colours through one more node."""
    material, principled, image = textured_material(add_image(two_colours((0.8, 0.3, 0.1, 1), (0.2, 0.5, 0.9, 0.6))))
    node = add_node(material, kind, **inputs)
    link(material, image.outputs["Color"], next(socket for socket in node.inputs if socket.type == "RGBA"))
    link(material, node.outputs[0], principled.inputs["Base Color"])
    return material, principled, image, node


def with_alpha():
    material, principled, image, _ = changed_by("ShaderNodeInvert", Fac=0.25)
    link(material, image.outputs["Alpha"], principled.inputs["Alpha"])
    return material


def blended(blend):
    material, *_, mix = changed_by("ShaderNodeMixRGB", Fac=0.7, Color1=(0.3, 0.6, 0.2, 1), Color2=(0.5, 0.1, 0.7, 1))
    mix.blend_type = blend
    return material


@pytest.mark.parametrize(
    "build",
    [
        with_alpha,
        lambda: changed_by("ShaderNodeGamma", Gamma=2.2)[0],
        lambda: changed_by("ShaderNodeHueSaturation", Hue=0.7, Saturation=0.6, Value=1.2, Fac=0.8)[0],
        lambda: changed_by("ShaderNodeBrightContrast", Bright=0.1, Contrast=0.4)[0],
        lambda: blended("MULTIPLY"),
        lambda: blended("OVERLAY"),
        lambda: blended("SCREEN"),
    ],
    ids=["alpha", "gamma", "hue", "contrast", "multiply", "overlay", "screen"],
)
def test_what_is_followed_is_what_blender_renders(build, monkeypatch):
    plane = add_plane(material=build())
    followed = read(plane)
    assert not followed.warnings
    monkeypatch.setattr("brickprint.scene.source.reading.bake_reasons", lambda *arguments: {0: "is looked at twice"})
    baked = read(plane)
    assert baked.warnings
    for point in (LEFT, RIGHT):
        np.testing.assert_allclose(np.clip(colour_at(followed, *point), 0, 1), colour_at(baked, *point), atol=0.01)
