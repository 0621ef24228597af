"""What a source's state notes of the data that shapes are made of: meshes, curves, metaballs, lattices, bones."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .noting import Noted, plain

_BEZIER = {"co": 3, "handle_left": 3, "handle_right": 3, "radius": 1, "tilt": 1}
_POINT = {"co": 4, "radius": 1, "tilt": 1}
_KEY_FIELDS = ("co", "handle_left", "handle_right", "radius", "tilt")  # of a curve's points, as far as these have them
_LETTER = ("use_bold", "use_italic", "use_underline", "use_small_caps", "material_index", "kerning")


def note_mesh(noted: Noted, mesh: bpy.types.Mesh) -> None:
    """Vertices, corners, attributes and shape keys. All that its triangles come from is in arrays."""
    wanted = {".corner_vert"} if len(mesh.polygons) else {".edge_verts"}  # the other dotted ones say what is selected
    for layer in mesh.attributes:
        if layer.name in wanted or not layer.name.startswith("."):
            noted.attribute(layer)
    for radii in mesh.skin_vertices:
        noted.fields(radii.data, {"radius": 2})
    noted.block(mesh.shape_keys)


def note_data(noted: Noted, data: bpy.types.ID) -> None:
    """Curves, text, metaballs, lattices and all that has attributes."""
    noted.values(data)
    for layer in getattr(data, "attributes", ()):
        if not layer.name.startswith("."):
            noted.attribute(layer)
    for spline in getattr(data, "splines", ()):
        noted.values(spline)
        noted.fields(spline.bezier_points, _BEZIER)
        noted.fields(spline.points, _POINT)
    for letter in getattr(data, "body_format", ()):
        noted.words([plain(getattr(letter, name)) for name in _LETTER])
    for part in (*getattr(data, "text_boxes", ()), *getattr(data, "elements", ())):
        noted.values(part)
    if isinstance(data, bpy.types.Lattice):
        noted.fields(data.points, {"co_deform": 3})
    noted.block(getattr(data, "shape_keys", None))


def note_keys(noted: Noted, keys: bpy.types.Key) -> None:
    """Shape keys; the points of those that count: of others there may be many, and large."""
    noted.words(keys.use_relative, plain(keys.eval_time))
    counting = {keys.reference_key.name}
    for key in keys.key_blocks:
        noted.words(key.name, key.relative_key.name, plain(key.value), key.mute, key.vertex_group, plain(key.frame))
        if not keys.use_relative or (key.value and not key.mute):
            counting |= {key.name, key.relative_key.name}
    for key in keys.key_blocks:
        if key.name in counting:
            note_key(noted, key)


def note_key(noted: Noted, key: bpy.types.ShapeKey) -> None:
    """The points of one shape key."""
    if len(key.points):  # of meshes and lattices: all at once
        noted.fields(key.points, {"co": 3})
    else:
        noted.words([[plain(getattr(point, name, None)) for name in _KEY_FIELDS] for point in key.data])


def note_armature(noted: Noted, armature: bpy.types.Armature) -> None:
    """Bones at rest."""
    noted.values(armature)
    for bone in armature.bones:
        widths = bone.head_radius, bone.tail_radius, bone.envelope_distance, bone.envelope_weight, bone.bbone_segments
        noted.words(bone.name, plain(bone.matrix_local), plain(bone.length), bone.use_deform, plain(widths))


def note_weights(noted: Noted, item: bpy.types.Object) -> None:
    """Vertex groups with their weights, where something shapes the object by them.

    Blender gives weights one by one only: half a second for a million, which others need not wait for.
    """
    if not item.vertex_groups or not _is_weighed(item):
        return
    points = getattr(item.data, "vertices", None) or getattr(item.data, "points", ())  # of meshes; of lattices
    weights = [(row, entry.group, entry.weight) for row, point in enumerate(points) for entry in point.groups]
    noted.words([group.name for group in item.vertex_groups])
    noted.array(np.array(weights, np.float64))


def _is_weighed(item: bpy.types.Object) -> bool:
    keys = getattr(item.data, "shape_keys", None)
    if any(modifier.type in {"NODES", "ARMATURE"} or _names_group(modifier) for modifier in item.modifiers):
        return True
    return any(map(_names_group, item.particle_systems)) or any(map(_names_group, keys.key_blocks if keys else ()))


def _names_group(thing: Any) -> bool:
    names = (prop.identifier for prop in thing.bl_rna.properties if prop.type == "STRING")
    return any("vertex_group" in name and getattr(thing, name) for name in names)
