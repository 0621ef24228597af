"""UV maps and colour attributes of Blender's meshes, as arrays over the corners of triangles."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

_COLOUR_VALUES = {  # attribute type: the property that holds its values in linear light, numbers in each
    "FLOAT_COLOR": ("color", 4),
    "BYTE_COLOR": ("color", 4),
    "FLOAT_VECTOR": ("vector", 3),
    "FLOAT": ("value", 1),
}
_TRIANGLE_PROPERTIES = {"loops": 3, "polygon_index": 1}  # others are worked out one by one, which takes long


@dataclass(frozen=True)
class Triangles:
    """The triangles of one mesh and the vertices that they use.

    vertices (V, 3) float64; corners (T, 3) int32 rows of vertices; slots (T,) int32, always slots that exist;
    mesh_vertices, loops (T, 3) and faces (T,) int32: the same corners and triangles as rows of Blender's mesh.
    """

    vertices: np.ndarray
    corners: np.ndarray
    slots: np.ndarray
    mesh_vertices: np.ndarray
    loops: np.ndarray
    faces: np.ndarray


def read_triangles(mesh: bpy.types.Mesh, slot_count: int) -> Triangles:
    """The mesh's triangles; a face whose slot does not exist takes the last one, as in Blender."""
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    arrays = {name: np.zeros(count * width, np.int32) for name, width in _TRIANGLE_PROPERTIES.items()}
    for name, array in arrays.items():
        mesh.loop_triangles.foreach_get(name, array)
    positions = np.zeros(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", positions)
    of_loop = np.zeros(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", of_loop)
    slots = np.zeros(len(mesh.polygons), np.int32)
    if (written := mesh.attributes.get("material_index")) is not None:
        written.data.foreach_get("value", slots)
    mesh_vertices = of_loop[arrays["loops"]].reshape(-1, 3)
    used = np.zeros(len(mesh.vertices), bool)
    used[mesh_vertices] = True
    row = np.cumsum(used, dtype=np.int32) - 1
    return Triangles(
        positions.reshape(-1, 3)[used].astype(np.float64),
        row[mesh_vertices],
        np.clip(slots[arrays["polygon_index"]], 0, slot_count - 1),
        mesh_vertices,
        arrays["loops"].reshape(-1, 3),
        arrays["polygon_index"],
    )


def corner_uvs(mesh: bpy.types.Mesh, triangles: Triangles, name: str) -> np.ndarray | None:
    """(T, 3, 2) float32 of the UV map of that name ("": the active render one); None when there is none."""
    rendered = next((layer for layer in mesh.uv_layers if layer.active_render), None)
    layer = mesh.uv_layers.get(name) if name else rendered
    if layer is None:
        return None
    values = np.zeros(len(mesh.loops) * 2, np.float32)
    layer.uv.foreach_get("vector", values)
    return np.nan_to_num(values, posinf=0, neginf=0).reshape(-1, 2)[triangles.loops]


def render_colour_attribute(mesh: bpy.types.Mesh) -> bpy.types.Attribute | None:
    """The colour attribute that renders use when none is named."""
    row = mesh.color_attributes.render_color_index
    return mesh.color_attributes[row] if 0 <= row < len(mesh.color_attributes) else None


def corner_colours(mesh: bpy.types.Mesh, triangles: Triangles, name: str) -> np.ndarray | None:
    """(T, 3, 4) float32 linear RGBA of the attribute of that name ("": the render one); None when there is none."""
    attribute = mesh.attributes.get(name) if name else render_colour_attribute(mesh)
    if attribute is None or attribute.data_type not in _COLOUR_VALUES:
        return None
    values = _linear_values(attribute)
    if attribute.domain == "CORNER":
        return values[triangles.loops]
    if attribute.domain == "POINT":
        return values[triangles.mesh_vertices]
    if attribute.domain == "FACE":
        return np.repeat(values[triangles.faces, None], 3, axis=1)
    return None


def _linear_values(attribute: bpy.types.Attribute) -> np.ndarray:
    property_name, width = _COLOUR_VALUES[attribute.data_type]
    values = np.zeros(len(attribute.data) * width, np.float32)
    attribute.data.foreach_get(property_name, values)
    values = np.nan_to_num(values.reshape(-1, width))
    if width == 4:
        return values
    colour = values if width == 3 else np.repeat(values, 3, axis=1)
    return np.concatenate([colour, np.ones_like(colour[:, :1])], axis=1)
