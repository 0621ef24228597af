"""Objects, images and node set-ups from which the tests of reading are built."""

import bpy
import numpy as np
from brickprint.scene.source.reading import read_objects
from brickprint.scene.versions import start_nodes

LEFT, RIGHT = (0.25, 0.3), (0.75, 0.6)  # on the plane, in either half of its texture


def add_object(name, mesh):
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    return made


def add_plane(name="Plane", material=None, uvs=((0, 0), (1, 0), (1, 1), (0, 1))):
    """A square from (0, 0, 0) to (1, 1, 0) whose UVs are its x and y."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [], [(0, 1, 2, 3)])
    if uvs is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.uv.foreach_set("vector", np.array(uvs, np.float32).ravel())
    if material is not None:
        mesh.materials.append(material)
    return add_object(name, mesh)


def add_cube(name="Cube", side=2.0, **where):
    bpy.ops.mesh.primitive_cube_add(size=side, **where)
    made = bpy.context.object
    made.name = name
    return made


def add_material(name="Paint", colour=None):
    """A material and its Principled BSDF."""
    material = bpy.data.materials.new(name)
    principled = next(node for node in start_nodes(material).nodes if node.type == "BSDF_PRINCIPLED")
    if colour is not None:
        principled.inputs["Base Color"].default_value = colour
    return material, principled


def add_node(material, kind, **inputs):
    """A node with values for its inputs, by identifier."""
    node = material.node_tree.nodes.new(kind)
    for socket in node.inputs:
        if socket.identifier in inputs:
            socket.default_value = inputs[socket.identifier]
    return node


def link(material, output, target):
    material.node_tree.links.new(output, target)


def add_image(pixels, name="image", space=None, **options):
    """An image of pixels (H, W, 4) floats, row 0 at the bottom."""
    pixels = np.asarray(pixels, np.float32)
    image = bpy.data.images.new(name, pixels.shape[1], pixels.shape[0], alpha=True, **options)
    if space is not None:
        image.colorspace_settings.name = space  # fills a generated image anew
    image.pixels.foreach_set(pixels.ravel())
    image.update()
    return image


def two_colours(left=(1, 0, 0, 1), right=(0, 0, 1, 1), size=8):
    """(size, size, 4): one colour left, one right."""
    pixels = np.zeros((size, size, 4), np.float32)
    pixels[:, : size // 2] = left
    pixels[:, size // 2 :] = right
    return pixels


def textured_material(image, name="Paint"):
    """A material whose base colour is an image; gives the material, the Principled BSDF and the image node."""
    material, principled = add_material(name)
    node = add_node(material, "ShaderNodeTexImage")
    node.image = image
    link(material, node.outputs["Color"], principled.inputs["Base Color"])
    return material, principled, node


def colours_at(mesh, points):
    """Linear RGBA (N, 4) at points (N, 3) of the surface."""
    points = np.asarray(points, float)
    corners = mesh.corners
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    # Barycentric coordinates of the nearest point of each plane; the triangle that holds the point wins.
    solve = np.linalg.pinv(np.stack([ab, ac], axis=-1))
    shares = np.einsum("tij,ntj->nti", solve, points[:, None] - a)
    inside = np.minimum(shares.min(axis=-1), 1 - shares.sum(axis=-1))
    away = np.linalg.norm(np.einsum("tji,ntj->nti", np.stack([ab, ac], 1), shares) + a - points[:, None], axis=-1)
    rows = np.argmax(np.where(away < 1e-4, inside, -np.inf), axis=1)
    chosen = shares[np.arange(len(points)), rows]
    return mesh.colour_at(rows, np.column_stack([1 - chosen.sum(axis=1), chosen]))


def colour_at(mesh, x, y, z=0.0):
    return colours_at(mesh, [(x, y, z)])[0]


def read_plane(material, **plane):
    """The mesh of a plane with the material."""
    return read_objects(bpy.context, [add_plane(material=material, **plane)])


def followed(material, **plane):
    """The mesh of a plane with the material, which must not have been baked."""
    mesh = read_plane(material, **plane)
    assert not [warning for warning in mesh.warnings if "bake" in warning]
    return mesh


def assert_colours(mesh, left, right, **tolerance):
    tolerance = tolerance or {"atol": 0.01}
    np.testing.assert_allclose(colour_at(mesh, *LEFT), left, **tolerance)
    np.testing.assert_allclose(colour_at(mesh, *RIGHT), right, **tolerance)


def block_counts():
    """How many datablocks of every kind the file holds."""
    kinds = (name for name in dir(bpy.data) if isinstance(getattr(bpy.data, name), bpy.types.bpy_prop_collection))
    return {name: len(getattr(bpy.data, name)) for name in kinds}


def signed_volume(mesh):
    a, b, c = np.moveaxis(mesh.corners, 1, 0)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
